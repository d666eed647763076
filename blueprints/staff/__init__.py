"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    accounts,
    commands,
    corrections,
    dashboard,
    exports,
    factor,
    imports,
    log,
    mail,
    mappings,
    photos,
    record,
    record_drafts,
    record_preview,
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
    dashboard,
    accounts,
    exports,
    factor,
    corrections,
    mail,
    photos,
    record,
    record_drafts,
    record_preview,
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
