"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    accounts,
    commands,
    factor,
    log,
    mail,
    reopening,
    settings,
    waves,
)

# fmt: off
PAGES = (
    account,
    accounts,
    factor,
    mail,
    log,
    settings,
    waves,
    reopening,
)
COMMANDS = (
    commands,
)
# fmt: on
