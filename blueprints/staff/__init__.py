"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    factor,
    settings,
)

# fmt: off
PAGES = (
    account,
    factor,
    settings,
)
COMMANDS = (
    commands,
)
# fmt: on
