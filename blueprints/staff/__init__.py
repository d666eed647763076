"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    accounts,
    commands,
    factor,
    mail,
    settings,
)

# fmt: off
PAGES = (
    account,
    accounts,
    factor,
    mail,
    settings,
)
COMMANDS = (
    commands,
)
# fmt: on
