"""While many passwords are being guessed: whom it is told, once, and where it can be seen until it is over."""

import pytest

from blueprints import alarm, initial
from tables.recovery import FreezeLink
from tables.store import database
from tables.tries import Tries
from tests.answers import log_in
from tests.browser import Browser
from tests.crowd import at_once
from tests.later import later
from tests.offices import KAO, WU, dismiss, employ, letters, sign_in
from tests.people import LIN

BANNER = "有人正在大量猜密碼"


@pytest.fixture
def wu(app):
    """The registrar, at work."""
    return sign_in(Browser(app), employ(WU, has_phone=True))


def attack(app, why="failures"):
    """It begins, or goes on."""
    with app.app_context(), database.connection_context():
        alarm.sound(why)


def test_the_registrars_get_one_letter_when_it_begins_however_long_it_goes_on(app, wu):
    employ(KAO)
    for _ in range(3):
        attack(app)

    ((to, subject, text),) = letters()
    assert to == WU.email and "猜" in subject and "http://127.0.0.1:8000/staff/accounts" in text


def test_of_many_failures_at_once_one_begins_it(app, wu):
    at_once(8, lambda: attack(app))

    assert len(letters()) == 1


def test_it_is_told_again_when_it_begins_again(app, wu):
    attack(app)
    later(15 * 60 + 5)
    attack(app)

    assert len(letters()) == 2


def test_whoever_has_left_is_told_nothing(app, wu):
    dismiss(WU)

    attack(app)

    assert letters() == []


def test_every_staff_page_says_so_until_it_has_been_quiet_for_a_quarter_of_an_hour(app, wu):
    assert BANNER not in wu.open("/staff").text("body")

    attack(app)

    assert BANNER in wu.open("/staff").text("body") and BANNER in wu.open("/staff/settings").text("body")
    assert BANNER not in Browser(app).open("/staff/login").text("body")
    later(15 * 60 - 5)
    assert BANNER in wu.open("/staff").text("body")
    later(10)
    assert BANNER not in wu.open("/staff").text("body")


@pytest.mark.parametrize("limit", [initial.WARNING, initial.BUDGET])
def test_the_registrars_are_told_how_much_is_guessed_at_initial_passwords(app, wu, limit):
    with app.app_context(), database.connection_context():
        Tries.count(initial._budget(), 3600)
        Tries.update(n=limit - 2).where(Tries.n == 1).execute()
    for n in range(3):
        log_in(Browser(app, address=f"10.0.{n}.1"), LIN, f"0000{n}@Ntue")

    ((to, _, text),) = letters()
    assert to == WU.email and f"{limit:d} " in text and LIN.account not in text


def test_the_registrars_are_told_of_an_account_that_was_frozen(app, wu):
    with database.connection_context():
        link = FreezeLink.make(LIN.account)

    Browser(app).open(f"/password/not-me/{link}").submit()

    ((to, _, text),) = letters()
    assert to == WU.email and f"/staff/accounts/{LIN.account}" in text
