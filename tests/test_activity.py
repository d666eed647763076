"""The security log: what it says, what it never says, and what a student sees of it."""

import json
import logging

from tables import journal
from tables.journal import Event
from tables.store import database
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.people import LIN, PASSWORD


def lines():
    """(what, account) of every line, the oldest first."""
    with database.connection_context():
        return [(event.what, event.account) for event in Event.select().order_by(Event.id)]


def test_the_log_tells_how_an_account_came_into_use(app):
    log_in(first_password(Browser(app), LIN), LIN, "Wrong&Kite99")

    assert lines()[:3] == [("first-sign-in", LIN.account), ("first-password", LIN.account), ("refused", LIN.account)]


def test_the_account_that_nobody_has_is_not_written_down(app):
    browser = Browser(app).open("/intue/login")

    browser.submit(account="A223456781", password="Wrong&Kite99")

    assert lines() == [("refused", "")]


def test_the_log_holds_no_password_no_id_and_no_token(app, caplog):
    caplog.set_level(logging.INFO, "xueji.security")
    log_in(begin(Browser(app), LIN), LIN, "Wrong&Kite99")

    with database.connection_context():
        written = json.dumps(list(Event.select().dicts())) + caplog.text
    assert LIN.account in written
    for secret in (PASSWORD, LIN.first, LIN.second, LIN.id_number, "Wrong&Kite99"):
        assert secret not in written


def test_nobody_can_write_a_line_of_their_own(app, caplog):
    caplog.set_level(logging.INFO, "xueji.security")
    with database.connection_context():
        journal.note("refused", 'x\n{"what": "signed-in"}', device="\x1b[31m" + "y" * 500)
        event = Event.select().get()

    assert "\n" not in event.account and len(event.device) <= 60 and "\x1b" not in event.device
    assert len(caplog.records) == 1


def test_a_student_sees_what_happened_with_the_account_and_nothing_of_others(lin):
    log_in(lin, LIN, "Wrong&Kite99")
    log_in(lin, LIN)

    seen = lin.open("/password/activity").text()

    assert "密碼錯誤" in seen and "設定了自己的密碼" in seen


def test_logging_out_everywhere_ends_every_session(app):
    phone, library = begin(Browser(app), LIN), log_in(Browser(app), LIN)

    phone.open("/password/activity").submit(form="main form")

    assert phone.path == "/intue/login"
    assert library.open("/record").path == "/intue/login"
    assert lines()[-1] == ("signed-out-everywhere", LIN.account)
