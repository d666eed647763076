"""How far every student is, summed up: lists and counts of a hundred thousand are made from this, not from answers.

A student's row names an outline: which tabs apply, how far each is, what is missing in it. Many students have the same
one, so there are few, and they are sealed: that somebody lacks a field which only some are asked for would tell what
they answered. All of it follows from roster, record and answers, and is made anew when any of them or the day changes.
"""

import hashlib
from functools import cache
from pathlib import Path

from peewee import JOIN, BigIntegerField, BlobField, BooleanField, CharField, ForeignKeyField, fn

from domain import clock, sheet
from domain.outline import Outline, outline, read
from models import SavedTab, Student, facts_of, open_roster
from tables.returns import Return
from tables.store import Settings, Statement, Table, database, is_server, now
from tables.visits import SignIn

ADULT, DOMESTIC = 18, "無"
BATCH = 200
MOST_KEPT = 50_000


class Shape(Table):
    """An outline, sealed, under its keyed fingerprint."""

    id = BigIntegerField(primary_key=True)
    outline = BlobField()

    _insert = Statement(lambda: Shape.insert(id=0, outline=b"").on_conflict_ignore())
    _opened = {}

    @staticmethod
    def number(text) -> int:
        """The fingerprint of an outline that is written so."""
        return int.from_bytes(Settings.vault.index(f"shape|{text}")[:8]) >> 1

    @classmethod
    def keep(cls, number, text):
        """Store an outline, unless it is there."""
        cls._insert(number, Settings.vault.seal(text.encode(), f"shape|outline|{number}"))

    @classmethod
    def open_all(cls, numbers) -> dict[int, Outline]:
        """The outlines of these fingerprints. Those that were opened once are remembered: they never change."""
        opened = cls._opened if len(cls._opened) < MOST_KEPT else {}
        wanted = [number for number in numbers if number not in opened]
        for start in range(0, len(wanted), 1000):
            for number, sealed in cls.select().where(cls.id.in_(wanted[start : start + 1000])).tuples():
                opened[number] = read(Settings.vault.open(sealed, f"shape|outline|{number}"))
        cls._opened = opened
        return {number: opened[number] for number in numbers}


class Standing(Table):
    """One student in short. `came_in`: whether they ever logged in with a password of their own.

    `lacks_number`: an overseas student of whom no ID or UI number is known. `version` says by which record, on which
    day and by which code the row was made.
    """

    student = ForeignKeyField(Student, on_delete="CASCADE", primary_key=True)
    name = CharField(50)
    program = CharField(30)
    dept = CharField(50)
    overseas_kind = CharField(10)
    came_in = BooleanField(default=False)
    state = CharField(6)
    shape = BigIntegerField()
    is_minor = BooleanField()
    lacks_number = BooleanField()
    version = CharField(32)
    judged_at = BigIntegerField()

    class Meta:
        indexes = (
            (("dept", "program", "came_in", "state"), False),
            (("shape", "dept", "program"), False),
        )

    _of = Statement(lambda: Standing.select(Standing.shape, Standing.lacks_number).where(Standing.student == ""))
    _change = Statement(
        lambda: Standing.update(state="", shape=0, lacks_number=False, judged_at=0).where(Standing.student == "")
    )
    _save = Statement(
        lambda: Standing.insert(
            student="", name="", program="", dept="", overseas_kind="", came_in=False, state="", shape=0,
            is_minor=False, lacks_number=False, version="", judged_at=0,
        ).on_conflict(
            conflict_target=[Standing.student],
            preserve=[
                Standing.name, Standing.program, Standing.dept, Standing.overseas_kind, Standing.came_in,
                Standing.state, Standing.shape, Standing.is_minor, Standing.lacks_number, Standing.version,
                Standing.judged_at,
            ],
        )
    )  # fmt: skip

    @classmethod
    def come_in(cls, student_no):
        """Note that the student has logged in with a password of their own."""
        cls.update(came_in=True).where((cls.student == student_no) & ~cls.came_in).execute()

    @property
    def outline(self) -> Outline:
        """The outline of this student."""
        return Shape.open_all([self.shape])[self.shape]


@cache
def _code():
    """The fingerprint of everything that judges answers."""
    sources = sorted(Path(sheet.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def version(record) -> str:
    """What rows are made by: the record, the code that judges, and the day in Taipei, since ages change with it."""
    parts = (record.fingerprint, _code(), str(clock.local(now()).date()))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def follow(record, student_no, judged):
    """After a save, in its transaction: write what changed. `judged` is the Progress of all tabs."""
    row = Standing._of(student_no).fetchone()
    if row is None:
        rebuild(record, [student_no])
        return
    short = outline(judged)
    text = str(short)
    number, lacks_number = Shape.number(text), _lacks_number(judged)
    if row != (number, lacks_number):
        Shape.keep(number, text)
        Standing._change(short.state, number, lacks_number, now(), student_no)


def rebuild(record, student_nos):
    """Make the rows of these students anew, as after an import or a change that no save made."""
    seen, numbers = {}, list(student_nos)
    for start in range(0, len(numbers), BATCH):
        with database.atomic():
            some = numbers[start : start + BATCH]
            _lock(some)
            saved, returned, came = _saved(some), Return.of_all(some), _came_in(some)
            rows, made = [], (version(record), now())
            for one in Student.select().where(Student.student_no.in_(some)):
                number = one.student_no
                state = _state(record, one, saved.get(number, {}), returned.get(number, {}), seen)
                known = (number, one.name_zh, one.program, one.dept, one.overseas_kind)
                rows.append((*known, number in came, *state, *made))
            Standing._save.many(rows)


def stale(record, limit=BATCH) -> list[str]:
    """Numbers of students whose row is not there, or older than the roster, the record, the code or the day."""
    is_old = Standing.student.is_null() | (Standing.version != version(record))
    is_old |= Student.updated_at >= Standing.judged_at
    query = Student.select(Student.student_no).join(Standing, JOIN.LEFT_OUTER).where(is_old).limit(limit)
    return [number for (number,) in query.tuples()]


def differing(record, how_many):
    """(how many of the rows that are up to date were looked at, numbers of those that are not what judging gives)."""
    old = Standing.version != version(record)
    rows = list(Standing.select().where(~old).order_by(fn.RANDOM()).limit(how_many))
    before = {row.student_id: row.__data__ | {"judged_at": 0} for row in rows}
    with database.atomic() as trial:
        rebuild(record, before)
        after = Standing.select().where(Standing.student.in_(list(before)))
        wrong = [row.student_id for row in after if row.__data__ | {"judged_at": 0} != before[row.student_id]]
        trial.rollback()
    return len(before), wrong


def _saved(numbers):
    """{student: {tab: (answers, saved_at)}} of these students."""
    found = {}
    rows = SavedTab.select(SavedTab.student, SavedTab.tab, SavedTab.answers, SavedTab.saved_at)
    for number, tab, sealed, at in rows.where(SavedTab.student.in_(numbers)).order_by(SavedTab.tab).tuples():
        found.setdefault(number, {})[tab] = Settings.vault.open_json(sealed, f"tab|{tab}|{number}"), at
    return found


def _came_in(numbers):
    rows = SignIn.select(SignIn.student).where(SignIn.student.in_(numbers)).distinct().tuples()
    return {number for (number,) in rows}


def facts(record, known) -> dict:
    """What conditions and grey fields ask about a student of whom the roster knows this."""
    return {**facts_of(known), "notice_version": record.notice.version, "last_login": ""}


def _lock(numbers):
    """Let a save that is under way be done first, or come after; SQLite has one writer at a time anyway."""
    if is_server():
        list(Standing.select(Standing.student).where(Standing.student.in_(numbers)).for_update().tuples())


def _state(record, student, saved, returned, seen):
    """The columns of a row from `state` to `lacks_number`."""
    known = facts(record, open_roster(student.student_no, student.roster))
    alike = None if saved or returned else _alike(record, known)
    if alike is None or alike not in seen:
        seen[alike] = _kept(sheet.progress(record, saved, known, returned=returned))
    state, number, lacks_number = seen[alike]
    return state, number, int(known["age"]) < ADULT, lacks_number


def _alike(record, known):
    """Nothing saved: what is asked for follows from what many have in common, and from which facts there are."""
    held = tuple(term.holds(known) for term in record.terms)
    present = tuple(bool(known.get(name)) for name in record.looked_at)
    return held, present, known["overseas_kind"], known["id_kind"]


def _kept(judged):
    """(state, fingerprint, lacks_number) of a record that was judged; its outline is stored."""
    short = outline(judged)
    number = Shape.number(str(short))
    Shape.keep(number, str(short))
    return short.state, number, _lacks_number(judged)


def _lacks_number(judged):
    """Whether neither the roster nor the student has given an ID or UI number of somebody from abroad."""
    known = judged.sheets[0].facts if judged.sheets else {}
    if known.get("overseas_kind", DOMESTIC) == DOMESTIC or known["id_kind"]:
        return False
    given = [sheet.answers.get(one.key) for sheet in judged.sheets for one in sheet.visible if one.kind == "ui_number"]
    return not any(given)
