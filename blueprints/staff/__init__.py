"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    factor,
    imports,
    log,
    photos,
    reopening,
    returns,
    settings,
    waves,
)

# fmt: off
PAGES = (
    account,
    factor,
    photos,
    returns,
    imports,
    log,
    settings,
    waves,
    reopening,
)
COMMANDS = (
    commands,
)
# fmt: on
