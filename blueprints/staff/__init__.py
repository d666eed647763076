"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    accounts,
    commands,
    factor,
    imports,
    log,
    mail,
    photos,
    reopening,
    returns,
    settings,
    waves,
)

# fmt: off
PAGES = (
    account,
    accounts,
    factor,
    mail,
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
