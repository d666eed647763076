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
    record,
    record_drafts,
    record_preview,
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
    record,
    record_drafts,
    record_preview,
    returns,
    imports,
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
