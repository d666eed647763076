"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    accounts,
    commands,
    exports,
    factor,
    imports,
    letter_texts,
    log,
    mail,
    mappings,
    notice,
    office,
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
    exports,
    factor,
    mail,
    photos,
    record,
    record_drafts,
    record_preview,
    returns,
    imports,
    log,
    mappings,
    settings,
    office,
    notice,
    letter_texts,
    waves,
    reopening,
    students,
    student,
)
COMMANDS = (
    commands,
)
# fmt: on
