"""Every staff page for everybody, every page of a student for staff, and forms that somebody else had sent."""

from dataclasses import replace

import pytest

from tables.journal import ChainEnd, Event
from tests.answers import begin, log_in
from tests.browser import Browser
from tests.offices import KAO, PASSWORD, WU, YEH, digits, employ, password_only, sign_in
from tests.people import CHEN, LIN
from tests.staff_routes import DOOR, STAFF_ROUTES, VISITORS
from tests.test_access import ENDINGS, HOME, LOGIN, ROUTES, address, outcome
from tests.test_forgery import everything_stored, token_of

COME = {
    "a stranger": Browser,
    "an initial session": lambda app: log_in(Browser(app), LIN, LIN.first),
    "a student": lambda app: begin(Browser(app), CHEN),
    "a registrar without the digits": lambda app: password_only(Browser(app), employ(WU, has_phone=True)),
    "a registrar without a phone": lambda app: password_only(Browser(app), employ(replace(WU, account="T1009"))),
    "a clerk": lambda app: sign_in(Browser(app), employ(KAO)),
    "another clerk": lambda app: sign_in(Browser(app), employ(YEH)),
    "a registrar": lambda app: sign_in(Browser(app), employ(WU, has_phone=True)),
}
UNSAFE = [rule for method, rule in STAFF_ROUTES if method == "POST"]
OF_STUDENTS = [
    route for route, (stranger, *_) in ROUTES.items() if stranger == "→ /intue/login" and route[1] != "/logout"
]
STAFF_ELSEWHERE = {
    ("POST", "/logout"): (LOGIN, LOGIN, DOOR, DOOR, DOOR),
    ("GET", "/password/first"): (LOGIN, LOGIN, HOME, HOME, HOME),
    ("POST", "/password/first"): (LOGIN, LOGIN, HOME, HOME, HOME),
}
FORM = {
    "account": WU.account, "password": PASSWORD, "current": PASSWORD, "new": "Walnut-Ferry-Satchel-3",
    "again": "Walnut-Ferry-Satchel-3", "id_last4": WU.id_last4,
}  # fmt: skip


def for_everybody(route):
    """What each of the eight gets; staff get at a student's page what follows from what a stranger gets."""
    three = ROUTES.get(route)
    if three is None:
        return STAFF_ROUTES[route]
    staff = (LOGIN, LOGIN, 403, 403, 403) if three[0] == LOGIN else three[:1] * 5
    return three + STAFF_ELSEWHERE.get(route, staff)


def everywhere(app):
    """Every method and route of the app; those after which some are no longer signed in come last."""
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}
    routes = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods & methods}
    last = [route for route in sorted(routes) if not route[1].startswith("/staff") and route not in ENDINGS]
    return sorted(routes - {*last, *ENDINGS}) + last + ENDINGS


@pytest.mark.parametrize("who", VISITORS)
def test_every_route_opens_for_whom_the_one_table_says_and_one_that_is_not_in_it_fails(app, who):
    browser, place = COME[who](app), VISITORS.index(who)

    found = {route: outcome(browser, route[0], address(route[1])) for route in everywhere(app)}

    assert found == {route: for_everybody(route)[place] for route in (*ROUTES, *STAFF_ROUTES)}


@pytest.mark.parametrize("who", VISITORS[3:])
def test_no_page_of_a_student_opens_for_staff(app, who):
    browser = COME[who](app)

    found = {outcome(browser, method, address(rule)) for method, rule in OF_STUDENTS}

    assert len(OF_STUDENTS) > 8 and found <= {403, "→ /home", "→ /intue/login"}


def test_a_form_without_a_token_of_this_session_changes_nothing(app):
    other, browser = token_of(sign_in(Browser(app), employ(KAO))), sign_in(Browser(app), employ(WU, has_phone=True))
    browser.open("/staff")
    before = everything_stored()

    for rule in UNSAFE:
        form = {**FORM, "code": digits()}
        tokens = ({}, {"csrf_token": ""}, {"csrf_token": "forged"}, {"csrf_token": other})
        replies = [browser.send("POST", address(rule), data=form | token) for token in tokens]
        replies += [browser.send("POST", address(rule), data=form, headers={"HX-Request": "true"})]
        replies += [browser.send("POST", address(rule), data=f"code={digits()}", content_type="text/plain")]
        assert {reply.status_code for reply in replies} <= {400, 403}, rule
        assert everything_stored() == before, rule


def test_a_stranger_without_a_token_is_led_to_the_staff_door(app):
    before = everything_stored()

    for rule in UNSAFE:
        reply = Browser(app).send("POST", address(rule), data=FORM)
        assert "→ " + reply.headers["Location"].split("?")[0] == DOOR, rule
        assert everything_stored() == before, rule


def test_a_get_saves_nothing_but_that_somebody_looked(app):
    browser = sign_in(Browser(app), employ(WU, has_phone=True))
    before = everything_stored(but=[Event, ChainEnd])

    for method, rule in STAFF_ROUTES:
        if method == "GET":
            browser.send("GET", f"{address(rule)}?code={digits()}&new=Walnut-Ferry-Satchel-3&done=password")

    assert everything_stored(but=[Event, ChainEnd]) == before


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_staff_page_is_a_sound_page_in_both_languages(app, lang):
    browser = Browser(app, lang=lang)
    pages = [rule for method, rule in STAFF_ROUTES if method == "GET"]

    headings = [browser.open(address(rule)).heading for rule in pages[:3]]
    sign_in(browser, employ(WU, has_phone=True))
    headings += [browser.open(rule).heading for rule in pages[3:]]

    assert all(headings) and all(heading.isascii() == (lang == "en") for heading in headings if WU.name not in heading)


def test_staff_pages_are_kept_by_no_cache(app):
    browser = sign_in(Browser(app), employ(WU, has_phone=True))

    replies = [browser.send("GET", address(rule)) for method, rule in STAFF_ROUTES if method == "GET"]

    assert {reply.headers["Cache-Control"] for reply in replies} == {"no-store"}
