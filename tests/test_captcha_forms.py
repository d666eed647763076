"""The verification code on the forms that ask for one: the picture, the recording, and what a wrong code costs."""

import re
from base64 import b64decode

import pytest

from tables.store import database
from tables.visits import Captcha
from tests.browser import Browser
from tests.conftest import at
from tests.people import LIN, PASSWORD

FORMS = {
    "/lookup": {
        "program": LIN.program, "id_number": LIN.id_number,
        "birth_date__y": "2007", "birth_date__m": "11", "birth_date__d": "20",
    },
    "/portal/login": {"account": LIN.account, "password": PASSWORD},
    "/password/forgot": {"id_number": LIN.id_number, "email": "a411510001@grad.ntue.edu.tw"},
}  # fmt: skip


@pytest.fixture
def careful(built_with_codes, moments, plain, tmp_path):
    """The app with codes on, and LIN, who has a password."""
    at(moments["begun"], plain, tmp_path)
    return built_with_codes


def answer(browser):
    """What the picture on the page says."""
    with database.connection_context():
        return Captcha.get_by_id(browser.value("captcha_id")).answer


def right(browser, path):
    """Fill the form in with everything right."""
    browser.open(path)
    return browser.submit(**FORMS[path], captcha=answer(browser))


def got_through(browser):
    """Whether the form did what it is for."""
    return browser.status == 200 and not browser.page.select_one("main [name=captcha]")


def kept(browser, path):
    """What stands in the form of that which was typed, passwords aside."""
    names = [name for name in FORMS[path] if name != "password"]
    return {name: browser.value(name.replace("__", "-")) for name in names}


def typed(path):
    """What was typed there, passwords aside."""
    return {name: value for name, value in FORMS[path].items() if name != "password"}


@pytest.mark.parametrize("path", FORMS)
def test_the_right_code_lets_one_through(careful, path):
    assert got_through(right(Browser(careful), path))


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("code", ["", "00000", "1234", "abcde", "１２３４５６"])
def test_a_wrong_code_is_explained_and_keeps_the_rest_of_the_form(careful, path, code):
    browser = Browser(careful).open(path)
    old = browser.value("captcha_id")

    browser.submit(**FORMS[path], captcha=code)

    assert browser.status == 422 and list(browser.errors) == ["captcha"] and browser.error("captcha")
    assert kept(browser, path) == typed(path)
    assert browser.value("captcha") == "" and browser.value("captcha_id") != old


@pytest.mark.parametrize("path", FORMS)
def test_after_a_wrong_code_the_new_one_lets_one_through(careful, path):
    browser = Browser(careful).open(path)
    browser.submit(**FORMS[path], captcha="00000")
    password = {"password": PASSWORD} if "password" in FORMS[path] else {}

    browser.submit(captcha=answer(browser), **password)

    assert got_through(browser)


@pytest.mark.parametrize("path", FORMS)
def test_a_code_is_of_no_use_a_second_time(careful, path):
    browser = Browser(careful).open(path)
    used = {"captcha_id": browser.value("captcha_id"), "captcha": answer(browser)}
    browser.submit(**FORMS[path], captcha=used["captcha"])

    browser.open(path).submit(**FORMS[path], **used)

    assert browser.status == 422 and list(browser.errors) == ["captcha"]


@pytest.mark.parametrize("path", FORMS)
def test_a_wrong_try_uses_the_code_up(careful, path):
    browser = Browser(careful).open(path)
    spent = {"captcha_id": browser.value("captcha_id"), "captcha": answer(browser)}
    browser.submit(**FORMS[path], captcha="00000")

    browser.submit(**{**FORMS[path], **spent})

    assert browser.status == 422 and list(browser.errors) == ["captcha"]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("other", FORMS)
def test_the_code_of_another_form_is_refused(careful, path, other):
    elsewhere = Browser(careful).open(other)
    code = {"captcha_id": elsewhere.value("captcha_id"), "captcha": answer(elsewhere)}

    browser = Browser(careful).open(path).submit(**FORMS[path], **code)

    assert got_through(browser) is (path == other)


@pytest.mark.parametrize("path", FORMS)
def test_another_picture_keeps_what_was_typed(careful, path):
    browser = Browser(careful).open(path)
    old = browser.value("captcha_id")

    browser.submit(**FORMS[path], button=("cap", "new"))

    assert browser.status == 200 and not browser.errors
    assert kept(browser, path) == typed(path) and browser.value("captcha_id") != old


@pytest.mark.parametrize("path", FORMS)
def test_with_javascript_another_picture_comes_as_a_piece_of_the_page(careful, path):
    browser = Browser(careful).open(path)
    address = browser.page.select_one("[data-renew]")["data-renew"]

    reply = browser.send("GET", address)

    assert reply.status_code == 200 and reply.headers["Cache-Control"] == "no-store"
    text = reply.get_data(as_text=True)
    assert "<html" not in text and browser.value("captcha_id") not in text and 'name="captcha_id"' in text
    head, picture, rest = re.split('(base64,[^"]*)', text)
    assert len(head + rest) < 1300 and len(picture) < 2048


def test_the_other_door_asks_for_a_code_after_two_failures_only(careful):
    browser = Browser(careful).open("/intue/login")
    for _ in range(2):
        assert not browser.page.select_one("[name=captcha]")
        browser.submit(account=LIN.account, password="Wrong&Kite99")
    assert browser.page.select_one("[name=captcha]")

    browser.submit(account=LIN.account, password=PASSWORD, captcha="00000")
    assert browser.status == 422 and list(browser.errors) == ["captcha"]

    browser.submit(account=LIN.account, password=PASSWORD, captcha=answer(browser))
    assert browser.path == "/home"


def test_whoever_fails_at_one_door_without_a_code_meets_it_at_the_next_try(careful):
    for n in range(3):
        browser = Browser(careful, address=f"10.0.0.{n}").open("/intue/login")
        browser.submit(account=LIN.account, password=PASSWORD if n == 2 else "Wrong&Kite99")

    assert browser.path == "/intue/login" and "captcha" in browser.errors


def test_a_try_without_the_code_does_not_lock_anybody_out(careful):
    for _ in range(8):
        Browser(careful).open("/portal/login").submit(account=LIN.account, password="Wrong&Kite99", captcha="00000")

    assert got_through(right(Browser(careful), "/portal/login"))


def test_picture_and_recording_are_small_private_and_never_kept(careful):
    browser = Browser(careful).open("/lookup")
    code = browser.value("captcha_id")

    address, _, picture = browser.page.select_one(".cap img")["src"].partition(",")
    recording = browser.send("GET", browser.page.select_one("[data-speech]")["href"])

    assert address == "data:image/png;base64" and b64decode(picture).startswith(b"\x89PNG") and len(picture) < 2048
    assert recording.mimetype in ("audio/wav", "audio/x-wav") and recording.data[:4] == b"RIFF"
    assert len(recording.data) <= 25_000
    for reply in (browser.reply, recording):
        assert reply.headers["Cache-Control"] == "no-store" and code not in str(reply.headers)


def test_the_answer_is_nowhere_on_the_page(careful):
    browser = Browser(careful).open("/lookup")

    sent = browser.reply.get_data(as_text=True) + str(browser.reply.headers)

    assert answer(browser) not in sent


@pytest.mark.parametrize("code", ["0" * 32, "x", "..%2f..%2fetc", "'", "%F0%A0%AE%B7"])
def test_a_code_that_was_never_drawn_cannot_be_heard(careful, code):
    assert Browser(careful).send("GET", f"/captcha/{code}.wav").status_code == 404


def test_a_code_is_drawn_for_forms_that_exist_only(careful):
    assert Browser(careful).send("GET", "/captcha/new?form=lookup").status_code == 200
    assert Browser(careful).send("GET", "/captcha/new?form=elsewhere").status_code == 404
    assert Browser(careful).send("GET", "/captcha/new").status_code == 404


@pytest.mark.parametrize("path", FORMS)
def test_when_the_settings_turn_codes_off_no_form_asks_for_one(app, path):
    assert not Browser(app).open(path).page.select_one("[name=captcha]")
