"""Drafts of the record whose consequences for students are still being counted."""

import logging

from flask import current_app

from blueprints import in_force
from domain import record_file
from tables import record_trial
from tables.record_versions import RecordDraft

log = logging.getLogger("xueji")
# Seconds of counting before others have their turn.
SLICE = 1.5


def go_on(seconds=SLICE):
    """Count for a while at the latest draft that is not counted yet."""
    draft = RecordDraft.select().where(~RecordDraft.is_counted).order_by(RecordDraft.id.desc()).first()
    if draft is None:
        return
    try:
        count(draft, seconds)
    except record_file.BadRecord as reason:
        log.error("draft %s of the record: %s", draft.id, reason)
        draft.leave()


def count(draft, seconds=SLICE) -> bool:
    """Count for a while at this draft; whether everybody is counted. What was compared with another one begins anew."""
    in_use = in_force.mark()
    if draft.base != in_use:
        draft.compare_again(in_use)
    new = record_file.parsed(draft.text)
    return record_trial.go_on(draft, current_app.extensions["record"], new, seconds)
