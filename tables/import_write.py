"""Writing a checked import to the students in one transaction, and undoing it. Passwords and answers stay."""

import base64
import hashlib
import time
from contextlib import suppress

from peewee import IntegrityError, OperationalError, fn

from models import Photo, Roster, SavedTab, Student, open_roster
from tables import imports, journal, standing
from tables.import_parts import FILE, LEFT, ROWS, UNDO
from tables.store import Statement, database, now

BATCH, PAGE, MOST_NOTED = 500, 50, 1_000
# Student numbers in a detail of the log, which holds 300 characters, and details in one of its lines.
IN_A_DETAIL, DETAILS = 23, 10
TRIES, BREATH = 3, 0.05
# What a changed student gets, in the order of the table, and where the number stands behind that.
FORMER = (
    Student.name_zh, Student.program, Student.dept, Student.overseas_kind, Student.roster, Student.id_index,
    Student.passport_index, Student.route_mark, Student.updated_at,
)  # fmt: skip
NUMBER = len(FORMER)
# Why a student stays as the import made them.
ANSWERS, PASSWORD, CHANGED, GONE = "answers", "password", "changed", "gone"

_add = Statement(
    lambda: Student.insert(
        student_no="", name_zh="", program="", dept="", overseas_kind="", roster=b"", id_index=b"", passport_index=b"",
        route_mark=b"", wrong_guesses=0, updated_at=0,
    )
)  # fmt: skip
_amend = Statement(
    lambda: Student.update(dict.fromkeys(FORMER, b"")).where((Student.student_no == "") & (Student.roster == b""))
)
_remove = Statement(
    lambda: Student.delete().where(
        (Student.student_no == "")
        & (Student.roster == b"")
        & Student.password.is_null()
        & ~fn.EXISTS(SavedTab.select(SavedTab.tab).where(SavedTab.student == Student.student_no))
        & ~fn.EXISTS(Photo.select(Photo.field).where(Photo.student == Student.student_no))
    )
)


class Moved(Exception):
    """A student is no longer as the check, or the look before undoing, found them."""


def write(turn, record):
    """Write the checked rows, all or none; when a student changed since they were checked, they are checked anew."""
    job = turn.job
    new, changed = _prepared(turn)
    try:
        with database.atomic():
            turn.finish(imports.DONE, written_at=now(), written_new=len(new), written_changed=len(changed))
            _all_of(_add, new)
            _all_of(_amend, changed)
            journal.note("roster-imported", job.account, job=job.id, new=len(new), changed=len(changed))
            _note_each("roster-changed", job, changed, len(changed))
    except (IntegrityError, Moved):
        turn.finish(imports.CHECKING, moved=True)
        return
    job.parts.drop(FILE, ROWS)
    _sum_up(record, [row[0] for row in new] + [row[NUMBER] for row in changed])


def _sum_up(record, numbers):
    """Sum up how far these students are, and let others write in between: SQLite does not queue those who wait."""
    for start in range(0, len(numbers), standing.BATCH):
        standing.rebuild(record, numbers[start : start + standing.BATCH])
        time.sleep(BREATH)


def _note_each(what, job, amended, total):
    """A line for each student who was amended; when there are too many to read in `total`, lines that list them."""
    numbers = [row[NUMBER] for row in amended]
    if total <= MOST_NOTED:
        for number in numbers:
            journal.note(what, job.account, about=number, job=job.id)
        return
    details = [" ".join(numbers[start : start + IN_A_DETAIL]) for start in range(0, len(numbers), IN_A_DETAIL)]
    for start in range(0, len(details), DETAILS):
        listed = {f"students_{n}": text for n, text in enumerate(details[start : start + DETAILS], 1)}
        journal.note(what, job.account, job=job.id, **listed)


def _prepared(turn):
    """The rows to add and those to amend, ready to be written; what undoing needs is kept before anything is."""
    parts, total = turn.job.parts, turn.job.known["new"] + turn.job.known["changed"]
    new, changed, undo = [], [], []
    tick = turn.between(0, 70, total)
    for done, (one, former) in enumerate(parts.read_list(ROWS)):
        if done % BATCH == 0:
            tick(done)
        row = Roster.row(one)
        if former:
            changed.append(_amended(row, base64.b64decode(former)))
        else:
            new.append(row)
        undo.append([row[0], former, _digest(row[5])])
    parts.keep_list(UNDO, undo, BATCH, turn.between(70, 90, total))
    return new, changed


def _amended(row, now_sealed):
    """The parameters of `_amend` for a row as `Roster.row` gives it, where the roster is sealed like this now."""
    number, *columns, _guesses, updated_at = row
    return (*columns, updated_at, number, now_sealed)


def _digest(sealed):
    return hashlib.sha256(sealed).hexdigest()[:32]


def _all_of(statement, rows):
    if rows and statement.many(rows) != len(rows):
        raise Moved


def undo(turn, record):
    """Give changed students their former columns and remove the new ones, except those who are no longer as written.

    Page by page, each in a transaction that also notes it as done: an interrupted undoing goes on where it stopped.
    """
    job = turn.job
    total = job.known["written_new"] + job.known["written_changed"]
    tick = turn.between(0, 100, total)
    for number in range(-(-total // BATCH)):
        tick(number * BATCH)
        page = job.parts.page(UNDO, number)
        if page:
            _sum_up(record, _undo_page(turn, number, page))
            time.sleep(BREATH)
    with database.atomic():
        turn.finish(imports.UNDONE)
        counts = {name: job.known[name] for name in ("restored", "removed", "kept")}
        journal.note("roster-import-undone", job.account, job=job.id, **counts)


def _undo_page(turn, number, page):
    """Undo what one page lists, and give the numbers of those who were restored."""
    for _ in range(TRIES):
        restored, removed, left = _sorted_out(page)
        with suppress(Moved), database.atomic():
            _all_of(_amend, restored)
            _all_of(_remove, removed)
            _note_undone(turn, number, restored, removed, left)
            return [row[NUMBER] for row in restored]
    raise OperationalError("students change all the time")


def _note_undone(turn, number, restored, removed, left):
    job, known, parts = turn.job, turn.job.known, turn.job.parts
    so_far = [*parts.read_list(LEFT), *left]
    parts.keep_list(LEFT, so_far, PAGE)
    parts.drop_page(UNDO, number)
    before = {name: known.get(name, 0) for name in ("restored", "removed")}
    _note_each("roster-restored", job, restored, known["written_changed"])
    turn.note(
        restored=before["restored"] + len(restored), removed=before["removed"] + len(removed), kept=len(so_far)
    )  # fmt: skip


def _sorted_out(page):
    """What undoing would write: rows for `_amend`, rows for `_remove`, and `[student number, reason]` of the others."""
    restored, removed, left = [], [], []
    for student_no, former, sealed, reason in _judged(page):
        if reason:
            left.append([student_no, reason])
        elif former:
            old = open_roster(student_no, base64.b64decode(former))
            restored.append(_amended(Roster.row(old), sealed))
        else:
            removed.append((student_no, sealed))
    return restored, removed, left


def _judged(page):
    """(student number, former columns, present ones, reason to leave them alone) of each on a page of what to undo."""
    numbers = [number for number, _, _ in page]
    rows = Student.select(Student.student_no, Student.roster, Student.password.is_null(False))
    present = {row[0]: (bytes(row[1]), row[2]) for row in rows.where(Student.student_no.in_(numbers)).tuples()}
    busy = _busy(SavedTab, numbers) | _busy(Photo, numbers)
    for number, former, digest in page:
        sealed, has_password = present.get(number, (b"", False))
        reason = "" if sealed and _digest(sealed) == digest else CHANGED if sealed else GONE
        if not reason and not former:
            reason = ANSWERS if number in busy else PASSWORD if has_password else ""
        yield number, former, sealed, reason


def _busy(table, numbers):
    return {number for (number,) in table.select(table.student).where(table.student.in_(numbers)).tuples()}
