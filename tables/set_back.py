"""When the clock of the machine is set back, what was to end by it moves along: it ends when it would have ended.

Otherwise sessions and links would live longer by as much, or come to life again, and letters would wait.
"""

import logging
import time

from peewee import fn

from tables import journal
from tables.journal import Event
from tables.letterbox import Mail, MailboxCode
from tables.recovery import FreezeLink, ResetLink, Slip
from tables.staff_visits import ActivationLink, StaffSession
from tables.store import database
from tables.visits import Captcha, Session

log = logging.getLogger("xueji")
# Clocks are put right by seconds all the time.
TOLERANCE = 60
MOVED = [
    (Session.opened_at, Session.seen_at),
    (StaffSession.opened_at, StaffSession.seen_at),
    (Mail.due_at, Mail.leased_until),
    *((table.expires_at,) for table in (ResetLink, FreezeLink, Slip, ActivationLink, MailboxCode, Captcha)),
]  # fmt: skip


class Watch:
    """Looks again and again whether the clock was set back, by the one that nobody can set."""

    def __init__(self):
        self.ahead = None

    def look(self):
        """Move what has to move. The first look compares with what was written when this process was not there yet."""
        ahead, at = time.time() - time.monotonic(), time.time()
        back = newest() - at if self.ahead is None else self.ahead - ahead
        if back > TOLERANCE:
            move(round(back))
        self.ahead = ahead


def newest() -> int:
    """The time of what was written last."""
    line = Event.select(Event.at).order_by(Event.id.desc()).limit(1).scalar()
    seen = Session.select(fn.MAX(Session.seen_at)).where(Session.ended_at.is_null()).scalar()
    return max(line or 0, seen or 0)


def move(seconds):
    """Put everything that ends by the clock back by as much as the clock, and write that down."""
    log.error("the clock was set back by %s seconds", seconds)
    with database.atomic():
        for columns in MOVED:
            columns[0].model.update({column: column - seconds for column in columns}).execute()
        journal.note("clock-set-back", "", seconds=seconds)
