"""Waves in the hands of staff: listed, added, changed, ordered, deleted; and one student reopened."""

import pytest

from domain import clock
from tables.journal import Event
from tables.reopenings import Reopening
from tables.store import database, now
from tables.waves import Wave
from tests.answers import begin
from tests.browser import Browser
from tests.offices import KAO, WU, YEH, employ, letters, sign_in
from tests.people import CHEN, LIN
from tests.seasons import DAY, in_order, wave

GOOD = {
    "name_zh": "學士班", "name_en": "Bachelor", "program": "學士班",
    "lookup": "2026-08-10T09:00", "opens": "2026-08-17T09:00", "closes": "2026-09-11T17:00", "grace": "24",
}  # fmt: skip
REOPEN = f"/staff/students/{LIN.account}/reopen"


@pytest.fixture
def registrar(app):
    """WU at a plain browser."""
    return sign_in(Browser(app), employ(WU, has_phone=True))


@pytest.fixture(params=[False, True], ids=["plain", "htmx"])
def office(app, request):
    """WU at a browser, once without and once with htmx."""
    return sign_in(Browser(app, htmx=request.param), employ(WU, has_phone=True))


@pytest.fixture
def clerk(app):
    """KAO, who has two departments."""
    return sign_in(Browser(app), employ(KAO))


def noted(what):
    """The lines of the security log of this sort: (account, about, details)."""
    with database.connection_context():
        return [(one.account, one.about, one.details) for one in Event.select().where(Event.what == what)]


def test_a_wave_is_added_listed_and_noted(registrar):
    registrar.open("/staff/waves").click("新增梯次").submit(**GOOD)

    row = registrar.text("#waves tbody tr")
    assert registrar.path == "/staff/waves" and "已新增梯次" in registrar.text(".note.ok")
    assert "2026 年 8 月 17 日（一）09:00" in row and "另寬限 24 小時" in row and "自動提醒" in row
    assert noted("wave-added")[0][0] == WU.account


def test_the_times_in_the_form_are_those_that_were_typed(registrar):
    registrar.open("/staff/waves/new").submit(**GOOD)

    registrar.click("學士班")

    assert {name: registrar.value(name) for name in GOOD} == GOOD


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name_zh": " ", "name_en": ""}, {"name_zh", "name_en"}),
        ({"opens": "soon"}, {"opens"}),
        ({"opens": "", "closes": ""}, {"opens", "closes"}),
        ({"closes": "2026-08-17T09:00"}, {"closes"}),
        ({"lookup": "2026-08-18T09:00"}, {"lookup"}),
        ({"grace": "-2"}, {"grace"}),
        ({"program": "學" * 31}, {"program"}),
    ],
)
def test_a_wave_that_makes_no_sense_is_refused_with_everything_typed_kept(registrar, typed, wrong):
    registrar.open("/staff/waves/new").submit(**GOOD | typed)

    assert registrar.status == 422 and set(registrar.errors) == wrong and registrar.title_says_error
    assert {name: registrar.value(name) for name in GOOD} == GOOD | typed
    assert in_order() == []


def test_a_second_wave_for_the_same_students_is_refused(registrar):
    registrar.open("/staff/waves/new").submit(**GOOD)

    registrar.open("/staff/waves/new").submit(**GOOD | {"name_zh": "又一個"})

    assert registrar.status == 422 and "「又一個」就沒有對象" in registrar.error("program")
    assert in_order() == ["學士班"]


def test_the_order_is_changed_step_by_step_and_counts(office):
    wave("教育", dept="教育學系")
    wave("學士", program="學士班")
    office.open("/staff/waves")
    assert in_order() == ["教育", "學士"]

    office.submit("#waves tbody tr:first-child form", button=("to", "down"))

    assert in_order() == ["學士", "教育"]
    assert [row.th.a.get_text() for row in office.page.select("#waves tbody tr")] == ["學士", "教育"]


def test_an_order_in_which_a_wave_is_for_nobody_is_refused(office):
    wave("全校")
    wave("學士", program="學士班")
    office.open("/staff/waves")

    office.submit("#waves tbody tr:first-child form", button=("to", "down"))

    assert office.status == 422 and "「學士」就沒有對象" in office.text("#waves .note")
    assert in_order() == ["學士", "全校"]


def test_the_list_counts_who_falls_in_each_wave_and_who_in_none(registrar):
    wave("教育", dept="教育學系", program="學士班")
    wave("申請", route="申請入學")
    registrar.open("/staff/waves")

    numbers = {row.th.a.get_text(): row.select_one("td.n").get_text() for row in registrar.page.select("tbody tr")}

    assert numbers == {"教育": "3", "申請": "1"}
    assert "有 10 位學生不屬於任何梯次" in registrar.text(".note.warn")
    assert "10 位學生" in registrar.click("看是哪些人").text()
    assert len(registrar.page.select("tbody tr")) == 10 and LIN.account not in registrar.text()


def test_a_clerk_reads_the_waves_with_the_numbers_of_the_departments_and_changes_nothing(clerk):
    one = wave("全校")
    clerk.open("/staff/waves")

    assert clerk.text("tbody td.n") == "5" and not clerk.page.select("main form")
    assert clerk.send("GET", f"/staff/waves/{one.id}").status_code == 403


def test_a_wave_is_deleted_after_asking(registrar):
    one = wave("學士", program="學士班", opens=DAY)
    registrar.open(f"/staff/waves/{one.id}").click("刪除這個梯次")
    assert "學士" in registrar.text(".sheet")

    registrar.submit()

    assert in_order() == [] and "已刪除梯次" in registrar.text(".note.ok")
    assert noted("wave-deleted")


def test_the_list_asks_the_database_as_often_for_twenty_waves_as_for_one(registrar, statements):
    wave("全校")
    registrar.open("/staff/waves")
    few = statements(lambda: registrar.open("/staff/waves"))
    for n in range(20):
        wave(f"第{n}", dept=f"系{n}")
    registrar.open("/staff/waves")

    assert statements(lambda: registrar.open("/staff/waves")) == few


def test_a_student_is_reopened_with_a_reason_a_letter_and_a_line_in_the_log(app, clerk):
    lin = begin(Browser(app), LIN)
    wave(opens=-3 * DAY, closes=-DAY)
    clerk.open(REOPEN).submit("#reopen", until="2099-09-30T17:00", reason="")
    assert clerk.status == 422 and set(clerk.errors) == {"until", "reason"}

    clerk.submit("#reopen", until=soon(), reason="住院證明已收")

    assert "已開放填寫" in clerk.text(".note.ok") and "住院證明已收" in clerk.text(".sheet")
    assert "住院證明已收" in lin.open("/record").text()
    to, subject, text = letters()[-1]
    assert to == f"a{LIN.account}@grad.ntue.edu.tw" and "重新開放" in subject
    assert "/intue/login" in text and "住院" not in text
    assert noted("record-reopened")[0][:2] == (KAO.account, LIN.account)
    assert "住院" not in noted("record-reopened")[0][2]


def soon():
    """Tomorrow, as the control of a form holds it."""
    return clock.control(now() + DAY)


def test_a_reopening_is_ended_early_and_stays_in_the_list(app, clerk):
    wave(opens=-3 * DAY, closes=-DAY)
    clerk.open(REOPEN).submit("#reopen", until=soon(), reason="補件")

    clerk.submit("#end")

    assert "恢復依梯次" in clerk.text(".note.ok") and "補件" in clerk.text("table")
    assert noted("reopening-ended")[0][:2] == (KAO.account, LIN.account)
    assert "已截止" in begin(Browser(app), LIN).open("/record").text()


def test_the_reason_is_sealed_in_the_database(clerk):
    clerk.open(REOPEN).submit("#reopen", until=soon(), reason="住院證明已收")

    with database.connection_context():
        row = Reopening.get()
    assert "住院".encode() not in bytes(row.reason)


@pytest.mark.parametrize("account", [CHEN.account, "999999999"])
def test_a_student_of_another_department_is_not_there(app, account):
    yeh = sign_in(Browser(app), employ(YEH))

    path = f"/staff/students/{account}/reopen"
    token = {"csrf_token": dict(yeh.open("/staff/settings").typed())["csrf_token"]}

    assert yeh.send("GET", path).status_code == 404
    assert yeh.send("POST", path, data=token | {"until": soon(), "reason": "x"}).status_code == 404
    assert yeh.send("POST", f"{path}/end", data=token).status_code == 404


def test_looking_at_a_student_is_noted(clerk):
    clerk.open(REOPEN)

    assert noted("student-seen")[0][:2] == (KAO.account, LIN.account)


def test_a_wave_is_gone_for_a_form_that_was_open(registrar):
    one = wave("學士", program="學士班")
    registrar.open(f"/staff/waves/{one.id}")
    with database.connection_context():
        Wave.delete().execute()

    assert registrar.submit(**GOOD).status == 404
