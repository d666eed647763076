"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    factor,
    log,
    photos,
    record,
    record_drafts,
    record_preview,
    reopening,
    returns,
    settings,
    waves,
)

# fmt: off
PAGES = (
    account,
    factor,
    photos,
    record,
    record_drafts,
    record_preview,
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
