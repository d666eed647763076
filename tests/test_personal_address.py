"""A mailbox of one's own: confirmed by a code, good for forgotten passwords, changed with the password only."""

import json
import logging
import re

import pytest

from tables.letterbox import MailboxCode, OwnMailbox
from tables.store import database
from tests import stored
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.people import CHEN, LIN, PASSWORD
from tests.post import links_in, written
from tests.test_postman import HOSTILE

OWN, CAMPUS = "Yuching.Lin@Example.com", "a411510001@grad.ntue.edu.tw"
GOOD = "Another&Kite48"
WRONG = "Wrong&Kite99"
TYPEABLE = [one for one in HOSTILE if one.strip() == one and not set(one) & set("\0\x0b\x85")][::4]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def ask_for_code(browser, address=OWN, password=PASSWORD):
    """Fill in the first form."""
    return browser.open("/password/mailbox/new").submit(email=address, current=password)


def code_in(app):
    """The digits of the newest letter."""
    return re.search(r"^[0-9]{6}$", written(app)[-1].text, re.MULTILINE).group()


def other(code):
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 10**6:06}"


def add(app, browser, address=OWN):
    """Both steps."""
    ask_for_code(browser, address)
    return browser.submit(code=code_in(app))


def kept(account=LIN.account):
    """The address in the database, opened."""
    with database.connection_context():
        return OwnMailbox.of(account)


@pytest.fixture
def lin(app):
    """A woman with a password, at a browser without JavaScript."""
    browser = Browser(app)
    first_password(browser, LIN)
    return browser


def test_a_code_goes_to_the_mailbox_and_typing_it_makes_it_theirs(app, lin):
    ask_for_code(lin)
    assert lin.status == 200 and OWN in lin.text("main") and written(app)[-1].to == OWN and kept() is None

    lin.submit(code=code_in(app))
    assert lin.status == 200 and kept() == OWN and lin.page.select_one(".note.ok") and OWN in lin.text("main dl")


def test_the_page_is_one_tap_from_password_and_login(lin):
    lin.open("/password/change").click("個人信箱")

    assert (lin.path, lin.heading) == ("/password/mailbox", "個人信箱")
    assert CAMPUS in lin.text("main dl") and "還沒有設定" in lin.text("main dl")


@pytest.mark.parametrize("spoil", [lambda code: f" {code[:3]} {code[3:]} ", lambda code: code.translate(WIDE)])
def test_the_code_may_be_typed_as_phones_type(app, lin, spoil):
    ask_for_code(lin)

    lin.submit(code=spoil(code_in(app)))
    assert kept() == OWN


def test_a_forgotten_password_can_be_set_by_a_link_to_either_mailbox_and_the_mailbox_stays(app, lin):
    add(app, lin)
    for address in (OWN, OWN.lower(), CAMPUS):
        Browser(app).open("/password/forgot").submit(id_number=LIN.id_number, email=address)
    letters = written(app)[-3:]
    assert [letter.to for letter in letters] == [OWN, OWN, CAMPUS]

    Browser(app).open("/password/forgot").submit(id_number=LIN.id_number, email=OWN)
    Browser(app).open(links_in(written(app)[-1])[0]).submit(new=GOOD, again=GOOD)
    assert log_in(Browser(app), LIN, GOOD).path == "/home" and kept() == OWN


def test_before_the_code_is_typed_no_link_goes_there(app, lin):
    ask_for_code(lin)
    before = len(written(app))

    Browser(app).open("/password/forgot").submit(id_number=LIN.id_number, email=OWN)
    assert len(written(app)) == before


def test_somebody_elses_mailbox_is_of_no_use_for_another_account(app, lin):
    add(app, lin)
    before = len(written(app))

    Browser(app).open("/password/forgot").submit(id_number=CHEN.id_number, email=OWN)
    assert len(written(app)) == before


@pytest.mark.parametrize("password", ["", WRONG])
def test_adding_one_needs_the_password_in_use(app, lin, password):
    before = len(written(app))
    ask_for_code(lin, password=password)

    assert lin.status == 422 and list(lin.errors) == ["current"] and lin.title_says_error
    assert lin.value("email") == OWN and lin.value("current") == ""
    assert len(written(app)) == before


@pytest.mark.parametrize("address", [*TYPEABLE, CAMPUS], ids=ascii)
def test_what_is_no_address_or_the_campus_one_is_explained_and_gets_no_letter(app, lin, address):
    before = len(written(app))
    ask_for_code(lin, address)

    assert lin.status == 422 and list(lin.errors) == ["email"] and len(written(app)) == before


def test_the_wrong_digits_are_explained_and_five_of_them_void_the_code(app, lin):
    ask_for_code(lin)
    code = code_in(app)
    for _ in range(4):
        lin.submit(code=other(code))
        assert lin.status == 422 and list(lin.errors) == ["code"] and lin.title_says_error
    lin.submit(code=other(code))
    page = lin.open("/password/mailbox")

    assert not page.page.select_one("[name=code]")
    lin.post("/password/mailbox", {"csrf_token": token(lin), "code": code})
    assert lin.status == 422 and kept() is None


def token(browser):
    """The token of a form of this browser."""
    return dict(browser.open("/password/mailbox/new").typed())["csrf_token"]


def test_an_empty_code_costs_no_try(app, lin):
    ask_for_code(lin)
    for _ in range(6):
        lin.submit(code="")
        assert lin.status == 422 and list(lin.errors) == ["code"]

    lin.submit(code=code_in(app))
    assert kept() == OWN


def test_the_code_runs_out_after_ten_minutes(app, lin):
    ask_for_code(lin)
    with database.connection_context():
        MailboxCode.update(expires_at=MailboxCode.expires_at - 601).execute()

    lin.submit(code=code_in(app))
    assert lin.status == 422 and kept() is None and list(lin.errors) == ["email"]


def test_a_new_code_voids_the_one_before_and_the_code_is_for_one_address(app, lin):
    ask_for_code(lin)
    first = code_in(app)
    ask_for_code(lin, "other@example.com")
    lin.submit(code=first)
    assert lin.status == 422 and kept() is None

    lin.submit(code=code_in(app))
    assert kept() == "other@example.com"


def test_somebody_elses_code_is_of_no_use(app, lin):
    chen = Browser(app)
    first_password(chen, CHEN)
    ask_for_code(lin)
    code = code_in(app)
    ask_for_code(chen)

    chen.submit(code=code)
    assert kept(CHEN.account) is None


def test_nobody_is_flooded_with_codes(app, lin):
    for _ in range(5):
        ask_for_code(lin, "victim@example.com")
        assert lin.status == 200
    ask_for_code(lin, "victim@example.com")

    assert lin.status == 422 and list(lin.errors) == ["email"]
    assert len([letter for letter in written(app) if letter.to == "victim@example.com"]) == 5


def test_changing_it_keeps_the_old_one_until_the_new_code_is_typed(app, lin):
    add(app, lin)
    ask_for_code(lin, "new@example.com")
    assert kept() == OWN

    lin.submit(code=code_in(app))
    assert kept() == "new@example.com"


def test_removing_it_needs_the_password_in_use(app, lin):
    add(app, lin)
    lin.open("/password/mailbox").click("移除")
    lin.submit(current=WRONG)
    assert lin.status == 422 and list(lin.errors) == ["current"] and kept() == OWN

    lin.submit(current=PASSWORD)
    assert lin.status == 200 and kept() is None and lin.page.select_one(".note.ok")


def test_the_campus_mailbox_hears_of_every_change(app, lin):
    add(app, lin)
    lin.open("/password/mailbox/remove").submit(current=PASSWORD)

    told = [letter for letter in written(app) if letter.to == CAMPUS][1:]
    assert ["個人信箱" in letter.subject for letter in told] == [True, True]
    assert all(links_in(letter, "not-me") for letter in told) and not [one for one in told if OWN in "".join(one)]


def test_the_letter_with_the_code_tells_a_stranger_nothing_about_the_account(app, lin):
    ask_for_code(lin)

    letter = written(app)[-1]
    assert not [one for one in (LIN.account, LIN.name, LIN.id_number) if one in "".join(letter)]


def test_address_and_code_can_be_read_neither_in_the_database_nor_in_the_log(app, lin, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    add(app, lin)
    ask_for_code(lin, "new@example.com")
    code = code_in(app)

    files = stored.contents(tmp_path)
    assert not [one for one in (OWN, "new@example.com", "Example.com") if one.encode() in files or one in caplog.text]
    with database.connection_context():
        assert code.encode() not in bytes(MailboxCode.get().code) and len(bytes(MailboxCode.get().code)) == 32
    lines = [json.loads(one.message) for one in caplog.records if one.message.startswith("{")]
    assert "mailbox-changed" in [line["what"] for line in lines]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_state_of_the_page_is_sound_in_both_languages(app, lang):
    browser = Browser(app, lang=lang)
    begin(browser, LIN)
    headings = {add(app, browser).heading, browser.open("/password/mailbox/new").heading}
    headings |= {browser.open("/password/mailbox/remove").heading, ask_for_code(browser).heading}

    assert headings == {{"zh": "個人信箱", "en": "Personal mailbox"}[lang]}
