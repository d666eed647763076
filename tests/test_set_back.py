"""The clock of the machine is set back: nothing that had ended comes to life again, and nothing lives longer."""

import time

import pytest

from tables.journal import Event
from tables.letterbox import Mail
from tables.recovery import ResetLink
from tables.set_back import Watch
from tables.store import database
from tables.visits import Session
from tests.people import LIN
from tests.post import write

TWO_HOURS = 7200


@pytest.fixture
def set_back(app):
    """Set the clock back by two hours: what was written by now lies ahead. Give what watches it."""

    def turn(watch=None):
        with database.connection_context():
            Session.update(opened_at=Session.opened_at + TWO_HOURS, seen_at=Session.seen_at + TWO_HOURS).execute()
            for table, column in ((ResetLink, ResetLink.expires_at), (Mail, Mail.due_at)):
                table.update({column: column + TWO_HOURS}).execute()
            if watch:
                watch.ahead += TWO_HOURS
            (watch or Watch()).look()

    return turn


def session():
    """The one that is there, as it is by now: how long ago it was seen."""
    with database.connection_context():
        return int(time.time()) - Session.select().get().seen_at


@pytest.mark.parametrize("is_running", [True, False], ids=["while it runs", "while it does not run"])
def test_a_session_and_a_link_live_as_long_as_they_would_have(lin_plain, set_back, is_running):
    watch = Watch() if is_running else None
    with database.connection_context():
        if watch:
            watch.look()
        ResetLink.make(LIN.account)
        left = ResetLink.get().expires_at - time.time()
        Session.update(seen_at=Session.seen_at - 600).execute()

    set_back(watch)

    assert session() == pytest.approx(600 if is_running else 0, abs=60)
    with database.connection_context():
        assert ResetLink.get().expires_at - time.time() == pytest.approx(left + (0 if is_running else 600), abs=60)
    assert lin_plain.open("/home").path == "/home"


def test_what_had_ended_stays_ended(lin_plain, set_back):
    with database.connection_context():
        (watch := Watch()).look()
        Session.update(seen_at=Session.seen_at - 31 * 60).execute()

    set_back(watch)

    assert lin_plain.open("/home").path == "/intue/login"


def test_letters_do_not_wait_until_the_clock_has_caught_up(app, set_back):
    with database.connection_context():
        (watch := Watch()).look()
        write()

    set_back(watch)

    with database.connection_context():
        assert Mail.is_any_due()


def test_it_stands_in_the_log_once(lin_plain, set_back):
    set_back()
    with database.connection_context():
        Watch().look()

        (told,) = Event.of("", ["clock-set-back"], 10)
    assert int(told.told["seconds"]) == pytest.approx(TWO_HOURS, abs=60)


def test_a_clock_that_is_put_right_by_seconds_moves_nothing(lin_plain):
    with database.connection_context():
        watch = Watch()
        watch.look()
        watch.ahead += 30
        watch.look()

        assert Event.of("", ["clock-set-back"], 10) == []
