"""Reopening: one student may fill in until a date, whatever the waves say. And what decides when a student may."""

from peewee import AutoField, BigIntegerField, BlobField, CharField, ForeignKeyField, Select

from models import Student
from tables import waves
from tables.store import Settings, Statement, Table, database, in_turn, now


class Reopening(Table):
    """That the record of one student was opened until a time, why and by whom. The last one counts.

    The reason is sealed: it may tell why somebody was late. `ended_at`: it was ended early, or another one followed.
    """

    id = AutoField()
    student = ForeignKeyField(Student, on_delete="CASCADE")
    until = BigIntegerField()
    reason = BlobField()
    by = CharField(20)
    at = BigIntegerField(default=now)
    ended_at = BigIntegerField(null=True)
    ended_by = CharField(20, default="")

    @property
    def words(self) -> str:
        """The reason."""
        return Settings.vault.open(self.reason, f"reopening|reason|{self.student_id}").decode()

    @property
    def holds(self) -> bool:
        """Whether it is in force."""
        return self.ended_at is None and now() < self.until

    @classmethod
    def begin(cls, student_no, until, reason, by):
        """Open the record of a student until a time, in place of any earlier one."""
        sealed = Settings.vault.seal(reason.encode(), f"reopening|reason|{student_no}")
        with in_turn("reopening", student_no):
            cls.end(student_no, by)
            cls.insert(student=student_no, until=until, reason=sealed, by=by).execute()

    @classmethod
    def end(cls, student_no, by) -> bool:
        """Close it early; whether one was in force."""
        change = cls.update(ended_at=now(), ended_by=by)
        return bool(change.where(cls._is_live(student_no)).execute())

    @classmethod
    def of(cls, student_no):
        """The one in force, or None."""
        return cls.select().where(cls._is_live(student_no)).order_by(cls.id.desc()).first()

    @classmethod
    def all_of(cls, student_no):
        """Every one there was, the last first."""
        return list(cls.select().where(cls.student == student_no).order_by(cls.id.desc()))

    @classmethod
    def _is_live(cls, student_no):
        return (cls.student == student_no) & cls.ended_at.is_null() & (cls.until > now())


def _both():
    latest = Reopening.select(Reopening.until).where((Reopening.student == "") & Reopening.ended_at.is_null())
    return Select(columns=[waves.version_query(), latest.order_by(Reopening.id.desc()).limit(1)]).bind(database)


_look = Statement(_both)


def look(student_no, known):
    """(the wave or None, until when the record is reopened or None) of a student, with one question to the database."""
    version, until = _look(waves.VERSION, student_no, 1).fetchone()
    return (waves.of(known, version) if version else None), until
