"""How things stand, in numbers, for whoever watches."""

from pathlib import Path

from peewee import fn

from tables.letterbox import WAITING, Mail
from tables.staff_visits import StaffSession
from tables.store import ROWS, database, is_server, journal_size, now
from tables.visits import Session


def backlog():
    """(how many letters wait, seconds since the oldest of them was written)."""
    n, oldest = Mail.select(ROWS, fn.MIN(Mail.queued_at)).where(Mail.state == WAITING).tuples().first()
    return n, max(0, now() - oldest) if n else 0


def students_here(idle) -> int:
    """How many sessions of students were used within the last `idle` seconds."""
    return Session.select().where((Session.seen_at > now() - idle) & Session.ended_at.is_null()).count()


def staff_here() -> int:
    """The same of staff."""
    return StaffSession.select().where(StaffSession.seen_at > now() - StaffSession.IDLE).count()


def size() -> int:
    """Bytes of the database, and of its journal."""
    if is_server():
        return database.execute_sql("SELECT pg_database_size(current_database())").fetchone()[0]
    return Path(database.database).stat().st_size + journal_size()
