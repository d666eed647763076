"""Passwords over time: none of the last five again, hashed as wanted today; long ones where the school allows them."""

import argon2
import pytest

from domain import passwords, staff_rules
from domain.passwords import hashed
from models import Student
from tables.earlier import KEPT, StudentPassword
from tables.recovery import Slip, change_password
from tables.store import database
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.cast import ALICE
from tests.people import LIN, PASSWORD

OTHERS = [f"{word}&Kite47-Harbour" for word in ("Copper", "Velvet", "Meadow", "Walnut", "Saffron")]
LONG = "harbour velvet saffron"


def change(browser, old, new):
    """Change the password on the page of the settings."""
    return browser.open("/password/change").submit(current=old).submit(new=new, again=new)


def test_the_password_in_use_is_not_taken_again(app):
    browser = change(begin(Browser(app), LIN), PASSWORD, PASSWORD)

    assert browser.status == 422 and "用過了" in browser.error("new")


def test_none_of_the_last_five_is_taken_again_and_the_sixth_last_is(app):
    browser = begin(Browser(app), LIN)
    for old, new in zip([PASSWORD, *OTHERS], OTHERS[:4], strict=False):
        assert change(browser, old, new).status == 200
    assert change(browser, OTHERS[3], PASSWORD).status == 422

    assert browser.submit(new=OTHERS[4], again=OTHERS[4]).status == 200
    assert change(browser, OTHERS[4], PASSWORD).status == 200


def test_neither_a_link_of_a_letter_nor_a_code_of_the_counter_is_a_way_round(app):
    first_password(Browser(app), LIN)
    with database.connection_context():
        code = Slip.make(LIN.account)

    browser = log_in(Browser(app), LIN, code)

    assert browser.submit(new=PASSWORD, again=PASSWORD).status == 422
    assert browser.submit(new=OTHERS[0], again=OTHERS[0]).path == "/home"


def test_no_more_passwords_are_kept_than_count(app):
    with database.connection_context():
        for other in [PASSWORD, *OTHERS]:
            change_password(LIN.account, other)

        kept = StudentPassword.latest(LIN.account)
        assert StudentPassword.select().count() == KEPT == 5
        assert passwords.matches(kept[0], OTHERS[-1]) and kept[0] == Student.get_by_id(LIN.account).password


def test_a_password_hashed_with_weaker_settings_is_hashed_anew_at_the_next_login(app, real_hashes):
    first_password(Browser(app), LIN)
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with database.connection_context():
        Student.update(password=weak).where(Student.student_no == LIN.account).execute()

    assert log_in(Browser(app), LIN, "Wrong&Kite99").status == 422
    with database.connection_context():
        assert Student.get_by_id(LIN.account).password == weak
    assert log_in(Browser(app), LIN).path == "/home"

    with database.connection_context():
        assert "m=19456,t=2" in Student.get_by_id(LIN.account).password
    assert log_in(Browser(app), LIN).path == "/home"


@pytest.mark.parametrize(
    ("password", "is_met"),
    [
        (LONG, True), ("harbour velvet", False), ("Kite&47!", True), ("學籍港口天鵝絨番紅花風箏銅壺胡桃木", True),
        ("kaffe\u0301e\u0301 velours", False), ("kaffe\u0301e\u0301 velours x", True),
    ],
)  # fmt: skip
def test_where_the_school_allows_it_fifteen_characters_need_no_digit_and_no_symbol(password, is_met):
    rules = {rule.key: rule.is_met for rule in passwords.rules(password, ALICE, allows_long=True)}

    assert set(rules) == {"length", "mix", "own"} and rules["mix"] is is_met


def test_a_long_one_must_still_be_hard_to_guess_and_nothing_of_ones_own():
    for bad in ("aaaaaaaaaaaaaaaaaaaa", f"my number is {ALICE['student_no']}"):
        with pytest.raises(passwords.Invalid):
            passwords.check(bad, ALICE, allows_long=True)


def test_staff_may_do_so_too():
    owner = {"account": "T1001", "name": "吳專員", "email": "", "birth_date": "", "id_last4": ""}

    staff_rules.check(LONG, owner, allows_long=True)
    with pytest.raises(passwords.Invalid):
        staff_rules.check(LONG, owner)


def test_the_page_says_what_the_setting_allows_and_takes_it(app, started):
    assert log_in(Browser(app), LIN, LIN.first).submit(new=LONG, again=LONG).status == 422

    allowed = log_in(Browser(started(LONG_PASSPHRASES="on")), LIN, LIN.first)

    assert "15 個字" in allowed.text("#rules")
    assert allowed.submit(new="harbour velvet", again="harbour velvet").status == 422
    assert "15 個字" in allowed.error("new")
    assert allowed.submit(new=LONG, again=LONG).path == "/home"


def test_a_password_that_is_kept_is_hashed(app):
    begin(Browser(app), LIN)

    with database.connection_context():
        assert StudentPassword.get().password.startswith("$argon2id$") and hashed(PASSWORD) != PASSWORD
