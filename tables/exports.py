"""Exports: who is read for them, which columns the office keeps for the next time, and what was taken out when."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    TextField,
    fn,
)

from domain.export_columns import Person
from models import Photo, SavedTab, Student, facts_of
from tables.returns import Return
from tables.store import Settings, Table, connected, database, now

AT_ONCE, PHOTOS_AT_ONCE = 200, 20
# A change that was begun before an export and written while it ran is in the next one.
OVERLAP = 10
LONGEST = 6 * 3600
RUNNING, FINISHED, BROKEN_OFF = "running", "finished", "broken off"


class Selection(NamedTuple):
    """Whose records: of these departments (None: of all), this 學制, this department.

    `since`: changed then or later; `until`: not changed then or later. Seconds since 1970.
    """

    depts: list | None = None
    program: str = ""
    dept: str = ""
    since: int | None = None
    until: int | None = None

    @property
    def scope(self) -> str:
        """The same for two exports that would have the same students if nobody changed anything."""
        return json.dumps([sorted(self.depts) if self.depts is not None else None, self.program, self.dept])

    def query(self):
        """The students."""
        query = Student.seen_by(self.depts)
        for column, value in ((Student.program, self.program), (Student.dept, self.dept)):
            query = query.where(column == value) if value else query
        if self.since is not None:
            query = query.where((Student.updated_at >= self.since) | _saved_from(self.since))
        if self.until is not None:
            query = query.where(Student.updated_at < self.until, ~_saved_from(self.until))
        return query

    def people(self, at_once=AT_ONCE) -> Iterator[Person]:
        """Every student in the order of their numbers, read in lots.

        Each lot has a connection of its own, given back before it is handed on: however long somebody takes to fetch
        an export, it holds up no save and no other visitor.
        """
        last = ""
        while True:
            with connected():
                lot = _read(self.query().where(Student.student_no > last).order_by(Student.student_no).limit(at_once))
            yield from lot
            if len(lot) < at_once:
                return
            last = lot[-1].known["student_no"]


def _saved_from(at):
    return fn.EXISTS(SavedTab.select().where((SavedTab.student == Student.student_no) & (SavedTab.saved_at >= at)))


def _read(query) -> list[Person]:
    students = list(query)
    saved = {student.student_no: {} for student in students}
    rows = SavedTab.select(SavedTab.student, SavedTab.tab, SavedTab.answers, SavedTab.saved_at)
    for number, tab, answers, at in rows.where(SavedTab.student.in_(list(saved))).order_by(SavedTab.tab).tuples():
        saved[number][tab] = Settings.vault.open_json(answers, f"tab|{tab}|{number}"), at
    returned = Return.of_all(list(saved))
    return [_person(student, saved[student.student_no], returned.get(student.student_no, {})) for student in students]


def _person(student, saved, returned):
    known = student.known
    return Person(known, facts_of(known), saved, student.updated_at, returned)


def photos(seen) -> Iterator[tuple[str, bytes]]:
    """(file name, JPEG) of every photo that stands in the records of these students: 411510001.jpg.

    Where the record has several, the others have the key of their field behind the number.
    """
    lot = []
    for one in seen:
        fields = [(field, sheet) for field, sheet in one.shown.values() if field.kind == "photo"]
        lot += [
            (one.person.known["student_no"], field.key, f"-{field.key}" if n else "")
            for n, (field, sheet) in enumerate(fields)
            if sheet.value(field) and field.key not in sheet.problems
        ]
        if len(lot) >= PHOTOS_AT_ONCE:
            yield from _open(lot)
            lot = []
    yield from _open(lot)


def _open(lot):
    with connected():
        found = [(f"{number}{more}.jpg", Photo.read(number, key)) for number, key, more in lot]
    return [(name, jpeg) for name, jpeg in found if jpeg]


class ExportMapping(Table):
    """Columns that the office exports again and again: (column key, heading) pairs in their order."""

    id = AutoField()
    name = CharField(60, unique=True)
    columns = TextField()
    dates = CharField(4)
    account = CharField(20)
    updated_at = BigIntegerField(default=now)

    @classmethod
    def keep(cls, number, name, columns, dates, account) -> int:
        """Keep a mapping, a new one when `number` is None; its number."""
        values = {"name": name, "columns": json.dumps(columns), "dates": dates, "account": account, "updated_at": now()}
        if number is None:
            return cls.insert(**values).execute()
        cls.update(**values).where(cls.id == number).execute()
        return number

    @property
    def pairs(self) -> list:
        """The columns."""
        return json.loads(self.columns)


class ExportRun(Table):
    """One export: who took what, why, how many students, and the SHA-256 of the file; never what stood in it.

    `what` names the mapping or list. `is_handover`: the file went to the registry, which keeps the record from now on.
    """

    id = AutoField()
    what = CharField(60, index=True)
    name = CharField(80)
    scope = TextField()
    form = CharField(10)
    account = CharField(20, index=True)
    reason = CharField(200)
    state = CharField(10, default=RUNNING)
    began_at = BigIntegerField(default=now)
    ended_at = BigIntegerField(null=True)
    n = IntegerField(default=0)
    sha256 = CharField(64, default="")
    is_handover = BooleanField(default=False)

    @classmethod
    def last_of(cls, what, scope):
        """When the last finished export of the same thing from the same students began, or None."""
        query = cls.select(fn.MAX(cls.began_at))
        return query.where((cls.what == what) & (cls.scope == scope) & (cls.state == FINISHED)).scalar()

    @classmethod
    def latest(cls, account=None, how_many=20):
        """The last exports, of one account or of all, the newest first."""
        query = cls.select() if account is None else cls.select().where(cls.account == account)
        return list(query.order_by(cls.id.desc()).limit(how_many))

    @property
    def outcome(self):
        """How it ended; what has been under way for hours was broken off by a server that stopped."""
        return BROKEN_OFF if self.state == RUNNING and now() - self.began_at > LONGEST else self.state

    def end(self, n, sha256, is_whole):
        """Note how it ended."""
        state = FINISHED if is_whole else BROKEN_OFF
        change = ExportRun.update(state=state, ended_at=now(), n=n, sha256=sha256 if is_whole else "")
        change.where(ExportRun.id == self.id).execute()


class Handover(Table):
    """That a student was in an export for the registry. It counts when that export finished."""

    student = ForeignKeyField(Student, on_delete="CASCADE")
    run = ForeignKeyField(ExportRun, on_delete="CASCADE")

    class Meta:
        primary_key = CompositeKey("student", "run")

    @classmethod
    def note(cls, run, numbers):
        """These students are in the export."""
        with connected(), database.atomic():
            rows = [{"student": number, "run": run.id} for number in numbers]
            cls.insert_many(rows).on_conflict_ignore().execute()

    @classmethod
    def of_runs(cls, numbers) -> set[int]:
        """Those of these exports of which it is known who was in them."""
        return {number for (number,) in cls.select(cls.run).where(cls.run.in_(numbers)).distinct().tuples()}
