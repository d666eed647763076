"""The passwords somebody had before, so that none of them is taken again."""

from peewee import AutoField, CharField, ForeignKeyField

from domain import passwords
from models import Student
from tables.store import Table

# 資通系統防護基準 (附表十) asks for three.
KEPT = 5


class Earlier:
    """What such tables have in common: the last hashed passwords of an `owner`, with the one in use."""

    @classmethod
    def latest(cls, owner) -> list[str]:
        """The last of them, hashed, the newest first."""
        return [row.password for row in cls.select().where(cls.owner == owner).order_by(cls.id.desc()).limit(KEPT)]

    @classmethod
    def has(cls, owner, password) -> bool:
        """Whether this was one of the last passwords."""
        return any([passwords.matches(stored, password) for stored in cls.latest(owner)])  # noqa: C419

    @classmethod
    def keep(cls, owner, hashed):
        """Add the one in use from now on, and forget those that no longer count."""
        cls.insert(owner=owner, password=hashed).execute()
        counting = cls.select(cls.id).where(cls.owner == owner).order_by(cls.id.desc()).limit(KEPT)
        cls.delete().where(cls.owner == owner, cls.id.not_in(counting)).execute()


class StudentPassword(Earlier, Table):
    """A password of a student."""

    id = AutoField()
    owner = ForeignKeyField(Student, on_delete="CASCADE")
    password = CharField(128)
