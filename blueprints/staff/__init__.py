"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    accounts,
    commands,
    exports,
    factor,
    imports,
    log,
    mail,
    mappings,
    photos,
    reopening,
    retention,
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
    exports,
    factor,
    mail,
    photos,
    returns,
    imports,
    log,
    mappings,
    retention,
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
