"""Being signed in: how it begins, how long it lasts, and that its end is an end."""

import re

import pytest

from tables.store import database, now
from tables.visits import Session, SignIn
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.people import LIN, PASSWORD


def cookie(browser):
    """The session cookie as the browser holds it."""
    return browser.client.get_cookie("xueji")


def aged(seconds, column="seen_at"):
    """Make every session that old."""
    field = getattr(Session, column)
    with database.connection_context():
        Session.update({field: now() - seconds}).execute()


def sessions():
    """How many are alive."""
    with database.connection_context():
        return Session.select().where(Session.ended_at.is_null()).count()


def test_logging_out_ends_the_session_on_the_server_too(lin):
    stolen = cookie(lin).value

    lin.submit(form="header form")
    assert lin.path == "/intue/login" and sessions() == 0
    assert lin.page.select_one(".note")

    lin.client.set_cookie("xueji", stolen)
    assert lin.open("/home").path == "/intue/login"


def test_logging_out_clears_what_the_browser_keeps(lin):
    token = dict(lin.typed(lin.form("header form")))["csrf_token"]

    reply = lin.send("POST", "/logout", data={"csrf_token": token})

    assert reply.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert lin.send("GET", "/logout").status_code == 405


def test_an_initial_session_can_be_left_by_logging_out(plain):
    log_in(plain, LIN, LIN.first)

    plain.submit(form="form[id=out]")

    assert plain.path == "/intue/login" and sessions() == 0


def test_the_session_of_before_is_not_the_session_of_after(app):
    browser = Browser(app).open("/intue/login")
    before = cookie(browser).value

    log_in(browser, LIN, LIN.first)
    between = cookie(browser).value
    browser.submit(new=PASSWORD, again=PASSWORD)

    assert len({before, between, cookie(browser).value}) == 3
    browser.client.set_cookie("xueji", between)
    assert browser.open("/home").path == "/intue/login"


def test_a_token_from_before_the_log_in_is_no_good_after_it(app):
    browser = Browser(app).open("/intue/login")
    planted = dict(browser.typed())["csrf_token"]
    begin(browser, LIN)

    assert browser.send("POST", "/record/basic", data={"csrf_token": planted}).status_code == 400


@pytest.mark.parametrize("planted", ["", "x", "0" * 43, "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb", "411510001"])
def test_a_made_up_cookie_opens_nothing(app, planted):
    browser = Browser(app)
    browser.client.set_cookie("xueji", planted)

    assert browser.open("/home").path == "/intue/login"


def test_half_an_hour_of_nothing_ends_it(lin):
    aged(30 * 60 - 5)
    assert lin.open("/home").path == "/home"

    aged(30 * 60 + 5)
    assert lin.open("/home").path == "/intue/login"
    assert sessions() == 0


def test_working_keeps_it_alive(lin):
    for _ in range(4):
        aged(29 * 60)
        assert lin.open("/home").path == "/home"


def test_the_idle_time_is_a_setting(app, started):
    hurried = started(IDLE_MINUTES=2)
    browser = begin(Browser(hurried), LIN)

    aged(2 * 60 + 5)

    assert browser.open("/home").path == "/intue/login"


def test_twelve_hours_end_it_however_busy_one_was(lin):
    aged(12 * 3600 - 60, "opened_at")
    assert lin.open("/home").path == "/home"

    aged(12 * 3600 + 5, "opened_at")
    assert lin.open("/home").path == "/intue/login"


def test_an_initial_session_lasts_ten_minutes(plain):
    log_in(plain, LIN, LIN.first)
    aged(10 * 60 + 5, "opened_at")

    assert plain.open("/password/first").path == "/intue/login"


def test_a_page_after_the_end_says_so_and_comes_back(lin_plain):
    aged(30 * 60 + 5)

    lin_plain.open("/record/contact")
    assert lin_plain.path == "/intue/login" and lin_plain.page.select_one(".note.warn")

    lin_plain.submit(account=LIN.account, password=PASSWORD)
    assert lin_plain.path == "/record/contact"


def test_a_save_after_the_end_tells_htmx_and_keeps_the_form_with_what_was_typed(app):
    browser = begin(Browser(app, htmx=True), LIN).open("/record/basic")
    aged(30 * 60 + 5)

    browser.submit(name_en_last="LIN")

    assert browser.status == 401
    assert browser.text("#save [role=alert]") and browser.page.select_one("#door form")["action"] == "/intue/login"
    assert browser.page.select_one("#panel form [name=name_en_last]")


def test_after_logging_in_again_in_another_window_the_save_goes_through(app):
    browser = begin(Browser(app, htmx=True), LIN).open("/record/basic")
    aged(30 * 60 + 5)
    browser.submit(name_en_last="LIN")
    form = browser.page
    log_in(browser, LIN)

    browser.page, browser.url = form, "/record/basic"
    browser.submit(name_en_last="LIN", name_en_first="YU-CHING", name_en_src="護照")
    assert browser.status == 403 and browser.text("#save [role=alert]")

    browser.submit(name_en_last="LIN", name_en_first="YU-CHING", name_en_src="護照")
    assert browser.status == 200 and browser.tabs["basic"] == "done"


def test_the_cookie_is_for_this_site_and_no_script(app):
    header = Browser(app).send("GET", "/intue/login").headers["Set-Cookie"]

    assert "HttpOnly" in header and "SameSite=Lax" in header and "Path=/" in header
    assert "Domain" not in header and len(header) < 4096


def test_over_https_the_cookie_is_bound_to_the_host(app, started):
    header = Browser(started(BASE_URL="https://xueji.example")).send("GET", "/intue/login").headers["Set-Cookie"]

    assert header.startswith("__Host-xueji=") and "Secure" in header


def test_the_database_holds_no_token_that_could_be_used(lin):
    with database.connection_context():
        stored = [session.id for session in Session.select()]

    assert stored and not [one for one in stored if one in cookie(lin).value]
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in stored)


def test_tokens_are_long_and_never_the_same(app):
    first_password(Browser(app), LIN)
    with database.connection_context():
        tokens = {Session.begin(LIN.account) for _ in range(200)}

    assert len(tokens) == 200 and min(map(len, tokens)) >= 22


def test_the_record_tells_when_one_was_here_the_last_time(app):
    begin(Browser(app), LIN)
    with database.connection_context():
        SignIn.update(at=1_787_000_000).execute()

    browser = log_in(Browser(app), LIN).open("/record/basic")

    assert "8 月" in browser.text(".locked")
