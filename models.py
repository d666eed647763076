"""Students and their record: the tables, and the questions we ask of them."""

import hashlib
from typing import NamedTuple

from peewee import BigIntegerField, BlobField, CharField, CompositeKey, ForeignKeyField, IntegerField

from domain import clock, dates, identity, places
from tables.moments import kept_for_a_moment
from tables.store import ROWS, Settings, Statement, Table, database, now


class Student(Table):
    """A student as the roster knows them. `roster` is sealed JSON of every roster column."""

    student_no = CharField(12, primary_key=True)
    name_zh = CharField(50, index=True)
    program = CharField(30, index=True)
    dept = CharField(50, index=True)
    overseas_kind = CharField(10)
    roster = BlobField()
    id_index = BlobField(index=True)
    passport_index = BlobField(index=True)
    route_mark = BlobField(default=b"")
    password = CharField(128, null=True)
    password_at = BigIntegerField(null=True)
    wrong_guesses = IntegerField(default=0)
    updated_at = BigIntegerField(default=now)

    @property
    def known(self) -> dict:
        """The roster's columns, opened."""
        return open_roster(self.student_no, self.roster)

    @classmethod
    def find(cls, id_number, program):
        """The student of this 學制 with this national ID, UI or passport number, or None."""
        # Not in the query: SQLite would look through everybody of the 學制, and have no use for the number.
        return next((one for one in cls.with_number(id_number) if one.program == program), None)

    @classmethod
    def with_number(cls, id_number):
        """Everyone with this national ID, UI or passport number, one for each 學制."""
        number = Settings.vault.index(identity.normalise(id_number))
        return cls.select().where((cls.id_index == number) | (cls.passport_index == number)).order_by(cls.student_no)

    @classmethod
    def seen_by(cls, depts):
        """The students whom a member of staff may see: of these departments, or all when `depts` is None."""
        return cls.select() if depts is None else cls.select().where(cls.dept.in_(depts))

    @classmethod
    def count_guess(cls, student_no, n=1):
        """Count `n` more guesses at an account that has no password yet, and say how many there were in its life.

        None where there is no such account: asking costs the same.
        """
        change = cls.update(wrong_guesses=cls.wrong_guesses + n)
        change = change.where(cls.student_no == student_no, cls.password.is_null(), cls.wrong_guesses >= -n)
        row = next(iter(list(change.returning(cls.wrong_guesses).execute())), None)
        return row and row.wrong_guesses

    @classmethod
    def programs(cls) -> list[str]:
        """Every 學制 of the roster, those with most students first."""
        return [program for program, _ in _programs()]


# Counting the rows, not the numbers in them, needs the index only.
@kept_for_a_moment(lambda found: sum(n for _, n in found))
def _programs():
    rows = Student.select(Student.program, ROWS).group_by(Student.program)
    return list(rows.order_by(ROWS.desc(), Student.program).tuples())


def open_roster(student_no, sealed) -> dict:
    """The roster columns of a student out of their sealed form."""
    return Settings.vault.open_json(sealed, f"student|roster|{student_no}")


def route_mark(route) -> bytes:
    """What a row tells of the 入學管道, whose name may tell of a disability: enough to find others of the same."""
    return Settings.vault.index(f"route|{route}")


def facts_of(known, today=None) -> dict:
    """Everything conditions and grey fields may ask about a student: roster columns and what follows from them."""
    country = places.country(known["nationality"]) or ("TW" if known["overseas_kind"] == "無" else "")
    return {
        **known,
        "nationality": country,
        "id_kind": identity.kind(known["id_no"]) or "" if known["id_no"] else "",
        "age": str(dates.age(dates.parse(known["birth_date"]), today or clock.local(now()).date())),
        "campus_email": Settings.campus_mail.format(student_no=known["student_no"]),
    }


class Roster:
    """Taking a checked roster in: all of it or nothing, and never what students did themselves."""

    SAME, CHANGED, NEW = "same", "changed", "new"
    _save = Statement(
        lambda: Student.insert(
            student_no="", name_zh="", program="", dept="", overseas_kind="", roster=b"", id_index=b"",
            passport_index=b"", route_mark=b"", wrong_guesses=0, updated_at=0,
        ).on_conflict(
            conflict_target=[Student.student_no],
            preserve=[
                Student.name_zh, Student.program, Student.dept, Student.overseas_kind, Student.roster,
                Student.id_index, Student.passport_index, Student.route_mark, Student.updated_at,
            ],
        )
    )  # fmt: skip

    @classmethod
    def sort(cls, students):
        """Each student of a checked roster with what importing would do: (student, SAME | CHANGED | NEW)."""
        for one, known, _sealed in cls.compare(students):
            yield one, cls.NEW if known is None else cls.SAME if known == one else cls.CHANGED

    @classmethod
    def compare(cls, students):
        """Each student with the columns that we have, opened (None: a new one) and sealed."""
        for start in range(0, len(students), 500):
            some = students[start : start + 500]
            numbers = [one["student_no"] for one in some]
            rows = Student.select(Student.student_no, Student.roster).where(Student.student_no.in_(numbers)).tuples()
            old = {number: (open_roster(number, sealed), bytes(sealed)) for number, sealed in rows}
            yield from ((one, *old.get(one["student_no"], (None, b""))) for one in some)

    @classmethod
    def take(cls, students):
        """Write these students in one transaction. Everything slow is done before it opens."""
        rows = [cls.row(one) for one in students]
        with database.atomic():
            cls._save.many(rows)

    @staticmethod
    def row(one):
        """What the table keeps of a student, in the order of its columns; a new one has guessed nothing yet."""
        vault, number = Settings.vault, one["student_no"]
        return (
            number, one["name_zh"], one["program"], one["dept"], one["overseas_kind"],
            vault.seal_json(one, f"student|roster|{number}"),
            vault.index(one["id_no"]) if one["id_no"] else b"",
            vault.index(one["passport_no"]) if one["passport_no"] else b"",
            route_mark(one["route"]), 0, now(),
        )  # fmt: skip


class SavedTab(Table):
    """What a student saved in one tab: sealed JSON of answers, right or not yet right.

    `rev` counts the saves that changed an answer, each of which has a row of history. `forms` tells of the last forms
    that were saved, by their keys, and of which `rev` that made: `key:rev key:rev`, the newest first.
    """

    student = ForeignKeyField(Student, on_delete="CASCADE")
    tab = CharField(40)
    answers = BlobField()
    saved_at = BigIntegerField()
    rev = IntegerField(default=0)
    forms = CharField(200, default="")

    class Meta:
        primary_key = CompositeKey("student", "tab")

    _of = Statement(
        lambda: (
            SavedTab.select(SavedTab.tab, SavedTab.answers, SavedTab.saved_at, SavedTab.rev, SavedTab.forms)
            .where(SavedTab.student == "")
            .order_by(SavedTab.tab)
        )
    )
    _revs = Statement(lambda: SavedTab.select(SavedTab.tab, SavedTab.rev).where(SavedTab.student == ""))
    _save = Statement(
        lambda: SavedTab.insert(student="", tab="", answers=b"", saved_at=0, rev=0, forms="").on_conflict(
            conflict_target=[SavedTab.student, SavedTab.tab],
            preserve=[SavedTab.answers, SavedTab.saved_at, SavedTab.rev, SavedTab.forms],
        )
    )

    @classmethod
    def of(cls, student_no) -> dict:
        """Every tab the student saved: {tab key: (answers, saved_at)}."""
        return {tab: (kept.answers, kept.saved_at) for tab, kept in cls.kept(student_no).items()}

    @classmethod
    def kept(cls, student_no) -> "dict[str, Kept]":
        """Every tab the student saved, by its key."""
        return {
            tab: Kept(Settings.vault.open_json(answers, f"tab|{tab}|{student_no}"), *more)
            for tab, answers, *more in cls._of(student_no)
        }

    @classmethod
    def revs(cls, student_no) -> dict[str, int]:
        """The `rev` of every tab the student saved."""
        return dict(cls._revs(student_no).fetchall())

    @classmethod
    def keep(cls, student_no, tab, answers, at=None, rev=0, forms="") -> int:
        """Save a tab, durably, and say when: now, unless `at` gives the time."""
        at = at or now()
        cls._save(student_no, tab, Settings.vault.seal_json(answers, f"tab|{tab}|{student_no}"), at, rev, forms)
        return at


class Kept(NamedTuple):
    """A tab as it was saved last; see SavedTab."""

    answers: dict
    saved_at: int | None = None
    rev: int = 0
    forms: str = ""


class Photo(Table):
    """A portrait, sealed. The answer that points to it is its fingerprint, so that old pages cannot show a new one."""

    student = ForeignKeyField(Student, on_delete="CASCADE")
    field = CharField(40)
    fingerprint = CharField(32)
    jpeg = BlobField()

    class Meta:
        primary_key = CompositeKey("student", "field")
        # Going through all photos reads no picture.
        indexes = ((("student", "field", "fingerprint"), False),)

    @staticmethod
    def mark(student_no, jpeg: bytes) -> str:
        """The fingerprint of a portrait."""
        return Settings.vault.index(f"photo|{student_no}|{hashlib.sha256(jpeg).hexdigest()}").hex()[:32]

    @classmethod
    def keep(cls, student_no, field, jpeg: bytes) -> str:
        """Store the portrait of a field in place of an earlier one, and give its fingerprint."""
        mark = cls.mark(student_no, jpeg)
        sealed = Settings.vault.seal(jpeg, f"photo|{field}|{student_no}")
        cls.insert(student=student_no, field=field, fingerprint=mark, jpeg=sealed).on_conflict(
            conflict_target=[cls.student, cls.field], preserve=[cls.fingerprint, cls.jpeg]
        ).execute()
        return mark

    @classmethod
    def read(cls, student_no, field):
        """The JPEG of a field, or None."""
        row = cls.get_or_none((cls.student == student_no) & (cls.field == field))
        return row and Settings.vault.open(row.jpeg, f"photo|{field}|{student_no}")
