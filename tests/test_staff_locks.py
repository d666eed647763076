"""Locks and accounts: what staff see of an account, of whose, and what they do about it over the counter."""

import csv
import io
import json
import re

import pytest

from models import Student
from tables.journal import Event
from tables.recovery import Freeze, FreezeLink, Slip, freeze
from tables.staff_visits import StaffSession
from tables.store import database
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.offices import KAO, WU, YEH, employ, sign_in
from tests.offices import PASSWORD as OFFICE_PASSWORD
from tests.people import CHEN, LIN

WRONG = "Wrong&Kite99"
ACCOUNT = f"/staff/accounts/{LIN.account}"


@pytest.fixture
def kao(app):
    """The clerk of LIN's department, at work."""
    return sign_in(Browser(app), employ(KAO))


def fail(app, person=LIN, times=5):
    """So many wrong passwords, from all over the place."""
    for n in range(times):
        log_in(Browser(app, address=f"10.0.{n}.1"), person, WRONG)


def notes(what):
    """Who did this, and about whom."""
    with database.connection_context():
        return [(one.account, one.about) for one in Event.select().where(Event.what == what)]


def frozen_lin():
    """LIN has said that it was somebody else."""
    with database.connection_context():
        freeze(FreezeLink.make(LIN.account))


def test_somebody_locked_is_in_the_list_and_gets_in_after_one_press(app, kao):
    first_password(Browser(app), LIN)
    fail(app, times=6)
    assert log_in(Browser(app), LIN).status == 422

    page = kao.open("/staff/accounts")
    assert LIN.account in page.text("[aria-labelledby=list-2]") and LIN.account in page.text("[aria-labelledby=list-3]")
    kao.click(LIN.account).submit("form[action$=unlock]")

    assert kao.path == ACCOUNT and "已解除鎖定" in kao.text()
    assert log_in(Browser(app), LIN).path == "/home"
    assert LIN.account not in kao.open("/staff/accounts").text("[aria-labelledby=list-2]")
    assert notes("unlocked") == [(KAO.account, LIN.account)] and notes("account-seen")[0] == (KAO.account, LIN.account)


def test_too_many_wrong_initial_passwords_are_told_with_what_helps(app, kao):
    with database.connection_context():
        Student.update(wrong_guesses=10).where(Student.student_no == LIN.account).execute()

    assert "初始密碼錯誤次數過多" in kao.open(ACCOUNT).text("#account") and "10" in kao.text("#account dl")
    assert not kao.page.select("form[action$=unlock]") and kao.page.select("form[action$=slip]")


@pytest.mark.parametrize("typed", [LIN.account, "４１１５１０００１", f" {LIN.account} "])
def test_an_account_is_found_by_its_number_however_it_is_typed(kao, typed):
    assert search(kao, typed).path == ACCOUNT
    assert LIN.name in kao.heading


def test_an_id_number_typed_in_its_place_stands_in_no_address(kao):
    search(kao, LIN.id_number)

    assert kao.status == 422 and kao.path == "/staff/accounts" and LIN.id_number not in kao.reply.request.url


def search(browser, typed):
    """Through the form."""
    return browser.open("/staff/accounts").submit("form[action$='/accounts']", account=typed)


def test_what_is_not_found_is_said_on_the_page_and_what_is_not_ones_own_is_not_found(app):
    yeh = sign_in(Browser(app), employ(YEH))

    assert search(yeh, LIN.account).path == "/staff/accounts"
    assert "沒有這個學號" in yeh.error("account") and yeh.value("account") == LIN.account
    assert yeh.open(ACCOUNT).status == 404 and LIN.name not in yeh.text("body")


def test_a_clerk_sees_nobody_of_another_department_in_any_list_and_a_registrar_sees_all(app):
    frozen_lin()
    fail(app, times=6)
    yeh, wu = sign_in(Browser(app), employ(YEH)), sign_in(Browser(app), employ(WU, has_phone=True))

    assert LIN.account not in yeh.open("/staff/accounts").text()
    assert wu.open("/staff/accounts").text().count(LIN.account) == 3


def test_a_frozen_account_is_told_and_opened_again_after_a_false_alarm(app, kao):
    first_password(Browser(app), LIN)
    frozen_lin()
    assert log_in(Browser(app), LIN).status == 422
    assert LIN.account in kao.open("/staff/accounts").text("[aria-labelledby=list-1]")

    kao.open(ACCOUNT).submit("form[action$=unfreeze]")

    assert "已解除凍結" in kao.text() and log_in(Browser(app), LIN).path == "/home"
    assert notes("unfrozen") == [(KAO.account, LIN.account)]


def test_what_is_not_frozen_is_said_to_be_so_and_nothing_is_noted(app, kao):
    frozen_lin()
    kao.open(ACCOUNT)
    with database.connection_context():
        Freeze.lift(LIN.account)

    kao.submit("form[action$=unfreeze]")

    assert "沒有被凍結" in kao.text() and notes("unfrozen") == []


def test_a_one_time_code_is_shown_once_in_both_languages_and_opens_even_a_frozen_account(app, kao):
    first_password(Browser(app), LIN)
    fail(app)
    frozen_lin()

    page = kao.open(ACCOUNT).submit("form[action$=slip]")
    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page.text()).group()

    assert page.text().count(code) == 2 and LIN.id_number not in page.text("body")
    assert code not in kao.open(ACCOUNT).text() and "已印出" in kao.text("#account")
    assert log_in(Browser(app), LIN, code).path == "/password/first"
    ((who, whom),) = notes("slip-printed")
    assert (who, whom) == (KAO.account, LIN.account)
    with database.connection_context():
        assert code not in json.dumps([one.details for one in Event.select()]) and not Slip.select().exists()


def test_the_account_tells_when_and_from_where_it_was_used_first_and_last(app, kao):
    assert "還沒有" in kao.open(ACCOUNT).text("#account") and "初始" in kao.text("#account")

    begin(Browser(app, address="203.0.113.5"), LIN)

    assert "203.0.113.5" in kao.open(ACCOUNT).text("#account") and "還沒有自己的密碼" not in kao.text()


def test_the_codes_of_the_letters_are_a_file_of_ones_own_students_without_a_password(app, started):
    first_password(Browser(app), CHEN)
    kao = sign_in(Browser(started(INITIAL_CODE="paper")), employ(KAO))

    reply = kao.send(
        "POST", "/staff/paper-codes", data=dict(kao.open("/staff/accounts").typed(kao.form("form[action$=codes]")))
    )

    rows = list(csv.reader(io.StringIO(reply.get_data(as_text=True).removeprefix("\ufeff"))))
    with database.connection_context():
        ours = {one.student_no for one in Student.seen_by(KAO.depts) if one.password is None}
    assert rows[0][0] == "學號" and {row[0] for row in rows[1:]} == ours and LIN.account in ours
    assert "paper-codes.csv" in reply.headers["Content-Disposition"]
    assert [account for account, _ in notes("paper-codes")] == [KAO.account]
    code = next(row[2] for row in rows if row[0] == LIN.account)
    assert log_in(Browser(kao.client.application), LIN, LIN.first).submit(code=code).has_field("new")


def test_the_codes_want_the_password_again_when_it_was_typed_long_ago(app, started):
    kao = sign_in(Browser(started(INITIAL_CODE="paper")), employ(KAO))
    with database.connection_context():
        StaffSession.update(opened_at=StaffSession.opened_at - 600).execute()
    assert kao.open("/staff/accounts").submit("form[action$=codes]").status == 422 and kao.error("current")

    assert kao.submit("form[action$=codes]", current=OFFICE_PASSWORD).reply.mimetype == "text/csv"


def test_the_account_and_the_record_of_a_student_lead_to_each_other(kao):
    assert kao.open(ACCOUNT).click("這位學生的學籍資料").path == f"/staff/students/{LIN.account}"
    assert kao.page.select_one(f"#account form[action='{ACCOUNT}/slip']")


def test_without_the_setting_there_are_no_codes_to_download(kao):
    assert "CSV" not in kao.open("/staff/accounts").text()
