"""The page of the security log: who may see it, what it shows, and what can be taken out of it."""

import csv
import hashlib
import io
import json

import pytest

from tables import chain, journal
from tables.confirmations import PasswordEntry
from tables.journal import Event
from tables.staff_visits import StaffSession
from tables.store import database, now
from tests.answers import begin
from tests.browser import Browser
from tests.offices import PASSWORD, WU, employ, sign_in
from tests.people import LIN


@pytest.fixture
def wu(plain):
    """A registrar who is signed in."""
    return sign_in(plain, employ(WU, has_phone=True))


def shown(browser):
    """(event, account, student) of each line of the page."""
    rows = [row.find_all(["td", "th"]) for row in browser.page.select("tbody tr")]
    return [tuple(row[place].get_text(strip=True) for place in (2, 3, 4)) for row in rows]


def write(n=1, what="signed-in", account=LIN.account, **more):
    """Lines of our own."""
    with database.connection_context():
        for _ in range(n):
            journal.note(what, account, **more)


def lines_of(what):
    """The details of every line of a sort."""
    with database.connection_context():
        return [json.loads(event.details) for event in Event.select().where(Event.what == what).order_by(Event.id)]


def rows_of(reply):
    """The rows of a CSV reply."""
    return list(csv.reader(io.StringIO(reply.get_data().decode("utf-8-sig"), newline="")))


def test_the_newest_event_stands_first_in_words(wu):
    assert shown(wu.open("/staff/log"))[0] == ("教職員登入", WU.account, "")


def test_a_kind_that_nobody_has_named_is_shown_as_it_is(wu):
    write(what="something-new", about=LIN.account)

    assert shown(wu.open("/staff/log"))[0] == ("something-new", LIN.account, LIN.account)


def test_details_are_said_in_words_and_tabs_by_their_titles(wu):
    write(what="record-seen", about=LIN.account, tab="contact", other="as it is")

    details = wu.open("/staff/log").text("tbody tr:first-child td:last-child")

    assert details == "頁籤：通訊資料 other：as it is"


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"way": "phone", "door": "portal"}, {"方式：密碼和手機", "登入入口：校園入口網"}),
        ({"role": "registrar"}, {"身分：註冊組"}),
        ({"door": "elsewhere"}, {"登入入口：elsewhere"}),
    ],
)
def test_values_of_details_are_said_in_words_where_there_are_some(wu, details, said):
    write(**details)

    shown_there = wu.open("/staff/log").page.select("tbody tr:first-child td:last-child small")

    assert {one.get_text() for one in shown_there} == said


@pytest.mark.parametrize(
    ("filters", "n"),
    [
        ({"account": "t1001"}, 2),
        ({"student": LIN.account}, 2),
        ({"what": "signed-in"}, 2),
        ({"what": "signed-in", "account": "T1001"}, 1),
        ({"since": "2020-01-01", "student": LIN.account}, 2),
        ({"since": "2099-01-01"}, 0),
        ({"until": "109/1/1"}, 0),
        ({"account": "nobody"}, 0),
    ],
)
def test_filters_choose_the_lines(wu, filters, n):
    write()
    write(account="T1001", about=LIN.account)

    assert len(shown(wu.open("/staff/log", **filters))) == n


def test_a_day_that_is_none_is_said_and_kept(wu):
    wu.open("/staff/log", since="2026-13-01", account="T1001")

    assert wu.status == 422 and wu.errors.keys() == {"since"}
    assert wu.value("since") == "2026-13-01" and wu.value("account") == "T1001"


def test_older_lines_are_a_page_further_with_the_same_filters(wu):
    write(55)
    first = shown(wu.open("/staff/log", account=LIN.account))

    older = shown(wu.click("更早的事件"))

    assert (len(first), len(older)) == (50, 5) and {line[1] for line in older} == {LIN.account}
    assert len(shown(wu.click("最新"))) == 50


def test_nothing_typed_into_the_filters_breaks_the_page(wu):
    for value in ("' OR 1=1 --", "<script>", "9" * 50, "%"):
        assert wu.open("/staff/log", account=value, student=value, what=value, before=value).status == 200


def test_the_lines_of_the_filters_come_as_csv_and_that_is_written_down(wu):
    write(3)
    wu.open("/staff/log", account=LIN.account)

    wu.submit(form="#out-log")

    rows = rows_of(wu.reply)
    assert wu.reply.mimetype == "text/csv" and "attachment" in wu.reply.headers["Content-Disposition"]
    assert len(rows) == 4 and rows[1][2:5] == ["signed-in", "登入", LIN.account]
    (noted,) = lines_of("log-exported")
    sha256 = hashlib.sha256(wu.reply.get_data()).hexdigest()
    assert noted == {"n": "3", "sha256": sha256, "filters": f"account={LIN.account}"}


def test_a_line_is_no_formula(wu):
    write(details="=1+1", device="=cmd")
    wu.open("/staff/log").submit(form="#out-log")

    assert rows_of(wu.reply)[-1][7] == "'=cmd"


def test_a_large_log_comes_in_lots_and_whole(wu):
    write(1)
    with database.connection_context(), database.atomic():
        for _ in range(2100):
            journal.note("signed-in", "411519999")

    wu.open("/staff/log", student="411519999").submit(form="#out-log")

    assert len(rows_of(wu.reply)) == 2101


def five_minutes_pass():
    """The password was typed, and the session begun, more than five minutes ago."""
    with database.connection_context():
        StaffSession.update(opened_at=StaffSession.opened_at - 400).execute()
        PasswordEntry.update(at=PasswordEntry.at - 400).execute()


def test_after_five_minutes_the_password_is_asked_for_again(wu):
    five_minutes_pass()
    wu.open("/staff/log").submit(form="#out-log")
    assert wu.status == 422 and wu.errors.keys() == {"current"}

    wu.submit(form="#out-log", current="Wrong-Kite-99")
    assert wu.status == 422 and wu.error("current").startswith("目前的密碼不對")
    assert lines_of("log-exported") == []

    wu.submit(form="#out-log", current=PASSWORD)
    assert wu.status == 200 and rows_of(wu.reply)[1:]


def test_once_it_was_typed_it_is_not_asked_for_during_five_minutes(wu):
    five_minutes_pass()
    wu.open("/staff/log").submit(form="#out-log", current=PASSWORD).reply.get_data()

    wu.open("/staff/log").submit(form="#out-log")

    assert rows_of(wu.reply)[1:]
    five_minutes_pass()
    assert wu.open("/staff/log").submit(form="#out-log").status == 422


def test_who_breaks_off_is_written_down_as_such(wu):
    write(3000)
    wu.open("/staff/log")
    reply = wu.send("POST", "/staff/log/export", data=dict(wu.typed(wu.form("#out-log"))), buffered=False)
    next(iter(reply.response))
    reply.close()

    assert len(lines_of("log-broken-off")) == 1 and lines_of("log-exported") == []
    assert database.is_closed()


def test_the_chain_holds_through_all_of_this(wu, app):
    begin(Browser(app), LIN)
    wu.open("/staff/log").submit(form="#out-log").reply.get_data()

    with database.connection_context():
        assert chain.verify().problem is None and Event.select().where(Event.at <= now()).count() == 4
