"""The office gives a tab back, sees what changed, and accepts it or asks again."""

import pytest

from domain import clock
from models import SavedTab
from tables.journal import Event
from tables.returns import Return
from tables.standing import Standing
from tables.store import database, now
from tests import stored
from tests.answers import fill_tab
from tests.browser import Browser
from tests.offices import KAO, WU, YEH, employ, letters, sign_in
from tests.people import LIN
from tests.test_returned import REASON, give_back

CASE = f"/staff/returns/{LIN.account}/contact"
DAY = 86400


@pytest.fixture
def kao(app):
    """A clerk of LIN's department."""
    return sign_in(Browser(app), employ(KAO))


def return_tab(browser, reason=REASON, path=CASE, **more):
    """Through the form and the preview."""
    browser.open(path).submit("main form[action$=preview]", reason=reason, **more)
    assert browser.status == 200, browser.errors
    return browser.submit(button=("do", "send"))


def what_is_noted(about=LIN.account):
    """The words of the security log about a student, oldest first."""
    with database.connection_context():
        return [row.what for row in Event.select().where(Event.about == about).order_by(Event.id)]


def test_the_whole_way_from_the_reason_to_accepting(lin, kao):
    fill_tab(lin, "contact")

    return_tab(kao)
    assert kao.path == "/staff/returns" and "已退回" in kao.text(".note.ok") and REASON in kao.text("table")
    assert lin.open("/record").tabs["contact"] == "returned"
    assert "教育學系請你補正" in lin.open("/record/contact").text("#panel .note.bad")

    lin.submit(mobile="0987654321")
    kao.open(CASE)
    assert "行動電話" in kao.text("table")
    assert kao.text("del") == "0912345678" and kao.text("ins") == "0987654321"

    kao.submit("form[action$=close]")
    assert "已接受補正" in kao.text(".note.ok") and "沒有等你確認的" in kao.text()
    assert lin.open("/record").tabs["contact"] == "done"
    assert [what for what in what_is_noted() if what.startswith(("tab-", "return-a"))] == [
        "tab-returned", "return-accepted"
    ]  # fmt: skip


def test_it_can_be_returned_again(lin_done, kao):
    give_back("contact")
    lin_done.open("/record/contact").submit(email="other@example.com")

    return_tab(kao, "信箱也請再確認")

    assert "已補正" not in kao.text("table") and lin_done.open("/record").text("#tab-contact .why") == "信箱也請再確認"
    assert "再次退回" in kao.open(CASE).text()


def test_a_return_that_was_a_mistake_is_taken_back(lin_done, kao):
    return_tab(kao)

    kao.open(CASE).submit("form[action$=close]")

    assert "已取消退回" in kao.text(".note.ok") and lin_done.open("/record").tabs["contact"] == "done"


def test_nothing_is_sent_before_the_letter_was_looked_at(lin_done, kao):
    before = len(letters())

    kao.open(CASE).submit("main form[action$=preview]", reason=REASON)
    assert REASON in kao.text(".note.warn") and "Please" not in kao.text("h1") and "What to correct" in kao.text("main")
    assert len(letters()) == before and lin_done.open("/record").tabs["contact"] == "done"

    kao.submit(button=("do", "edit"))
    assert kao.value("reason") == REASON and len(letters()) == before


def test_the_letter_names_tab_and_reason_in_both_languages(lin_done, kao):
    return_tab(kao)

    to, subject, text = letters()[-1]
    assert to.startswith(f"a{LIN.account}@") and "請補正學籍資料" in subject and "Please correct" in subject
    assert text.count(REASON) == 2 and "通訊資料" in text and "Contact and addresses" in text
    assert "/record/contact" in text and "教育學系" in text


@pytest.mark.parametrize(
    "reason", ["手機請改成 0922333444", "信箱 someone@example.com 收不到", "大安區的地址請寫到樓層"]
)
def test_a_reason_with_something_private_stays_out_of_the_letter(lin_done, kao, reason):
    kao.open(CASE).submit("main form[action$=preview]", reason=reason)
    assert "信裡不會寫原因" in kao.text()

    kao.submit(button=("do", "send"))

    assert reason not in letters()[-1][2] and "請登入後查看" in letters()[-1][2]
    assert lin_done.open("/record").text("#tab-contact .why") == reason


@pytest.mark.parametrize("reason", ["", "   ", "長" * 301, "隱\u202e形"])
def test_a_reason_that_will_not_do_is_refused_and_kept(lin_done, kao, reason):
    kao.open(CASE).submit("main form[action$=preview]", reason=reason)

    assert kao.status == 422 and kao.error("reason") and kao.title_says_error


def test_a_day_until_which_it_is_open(lin_done, kao):
    kao.open(CASE).submit("main form[action$=preview]", reason=REASON, until__y="115", until__m="1", until__d="5")
    assert kao.status == 422 and kao.errors == {"until": "請選今天或之後的日期"}

    kao.submit("main form[action$=preview]", until__y="2099", until__m="1", until__d="5")
    kao.submit(button=("do", "send"))

    with database.connection_context():
        assert Return.get().until == clock.seconds("2099-01-05T23:59:59")
    assert "1 月 5 日 23:59" in letters()[-1][2]


def test_nobody_sees_cases_of_other_departments(lin_done, app):
    give_back("contact")
    yeh = sign_in(Browser(app), employ(YEH))

    assert LIN.account not in yeh.open("/staff/returns").text()
    assert yeh.open(CASE).status == 404
    assert LIN.account in sign_in(Browser(app), employ(WU, has_phone=True)).open("/staff/returns").text()


def test_a_case_that_lies_for_more_than_three_days_is_marked(lin_done, kao):
    give_back("contact")
    assert "超過 3 天" not in kao.open("/staff/returns").text("table")

    with database.connection_context():
        Return.update(at=now() - 4 * DAY).execute()

    assert "超過 3 天" in kao.open("/staff/returns").text("table")


def test_the_sum_of_how_far_a_student_is_follows(lin_done, kao):
    with database.connection_context():
        assert Standing.get_by_id(LIN.account).state == "done"

    return_tab(kao)
    with database.connection_context():
        assert Standing.get_by_id(LIN.account).state == "begun"

    fill_tab(lin_done, "contact")
    with database.connection_context():
        assert Standing.get_by_id(LIN.account).state == "done"


def test_looking_at_a_case_is_noted(lin_done, kao):
    kao.open(CASE)

    assert what_is_noted()[-1] == "return-looked-at"


def test_the_registrar_writes_the_reasons_to_pick_from(app, lin_done):
    wu = sign_in(Browser(app), employ(WU, has_phone=True))
    assert "地址請寫到樓層。" in wu.open("/staff/returns/reasons").value("tab")

    wu.submit(tab="少附證件\n\n  地址不完整 \n少附證件", photo="太暗")

    assert "已儲存" in wu.text(".note.ok") and wu.value("tab") == "少附證件\n地址不完整"
    assert [one["value"] for one in wu.open(CASE).page.select("#ready option")] == ["少附證件", "地址不完整"]


def test_what_was_said_and_what_stood_there_is_sealed(lin_done, tmp_path):
    give_back("contact")
    with database.connection_context():
        answers = SavedTab.of(LIN.account)["contact"][0]
    files = stored.contents(tmp_path)

    assert answers["email"].encode() not in files and REASON.encode() not in files


def test_the_staff_home_says_what_waits(lin_done, kao):
    give_back("contact")
    lin_done.open("/record/contact").submit(mobile="0987654321")

    kao.open("/staff").click("1 頁已補正")

    assert kao.path == "/staff/returns" and "張照片待審查" in kao.open("/staff").text()
