"""The two doors: who comes in with which password, and where one goes from there."""

import pytest

from blueprints.doors import own_path
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.people import CHEN, HO, LIN, MARTIN, NGUYEN, PASSWORD

DOORS = ["/intue/login", "/portal/login"]
FIRST = [(person, password) for person in (LIN, CHEN, NGUYEN, HO) for password in (person.first, person.second)]
INITIAL = [*FIRST, (MARTIN, MARTIN.first)]


def is_out(browser):
    """Whether the page shows a door that did not open."""
    return browser.status == 422 and browser.form().select_one("[name=password]") is not None


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("person", "password"), INITIAL, ids=lambda one: getattr(one, "account", one))
def test_either_initial_password_opens_either_door_to_one_page(plain, person, password, door):
    log_in(plain, person, password, door)

    assert (plain.path, plain.status) == ("/password/first", 200)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("account", "password"),
    [("411510001", "a2234567811120"), (" ４１１５１０００１ ", LIN.first), ("411510001", LIN.first)],
    ids=["small letter", "full-width number", "as printed"],
)
def test_what_phones_make_of_it_opens_the_door_too(plain, account, password, door):
    plain.open(door).submit(account=account, password=password)

    assert plain.path == "/password/first"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "password",
    ["A2234567811121", "A22345678111201", "A223456781", "56781@ntue", "56782@Ntue", "200711201120", "1120", " "],
)
def test_what_is_nearly_an_initial_password_does_not(plain, password, door):
    log_in(plain, LIN, password, door)

    assert is_out(plain) and plain.title_says_error


@pytest.mark.parametrize("door", DOORS)
def test_the_passports_last_five_open_nothing(plain, door):
    log_in(plain, MARTIN, "45678@Ntue", door)

    assert is_out(plain)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("initial", [LIN.first, LIN.second, LIN.first.lower()])
def test_after_the_first_password_no_initial_one_opens_any_door_again(app, initial, door):
    first_password(Browser(app), LIN)

    assert is_out(log_in(Browser(app), LIN, initial, door))
    assert log_in(Browser(app), LIN, PASSWORD, door).path == "/home"


@pytest.mark.parametrize("door", DOORS)
def test_an_initial_session_that_is_left_uses_nothing_up(app, door):
    log_in(Browser(app), LIN, LIN.first, door)

    assert log_in(Browser(app), LIN, LIN.second, door).path == "/password/first"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("typed", [{"account": ""}, {"password": ""}, {"account": "", "password": ""}], ids=str)
def test_a_blank_is_asked_for_and_what_was_typed_stays(plain, typed, door):
    plain.open(door).submit(**{"account": LIN.account, "password": "x", **typed})

    assert plain.status == 422 and list(plain.errors) == list(typed)
    assert plain.value("account") == typed.get("account", LIN.account)


@pytest.mark.parametrize("door", DOORS)
def test_a_wrong_password_is_not_shown_again_and_the_account_is(plain, door):
    log_in(plain, LIN, "Wrong&Kite99", door)

    assert plain.value("account") == LIN.account and plain.value("password") == ""
    assert "Wrong&Kite99" not in plain.reply.get_data(as_text=True)


def test_both_doors_name_each_other_and_the_way_out_of_forgetting(plain):
    for door in DOORS:
        links = {link["href"] for link in plain.open(door).page.select("main a[href]")}
        assert {*DOORS, "/password/forgot", "/lookup"} <= links


def test_whoever_was_sent_to_the_door_comes_back_after_the_password(app):
    browser = begin(Browser(app), LIN)
    stranger = Browser(app).open("/record/contact?edit=1")

    assert stranger.path == "/intue/login"
    stranger.submit(account=LIN.account, password=PASSWORD)
    assert stranger.url == "/record/contact?edit=1"
    assert browser.open("/record/contact").status == 200


ELSEWHERE = """
//evil.example //evil.example/ ///evil.example ////evil.example /\\evil.example \\\\evil.example \\/evil.example
/\\/evil.example http://evil.example https://evil.example https:evil.example https:/evil.example http:evil.example
HTTP://evil.example ftp://evil.example javascript:alert(1) JavaScript:alert(1) data:text/html,x vbscript:x evil.example
www.evil.example @evil.example user@evil.example http://127.0.0.1@evil.example //127.0.0.1@evil.example
evil.example/home ?next=//evil.example #//evil.example ./home ../home home \u2215\u2215evil.example
／／evil.example /\u2215evil.example\u202e
""".split() + [
    " //evil.example", "\t//evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
    "\r\n//evil.example", "//evil.example\r\nSet-Cookie: a=b", "/home\r\nSet-Cookie: a=b",
    "/home\nLocation: //evil.example", "/\x00/evil.example", "/\x0b/evil.example", "/\u2028/evil.example",
    "/\u200b/evil.example", "/ /evil.example\x7f", "java\nscript:alert(1)", "http:\\\\evil.example",
    "/\\\\evil.example", "//", "///", "\\", "http://", "https://[::1", "//[evil", "", "/%5cevil.example\\",
    "mailto:a@evil.example", "//evil.example:80", "https://xn--evil.example",
]  # fmt: skip


@pytest.mark.parametrize("path", ELSEWHERE, ids=ascii)
def test_an_address_elsewhere_is_not_followed_after_the_password(path):
    assert own_path(path) == ""


@pytest.mark.parametrize("path", ["/record", "/record/basic?edit=1", "/home", "/?lang=en", "/record#tabs"])
def test_a_path_of_our_own_is(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example/", "/%0d%0aSet-Cookie:a=b"]
)
def test_the_door_itself_leads_nowhere_else(app, path):
    first_password(Browser(app), LIN)
    browser = Browser(app).open("/intue/login", next=path)
    typed = [*browser.typed(), ("next", path), ("account", LIN.account), ("password", PASSWORD)]

    reply = browser.send("POST", "/intue/login", data=dict(typed))

    assert reply.status_code == 302 and not reply.headers.get("Set-Cookie", "").startswith("a=b")
    assert reply.headers["Location"].startswith("/") and "evil" not in reply.headers["Location"]
