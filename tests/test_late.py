"""An account that strangers have shut: its owner comes in on a new device after more work, and guessers gain little."""

from dataclasses import replace
from itertools import count

import pytest

from blueprints import guard
from domain import captcha
from models import Student
from tables.store import database
from tables.tries import Tries
from tests.answers import first_password, log_in
from tests.browser import Browser
from tests.offices import KAO, employ
from tests.offices import PASSWORD as OFFICE_PASSWORD
from tests.people import CHEN, LIN, PASSWORD, Person
from tests.test_challenge import solved, together

NOBODY = Person(account="411599999", first="", name="", id_number="", birthday=("", "", ""), tabs=0)
WRONG = "Wrong&Kite99"


@pytest.fixture
def careful(app, started, monkeypatch):
    """The app with codes on, and with little work for a proof so that the tests are quick; LIN has a password."""
    monkeypatch.setattr(captcha, "BITS", 4)
    monkeypatch.setattr(captcha, "HARD_BITS", 10)
    careful = started(CAPTCHA="on")
    first_password(Browser(careful), LIN)
    return careful


def knock(app, address, person=LIN, times=1, has_worked=False):
    """How many of so many wrong passwords from there are judged."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}), database.connection_context():
        return sum(guard.may_try(person.account, has_worked) for _ in range(times))


def stranger(app, door="/intue/login", person=LIN, address="203.0.113.99", password=PASSWORD):
    """Somebody on a new device who has filled the form in once."""
    browser = Browser(app, address=address).open(door)
    code = {"captcha_id": weak(browser), "captcha": "x"} if browser.has_field("captcha") else {}
    return browser.submit(account=person.account, password=password, **code)


def weak(browser):
    """A proof that is good for any door, but not for an account that is shut."""
    code = browser.value("captcha_id")
    proofs = ((code, str(n)) for n in count() if captcha.is_proof(code, str(n)))
    return next(":".join(proof) for proof in proofs if not captcha.is_proof(*proof, is_hard=True))


def somebody(n):
    """The n-th account that nobody has."""
    return replace(NOBODY, account=f"4115{n:05}")


def after_work(browser, password=PASSWORD):
    """The form sent once more, with the hard proof that the page asks for."""
    proof = solved(browser, int(browser.page.select_one("[data-prove]")["data-prove"]))
    return browser.submit(password=password, captcha_id=proof, captcha="已自動驗證")


@pytest.mark.parametrize("door", ["/intue/login", "/portal/login"])
def test_the_owner_comes_in_on_a_new_device_while_strangers_have_shut_the_account(careful, door):
    knock(careful, "198.51.100.1", times=9)

    asked = stranger(careful, door)

    assert asked.status == 422 and "久一點的驗證" in asked.error("captcha") and "太多次" in asked.text()
    assert after_work(asked).path == "/home"
    assert log_in(Browser(careful, address="203.0.113.7"), LIN).path == "/home"


def test_asking_for_more_work_counts_nothing_and_says_nothing_about_the_password(careful):
    knock(careful, "198.51.100.1", times=5)

    pages = [stranger(careful, password=password).text() for password in (PASSWORD, WRONG) for _ in range(4)]

    assert len(set(pages)) == 1 and after_work(stranger(careful)).path == "/home"


def test_a_shut_account_that_nobody_has_looks_the_same(careful):
    knock(careful, "198.51.100.1", times=5)
    knock(careful, "198.51.100.2", NOBODY, times=5)

    ours, nobodys = after_work(stranger(careful), WRONG), after_work(stranger(careful, person=NOBODY), WRONG)

    assert ours.status == nobodys.status == 422
    assert ours.text().replace(LIN.account, "") == nobodys.text().replace(NOBODY.account, "")


def test_the_digits_of_a_picture_do_not_do(careful):
    knock(careful, "198.51.100.1", times=5)
    assert knock(careful, "203.0.113.9", has_worked=False) == 0


def test_an_address_has_two_such_tries_a_day_and_another_one_two_of_its_own(careful):
    knock(careful, "198.51.100.1", times=5)

    assert knock(careful, "203.0.113.1", times=10, has_worked=True) == 2
    assert knock(careful, "203.0.113.2", times=10, has_worked=True) == 2


def test_after_fifty_in_a_row_no_work_helps(careful):
    judged = [knock(careful, f"203.0.{n}.1", times=3, has_worked=True) for n in range(40)]

    assert sum(judged) == guard.IN_ALL == 50
    assert after_work(stranger(careful)).status == 422


def test_the_count_is_exact_for_many_at_once(careful):
    judged = together([careful] * 16, lambda app: knock(app, "203.0.113.1", has_worked=True))

    assert sum(judged) == guard.PER_ACCOUNT + guard.PER_ADDRESS_LATE


def test_an_address_that_failed_on_ten_accounts_has_no_such_tries_and_uses_up_none_of_the_others(careful):
    for n in range(10):
        knock(
            careful, "198.51.100.1", Person(account=f"4115{n:05}", first="", name="", id_number="", birthday=(), tabs=0)
        )
    knock(careful, "203.0.113.1", times=5)

    assert knock(careful, "198.51.100.1", times=20, has_worked=True) == 5
    with database.connection_context():
        assert (Tries.so_far(f"in all {LIN.account}"), Tries.so_far(f"crowded {LIN.account}")) == (5, 5)


def test_all_tries_in_a_row_by_strangers_stay_under_a_hundred():
    assert guard.IN_ALL + guard.CROWDED + guard.PER_DEVICE <= 100


def test_a_good_one_has_everything_counted_from_nothing_again(careful):
    knock(careful, "203.0.113.99", times=9, has_worked=True)
    assert after_work(stranger(careful, address="203.0.113.1")).path == "/home"

    assert knock(careful, "203.0.113.99", times=5) == 5


def test_a_right_initial_password_comes_in_so_and_a_wrong_one_counts_for_life(careful):
    knock(careful, "198.51.100.1", CHEN, times=5)
    after_work(stranger(careful, person=CHEN, password=WRONG), WRONG)
    with database.connection_context():
        assert Student.get_by_id(CHEN.account).wrong_guesses == 1

    other = stranger(careful, person=CHEN, password=CHEN.first, address="203.0.113.5")
    assert after_work(other, CHEN.first).path == "/password/first"


def test_the_staff_door_knows_no_such_way(careful):
    employ(KAO)
    knock(
        careful,
        "198.51.100.1",
        Person(account=f"staff {KAO.account}", first="", name="", id_number="", birthday=(), tabs=0),
        5,
    )
    browser = Browser(careful, address="203.0.113.9").open("/staff/login")

    browser.submit(account=KAO.account, password=OFFICE_PASSWORD)
    assert browser.error("captcha") and "太多次" not in browser.text("form")
    browser.submit(password=OFFICE_PASSWORD, captcha_id=solved(browser, captcha.HARD_BITS), captcha="x")
    assert browser.status == 422 and browser.path == "/staff/login"
