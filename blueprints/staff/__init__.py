"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    accounts,
    commands,
    factor,
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
    settings,
    waves,
    reopening,
)
COMMANDS = (
    commands,
)
# fmt: on
