"""Tabs that change: conditions met while filling in, a changed record file, a changed roster, a closed period."""

import pytest

from models import Roster, SavedTab
from tables.store import database
from tests.answers import fill, fill_all, fill_tab, first_password, log_in
from tests.browser import Browser
from tests.people import LIN, RARE
from tests.record_copies import Copy

LAST_YEAR, NEXT_CENTURY = "2025-08-17T09:00", "2099-08-17T09:00"


@pytest.fixture
def restarted(started, tmp_path):
    """Start again with a changed record file, and log LIN in."""

    def restart(copy):
        return log_in(Browser(started(RECORD_FILE=copy.write(tmp_path))), LIN).open("/record")

    return restart


def saved(tab):
    """What is stored of a tab of LIN's."""
    with database.connection_context():
        return SavedTab.of(LIN.account).get(tab, ({}, None))[0]


def change_roster(students, **columns):
    """Import LIN's row again with some columns changed."""
    row = next(one for one in students if one["student_no"] == LIN.account)
    with database.connection_context():
        Roster.take([{**row, **columns}])


def test_a_conditional_field_comes_with_a_plain_save_and_is_required_then(lin_plain):
    lin_plain.open("/record/bank")
    assert not lin_plain.has_field("bank_code")

    lin_plain.submit(acct_kind="銀行")
    assert lin_plain.status == 422 and lin_plain.has_field("bank_code") and not lin_plain.has_field("post_no")
    assert {"bank_code", "branch_code", "acct_no", "acct_self"} <= set(lin_plain.errors)

    lin_plain.submit(bank_code="004", branch_code="0001", acct_no="0012345", acct_self="yes")
    assert lin_plain.status == 200 and lin_plain.tabs["bank"] == "done"


def test_every_conditional_field_says_to_the_script_when_it_applies(lin):
    boxes = lin.open("/record/bank").page.select("[data-when]")

    assert boxes and all(box["data-when"].startswith("acct_kind=") for box in boxes)


def test_a_field_that_no_longer_applies_keeps_its_old_answer(lin):
    fill_tab(lin, "bank", acct_kind="郵局", post_no="00012345678901", acct_self="yes")
    assert lin.tabs["bank"] == "done"

    lin.open("/record/bank?edit=1").submit(acct_kind="尚未開戶")
    assert lin.tabs["bank"] == "done" and saved("bank")["post_no"] == "00012345678901"

    lin.open("/record/bank?edit=1").submit(acct_kind="郵局")
    assert lin.status == 200 and lin.tabs["bank"] == "done"


def test_what_is_posted_to_a_field_that_does_not_apply_is_ignored(lin):
    lin.open("/record/bank")
    lin.post("/record/bank", [*lin.typed(), ("acct_kind", "尚未開戶"), ("post_no", "00012345678901")][::-1])

    assert saved("bank").get("post_no", "") == ""


def test_a_new_required_field_makes_a_finished_tab_yellow_again(lin_done, restarted):
    need = {"need": '"required"', "missing": '{zh = "請填寫出生地", en = "Enter your place of birth"}'}
    browser = restarted(Copy().set("birthplace", **need))

    assert browser.tabs["basic"] == "todo" and list(browser.tabs.values()).count("done") == LIN.tabs - 1
    assert browser.open("/record/receipt").path == "/record"

    browser.open("/record/basic").submit(birthplace="花蓮縣")
    assert browser.tabs["basic"] == "done" and saved("basic")["name_en_last"] == "LIN"


def test_a_new_optional_field_does_not(lin_done, restarted):
    assert restarted(Copy().set("birthplace", need='"optional"')).tabs["basic"] == "done"


def test_a_new_tab_appears_and_is_filled_in_like_any_other(lin_done, restarted):
    tab = """
[[tab]]
key = "dorm"
title = {zh = "宿舍", en = "Dormitory"}
[[tab.field]]
key = "dorm_wish"
label = {zh = "想住哪一棟", en = "Which building"}
kind = "radio"
choices = [["南棟", "South"], ["北棟", "North"]]
missing = {zh = "請選擇宿舍", en = "Choose a building"}
"""
    browser = restarted(Copy().add(tab))
    assert browser.tabs["dorm"] == "todo" and browser.progress == (LIN.tabs, LIN.tabs + 1)

    browser.open("/record/dorm").submit()
    assert browser.status == 422 and list(browser.errors) == ["dorm_wish"]
    browser.submit(dorm_wish="北棟")
    assert browser.open("/record").progress == (LIN.tabs + 1, LIN.tabs + 1)


def test_an_optional_tab_is_there_and_does_not_count(lin_done, restarted):
    browser = restarted(Copy().set("bank", need='"optional"'))

    assert "bank" in browser.tabs and browser.progress == (LIN.tabs - 1, LIN.tabs - 1)


def test_a_field_taken_out_is_not_asked_any_more_and_its_answer_comes_back_with_it(lin_done, restarted):
    browser = restarted(Copy().remove("pe_school"))
    assert not browser.open("/record/education?edit=1").page.select("[name=pe_school]")
    browser.submit(pe_cert_no="高證字第 1 號")
    assert browser.tabs["education"] == "done"

    browser = restarted(Copy())
    assert browser.open("/record/education?edit=1").value("pe_school") == "市立成功高中"
    assert browser.value("pe_cert_no") == "高證字第 1 號"


def test_a_field_switched_off_hides_its_answer_without_deleting_it(lin_done, restarted):
    browser = restarted(Copy().set("pe_school", need='"hidden"'))

    assert "市立成功高中" not in browser.open("/record/education").text()
    assert saved("education")["pe_school"] == "市立成功高中"


def test_a_choice_more_can_be_chosen_at_once(lin_done, restarted):
    browser = restarted(
        Copy().replace(
            '["其他", "Other"]]\nmissing = {zh = "請選擇英文姓名',
            '["戶籍", "Register"]]\nmissing = {zh = "請選擇英文姓名',
        )
    )
    assert browser.tabs["basic"] == "done"

    browser.open("/record/basic?edit=1").submit(name_en_src="戶籍")
    assert browser.status == 200 and saved("basic")["name_en_src"] == "戶籍"


def test_a_choice_taken_away_makes_the_tab_yellow_for_those_who_chose_it(lin_done, restarted):
    browser = restarted(Copy().replace('["護照", "Passport"], ', ""))

    assert browser.tabs["basic"] == "todo"


def test_a_tab_for_a_part_of_the_students_only_is_not_there_for_the_others(lin_done, restarted):
    browser = restarted(Copy().set("bank", when='{dept = "音樂學系"}'))

    assert "bank" not in browser.tabs and browser.open("/record/bank").status == 404


def test_the_roster_imported_again_changes_grey_fields_and_keeps_answers_and_password(app, lin_done, students):
    change_roster(students, name_zh="林予情", dept="音樂學系")

    browser = log_in(Browser(app), LIN).open("/record/basic?edit=1")

    assert browser.status == 200 and browser.value("name_en_last") == "LIN"
    assert "音樂學系" in browser.text(".locked") and "林予情" in browser.text(".locked")
    assert set(browser.tabs.values()) == {"done"}


def test_a_roster_change_can_bring_a_tab_and_make_one_yellow(app, lin_done, students):
    change_roster(students, overseas_kind="外國學生", nationality="越南")

    lin_done.open("/record")

    assert lin_done.tabs["passport"] == "todo" and lin_done.tabs["contact"] == "todo"


def test_an_edit_that_breaks_a_done_tab_makes_it_yellow_and_the_next_good_one_green(lin):
    fill_all(lin)

    lin.open("/record/contact?edit=1").submit(mobile="12")
    assert lin.status == 422 and lin.tabs["contact"] == "todo" and lin.progress == (LIN.tabs - 1, LIN.tabs)

    lin.submit(mobile="0987654321")
    assert lin.status == 200 and lin.tabs["contact"] == "done"


PERIODS = {"closed": {"closes": LAST_YEAR}, "before": {"opens": NEXT_CENTURY, "closes": "2100-01-01T00:00"}}


@pytest.mark.parametrize("state", PERIODS)
def test_outside_the_period_everything_can_be_read_and_nothing_saved(lin_plain, restarted, state):
    fill_tab(lin_plain, "contact")
    kept = saved("contact")

    browser = restarted(Copy().period(**PERIODS[state]))
    assert set(browser.tabs.values()) == {"closed", "done"} and browser.tabs["contact"] == "done"
    assert not browser.open("/record/contact?edit=1").page.select("main form")
    assert "0912-345-678" in browser.text() or "0912345678" in browser.text()

    token = dict(browser.typed(browser.form("header form")))["csrf_token"]
    reply = browser.send("POST", "/record/contact", data={"csrf_token": token, "mobile": "0900000000"})
    assert reply.status_code == 403 and saved("contact") == kept
    reply = browser.send("POST", "/record/basic", data={"csrf_token": token, "name_en_last": "LATE"})
    assert reply.status_code == 403 and saved("basic") == {}


@pytest.mark.parametrize("state", PERIODS)
def test_outside_the_period_a_yellow_tab_has_the_state_closed(lin_plain, restarted, state):
    browser = restarted(Copy().period(**PERIODS[state]))

    assert browser.tabs["basic"] == "closed"
    assert browser.open("/record/basic").page.select_one("#panel.closed")


@pytest.mark.parametrize("state", PERIODS)
def test_outside_the_period_the_notice_can_be_acknowledged_and_the_record_read(app, started, tmp_path, state):
    browser = Browser(started(RECORD_FILE=Copy().period(**PERIODS[state]).write(tmp_path)))
    first_password(browser, RARE).open("/record")
    assert browser.path == "/record/notice"

    fill(browser)
    assert browser.path == "/record" and browser.open("/record/basic").path == "/record/basic"


def test_within_the_period_everything_can_be_saved(lin_plain, restarted):
    browser = restarted(Copy().period(LAST_YEAR, NEXT_CENTURY))

    assert fill(browser.open("/record/contact")).status == 200


def test_the_proof_stays_open_after_the_period(lin_done, restarted):
    assert restarted(Copy().period(closes=LAST_YEAR)).open("/record/receipt").path == "/record/receipt"
