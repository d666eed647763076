"""Which accounts of students are locked now."""

from blueprints import initial, locks
from models import Student
from tables.journal import Event
from tables.store import now

# Whoever stands before a lock has tried lately, and every try is in the log.
LATELY = 2 * 86400


def students() -> list[str]:
    """The numbers of students whose account lets no stranger try (any more), as far as somebody tried lately."""
    tried = Event.select(Event.account).where(Event.at > now() - LATELY, Event.what.in_(("refused", "locked")))
    accounts = sorted({account for (account,) in tried.distinct().tuples() if account})
    spent = Student.select(Student.student_no).where(
        Student.password.is_null() & (Student.wrong_guesses >= initial.LIFETIME_GUESSES)
    )
    return sorted({account for account, *_ in locks.shut(accounts)} | {number for (number,) in spent.tuples()})
