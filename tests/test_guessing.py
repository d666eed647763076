"""Guessing passwords: how often, at what cost, and that nobody learns who exists."""

import threading
from concurrent.futures import ThreadPoolExecutor

import argon2
import pytest

from models import Student
from tables.store import Settings, database
from tables.tries import Lock
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.later import a_quarter_of_an_hour_later
from tests.people import CHEN, LIN, PASSWORD, Person

DOORS = ["/intue/login", "/portal/login"]
NOBODY = Person(account="411599999", first="A1234567890305", name="", id_number="", birthday=("", "", ""), tabs=0)
WRONG = "Wrong&Kite99"


def guess(app, person, times, password=WRONG, door="/intue/login"):
    """Try a password so many times, each from another browser; the last one."""
    for n in range(times):
        browser = log_in(Browser(app, address=f"10.0.{n}.1"), person, password, door)
    return browser


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(app):
    first_password(Browser(app), LIN)
    guess(app, LIN, 5)

    assert log_in(Browser(app), LIN).status == 422
    assert log_in(Browser(app), LIN, door="/portal/login").status == 422

    a_quarter_of_an_hour_later()
    assert log_in(Browser(app), LIN).path == "/home"


def test_four_wrong_passwords_do_not_and_the_right_one_counts_from_nothing_again(app):
    first_password(Browser(app), LIN)

    for _ in range(3):
        guess(app, LIN, 4)
        assert log_in(Browser(app), LIN).path == "/home"


def test_twelve_guesses_sent_at_once_count_as_five(app):
    doors = [Browser(app, address=f"10.2.{n}.1").open("/intue/login") for n in range(12)]
    together = threading.Barrier(len(doors))

    def knock(browser):
        together.wait()
        browser.submit(account=LIN.account, password=WRONG)

    with ThreadPoolExecutor(len(doors)) as crowd:
        list(crowd.map(knock, doors))

    with database.connection_context():
        assert Student.get_by_id(LIN.account).wrong_guesses == 5


def test_one_account_that_is_locked_leaves_the_others_alone(app):
    first_password(Browser(app), CHEN)
    guess(app, LIN, 6)

    assert log_in(Browser(app), CHEN).path == "/home"


@pytest.mark.parametrize("door", DOORS)
def test_ten_wrong_guesses_close_the_initial_passwords_for_good(app, door):
    for _ in range(2):
        guess(app, LIN, 5, door=door)
        a_quarter_of_an_hour_later()

    assert log_in(Browser(app), LIN, LIN.first, door).status == 422
    a_quarter_of_an_hour_later()
    assert log_in(Browser(app), LIN, LIN.second, door).status == 422


def test_nine_do_not(app):
    for times in (5, 4):
        guess(app, LIN, times)
        a_quarter_of_an_hour_later()

    assert log_in(Browser(app), LIN, LIN.first).path == "/password/first"


def test_what_is_typed_while_the_account_is_locked_uses_up_no_guess_for_life(app):
    guess(app, LIN, 5)
    guess(app, LIN, 8, LIN.first)
    a_quarter_of_an_hour_later()

    assert log_in(Browser(app), LIN, LIN.first).path == "/password/first"


def test_wrong_guesses_are_forgotten_once_there_is_a_password_of_ones_own(app):
    guess(app, LIN, 4)
    first_password(Browser(app), LIN)

    with database.connection_context():
        assert Student.get_by_id(LIN.account).wrong_guesses == 0


@pytest.mark.parametrize("door", DOORS)
def test_every_way_of_not_getting_in_reads_the_same(app, door):
    first_password(Browser(app), CHEN)
    guess(app, LIN, 5)
    tries = {
        "unknown": (NOBODY, WRONG),
        "wrong": (CHEN, WRONG),
        "no longer initial": (CHEN, CHEN.first),
        "locked": (LIN, LIN.first),
    }

    pages = {}
    for n, (why, (person, password)) in enumerate(tries.items()):
        browser = log_in(Browser(app, address=f"10.1.{n}.1"), person, password, door)
        headers = sorted(name for name, _ in browser.reply.headers)
        pages[why] = (browser.status, headers, browser.text("body"), browser.page.title.string)

    assert pages["unknown"][0] == 422
    assert [why for why, page in pages.items() if page != pages["unknown"]] == []


@pytest.fixture
def hashes(monkeypatch):
    """How many passwords were compared with a hash, counted while the comparing goes on as ever."""
    calls, verify = [], argon2.PasswordHasher.verify

    def counted(self, *given):
        calls.append(given)
        return verify(self, *given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    return calls


def ten_guesses_long_ago(app):
    """LIN's guesses for life are used up."""
    guess(app, LIN, 5)
    a_quarter_of_an_hour_later()
    guess(app, LIN, 5)
    a_quarter_of_an_hour_later()


COSTS = {
    "unknown": (NOBODY, WRONG), "wrong": (CHEN, WRONG), "right": (CHEN, PASSWORD), "initial": (LIN, LIN.first),
    "wrong initial": (LIN, WRONG), "locked": (LIN, LIN.first), "ten guesses": (LIN, LIN.second),
}  # fmt: skip
BEFORE = {"locked": lambda app: guess(app, LIN, 5), "ten guesses": ten_guesses_long_ago}


@pytest.mark.parametrize("why", COSTS)
def test_every_try_costs_one_hash_whatever_becomes_of_it(app, hashes, why):
    first_password(Browser(app), CHEN)
    BEFORE.get(why, lambda app: app)(app)
    hashes.clear()

    log_in(Browser(app), *COSTS[why])

    assert len(hashes) == 1


def a_hundred_failures_from_there():
    """The one address that failed so far failed a hundred times."""
    with database.connection_context():
        Lock.update(n=100).where(Lock.key != Settings.vault.index(f"login {NOBODY.account}")).execute()


def test_one_address_that_failed_a_hundred_times_has_to_wait_and_others_do_not(app):
    first_password(Browser(app), LIN)
    log_in(Browser(app, address="203.0.113.7"), NOBODY, WRONG)
    a_hundred_failures_from_there()

    assert log_in(Browser(app, address="203.0.113.7"), LIN).status == 429
    assert log_in(Browser(app, address="203.0.113.8"), LIN).path == "/home"


@pytest.mark.parametrize(
    ("bad", "same", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:3::1"),
        ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"),
        ("::ffff:203.0.113.7", "203.0.113.7", "::ffff:203.0.113.8"),
        ("unknown", "unknown", "203.0.113.7"),
    ],
)
def test_one_household_is_one_address_however_it_is_written(app, bad, same, other):
    first_password(Browser(app), LIN)
    log_in(Browser(app, address=bad), NOBODY, WRONG)
    a_hundred_failures_from_there()

    assert log_in(Browser(app, address=same), LIN).status == 429
    assert log_in(Browser(app, address=other), LIN).path == "/home"


def test_the_password_in_use_cannot_be_guessed_on_the_page_that_changes_it(app):
    browser = begin(Browser(app), LIN)
    for _ in range(10):
        browser.open("/password/change").submit(current=WRONG)

    assert browser.open("/password/change").submit(current=PASSWORD).status == 422
    a_quarter_of_an_hour_later()
    assert browser.open("/password/change").submit(current=PASSWORD).status == 200
