"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    factor,
    photos,
    returns,
    settings,
)

# fmt: off
PAGES = (
    account,
    factor,
    photos,
    returns,
    settings,
)
COMMANDS = (
    commands,
)
# fmt: on
