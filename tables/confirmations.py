"""When a member of staff last typed the password in this session: what takes much out, or away, asks for it again."""

from peewee import BigIntegerField, ForeignKeyField

from domain.vault import fingerprint
from tables.staff_visits import StaffSession
from tables.store import Table, now


class PasswordEntry(Table):
    """The last time after the session began."""

    session = ForeignKeyField(StaffSession, on_delete="CASCADE", primary_key=True)
    at = BigIntegerField(default=now)

    @classmethod
    def age(cls, token) -> int:
        """Seconds since the password was last typed in the session of this token."""
        session = fingerprint(token)
        opened_at = StaffSession.select(StaffSession.opened_at).where(StaffSession.id == session).scalar() or 0
        entry = cls.get_or_none(cls.session == session)
        return now() - max(opened_at, entry.at if entry else 0)

    @classmethod
    def note(cls, token):
        """It was typed just now."""
        row = cls.insert(session=fingerprint(token), at=now())
        row.on_conflict(conflict_target=[cls.session], preserve=[cls.at]).execute()
