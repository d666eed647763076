"""The verification code without eyes or ears, what a try costs, and a room-mate who knows ID number and birthday."""

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import argon2
import pytest

from domain import captcha
from domain.passwords import hashed
from models import SavedTab, Student
from tables.recovery import Freeze
from tables.store import database
from tables.visits import Session
from tests import stored
from tests.answers import first_password, log_in
from tests.bench import served
from tests.bench.wire import Wire
from tests.browser import Browser
from tests.live import Window
from tests.people import CHEN, HO, LIN, PASSWORD, Person
from tests.post import links_in, written

FORMS = {
    "/lookup": {
        "program": LIN.program, "id_number": LIN.id_number,
        "birth_date__y": "2007", "birth_date__m": "11", "birth_date__d": "20",
    },
    "/portal/login": {"account": LIN.account, "password": PASSWORD},
    "/password/forgot": {"id_number": LIN.id_number, "email": "a411510001@grad.ntue.edu.tw"},
}  # fmt: skip
WRONG = "Wrong&Kite99"
NOBODY = Person(account="411599999", first="", name="", id_number="", birthday=("", "", ""), tabs=0)


@pytest.fixture
def careful(app, started):
    """The app with codes on, and somebody who has a password."""
    careful = started(CAPTCHA="on")
    first_password(Browser(careful), LIN)
    return careful


def solved(browser, bits=captcha.BITS) -> str:
    """The code of the page with a proof of work, as the page's script makes it."""
    code = browser.value("captcha_id")
    tries = (f"{code}:{nonce}" for nonce in count())
    return next(one for one in tries if hashlib.sha256(one.encode()).hexdigest() < f"{1 << (256 - bits):064x}")


def together(browsers, act) -> list:
    """What each browser gets when all act at the same time."""
    ready = threading.Barrier(len(browsers))
    with ThreadPoolExecutor(len(browsers)) as crowd:
        return list(crowd.map(lambda browser: ready.wait() + 1 and act(browser), browsers))


def got_through(browser):
    """Whether the form did what it is for."""
    return browser.status == 200 and not browser.page.select_one("main [name=captcha]")


@pytest.mark.parametrize("path", FORMS)
def test_a_proof_of_work_is_as_good_as_the_digits(careful, path):
    browser = Browser(careful).open(path)

    assert got_through(browser.submit(**FORMS[path], captcha_id=solved(browser), captcha="已自動驗證"))


@pytest.mark.parametrize("path", FORMS)
def test_a_proof_works_once_and_for_its_own_form_only(careful, path):
    first, second = Browser(careful).open(path), Browser(careful).open(path)
    other = Browser(careful).open(next(one for one in FORMS if one != path))
    proof, foreign = solved(first), solved(other)
    assert got_through(first.submit(**FORMS[path], captcha_id=proof))

    assert not got_through(second.submit(**FORMS[path], captcha_id=proof))
    assert not got_through(second.submit(**FORMS[path], captcha_id=foreign))


@pytest.mark.parametrize("nonce", ["", "1", "-1", "1" * 500, "x", "1:2", "🤖"])
def test_a_proof_that_proves_nothing_is_refused_keeps_the_form_and_uses_the_code_up(careful, nonce):
    browser = Browser(careful).open("/lookup")
    code = browser.value("captcha_id")

    browser.submit(**FORMS["/lookup"], captcha_id=f"{code}:{nonce}", captcha="00000")

    assert browser.status == 422 and list(browser.errors) == ["captcha"]
    assert browser.value("id_number") == LIN.id_number and browser.value("captcha_id") != code


def test_of_ten_who_send_one_proof_at_once_one_comes_through(careful):
    browsers = [Browser(careful).open("/portal/login") for _ in range(10)]
    proof = solved(browsers[0])

    together(browsers, lambda browser: browser.submit(**FORMS["/portal/login"], captcha_id=proof))

    assert sum(browser.path == "/home" for browser in browsers) == 1


def test_without_javascript_the_form_says_where_to_call(careful):
    page = Browser(careful).open("/portal/login").page

    assert "看不到也聽不到" in page.noscript.get_text() and page.select_one("[data-prove]").has_attr("hidden")


@pytest.mark.browser
def test_with_javascript_one_button_fills_the_field_in(tmp_path, chromium):
    served.command(tmp_path, "demo")
    with served.server(tmp_path) as (_, port):
        site = type("Site", (), {"url": f"http://127.0.0.1:{port}"})
        with Window(chromium, site) as window:
            window.page.goto("/lookup")
            window.fill(
                program=LIN.program,
                id_number=LIN.id_number,
                birth_date__y="2007",
                birth_date__m="11",
                birth_date__d="20",
            )
            window.page.locator("[data-renew]").click()
            window.page.locator("[data-prove]").click()
            window.page.locator("#captcha[readonly]").wait_for(timeout=60000)
            assert window.page.locator("#captcha").input_value() == "已自動驗證"
            window.press("查詢")
            assert window.page.locator("[data-student-no]").first.get_attribute("data-student-no") == LIN.account
            assert window.complaints == []


@pytest.fixture
def hashes(monkeypatch):
    """Every stored hash that something was compared with, in order, while the comparing goes on as ever."""
    calls, verify = [], argon2.PasswordHasher.verify
    monkeypatch.setattr(
        argon2.PasswordHasher, "verify", lambda self, *given: calls.append(given[0]) or verify(self, *given)
    )
    return calls


def test_unknown_wrong_locked_unopened_and_frozen_read_the_same_and_cost_one_hash_each(app, hashes):
    first_password(Browser(app), CHEN)
    first_password(Browser(app), HO)
    for n in range(5):
        log_in(Browser(app, address=f"10.0.0.{n}"), HO, WRONG)
    with database.connection_context():
        Freeze.insert(student="411510004").execute()
    hashes.clear()
    frozen = Person(account="411510004", first="", name="", id_number="", birthday=("", "", ""), tabs=0)
    pages = {}
    for n, (person, password) in enumerate(
        [(NOBODY, WRONG), (CHEN, WRONG), (HO, PASSWORD), (LIN, WRONG), (frozen, WRONG)]
    ):
        browser = log_in(Browser(app, address=f"10.1.0.{n}"), person, password)
        pages[person.account] = browser.status, browser.text(), sorted(name for name, _ in browser.reply.headers)

    assert len(set(map(str, pages.values()))) == 1 and pages[LIN.account][0] == 422
    assert len(hashes) == 5


def test_while_an_account_is_locked_nothing_is_compared_with_its_password(app, hashes):
    first_password(Browser(app), LIN)
    with database.connection_context():
        stored = Student.get_by_id(LIN.account).password
    hashes.clear()

    for n in range(8):
        log_in(Browser(app, address=f"10.0.0.{n}"), LIN, WRONG)

    assert (len(hashes), hashes.count(stored)) == (8, 5)


def wired(port):
    """A browser at a real server, which loads pages only."""
    browser = Browser(Wire(port))
    browser.client.cached = Everything()
    return browser


class Everything(set):
    """What a browser has that has been everywhere."""

    def __contains__(self, _):
        return True


def test_of_fifty_wrong_passwords_sent_at_once_to_four_processes_five_are_judged(tmp_path):
    served.command(tmp_path, "demo")
    with served.server(tmp_path, XUEJI_WORKERS="4", XUEJI_CAPTCHA="off") as (_, port):
        browsers = [wired(port).open("/intue/login") for _ in range(50)]
        replies = together(browsers, lambda browser: browser.submit(account=LIN.account, password=WRONG).status)
        for browser in browsers:
            browser.client.close()
    assert replies == [422] * 50
    row = stored.row(tmp_path, "SELECT wrong_guesses FROM student WHERE student_no = ?", LIN.account)
    assert row == (5,)


def test_a_lock_outlives_the_server(app, started):
    first_password(Browser(app), LIN)
    for n in range(5):
        log_in(Browser(app, address=f"10.0.0.{n}"), LIN, WRONG)

    assert log_in(Browser(started()), LIN).status == 422


def everything_read(browser):
    """What is told of the person on every page that is open to this browser."""
    pages = [
        browser.open(path) for path in ("/home", "/record", "/record/basic", "/record/contact", "/password/change")
    ]
    text = " ".join(page.text("body") for page in pages)
    return [fact for fact in (LIN.name, "林○晴", LIN.id_number, "教育學系", "2007-11-20", "yuching") if fact in text]


def test_the_seventeen_seconds_of_a_room_mate_with_the_mailed_code_on(started):
    app, began = started(INITIAL_CODE="mail"), time.monotonic()
    mate = log_in(Browser(app, address="203.0.113.7"), LIN, LIN.first)
    token = dict(mate.typed())["csrf_token"]
    mate.post("/password/first", {"csrf_token": token, "new": PASSWORD, "again": PASSWORD})
    mate.submit(code="000000")
    read = everything_read(mate)
    assert time.monotonic() - began < 17

    letters = written(app)
    with database.connection_context():
        changed = [SavedTab.select().count(), Student.select().where(Student.password.is_null(False)).count()]
    assert (read, changed, [letter.to for letter in letters]) == ([], [0, 0], [f"a{LIN.account}@grad.ntue.edu.tw"])


@pytest.mark.parametrize("code", ["mail", "none"])
def test_the_owner_ends_what_a_room_mate_began_in_less_than_a_second(started, code):
    app = started(INITIAL_CODE=code)
    mate = log_in(Browser(app, address="203.0.113.7"), LIN, LIN.first)
    if code == "none":
        mate.submit(new=PASSWORD, again=PASSWORD)
    link = links_in(written(app)[-1], "not-me")[0]
    owner, began = Browser(app).open(link), time.process_time()

    owner.submit()

    assert time.process_time() - began < 1
    with database.connection_context():
        assert Session.select().where(Session.student == LIN.account).count() == 0
    assert everything_read(mate) == [] and mate.path == "/intue/login"
    assert log_in(mate, LIN).status == log_in(mate, LIN, LIN.first).status == 422


def test_the_office_sees_who_is_locked_and_lifts_it(app):
    first_password(Browser(app), LIN)
    for n in range(5):
        log_in(Browser(app, address=f"10.0.0.{n}"), LIN, WRONG)
    with database.connection_context():
        Student.update(wrong_guesses=10, password=None).where(Student.student_no == CHEN.account).execute()
        Student.update(wrong_guesses=10, password=hashed("x")).where(Student.student_no == HO.account).execute()
    terminal = app.test_cli_runner()

    lines = terminal.invoke(args=["locks"]).output.splitlines()
    lifted = terminal.invoke(args=["unlock", LIN.account])

    assert [line.split("\t")[0] for line in lines] == [LIN.account, CHEN.account] and "Locked" in lines[0]
    assert lifted.exit_code == 0 and terminal.invoke(args=["unlock", "411599999"]).exit_code == 1
    assert terminal.invoke(args=["locks"]).output.startswith(CHEN.account)
    assert log_in(Browser(app), LIN).path == "/home"
