"""Waves of the tests: when they open and close, as seen from now."""

from tables import waves
from tables.reopenings import Reopening
from tables.store import database, now

HOUR, DAY = 3600, 86400
ALL = {"program": "", "route": "", "dept": ""}


def wave(name="學士班", *, opens=-DAY, closes=7 * DAY, lookup=None, grace=0, reminds=False, **who):
    """A wave, kept: times in seconds from now, `grace` in hours, `who` by program, route and dept."""
    at = now()
    with database.connection_context():
        one = waves.Wave(
            name_zh=name,
            name_en=f"Wave {name}" if name.isascii() else "A wave",
            opens_at=at + opens,
            closes_at=at + closes,
            lookup_at=None if lookup is None else at + lookup,
            grace_hours=grace,
            reminds=reminds,
            **{**ALL, **who},
        )
        waves.keep(one)
    return one


def shift(one, seconds):
    """The wave so many seconds earlier: time goes by for it."""
    with database.connection_context():
        one.opens_at, one.closes_at = one.opens_at - seconds, one.closes_at - seconds
        waves.keep(one)


def in_order():
    """The names of the waves."""
    with database.connection_context():
        return [one.name_zh for one in waves.current()]


def reopen(person, seconds, reason="住院"):
    """Open the record for one student."""
    with database.connection_context():
        Reopening.begin(person.account, now() + seconds, reason, "T1001")
