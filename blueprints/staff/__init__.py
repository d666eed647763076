"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    corrections,
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
    corrections,
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
