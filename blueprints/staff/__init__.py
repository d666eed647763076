"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    factor,
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
    log,
    settings,
    waves,
    reopening,
)
COMMANDS = (
    commands,
)
# fmt: on
