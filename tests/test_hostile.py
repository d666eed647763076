"""What nobody should type: never a fault of ours, nothing lost that was typed, and every name as it was written."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from models import SavedTab
from tables.store import database
from tests.answers import log_in
from tests.browser import FORM, Browser
from tests.hostile import AWKWARD_NAMES, SHAPES, TEXTS
from tests.people import LIN

# Read by patterns: two thousand pages would take a parser a minute.
INPUT, ATTRIBUTE = re.compile("<input [^>]+>"), re.compile(r'([\w-]+)="([^"]*)"')
# A good number is refused here for being the first contact's, and comes back as it is kept.
SAME_AS_THE_FIRST = "ec2_mobile"
TABS = ["basic", "contact", "emergency", "education", "status", "bank"]
FORMS = {
    "/lookup": ["program", "id_number", "birth_date-y", "birth_date-m", "birth_date-d"],
    "/intue/login": ["account"],
    "/portal/login": ["account"],
    "/password/forgot": ["id_number", "email"],
}


def trimmed(text):
    """What is left of a text that begins and ends with blanks."""
    return text.strip(" \t\r\n\u3000")


def shown(reply):
    """{name: value} of everything one can type into, as the page gives it back."""
    inputs = [dict(ATTRIBUTE.findall(one)) for one in INPUT.findall(reply.get_data(as_text=True))]
    typed = [one for one in inputs if one.get("type", "text") in ("text", "tel", "email") and one["name"] != "username"]
    return {one["name"]: unescape(one.get("value", "")) for one in typed}


def saved(tab):
    """What is stored of a tab."""
    with database.connection_context():
        return SavedTab.of(LIN.account)[tab][0]


def sent(browser, path, typed):
    """The reply to a form filled in like this, with the token of the page that is open."""
    return browser.send("POST", path, data=urlencode([*typed, ("csrf_token", browser.token)]), content_type=FORM)


@pytest.fixture
def student(lin_plain):
    """LIN, with the token of her forms at hand."""
    lin_plain.token = dict(lin_plain.open("/record/basic").typed())["csrf_token"]
    return lin_plain


@pytest.fixture
def stranger(app):
    """Anybody, with the token of the public forms at hand."""
    browser = Browser(app).open("/lookup")
    browser.token = dict(browser.typed())["csrf_token"]
    return browser


def test_there_are_two_hundred_of_them():
    assert len(set(TEXTS)) + len(SHAPES) >= 200


@pytest.mark.parametrize("tab", TABS)
def test_anything_typed_into_a_tab_is_answered_and_kept(student, tab):
    names = set(shown(student.send("GET", f"/record/{tab}"))) - {SAME_AS_THE_FIRST} or {"nothing_to_type"}

    lost = {}
    for text in TEXTS:
        reply = sent(student, f"/record/{tab}", [(name, text) for name in names])
        assert reply.status_code in (200, 302, 422), (text[:40], reply.status_code)
        if reply.status_code == 422:
            back, wrong = shown(reply), re.findall(r'href="#([\w-]+)"', reply.get_data(as_text=True))
            lost |= {(n, text): back[n] for n in names if n in wrong and n in back and back[n] != trimmed(text)}

    assert lost == {}


@pytest.mark.parametrize("tab", TABS)
def test_any_value_for_any_choice_is_answered(student, tab):
    page = student.open(f"/record/{tab}").page
    names = {one["name"] for one in page.select("main select, main [type=radio], main [type=checkbox]")}

    statuses = {sent(student, f"/record/{tab}", [(name, text) for name in names]).status_code for text in TEXTS[::3]}

    assert statuses <= {200, 302, 422}


@pytest.mark.parametrize("tab", TABS)
def test_a_form_of_any_shape_is_answered(student, tab):
    statuses = {shape: sent(student, f"/record/{tab}", SHAPES[shape]).status_code for shape in SHAPES}

    assert set(statuses.values()) <= {200, 302, 422}, statuses


def test_every_name_comes_back_byte_for_byte(student):
    kept = {}
    for name in AWKWARD_NAMES:
        sent(student, "/record/emergency", [("ec1_name", name)])
        kept[name] = (saved("emergency")["ec1_name"], shown(student.send("GET", "/record/emergency"))["ec1_name"])

    assert kept == {name: (name, name) for name in AWKWARD_NAMES}


@pytest.mark.parametrize("path", FORMS)
def test_anything_typed_into_a_public_form_is_answered(stranger, path):
    for text in TEXTS:
        reply = sent(stranger, path, [(name, text) for name in FORMS[path]])
        assert reply.status_code in (200, 422, 429), (text, reply.status_code)


@pytest.mark.parametrize("path", FORMS)
def test_a_public_form_of_any_shape_is_answered(stranger, path):
    statuses = {shape: sent(stranger, path, SHAPES[shape]).status_code for shape in SHAPES}

    assert statuses == dict.fromkeys(SHAPES, 422)


def test_anything_typed_as_a_new_password_is_answered_and_never_shown(app):
    browser = log_in(Browser(app), LIN, LIN.first)
    browser.token = dict(browser.typed())["csrf_token"]

    for text in TEXTS:
        reply = sent(browser, "/password/first", [("new", text), ("again", text + "?")])
        assert reply.status_code == 422, text
        assert len(text) < 12 or text not in reply.get_data(as_text=True)


def test_anything_at_all_as_a_password_is_just_wrong(stranger):
    replies = [
        sent(stranger, "/intue/login", [("account", LIN.account), ("password", text or "?")]) for text in TEXTS[::4]
    ]

    assert {reply.status_code for reply in replies} == {422}


def test_a_hundred_thousand_characters_are_refused_and_what_was_saved_stays(student):
    sent(student, "/record/emergency", [("ec1_name", "林大山")])

    reply = sent(student, "/record/emergency", [("ec1_name", "x" * 100_000)])

    assert reply.status_code == 413 and saved("emergency")["ec1_name"] == "林大山"


def test_nothing_typed_becomes_markup_on_any_page(student):
    sent(
        student,
        "/record/emergency",
        [("ec1_name", '"><script>alert(1)</script>'), ("ec1_rel", "父"), ("ec1_mobile", "0922333444")],
    )

    for path in ("/record/emergency", "/record/emergency?edit=1", "/record"):
        page = student.open(path).page
        assert not [tag for tag in page.select("script") if "alert" in tag.get_text()]
