"""What comes and goes in the database: codes, counts and sessions, and the sweeping of what has run out."""

import pytest

from domain.vault import fingerprint
from tables.store import database, now
from tables.visits import Captcha, Session, sweep
from tests.crowd import at_once
from tests.people import LIN


@pytest.fixture(autouse=True)
def connection(app):
    """A connection for the whole test."""
    with database.connection_context():
        yield


def test_of_many_who_try_a_code_at_once_one_gets_it():
    code = Captcha.draw("lookup", "12345")

    answers = at_once(8, lambda: Captcha.take(code, "lookup"))

    assert sorted(answers, key=str) == ["12345"] + [None] * 7


def test_a_code_is_good_for_its_form_and_ten_minutes_only():
    code, old = Captcha.draw("lookup", "12345"), Captcha.draw("lookup", "67890")
    Captcha.update(expires_at=now() - 1).where(Captcha.id == old).execute()

    assert Captcha.take(code, "portal") is None
    assert Captcha.take(code, "lookup") == "12345"
    assert Captcha.take(old, "lookup") is None and Captcha.answer_of(old) is None
    assert Captcha.LIFE == 600


def test_sweeping_removes_what_has_run_out_and_nothing_else():
    stale, fresh = Session.begin(LIN.account), Session.begin(LIN.account)
    Session.update(opened_at=now() - Session.LONGEST - 1).where(Session.id == fingerprint(stale)).execute()
    old_code, code = Captcha.draw("lookup", "1"), Captcha.draw("lookup", "2")
    Captcha.update(expires_at=now() - 1).where(Captcha.id == old_code).execute()

    sweep()

    assert Session.load(stale, 1800) is None and Session.load(fresh, 1800)
    assert Captcha.select().count() == 1 and Captcha.answer_of(code) == "2"
