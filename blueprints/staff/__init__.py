"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    factor,
    reopening,
    settings,
    waves,
)

# fmt: off
PAGES = (
    account,
    factor,
    settings,
    waves,
    reopening,
)
COMMANDS = (
    commands,
)
# fmt: on
