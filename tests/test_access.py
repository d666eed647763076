"""Who may open what: every route, for a stranger, for somebody with an initial password only, and for a student."""

import pytest

from blueprints.assets import ASSETS
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.people import CHEN, LIN
from tests.staff_routes import STAFF_ROUTES

LOGIN, FIRST, HOME, RECORD = "→ /intue/login", "→ /password/first", "→ /home", "→ /record"
ANYONE, BLANK, GONE = (200,) * 3, (422,) * 3, (410,) * 3
OWN = (LOGIN, FIRST, 200)

# What a stranger, an initial session and a student get, for each method and route of the app.
ROUTES = {
    ("GET", "/"): ANYONE,
    ("GET", "/accessibility"): ANYONE,
    ("GET", "/privacy"): ANYONE,
    ("GET", "/healthz"): ANYONE,
    ("GET", "/metrics"): ANYONE,
    ("GET", "/static/<name>"): ANYONE,
    ("GET", "/towns"): ANYONE,
    ("GET", "/lookup"): ANYONE,
    ("POST", "/lookup"): BLANK,
    ("GET", "/intue/login"): ANYONE,
    ("POST", "/intue/login"): BLANK,
    ("GET", "/portal/login"): ANYONE,
    ("POST", "/portal/login"): BLANK,
    ("GET", "/captcha/<captcha_id>.wav"): (404,) * 3,
    ("GET", "/captcha/new"): (404,) * 3,
    ("POST", "/logout"): (LOGIN,) * 3,
    ("GET", "/password/forgot"): ANYONE,
    ("POST", "/password/forgot"): BLANK,
    ("GET", "/password/reset/<token>"): GONE,
    ("POST", "/password/reset/<token>"): GONE,
    ("GET", "/password/not-me/<token>"): GONE,
    ("POST", "/password/not-me/<token>"): GONE,
    ("GET", "/password/frozen"): ANYONE,
    ("GET", "/password/first"): (LOGIN, 200, HOME),
    ("POST", "/password/first"): (LOGIN, 422, HOME),
    ("POST", "/password/first/code"): (FIRST,) * 3,
    ("POST", "/password/first/send"): (FIRST,) * 3,
    ("GET", "/password/change"): OWN,
    ("POST", "/password/change"): (LOGIN, FIRST, 422),
    ("GET", "/password/mailbox"): OWN,
    ("POST", "/password/mailbox"): (LOGIN, FIRST, 422),
    ("GET", "/password/mailbox/new"): OWN,
    ("POST", "/password/mailbox/new"): (LOGIN, FIRST, 422),
    ("GET", "/password/mailbox/remove"): OWN,
    ("POST", "/password/mailbox/remove"): (LOGIN, FIRST, 422),
    ("GET", "/password/activity"): OWN,
    ("POST", "/password/activity/end"): (LOGIN, FIRST, LOGIN),
    ("GET", "/home"): OWN,
    ("GET", "/record"): OWN,
    ("GET", "/corrections"): OWN,
    ("GET", "/corrections/<field>"): (LOGIN, FIRST, 404),
    ("POST", "/corrections/<field>"): (LOGIN, FIRST, 404),
    ("GET", "/record/<key>"): OWN,
    ("POST", "/record/<key>"): (LOGIN, FIRST, 422),
    ("POST", "/record/<key>/draft"): (LOGIN, FIRST, 200),
    ("GET", "/record/photo/<field>/<mark>.jpg"): (LOGIN, FIRST, 404),
    ("GET", "/record/receipt"): (LOGIN, FIRST, RECORD),
}
PARTS = {
    "<name>": ASSETS["style.css"].name,
    "<captcha_id>": "0" * 32,
    "<token>": "0" * 32,
    "<key>": "basic",
    "<student_no>": LIN.account,
    "<field>": "photo",
    "<int:number>": "1",
    "<mark>": "0" * 32,
    "<int:letter>": "0",
    "<int:wave_id>": "1",
    "<int:contact_id>": "1",
    "<letter_key>": "0",
    "<tab_key>": "basic",
    "<int:version_id>": "1",
    "<int:draft_id>": "1",
    "<who>": "woman",
    "<int:job_id>": "1",
    "<any(problems, changes, left):kind>": "problems",
}
# After these nobody is signed in any more.
ENDINGS = [("POST", "/password/activity/end"), ("POST", "/logout")]


def address(rule):
    """A real address of a route."""
    for part, value in PARTS.items():
        rule = rule.replace(part, value)
    return rule


def outcome(browser, method, path):
    """The status, or where the reply leads to."""
    typed = [pair for pair in browser.open("/intue/login").typed() if pair[0] == "csrf_token"]
    reply = browser.send(method, path, data=dict(typed) if method == "POST" else None)
    return "→ " + reply.headers["Location"].split("?")[0] if reply.status_code in (302, 303) else reply.status_code


def test_every_route_is_in_the_table(app):
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}
    routes = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods & methods}

    assert routes == {*ROUTES, *STAFF_ROUTES}


def test_an_initial_session_shows_nothing_of_the_person_anywhere(app):
    browser = log_in(Browser(app), LIN, LIN.first)

    pages = [browser.send("GET", address(rule)).get_data(as_text=True) for method, rule in ROUTES if method == "GET"]

    told = [LIN.name, "林○晴", LIN.id_number, "教育學系", "2007-11-20", "yuching.lin@example.com"]
    assert not [(secret, page) for page in pages for secret in told if secret in page]


@pytest.mark.parametrize("path", ["/record/military", "/record/passport", "/record/nothing", "/record/notice.html"])
def test_a_tab_that_does_not_apply_is_not_there(lin, path):
    assert lin.open(path).status == 404
    assert lin.heading == "找不到這一頁"


def test_a_tab_that_does_not_apply_cannot_be_saved(lin):
    token = dict(lin.open("/record/basic").typed())["csrf_token"]

    assert lin.post("/record/military", {"csrf_token": token, "mil_state": "免役"}).status == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_with_a_page(lin_plain, method):
    reply = lin_plain.send(method, "/record/basic")

    assert reply.status_code == 405
    assert "不能這樣打開" in reply.get_data(as_text=True)


def test_a_method_hidden_in_a_form_or_a_header_is_not_obeyed(lin_plain):
    token = dict(lin_plain.open("/record/basic").typed())["csrf_token"]
    headers = {"X-HTTP-Method-Override": "DELETE"}

    reply = lin_plain.send("POST", "/record/basic", data={"csrf_token": token, "_method": "DELETE"}, headers=headers)

    assert reply.status_code == 422


def test_two_students_at_two_browsers_see_only_their_own(app):
    lin, chen = begin(Browser(app), LIN), first_password(Browser(app), CHEN)

    assert "林○晴" in lin.open("/home").text("header") and "陳○安" in chen.text("header")
    assert LIN.account not in chen.text("body")
