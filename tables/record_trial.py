"""What another record would do to students: tabs that are done and would be open again, counted in slices of time."""

import time

from domain.sheet import progress
from models import SavedTab, Student
from tables import standing
from tables.returns import Return

BATCH = 100
# `judged` students; `reopened`: those of them with a done tab that would not be done; `unfinished`: complete, would not
# be; `finished`: the reverse.
NOTHING = {"judged": 0, "reopened": 0, "unfinished": 0, "finished": 0, "tabs": {}}


def go_on(draft, old, new, seconds) -> bool:
    """Count for at most so many seconds, and at least one batch; whether everybody is counted."""
    until, is_counted = time.monotonic() + seconds, draft.is_counted
    while not is_counted:
        counts = {**NOTHING, **draft.counts}
        rest = Student.select().where(Student.student_no > draft.reached).order_by(Student.student_no)
        some = list(rest.limit(BATCH))
        _count(counts, some, old, new)
        is_counted = len(some) < BATCH
        draft.keep(counts, some[-1].student_no if some else draft.reached, is_counted)
        if time.monotonic() > until:
            break
    return is_counted


def _count(counts, some, old, new):
    """Add these students."""
    returned = Return.of_all([one.student_no for one in some])
    counts["judged"] += len(some)
    for one in some:
        saved = SavedTab.of(one.student_no)
        if saved:
            _add(counts, *(_judged(record, one, saved, returned.get(one.student_no, {})) for record in (old, new)))


def _judged(record, student, saved, returned):
    return progress(record, saved, standing.facts(record, student.known), returned=returned)


def _add(counts, before, after):
    """Add one student with the old and the new progress."""
    was_done = {sheet.tab.key for sheet in before.counted if sheet.is_done}
    opened = [sheet.tab.key for sheet in after.counted if sheet.tab.key in was_done and not sheet.is_done]
    for key in opened:
        counts["tabs"][key] = counts["tabs"].get(key, 0) + 1
    counts["reopened"] += bool(opened)
    counts["unfinished"] += before.is_complete and not after.is_complete
    counts["finished"] += after.is_complete and not before.is_complete
