"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    factor,
    imports,
    settings,
)

# fmt: off
PAGES = (
    account,
    factor,
    imports,
    settings,
)
COMMANDS = (
    commands,
)
# fmt: on
