"""One student's page: what staff see of a record, what they do not, and what the student sees of that."""

import json

import pytest

from tables.journal import Event
from tables.returns import Return
from tables.store import database
from tests.answers import begin, fill_tab
from tests.browser import Browser
from tests.offices import KAO, WU, YEH, employ, sign_in
from tests.people import CHEN, LIN, PASSWORD

PAGE = f"/staff/students/{LIN.account}"


@pytest.fixture
def wu(app):
    """The registrar's office at a browser without JavaScript."""
    return sign_in(Browser(app), employ(WU, has_phone=True))


@pytest.fixture
def kao(app):
    """The department of LIN at a browser with htmx."""
    return sign_in(Browser(app, htmx=True), employ(KAO))


def events(what):
    """(account, about, details) of the events of a sort, the oldest first."""
    with database.connection_context():
        found = Event.select().where(Event.what == what).order_by(Event.id)
        return [(event.account, event.about, event.told) for event in found]


def test_it_shows_the_answers_and_how_far_each_tab_is(lin_done, wu):
    wu.open(f"{PAGE}/tab/contact")

    assert wu.status == 200 and wu.heading.startswith(LIN.name)
    assert "0912345678" in wu.text("#panel") and "a411510001@grad.ntue.edu.tw" in wu.text("#panel")
    assert set(wu.tabs.values()) == {"done"} and len(wu.tabs) == LIN.tabs + 1
    assert "已完成 7／7 頁" in wu.text(".head")


def test_it_begins_with_what_is_left(lin_plain, wu):
    fill_tab(lin_plain, "basic")

    wu.open(PAGE)

    assert wu.tabs["basic"] == "done" and wu.tabs["contact"] == "todo"
    assert "通訊資料" in wu.text("#panel h2") and "請填寫行動電話" in wu.text("#panel")


def test_another_tab_comes_as_a_fragment_with_htmx(lin_done, kao):
    kao.open(PAGE).click("照片")

    assert kao.status == 200 and kao.path == f"{PAGE}/tab/photo"
    picture = kao.page.select_one("#panel img")
    assert picture["alt"] == "林予晴的大頭照"
    assert kao.send("GET", picture["src"]).mimetype == "image/jpeg"
    assert events("photo-seen") == [(KAO.account, LIN.account, {})]


def test_the_notice_is_a_tab_too(lin_plain, wu):
    wu.open(f"{PAGE}/tab/notice")

    assert "我已閱讀個人資料蒐集告知" in wu.text("#panel")


def test_somebody_elses_student_is_not_there(lin_plain, app):
    yeh = sign_in(Browser(app), employ(YEH))

    addresses = (PAGE, f"{PAGE}/tab/basic", f"{PAGE}/photo/photo/x.jpg", "/staff/students/411599999")
    assert [yeh.open(path).status for path in addresses] == [404] * 4
    assert events("record-seen") == []


def test_a_tab_that_does_not_apply_is_not_there(lin_plain, wu):
    assert wu.open(f"{PAGE}/tab/passport").status == 404


def test_what_changed_is_shown_old_and_new_with_who_and_when(lin_done, wu):
    lin_done.open("/record/contact?edit=1").submit(mobile="0987654321")

    first = wu.open(PAGE).page.select_one("#history tbody tr").get_text(" ", strip=True)

    assert "行動電話" in first and "0912345678 0987654321 學生本人" in first
    assert "已更換" in wu.text("#history") and "市立成功高中" in wu.text("#history")


def test_letters_and_log_ins_are_shown(lin_plain, wu):
    wu.open(PAGE)

    assert "待寄" in wu.text("#letters") and "帳號" in wu.text("#letters")
    assert "用預設密碼登入" in wu.text("#events") and "學生本人" in wu.text("#events")


def test_every_look_is_written_down_and_the_student_sees_it(lin_plain, wu, kao):
    wu.open(f"{PAGE}/tab/bank")
    kao.open(PAGE)

    assert events("record-seen") == [
        (WU.account, LIN.account, {"tab": "bank"}),
        (KAO.account, LIN.account, {"tab": "basic"}),
    ]
    told = lin_plain.open("/password/activity").text()
    assert "教職員查看你資料的紀錄" in told
    assert "註冊組：查看你的學籍資料" in told and "系所承辦人：查看你的學籍資料" in told
    assert WU.name not in told and WU.account not in told


def test_others_do_not_see_who_looked_at_whom(lin_plain, wu, app):
    wu.open(PAGE)

    assert "查看你資料" not in begin(Browser(app), CHEN).open("/password/activity").text()


def test_the_id_number_is_hidden_until_there_is_a_reason(lin_plain, wu):
    wu.open(PAGE)
    assert LIN.id_number not in wu.reply.text and "A2******81" in wu.text("#who")

    wu.submit("#who form", reason=" ")
    assert wu.status == 422 and wu.errors == {"reason": "請寫要看完整號碼的用途。"} and wu.title_says_error
    assert LIN.id_number not in wu.reply.text

    wu.submit("#who form", reason="兵役單位核對 A223456781")
    assert wu.status == 200 and LIN.id_number in wu.text("#who")
    assert events("number-seen") == [
        (WU.account, LIN.account, {"reason": "兵役單位核對 …"}),
    ]


def test_it_is_hidden_again_after_a_minute_and_for_everybody_else(lin_plain, wu, monkeypatch):
    wu.open(PAGE).submit("#who form", reason="兵役單位核對")
    assert "F1******80" in wu.open(f"/staff/students/{CHEN.account}").text("#who")

    monkeypatch.setattr("blueprints.staff.dossier.SHOWN_FOR", 0)

    assert "A2******81" in wu.open(PAGE).text("#who")


def test_a_returned_tab_says_why(lin_done, wu):
    with database.connection_context():
        Return.make(LIN.account, "bank", WU.account, reason="請改用本人帳戶")

    wu.open(PAGE)

    assert wu.tabs["bank"] == "returned" and "退回：請改用本人帳戶" in wu.text("#panel")


def test_the_log_of_looks_holds_no_answers(lin_done, wu):
    wu.open(f"{PAGE}/tab/contact").submit("#who form", reason="兵役單位核對")

    with database.connection_context():
        written = json.dumps(list(Event.select().dicts()), ensure_ascii=False)
    assert not [secret for secret in (LIN.id_number, "0912345678", "大安區", PASSWORD) if secret in written]


def test_a_page_asks_the_database_as_often_for_much_as_for_little(lin_plain, wu, statements):
    little = statements(lambda: wu.open(PAGE))
    fill_tab(lin_plain, "basic")
    fill_tab(lin_plain, "contact")
    fill_tab(lin_plain, "bank")

    assert statements(lambda: wu.open(PAGE)) == little <= 30
