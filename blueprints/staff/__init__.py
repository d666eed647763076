"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    accounts,
    commands,
    factor,
    log,
    mail,
    photos,
    reopening,
    returns,
    settings,
    student,
    students,
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
    log,
    settings,
    waves,
    reopening,
    students,
    student,
)
COMMANDS = (
    commands,
)
# fmt: on
