"""Tabs that the office gave back to students: why, what stood in them then, and how each case ended."""

from peewee import AutoField, BigIntegerField, BlobField, CharField, ForeignKeyField

from domain.returned import LATE, Returned
from models import SavedTab, Student
from tables.photos import PhotoVerdict
from tables.store import Settings, Statement, Table, in_turn, now

DAY = 86400
ACCEPTED, AGAIN, WITHDRAWN = "accepted", "again", "withdrawn"


class Return(Table):
    """A tab given back. It waits for the student until `answered_at`, then for the office until `closed_at`.

    `said` is sealed JSON: reason, office, refused (see domain.returned), and `before`, the answers at that time.
    """

    id = AutoField()
    student = ForeignKeyField(Student, on_delete="CASCADE", index=False)
    tab = CharField(40)
    by = CharField(64)
    at = BigIntegerField(default=now)
    until = BigIntegerField(null=True)
    said = BlobField()
    answered_at = BigIntegerField(null=True)
    closed_at = BigIntegerField(null=True)
    closed_by = CharField(64, default="")
    outcome = CharField(12, default="")

    _of = Statement(
        lambda: (
            Return.select(Return.id, Return.tab, Return.at, Return.until, Return.said)
            .where(Return.student == "", Return.answered_at.is_null(), Return.closed_at.is_null())
            .order_by(Return.id)
        )
    )

    @property
    def opened(self) -> dict:
        """What was said, and what stood in the tab then."""
        return Settings.vault.open_json(self.said, _place(self.student_id, self.tab))

    @property
    def is_late(self) -> bool:
        """Whether the student has let it lie for days."""
        return self.answered_at is None and self.at < now() - LATE * DAY

    @classmethod
    def of(cls, student_no) -> dict:
        """What waits for this student: {tab key: Returned}. One small query: it is asked for with every page."""
        return {
            tab: _returned(student_no, number, tab, at, until, said)
            for number, tab, at, until, said in cls._of(student_no)
        }

    @classmethod
    def of_all(cls, student_nos) -> dict:
        """The same for several students: {student number: {tab key: Returned}} of those for whom anything waits."""
        waiting = cls.answered_at.is_null() & cls.closed_at.is_null()
        rows = cls.select(cls.student).where(cls.student.in_(student_nos) & waiting).distinct().tuples()
        return {student_no: cls.of(student_no) for (student_no,) in rows}

    @classmethod
    def make(cls, student_no, tab, by, until=None, **said) -> int:
        """Give a tab back with what is in it now; a case that was open is closed by it, be it a moment old.

        `said`: reason, and perhaps office and refused, as domain.returned has them.
        """
        with in_turn("return", student_no, tab):
            cls._close(cls.open_case(student_no, tab), by, AGAIN)
            before, _ = SavedTab.of(student_no).get(tab, ({}, None))
            said = {"office": "", "refused": {}, **said, "before": before}
            sealed = Settings.vault.seal_json(said, _place(student_no, tab))
            return cls.insert(student=student_no, tab=tab, by=by, until=until, said=sealed).execute()

    @classmethod
    def answer(cls, number, student_no):
        """Note that the student has saved the tab well; the office looks at it next, at its photo too."""
        cls.update(answered_at=now()).where(cls.id == number, cls.answered_at.is_null()).execute()
        PhotoVerdict.forget_rejected(student_no)

    @classmethod
    def open_case(cls, student_no, tab):
        """The case of a tab that is not closed yet, or None."""
        here = (cls.student == student_no) & (cls.tab == tab) & cls.closed_at.is_null()
        return cls.select().where(here).order_by(cls.id.desc()).first()

    @classmethod
    def close(cls, case, by, outcome) -> bool:
        """End a case as ACCEPTED or WITHDRAWN. False when somebody else was first."""
        return cls._close(case, by, outcome) == 1

    @classmethod
    def _close(cls, case, by, outcome):
        if case is None:
            return 0
        change = cls.update(closed_at=now(), closed_by=by, outcome=outcome)
        return change.where(cls.id == case.id, cls.closed_at.is_null()).execute()

    @classmethod
    def history(cls, student_no, tab=None):
        """Every case of a student, or of one of the tabs, the newest first."""
        here = cls.student == student_no
        return list(cls.select().where(here & (cls.tab == tab) if tab else here).order_by(cls.id.desc()))

    @classmethod
    def queue(cls, depts, is_answered, after=0, limit=50):
        """Open cases of the students of these departments (None: all), the oldest first, those behind the id `after`.

        `is_answered`: those that wait for the office, else those that wait for the student. Their students come along.
        """
        cases = cls.select(cls, Student).join(Student).where(cls.closed_at.is_null(), cls.id > after)
        cases = cases.where(cls.answered_at.is_null(not is_answered))
        if depts is not None:
            cases = cases.where(Student.dept.in_(depts))
        return list(cases.order_by(cls.id).limit(limit))

    @classmethod
    def counts(cls, depts) -> tuple[int, int]:
        """How many open cases wait for the office, and how many for students."""
        cases = cls.select(cls.answered_at).join(Student).where(cls.closed_at.is_null())
        if depts is not None:
            cases = cases.where(Student.dept.in_(depts))
        answered = cases.where(cls.answered_at.is_null(False)).count()
        return answered, cases.count() - answered


# Two clerks at once cannot open two cases of one tab.
Return.add_index(Return.index(Return.student, Return.tab, unique=True, where=Return.closed_at.is_null()))
Return.add_index(Return.student, Return.closed_at)
Return.add_index(Return.closed_at, Return.id)


def _place(student_no, tab):
    return f"return|{tab}|{student_no}"


def _returned(student_no, number, tab, at, until, sealed):
    said = Settings.vault.open_json(sealed, _place(student_no, tab))
    is_open = until is None or now() < until
    return Returned(number, said["reason"], said["office"], at, until, is_open, said["refused"])


class ReadyReason(Table):
    """A reason to pick from, as the office wrote it. `kind` is TAB or PHOTO."""

    TAB, PHOTO = "tab", "photo"
    id = AutoField()
    kind = CharField(10, index=True)
    text = CharField(300)

    @classmethod
    def of(cls, kind) -> list[str]:
        """The reasons of a kind, in the order in which they were written."""
        return [row.text for row in cls.select(cls.text).where(cls.kind == kind).order_by(cls.id)]

    @classmethod
    def replace_all(cls, kind, texts):
        """These reasons and no others."""
        with in_turn("reasons", kind):
            cls.delete().where(cls.kind == kind).execute()
            for text in dict.fromkeys(texts):
                cls.insert(kind=kind, text=text).execute()
