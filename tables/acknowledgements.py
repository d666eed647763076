"""Who has read which version of the privacy notice."""

from peewee import AutoField, BigIntegerField, BlobField, CharField, ForeignKeyField

from models import Student
from tables.store import Statement, Table, now


class Acknowledgement(Table):
    """That a student read a version of the privacy notice, when, and from which address (only its fingerprint)."""

    id = AutoField()
    student = ForeignKeyField(Student, on_delete="CASCADE")
    version = CharField(40)
    at = BigIntegerField(default=now)
    address = BlobField()

    _of = Statement(
        lambda: (
            Acknowledgement.select(Acknowledgement.at)
            .where(Acknowledgement.student == "", Acknowledgement.version == "")
            .limit(1)
        )
    )

    @classmethod
    def exists_for(cls, student_no, version) -> bool:
        """Whether the student has read this version."""
        return cls.when(student_no, version) is not None

    @classmethod
    def when(cls, student_no, version):
        """When the student said so of this version, or None."""
        return next(iter(cls._of(student_no, version, 1).fetchone() or ()), None)
