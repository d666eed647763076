"""Reminders in the hands of staff: chosen, looked at, sent; what was sent; which letters came back."""

import pytest

from blueprints import reminding
from domain.reminding import Choice
from tables import reminders, waves
from tables.journal import Event
from tables.letterbox import Mail
from tables.reminders import Reminder
from tables.returns import Return
from tables.standing import rebuild
from tables.store import database
from tests.answers import begin, fill_tab
from tests.browser import Browser
from tests.offices import KAO, WU, YEH, employ, sign_in
from tests.people import CHEN, LIN
from tests.seasons import DAY, wave


@pytest.fixture(params=[False, True], ids=["plain", "htmx"])
def office(app, summed, request):
    """WU at a browser, once without and once with htmx."""
    return sign_in(Browser(app, htmx=request.param), employ(WU, has_phone=True))


@pytest.fixture
def clerk(app, summed):
    """KAO, who has two departments."""
    return sign_in(Browser(app), employ(KAO))


def numbers(browser):
    """How many get a letter, were reminded lately, have no mailbox, are done."""
    return [int(one.get_text()) for one in browser.page.select("#who .stats b")]


def listed(browser):
    """The student numbers in the list."""
    return [one.get_text() for one in browser.page.select("#who tbody td:first-child")]


def waiting():
    """To whom reminders wait."""
    with database.connection_context():
        return [mail.address for mail in Mail.waiting().where(Mail.kind == "reminder")]


def test_a_reminder_is_chosen_looked_at_and_sent(office):
    office.open("/staff/reminders").submit(dept="教育學系", program="學士班")
    assert office.path == "/staff/reminders/preview" and "學士班、教育學系、還有沒填完的" in office.text(".lead")
    assert numbers(office) == [3, 0, 0, 0] and len(listed(office)) == 3 and LIN.account in listed(office)
    assert "Action needed: 7 tabs" in office.text(".sheet") and waiting() == []

    office.submit("#send")

    assert "3 封信已排入寄送" in office.text(".note.ok")
    assert f"a{LIN.account}@grad.ntue.edu.tw" in waiting() and len(waiting()) == 3
    assert (
        "吳專員" in office.text("header")
        and "T1001" in office.text("table")
        and "學士班、教育學系" in office.text("table")
    )


def test_pressing_twice_sends_nothing_more_and_says_so(office):
    office.open("/staff/reminders").submit(dept="教育學系")
    again = office.typed(office.form("#send"))
    office.submit("#send")

    office.post("/staff/reminders/send", again)

    assert "沒有信要寄" in office.text(".note.warn") and len(waiting()) == 5
    office.open("/staff/reminders").submit(dept="教育學系")
    assert numbers(office) == [0, 5, 0, 0] and not office.page.select("#send")


def test_who_is_left_out_is_listed_with_the_reason(office, app):
    with database.connection_context():
        Return.make(CHEN.account, "contact", WU.account, reason="電話錯了")
        rebuild(app.extensions["record"], [CHEN.account])
    office.open("/staff/reminders").submit(what="returned")
    assert listed(office) == [CHEN.account] and "另有 13 位學生" in office.text("#who")
    assert "通訊資料（已退回，請補正）" in office.text(".sheet") and "電話錯了" not in office.text(".sheet")
    office.submit("#send")

    office.open("/staff/reminders").submit(what="any")
    assert numbers(office) == [13, 1, 0, 0]
    office.click("48 小時內提醒過")

    assert listed(office) == [CHEN.account] and "1" in office.text("#who [aria-current]")


def test_the_list_comes_in_pages(office, monkeypatch):
    monkeypatch.setattr("blueprints.staff.reminders.PER_PAGE", 8)
    office.open("/staff/reminders").submit()
    first = listed(office)

    office.click("下一頁")

    assert len(first) == 8 and len(listed(office)) == 6 and not set(first) & set(listed(office))


def test_a_clerk_reminds_the_students_of_the_departments_only(clerk):
    assert "音樂學系" not in clerk.open("/staff/reminders").text("#dept")

    clerk.open("/staff/reminders/preview?dept=音樂學系")
    assert numbers(clerk) == [0, 0, 0, 0]
    token = {"csrf_token": dict(clerk.open("/staff/settings").typed())["csrf_token"]}
    clerk.post("/staff/reminders/send", token | {"dept": "", "what": "any"})

    assert len(waiting()) == 5


def test_a_wave_that_was_deleted_meanwhile_is_for_nobody(clerk):
    one = wave("教育", dept="教育學系")
    clerk.open("/staff/reminders").submit(wave=str(one.id))
    typed = clerk.typed(clerk.form("#send"))
    with database.connection_context():
        waves.remove(one)

    clerk.post("/staff/reminders/send", typed)

    assert waiting() == [] and "沒有信要寄" in clerk.text()


def test_the_page_says_when_some_of_them_cannot_fill_in_now(clerk):
    wave("學士班", program="學士班", opens=-9 * DAY, closes=-DAY)
    wave("碩士班", program="碩士班", opens=DAY)

    clerk.open("/staff/reminders").submit()

    assert "學士班：已截止，3 封" in clerk.text(".note.warn") and "碩士班：還沒開放，1 封" in clerk.text(".note.warn")


def test_who_sent_what_to_how_many_is_for_those_whom_it_concerns(app, clerk, summed):
    with summed():
        reminding.send(Choice(dept="語文與創作學系"), None, YEH.account)
        reminding.send(Choice(dept="教育學系"), None, KAO.account)
    registrar = sign_in(Browser(app), employ(WU, has_phone=True))

    assert YEH.account not in clerk.open("/staff/reminders").text("table") and KAO.account in clerk.text("table")
    assert {YEH.account, KAO.account} <= set(registrar.open("/staff/reminders").text("table").split())


def test_letters_that_came_back_are_listed_with_masked_mailboxes(app, clerk, summed):
    with summed():
        reminding.send(Choice(), None, WU.account)
        for mail in Mail.waiting():
            mail.close(f"550 <{mail.address}>: user unknown")

    text = clerk.open("/staff/reminders").text()

    assert LIN.account in text and "a***@grad.ntue.edu.tw" in text and "user unknown" in text
    assert f"a{LIN.account}@" not in text and CHEN.account not in text
    clerk.submit(dept="教育學系")
    assert numbers(clerk) == [0, 0, 5, 0]


def test_sending_is_noted_without_names(clerk, summed):
    clerk.open("/staff/reminders").submit(dept="教育學系")
    clerk.submit("#send")

    with database.connection_context():
        [event] = Event.select().where(Event.what == "reminder-sent")
    assert event.account == KAO.account and '"n": "5"' in event.details and LIN.name not in event.details


def test_a_preview_asks_the_database_as_often_for_many_as_for_few(clerk, statements):
    clerk.open("/staff/reminders/preview", dept="教育學系", program="博士班")
    few = statements(lambda: clerk.open("/staff/reminders/preview", dept="教育學系", program="博士班"))

    assert statements(lambda: clerk.open("/staff/reminders/preview", dept="教育學系")) == few <= 10


def test_one_who_finishes_between_looking_and_pressing_gets_no_letter(app, clerk):
    clerk.open("/staff/reminders").submit(what="tab:contact", dept="教育學系")
    assert numbers(clerk)[0] == 5
    fill_tab(begin(Browser(app), LIN), "contact")

    clerk.submit("#send")

    assert "4 封信" in clerk.text(".note.ok") and f"a{LIN.account}@grad.ntue.edu.tw" not in waiting()


def test_a_letter_that_waits_is_not_counted_as_come_back(summed):
    with summed():
        assert reminding.send(Choice(), None, WU.account) == (14, False)
        assert Reminder.get().n == 14 and reminders.bounced(None) == []
