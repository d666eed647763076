"""What staff see of one student's account, on the page of accounts and on the student's own page: `_account.html`."""

from types import SimpleNamespace

from blueprints import guard, initial, language, locks
from domain import mailboxes
from domain.clock import full
from tables.journal import Event
from tables.letterbox import OwnMailbox
from tables.recovery import Freeze, Slip
from tables.store import now

FIRST, LAST = ("first-sign-in", "first-password"), ("signed-in",)


def account_block(student):
    """The account of a student as the template `staff/_account.html` wants it, times and reasons in words."""
    number, own = student.student_no, OwnMailbox.of(student.student_no)
    shut = list(locks.shut([number]))
    freeze, slip = Freeze.get_or_none(Freeze.student == number), Slip.get_or_none(Slip.student == number)
    return SimpleNamespace(
        number=number,
        has_password=student.password is not None,
        password_at=when(student.password_at),
        guesses=min(student.wrong_guesses, initial.LIFETIME_GUESSES),
        most_guesses=initial.LIFETIME_GUESSES,
        locks=[(language.say(locks.REASONS[why]), when(until)) for _, why, until in shut],
        can_unlock=any(why in guard.LIFTED for _, why, _ in shut),
        frozen=when(freeze and freeze.at),
        slip=when(slip and slip.expires_at > now() and slip.expires_at),
        mailbox=mailboxes.masked(own) if own else "",
        first=came(events_of(number, FIRST).order_by(Event.id).first()),
        last=came(events_of(number, LAST).order_by(Event.id.desc()).first()),
    )


def events_of(number, what):
    """What the student did of these sorts."""
    return Event.select().where((Event.account == number) & Event.what.in_(what))


def came(event):
    """(time, device, address) of an event, or None."""
    return event and (when(event.at), event.device, event.address)


def when(at) -> str:
    """A time in words, or ""."""
    return full(at, language.current()) if at else ""
