"""A tab that the office gave back: what its student sees, and what makes it green again."""

import pytest

from tables.returns import Return
from tables.store import database, now
from tests.answers import fill_tab, log_in
from tests.browser import Browser
from tests.people import LIN
from tests.record_copies import Copy

REASON = "地址請寫到樓層。"
DAY = 86400


def give_back(tab, reason=REASON, **more):
    """The registrar's office returns a tab of LIN's."""
    with database.connection_context(), database.atomic():
        return Return.make(LIN.account, tab, "T1001", reason=reason, **more)


def case(number):
    """The row of a case."""
    with database.connection_context():
        return Return.get_by_id(number)


@pytest.fixture
def after_closing(started, tmp_path):
    """LIN at a program whose filling period is over."""

    def restart():
        path = Copy().period(closes="2025-08-17T09:00").write(tmp_path)
        return log_in(Browser(started(RECORD_FILE=path)), LIN).open("/record")

    return restart


def test_the_reason_stands_in_the_list_on_the_tab_and_on_the_portal_home(lin_done):
    give_back("contact")

    lin_done.open("/record")
    assert lin_done.tabs["contact"] == "returned" and lin_done.progress == (LIN.tabs - 1, LIN.tabs)
    assert lin_done.text("#tab-contact .why") == REASON
    lin_done.open("/home")
    assert REASON in lin_done.text(".note.bad") and "退回 1 頁" in lin_done.text()
    lin_done.click("去補正這一頁")
    assert lin_done.path == "/record/contact" and lin_done.has_field("mobile")
    assert REASON in lin_done.text("#panel .note.bad") and "註冊組" in lin_done.text("#panel .note.bad")


def test_a_department_that_returned_a_tab_is_named(lin_done):
    give_back("contact", office="教育學系")

    assert "教育學系請你補正" in lin_done.open("/record/contact").text(".note.bad")


def test_the_receipt_waits_for_what_was_returned(lin_done):
    give_back("contact")
    assert lin_done.open("/record/receipt").path == "/record"

    fill_tab(lin_done, "contact")
    assert lin_done.open("/record/receipt").path == "/record/receipt"


def test_whoever_has_something_to_correct_is_not_exported_as_finished(app, lin_done, tmp_path):
    for name in ("before", "after"):
        app.test_cli_runner().invoke(args=["export", str(tmp_path / f"{name}.csv")])
        give_back("contact")

    assert LIN.account in (tmp_path / "before.csv").read_text("utf-8-sig")
    assert LIN.account not in (tmp_path / "after.csv").read_text("utf-8-sig")


def test_a_good_save_makes_the_tab_green_and_sends_the_case_to_the_office(lin):
    fill_tab(lin, "contact")
    number = give_back("contact")

    lin.open("/record/contact").submit(mobile="0987654321")

    assert lin.status == 200 and lin.tabs["contact"] == "done" and not lin.page.select("#panel .note.bad")
    assert case(number).answered_at and case(number).closed_at is None


def test_a_save_with_mistakes_leaves_the_tab_returned_and_keeps_what_was_typed(lin):
    fill_tab(lin, "contact")
    number = give_back("contact")

    lin.open("/record/contact").submit(mobile="123")

    assert lin.status == 422 and lin.tabs["contact"] == "returned" and REASON in lin.text("#panel .note.bad")
    assert case(number).answered_at is None and lin.open("/record/contact").value("mobile") == "123"


def test_saving_another_tab_leaves_it_returned(lin):
    fill_tab(lin, "contact")
    number = give_back("contact")

    fill_tab(lin, "basic")

    assert lin.open("/record").tabs["contact"] == "returned" and case(number).answered_at is None


def test_an_answer_that_was_refused_will_not_do_again(lin):
    fill_tab(lin, "contact")
    number = give_back("contact", refused={"mobile": "0912345678"})

    lin.open("/record/contact").submit(email="other@example.com")
    assert lin.status == 422 and lin.error("mobile") == "這一項已經退回，請換一個"
    assert case(number).answered_at is None

    lin.submit(mobile="0987654321")
    assert lin.status == 200 and lin.tabs["contact"] == "done"


def test_after_closing_only_the_returned_tab_can_be_written(lin_done, after_closing):
    number = give_back("contact")
    browser = after_closing()

    assert browser.tabs["contact"] == "returned" and browser.tabs["basic"] == "done"
    assert not browser.open("/record/basic?edit=1").page.select("main form")
    browser.open("/home").click("繼續填寫：通訊資料")
    assert browser.submit(mobile="0987654321").status == 200 and case(number).answered_at

    token = dict(browser.typed(browser.form("header form")))["csrf_token"]
    assert browser.send("POST", "/record/contact", data={"csrf_token": token}).status_code == 403


def test_the_office_says_until_when_after_closing(lin_done, after_closing):
    give_back("contact", until=now() + DAY)
    give_back("basic", until=now() - 1)
    browser = after_closing()

    assert browser.open("/record/contact").has_field("mobile") and "前補正" in browser.text(".note.bad")
    assert not browser.open("/record/basic").page.select("main form")
    assert browser.open("/record").tabs["basic"] == "returned"


def test_a_case_that_was_withdrawn_leaves_the_tab_as_it_was(lin_done):
    number = give_back("contact")
    with database.connection_context():
        assert Return.close(case(number), "T1001", "withdrawn")

    assert lin_done.open("/record").tabs["contact"] == "done"


def test_a_tab_returned_twice_has_one_open_case_and_a_history(lin_done):
    first, second = give_back("contact"), give_back("contact", "再補樓層")

    assert case(first).outcome == "again" and case(second).closed_at is None
    assert lin_done.open("/record").text("#tab-contact .why") == "再補樓層"
    with database.connection_context():
        assert [one.id for one in Return.history(LIN.account, "contact")] == [second, first]
        assert case(second).opened["before"]["mobile"] == "0912345678"
