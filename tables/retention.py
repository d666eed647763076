"""Removing for good the records of students whose time here is over, and everything else that is kept about them.

What belongs to a student goes with the row of the student: such tables say so by a foreign key that cascades. What has
no such key is removed here, or is named in KEPT with the reason why it stays.
"""

from collections import Counter
from typing import NamedTuple

from peewee import JOIN, ForeignKeyField, fn

from domain import clock
from domain.export import Plan, picked
from domain.words import Words
from models import SavedTab, Student, facts_of
from tables.exports import FINISHED, ExportRun, Handover, Selection
from tables.letterbox import Mail, OwnMailbox
from tables.store import Settings, Table, database, forget_deleted, is_server, now, secure_delete

AT_ONCE = 100
# Seconds within which the list of who would go was surely made; nobody on it has changed anything for a month.
LATELY = 86400
MARK, MARKS_IN_A_LINE = 12, 20
# Tables that hold something sealed, or name an account, and are no matter of one student's row.
KEPT = {
    "event": "the law and the school want security events kept; of the student there is only the number",
    "captcha": "names nobody, and is gone after minutes",
    "tries": "keyed fingerprints, gone when the time they count for is over",
    "lock": "keyed fingerprints, gone when the time they count for is over",
    "reset_request": "answered within seconds, and then gone",
    "shape": "which tabs are done, for many students at once, and of none of them",
    "import_part": "parts of a roster file, gone a day after the import",
    "import_job": "counts of an import, gone a day after it as far as they name anybody",
    "export_run": "which member of staff took how many students out, and why; none of them is named",
    "export_mapping": "columns; the account is of staff",
    "record_draft": "the record file; who wrote it is of staff",
    "record_version": "the record file; who wrote it is of staff",
    "letter_text": "the words of letters; who wrote them is of staff",
    "reminder": "how many letters were sent, and by which member of staff; to whom is in tables that cascade",
    "staff": "no students",
    "staff_dept": "no students",
    "staff_session": "no students",
    "staff_password": "no students",
    "recovery_code": "no students",
    "activation_link": "no students",
}
# Tables without such a key that are cleaned in `purge`.
CLEANED = {"outbox"}


class Due(NamedTuple):
    """A student whose time is over."""

    number: str
    dept: str


def due(record, months) -> list[Due]:
    """Everybody who was handed over, or is complete, and has not changed since, that many months ago."""
    before = clock.months_before(now(), months)
    found = dict(_handed_over(before))
    old = Selection(until=before).people()
    for seen in picked(record, Plan(Words("", ""), []), old):
        found.setdefault(seen.person.known["student_no"], seen.person.known["dept"])
    return [Due(*one) for one in sorted(found.items())]


def _handed_over(before):
    """(number, department) of those who were in a file for the registry and changed nothing afterwards."""
    later = SavedTab.select().where((SavedTab.student == Student.student_no) & (SavedTab.saved_at > ExportRun.began_at))
    query = Handover.select(Student.student_no, Student.dept).join(ExportRun, JOIN.INNER).switch(Handover).join(Student)
    query = query.where(ExportRun.is_handover, ExportRun.state == FINISHED, ExportRun.ended_at < before)
    return query.where(Student.updated_at <= ExportRun.began_at, ~fn.EXISTS(later)).distinct().tuples()


def by_dept(dues) -> Counter:
    """How many of them there are in each department."""
    return Counter(one.dept for one in dues)


def mark_of_all(dues) -> str:
    """A fingerprint of a list of students: what is removed is what was shown."""
    return Settings.vault.code("purge|" + "|".join(one.number for one in dues), 20)


def belonging():
    """(table, key) of every table whose rows go with a student."""
    for table in Table.__subclasses__():
        for field in table._meta.sorted_fields:
            if isinstance(field, ForeignKeyField) and field.rel_model is Student:
                yield table, field


def counts(dues) -> Counter:
    """How many rows of each table go with them, by the name of the table."""
    found = Counter()
    for lot in _lots([one.number for one in dues]):
        found["student"] += len(lot)
        for table, key in belonging():
            found[table._meta.table_name] += table.select().where(key.in_(lot)).count()
        found["outbox"] += _mail(lot).count()
    return found


def _lots(numbers):
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def _mail(lot):
    """Letters to any mailbox of these students."""
    known = [one.known for one in Student.select().where(Student.student_no.in_(lot))]
    boxes = {facts_of(one)["campus_email"] for one in known} | {one["email"] for one in known if one["email"]}
    boxes |= {OwnMailbox.of(one["student_no"]) for one in known} - {None}
    marks = [Settings.vault.index(f"mail|{box.casefold()}") for box in boxes]
    return Mail.select().where(Mail.person.in_(marks))


def purge(dues, note) -> bool:
    """Remove these students and everything of theirs. `note(n, **marks)` writes down each lot in its transaction.

    Whoever has changed something since the list was made stays.
    Whether the file of the database was cleaned of what they had; if not, somebody was reading all the time.
    """
    secure_delete()
    for due_then in _lots([one.number for one in dues]):
        with database.atomic():
            lot = _unchanged(due_then)
            ids = [mail.id for mail in _mail(lot)]
            Mail.delete().where(Mail.id.in_(ids)).execute()
            note(len(lot), **_marks(lot))
            Student.delete().where(Student.student_no.in_(lot)).execute()
    return forget_deleted()


def _unchanged(numbers):
    """Those of these students who have not changed anything lately, and cannot before the transaction ends."""
    rows = Student.select(Student.student_no, Student.updated_at).where(Student.student_no.in_(numbers))
    # Who saves at this moment is waited for; SQLite has one writer at a time anyway.
    found = list((rows.for_update() if is_server() else rows).tuples())
    saves = SavedTab.select(SavedTab.student).where(SavedTab.student.in_(numbers), SavedTab.saved_at > now() - LATELY)
    changed = {number for (number,) in saves.tuples()}
    return [number for number, updated_at in found if number not in changed and updated_at <= now() - LATELY]


def mark_of(number) -> str:
    """The fingerprint under which the log remembers that a student was removed."""
    return Settings.vault.index(f"purged|{number}").hex()[:MARK]


def _marks(lot):
    """The fingerprints of a lot, as many in a detail of the log as one can hold."""
    lines = [lot[start : start + MARKS_IN_A_LINE] for start in range(0, len(lot), MARKS_IN_A_LINE)]
    return {f"marks_{n}": " ".join(map(mark_of, line)) for n, line in enumerate(lines, 1)}
