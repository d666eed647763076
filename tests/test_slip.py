"""The code from the counter: for a student who showed an ID card, good for one new password."""

import json
import logging
import re

import pytest

from models import Student
from tables.recovery import FreezeLink, Slip
from tables.store import database
from tests import stored
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.crowd import at_once
from tests.people import CHEN, LIN, MARTIN, PASSWORD
from tests.post import written

DOORS = ["/intue/login", "/portal/login"]
GOOD = "Another&Kite48"


def slip(app, person=LIN):
    """What the command prints, and the code in it."""
    seen = app.test_cli_runner().invoke(args=["slip", person.account])
    assert seen.exit_code == 0, seen.output
    return seen.output, re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", seen.output).group()


@pytest.mark.parametrize("door", DOORS)
def test_the_code_opens_the_page_for_a_new_password_and_nothing_else(app, door):
    first_password(Browser(app), LIN)
    _, code = slip(app)

    browser = log_in(Browser(app), LIN, code, door)
    assert (browser.path, browser.heading) == ("/password/first", "設定新密碼")
    assert browser.open("/record").path == "/password/first"

    browser.submit(new=GOOD, again=GOOD)
    assert browser.path == "/home"
    assert log_in(Browser(app), LIN, GOOD).path == "/home" and log_in(Browser(app), LIN).status == 422


def test_it_opens_an_account_that_has_no_password_yet_even_after_too_many_guesses(app):
    with database.connection_context():
        Student.update(wrong_guesses=10).execute()
    assert log_in(Browser(app), MARTIN, MARTIN.first).status == 422

    browser = log_in(Browser(app), MARTIN, slip(app, MARTIN)[1])
    assert (browser.path, browser.heading) == ("/password/first", "第一次登入，請設定自己的密碼")


def test_it_says_what_to_do_in_both_languages_and_until_when(app):
    said, code = slip(app)

    assert said.count(code) == 2 and said.count(LIN.account) == 2
    assert "一次性密碼" in said and "One-time code" in said
    assert LIN.id_number not in said and LIN.name not in said


@pytest.mark.parametrize(
    "spoil", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code.replace('-', ' ')} "]
)
def test_it_may_be_typed_as_people_type(app, spoil):
    assert log_in(Browser(app), LIN, spoil(slip(app)[1])).path == "/password/first"


def test_it_works_once(app):
    _, code = slip(app)

    assert log_in(Browser(app), LIN, code).path == "/password/first"
    assert log_in(Browser(app), LIN, code).status == 422


def test_of_many_who_use_it_at_once_one_gets_in(app):
    with database.connection_context():
        code = Slip.make(LIN.account)

    assert sorted(at_once(20, lambda: Slip.take(LIN.account, code))) == [False] * 19 + [True]


def test_it_runs_out_after_a_day(app):
    _, code = slip(app)
    with database.connection_context():
        Slip.update(expires_at=Slip.expires_at - 86400 - 1).execute()

    assert log_in(Browser(app), LIN, code).status == 422


def test_a_new_one_replaces_it_and_a_new_password_voids_it(app):
    (_, first), (_, second) = slip(app), slip(app)
    assert log_in(Browser(app), LIN, first).status == 422

    first_password(Browser(app), LIN)
    assert log_in(Browser(app), LIN, second).status == 422


def test_it_is_for_one_account_only(app):
    _, code = slip(app)

    assert log_in(Browser(app), CHEN, code).status == 422


def test_guessing_codes_is_limited_like_guessing_passwords(app):
    begin(Browser(app), LIN)
    _, code = slip(app)
    for n in range(5):
        log_in(Browser(app, address=f"10.0.{n}.1"), LIN, f"AAAAA-AAAA{n}")

    assert log_in(Browser(app, address="10.0.9.1"), LIN, code).status == 422


def test_it_ends_a_freeze_when_the_new_password_is_set(app):
    first_password(Browser(app), LIN)
    with database.connection_context():
        token = FreezeLink.make(LIN.account)
    Browser(app).open(f"/password/not-me/{token}").submit()

    browser = log_in(Browser(app), LIN, slip(app)[1])
    assert browser.path == "/password/first" and log_in(Browser(app), LIN).status == 422
    browser.submit(new=GOOD, again=GOOD)
    assert log_in(Browser(app), LIN, GOOD).path == "/home"


def test_the_owner_is_told_that_it_was_used(app):
    first_password(Browser(app), LIN)
    log_in(Browser(app), LIN, slip(app)[1]).submit(new=GOOD, again=GOOD)

    letter = written(app)[-1]
    assert letter.to == "a411510001@grad.ntue.edu.tw" and "櫃台" in letter.text and "counter" in letter.text


def test_that_one_was_printed_is_logged_and_the_code_is_nowhere(app, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    _, code = slip(app)

    lines = [json.loads(one.message) for one in caplog.records if one.message.startswith("{")]
    assert [(one["what"], one["account"]) for one in lines] == [("slip-printed", LIN.account)]
    files = stored.contents(tmp_path)
    for secret in (code, code.replace("-", "")):
        assert secret not in caplog.text and secret.encode() not in files


@pytest.mark.parametrize("number", ["411599999", "", "x"])
def test_there_is_none_for_somebody_who_is_no_student(app, number):
    seen = app.test_cli_runner().invoke(args=["slip", number])

    assert seen.exit_code == 1 and len(seen.output.strip().splitlines()) == 1 and "Traceback" not in seen.output


def test_somebody_elses_password_is_not_touched_by_printing_one(app):
    begin(Browser(app), LIN)
    slip(app)

    assert log_in(Browser(app), LIN, PASSWORD).path == "/home"
