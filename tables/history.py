"""What every answer was before and is now, who changed it and when: one row for each save that changed anything."""

from peewee import AutoField, BigIntegerField, BlobField, CharField, ForeignKeyField

from models import Student
from tables.store import Settings, Statement, Table, now


class History(Table):
    """A save of a tab. `changes` is sealed JSON of {field key: [old, new]}; `by` the account that saved."""

    id = AutoField()
    student = ForeignKeyField(Student, on_delete="CASCADE")
    tab = CharField(40)
    at = BigIntegerField()
    by = CharField(64)
    changes = BlobField()

    _insert = Statement(lambda: History.insert(student="", tab="", at=0, by="", changes=b""))

    @classmethod
    def of(cls, student_no, limit=100):
        """The last saves of a student, the newest first: (at, tab, by, {field key: [old, new]})."""
        rows = cls.select().where(cls.student == student_no).order_by(cls.id.desc()).limit(limit)
        return [(row.at, row.tab, row.by, row.opened) for row in rows]

    @property
    def opened(self) -> dict:
        """{field key: [old, new]}. Raises WrongKey when the row was altered."""
        return Settings.vault.open_json(self.changes, _place(self.student_id, self.tab, self.at))


def _place(student_no, tab, at):
    return f"history|changes|{student_no}|{tab}|{at}"


def changed(old, new) -> dict:
    """{key: [old, new]} of the answers that differ; no answer is "", whether or not it was ever given."""
    keys = dict.fromkeys([*old, *new])
    both = ((key, [old.get(key) or "", new.get(key) or ""]) for key in keys)
    return {key: pair for key, pair in both if pair[0] != pair[1]}


def note_changes(student_no, tab, changes, by) -> bool:
    """Write down what a save changes, in its transaction; whether it was anything. `by`: an account."""
    if changes:
        at = now()
        History._insert(student_no, tab, at, by, Settings.vault.seal_json(changes, _place(student_no, tab, at)))
    return bool(changes)


def undone(student_no, tab, answers, n) -> dict:
    """The answers of a tab as they were before its last `n` changes."""
    of_tab = (History.student == student_no) & (History.tab == tab)
    before = dict(answers)
    for row in History.select().where(of_tab).order_by(History.id.desc()).limit(n):
        before |= {key: old for key, (old, _new) in row.opened.items()}
    return before
