"""Forms that another site, or another session, had the browser send: all refused, and nothing changes."""

import hashlib

import pytest

from tables.store import Table, database, now
from tables.visits import Session
from tests.answers import begin
from tests.browser import Browser
from tests.people import LIN, PASSWORD
from tests.test_access import ROUTES, address

UNSAFE = [rule for method, rule in ROUTES if method == "POST"]
FORM = {
    "account": LIN.account, "password": PASSWORD, "new": "Another&Kite48", "again": "Another&Kite48",
    "current": PASSWORD, "name_en_last": "FORGED", "program": LIN.program, "id_number": LIN.id_number,
    "email": "a411510001@grad.ntue.edu.tw", "birth_date": "2007-11-20",
}  # fmt: skip


def everything_stored(but=()):
    """One fingerprint of every row of every table; but for these tables."""
    with database.connection_context():
        rows = [
            (table.__name__, [bytes(cell) if isinstance(cell, memoryview) else cell for cell in row])
            for table in Table.__subclasses__()
            if table not in but
            for row in table.select().order_by(*table._meta.sorted_fields).tuples()
        ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def token_of(browser):
    """The token that stands in the forms of this browser's pages."""
    return dict(browser.open("/intue/login").typed())["csrf_token"]


@pytest.fixture
def student(lin_plain):
    """A student at work, and the token of somebody else's session."""
    other = token_of(Browser(lin_plain.client.application))
    lin_plain.open("/record/basic")
    # A session that was last used a minute ago is noted anew, and may be as old as that just now.
    with database.connection_context():
        Session.update(seen_at=now()).execute()
    return lin_plain, other


@pytest.mark.parametrize("rule", UNSAFE)
def test_a_form_without_a_token_of_this_session_changes_nothing(student, rule):
    browser, other = student
    before = everything_stored()

    replies = [
        browser.send("POST", address(rule), data={**FORM, **token})
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "forged"}, {"csrf_token": other})
    ]
    replies += [browser.send("POST", address(rule), data=FORM, headers={"HX-Request": "true"})]
    replies += [browser.send("POST", address(rule), data="name_en_last=FORGED", content_type="text/plain")]

    assert {reply.status_code for reply in replies} <= {400, 403}
    assert everything_stored() == before


@pytest.mark.parametrize("rule", UNSAFE)
def test_a_stranger_without_a_token_is_led_to_the_door(app, rule):
    before = everything_stored()

    reply = Browser(app).send("POST", address(rule), data=FORM)

    assert (reply.status_code, reply.headers["Location"].split("?")[0]) == (302, "/intue/login")
    assert everything_stored() == before


# But the two that are there to write something: a code, and whether the database takes anything.
def test_a_get_saves_nothing(student):
    browser, _ = student
    before = everything_stored()

    for method, rule in ROUTES:
        if method == "GET" and rule not in ("/captcha/new", "/healthz"):
            browser.send("GET", f"{address(rule)}?name_en_last=FORGED&do=save&edit=1&saved=1")

    assert everything_stored() == before


def test_a_form_that_outlived_its_session_says_so_to_htmx_and_keeps_the_page(app):
    browser = begin(Browser(app, htmx=True), LIN).open("/record/basic")
    browser.page.select_one("main form [name=csrf_token]")["value"] = "from yesterday"

    browser.submit(name_en_last="LIN")

    assert browser.status == 403
    assert browser.text("#save [role=alert]")
    assert browser.page.select_one("#panel form [name=name_en_last]")


def test_the_new_bar_of_such_a_form_brings_a_token_that_works(app):
    browser = begin(Browser(app, htmx=True), LIN).open("/record/basic")
    browser.page.select_one("main form [name=csrf_token]")["value"] = "from yesterday"
    browser.submit(name_en_last="LIN")

    browser.submit(name_en_last="LIN", name_en_first="YU-CHING", name_en_src="護照")

    assert browser.status == 200 and browser.tabs["basic"] == "done"
