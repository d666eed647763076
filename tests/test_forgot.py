"""Forgot password: who gets a link, what it is good for, and that nobody learns from it who exists."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from blueprints import outbox
from domain import passwords
from models import Student
from tables.recovery import Freeze, ResetLink, ResetRequest
from tables.store import database
from tests import stored
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.crowd import at_once
from tests.people import CHEN, HO, LIN, MARTIN, NGUYEN, PASSWORD
from tests.post import Post, at_work, background_work, links_in, silent_server, until, written

GOOD = "Another&Kite48"
MAILBOX = "a{}@grad.ntue.edu.tw"


def ask(app, person=LIN, **typed):
    """Ask for a link."""
    typed = {"id_number": person.id_number, "email": MAILBOX.format(person.account), **typed}
    return Browser(app).open("/password/forgot").submit(**typed)


def link(app, person=LIN, **typed):
    """Ask for a link and find it in the letter; None when no letter came."""
    before = len(written(app))
    ask(app, person, **typed)
    new = written(app)[before:]
    return links_in(new[0])[0] if new else None


def choose(app, path, password=GOOD):
    """Open a link and set a password."""
    return Browser(app).open(path).submit(new=password, again=password)


@pytest.mark.parametrize("person", [LIN, NGUYEN, HO], ids=["national", "ui", "old form"])
def test_with_the_id_number_and_the_campus_mailbox_a_link_comes_that_sets_a_password(app, person):
    choose(app, link(app, person))

    assert log_in(Browser(app), person, GOOD).path == "/home"
    assert log_in(Browser(app), person, person.first).status == 422


def test_a_student_with_a_passport_only_gets_a_link_by_its_number(app):
    with at_work(app):
        number = Student.get_by_id(MARTIN.account).known["passport_no"]

    assert link(app, MARTIN, id_number=number.lower())


@pytest.mark.parametrize(
    "typed",
    [
        {"id_number": "a223456781"}, {"id_number": " Ａ２２３４５６７８１ "},
        {"email": " A411510001@GRAD.ntue.edu.tw "}, {"email": "ａ411510001@grad.ntue.edu.tw"},
    ],
    ids=str,
)  # fmt: skip
def test_what_phones_make_of_it_is_understood(app, typed):
    assert link(app, **typed)


@pytest.mark.parametrize(
    "typed",
    [
        {"email": "lin@example.com"}, {"email": "a411511002@grad.ntue.edu.tw"}, {"id_number": CHEN.id_number},
        {"id_number": "A123456789"}, {"email": "yuching.lin@example.com"}, {"email": "x\r\nBcc: y@example.com"},
    ],
    ids=ascii,
)  # fmt: skip
def test_a_mailbox_that_is_not_theirs_gets_nothing(app, typed):
    ask(app, **typed)

    assert written(app) == []


@pytest.mark.parametrize("typed", [{"id_number": ""}, {"email": ""}, {"id_number": "A123456780"}], ids=str)
def test_a_blank_or_an_impossible_number_is_explained(app, typed):
    browser = ask(app, **typed)

    assert browser.status == 422 and list(browser.errors) == list(typed) and browser.title_says_error


def traced(app, work):
    """The statements that a request sends to the database, without literals and the random names of savepoints.

    Without the look for a new version of the record, too, which some request makes each second.
    """
    with stored.heard(database) as statements:
        result = work()
    asked = [one for one in statements if '"record_version"' not in one]
    return result, [re.sub(r"""x'[0-9a-f]*'|'[^']*'|(?<=SAVEPOINT )"\w+"|[0-9]+""", "?", one) for one in asked]


def test_the_answer_and_the_work_are_the_same_whoever_asks(app):
    first_password(Browser(app), LIN)
    begin(Browser(app), CHEN)
    with database.connection_context():
        Freeze.insert(student=HO.account).execute()
    asked = {
        "in use": (LIN, {}), "not opened yet": (NGUYEN, {}), "frozen": (HO, {}),
        "unknown": (LIN, {"id_number": "A123456789"}),
        "wrong mailbox": (CHEN, {"email": "someone@example.com"}), "asked before": (LIN, {}),
    }  # fmt: skip

    found = {}
    for why, (person, typed) in asked.items():
        page = Browser(app).open("/password/forgot")
        wanted = {"id_number": person.id_number, "email": MAILBOX.format(person.account), **typed}
        _, statements = traced(app, lambda page=page, wanted=wanted: page.submit(**wanted))
        headers = sorted((name, value) for name, value in page.reply.headers if name != "Set-Cookie")
        body = re.sub(r'csrf_token" value="[^"]*"', "", page.reply.get_data(as_text=True))
        found[why] = (page.status, headers, body, statements)

    assert found["unknown"][0] == 200 and len(found["unknown"][3]) > 2
    assert [why for why in found if found[why] != found["unknown"]] == []
    assert len(written(app)) == 2 + 4


def test_what_was_asked_cannot_be_read_from_the_database_and_is_gone_when_it_is_answered(app):
    ask(app)

    with at_work(app):
        row = ResetRequest.get()
        assert LIN.id_number.encode() not in bytes(row.asked) and b"ntue" not in bytes(row.asked)
        outbox.answer_requests()
        assert ResetRequest.select().count() == 0


def test_of_many_processes_one_answers_a_request(app):
    ask(app)

    def answer():
        with at_work(app):
            outbox.answer_requests()

    at_once(6, answer)
    assert len(written(app)) == 1


def test_a_request_that_was_altered_stops_no_other(app):
    ask(app)
    with database.connection_context():
        ResetRequest.update(asked=b"\x01" + bytes(60)).execute()
    ask(app)

    assert len(written(app)) == 1


def test_opening_the_link_uses_nothing_up_and_it_works_once(app):
    path = link(app)
    for _ in range(3):
        assert Browser(app).open(path).status == 200
    page = Browser(app).open(path)
    assert page.reply.headers["Cache-Control"] == "no-store"
    assert page.reply.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    bad = choose(app, path, "short")
    assert bad.status == 422 and bad.title_says_error

    assert choose(app, path).path == "/intue/login"
    assert choose_again(app, path).status == 410


def choose_again(app, path):
    """Send a password to a link that may be dead, from a page that was open before."""
    browser = Browser(app).open("/password/forgot")
    token = dict(browser.typed())["csrf_token"]
    return browser.post(path, {"csrf_token": token, "new": "Third&Kite49", "again": "Third&Kite49"})


def test_nobody_is_signed_in_by_a_link_and_everybody_else_is_signed_out(app):
    lin = begin(Browser(app), LIN)
    browser = choose(app, link(app))

    assert browser.open("/home").path == "/intue/login" and lin.open("/home").path == "/intue/login"
    assert log_in(Browser(app), LIN).status == 422 and log_in(Browser(app), LIN, GOOD).path == "/home"


def test_a_new_request_voids_the_link_before(app):
    first, second = link(app), link(app)

    assert Browser(app).open(first).status == 410 and choose_again(app, first).status == 410
    assert Browser(app).open(second).status == 200


@pytest.mark.parametrize("way", ["log-in", "initial log-in", "change"])
def test_a_link_dies_when_its_owner_comes_in_without_it(app, way):
    if way != "initial log-in":
        lin = begin(Browser(app), LIN)
    path = link(app)
    if way == "change":
        lin.open("/password/change").submit(current=PASSWORD)
        lin.submit(new=GOOD, again=GOOD)
    else:
        log_in(Browser(app), LIN, PASSWORD if way == "log-in" else LIN.first)

    assert Browser(app).open(path).status == 410 and choose_again(app, path).status == 410


def test_a_link_runs_out_after_half_an_hour(app):
    path = link(app)
    with database.connection_context():
        ResetLink.update(expires_at=ResetLink.expires_at - 1795).execute()
    assert Browser(app).open(path).status == 200

    with database.connection_context():
        ResetLink.update(expires_at=ResetLink.expires_at - 6).execute()
    assert Browser(app).open(path).status == 410 and choose_again(app, path).status == 410


def test_of_fifty_who_use_a_link_at_once_one_may(app):
    with database.connection_context():
        token = ResetLink.make(LIN.account)

    assert sorted(at_once(50, lambda: bool(ResetLink.take(token)))) == [False] * 49 + [True]


def test_of_eight_who_send_a_password_at_once_one_password_is_kept(app):
    path = link(app)
    browsers = [Browser(app).open(path) for _ in range(8)]
    typed = [f"Kite&Tangerine{n}x{n}" for n in range(8)]

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda browser, password: browser.submit(new=password, again=password), browsers, typed))

    assert sorted(one.path == "/intue/login" for one in browsers) == [False] * 7 + [True]
    with database.connection_context():
        stored = Student.get_by_id(LIN.account).password
    assert len([one for one in typed if passwords.matches(stored, one)]) == 1


def test_the_token_is_long_and_stored_as_a_fingerprint_only(app):
    token = link(app).rpartition("/")[2]

    assert len(token) >= 43
    with database.connection_context():
        assert ResetLink.get().id != token and re.fullmatch("[0-9a-f]{64}", ResetLink.get().id)


def test_the_page_after_asking_says_what_to_do_when_the_campus_mailbox_does_not_work(app):
    for lang, words in (
        ("zh", ("校園信箱打不開", "一次性密碼", "身分證件")),
        ("en", ("Cannot open the campus mailbox", "ID card")),
    ):
        page = Browser(app, lang=lang).open("/password/forgot").submit(id_number=LIN.id_number, email="x@example.com")
        assert all(word in page.text("main") for word in words) and page.page.select_one("main a[href^='tel:']")


def test_the_server_sends_by_itself_and_no_page_waits_for_a_mail_server_that_hangs(started):
    everybody, times = (LIN, CHEN, NGUYEN, HO), []
    with silent_server() as port:
        site = started(MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_TIMEOUT=1, MAIL_SENDER="reg@xueji.example")
        with background_work(site), Post() as post:
            for person in everybody:
                page = Browser(site).open("/password/forgot")
                began = time.monotonic()
                page.submit(id_number=person.id_number, email=MAILBOX.format(person.account))
                times.append(time.monotonic() - began)
                time.sleep(0.5)
            site.config["MAIL_PORT"] = post.port
            until(lambda: len(post.letters) == len(everybody), 20)

    assert max(times) < 0.3
    assert sorted(post.recipients) == sorted(MAILBOX.format(one.account) for one in everybody)
