"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    factor,
    log,
    settings,
)

# fmt: off
PAGES = (
    account,
    factor,
    log,
    settings,
)
COMMANDS = (
    commands,
)
# fmt: on
