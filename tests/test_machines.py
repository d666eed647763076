"""Two servers on one database, as two machines behind one name have it: what one does counts at the other."""

import io
from collections import Counter
from contextlib import closing, contextmanager
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from domain.vault import Vault, read_key
from tables.history import History
from tables.imports import CHECKED, DONE, ImportJob
from tables.journal import Event
from tables.letterbox import Mail
from tables.reminders import Reminder
from tables.store import Settings, connect, database
from tests import stored
from tests.answers import ANSWERS, begin, fill_tab
from tests.bench import served
from tests.bench.at_once import recorded
from tests.bench.databases import Side
from tests.bench.weight import installation
from tests.bench.wire import Wire
from tests.browser import FORM, Browser
from tests.conftest import ROOT, SETTINGS
from tests.offices import WU, employ, sign_in
from tests.people import CHEN, HO, LIN, MINOR, NGUYEN, PASSWORD
from tests.post import Post, until, write
from tests.rosters import csv_of, numbers, people
from tests.seasons import HOUR, wave
from tests.test_challenge import together

TAB = "/record/contact"
ANOTHER, WRONG = "Harbour+Violin63", "Wrong-Horse-Battery-1"
LETTERS = 30


@pytest.fixture(scope="module")
def post():
    """The mail server of the school."""
    with Post() as post:
        yield post


@pytest.fixture(scope="module")
def machines(post, tmp_path_factory):
    """The folder of the database, and the ports of both servers."""
    folder = tmp_path_factory.mktemp("machines")
    settings = {f"XUEJI_{name}": str(value) for name, value in post.settings.items()}
    served.command(folder, "demo")
    Settings.vault = Vault(read_key(SETTINGS["XUEJI_DATA_KEY"]))
    connect(stored.url(folder), ROOT)
    wave(closes=HOUR, reminds=True)
    database.close_all()
    with served.server(folder, **settings) as (_, here), served.server(folder, **settings) as (_, there):
        yield folder, here, there


@pytest.fixture
def inside(machines):
    """The database, as a third machine has it."""
    Settings.vault = Vault(read_key(SETTINGS["XUEJI_DATA_KEY"]))
    connect(stored.url(machines[0]), ROOT)
    yield machines[0]
    database.close_all()


@contextmanager
def both(machines, cookies=()):
    """One person whose requests go to either machine: a browser at each of them, with the same cookies."""
    with closing(Wire(machines[1])) as here, closing(Wire(machines[2])) as there:
        here.cookies = there.cookies = dict(cookies)
        yield Browser(here), Browser(there)


def knock(browser, folder, person, password):
    """At the door, with the code when it asks for one."""
    browser.open("/intue/login", account=person.account)
    asked = browser.page.select_one("[name=captcha_id]")
    code = {"captcha": served.code_drawn(folder, asked["value"])} if asked else {}
    return browser.submit(account=person.account, password=password, **code)


def count(query):
    """How many rows a query has."""
    with database.connection_context():
        return query.count()


def test_a_session_works_at_both_until_it_is_ended_at_one(machines):
    with both(machines) as (here, there):
        begin(here, LIN)
        assert fill_tab(there, "contact").status == 200, there.text()
        assert here.open("/record").tabs["contact"] == "done"
        assert here.open("/record/contact?edit=1").value("mobile") == ANSWERS["mobile"]

        there.open("/home").submit("form[action='/logout']")
        assert here.open("/record").path == "/intue/login"


def test_a_new_password_chosen_at_one_ends_the_sessions_at_the_other(machines):
    with both(machines) as (here, _), both(machines) as (_, elsewhere):
        begin(here, MINOR)
        knock(elsewhere, machines[0], MINOR, PASSWORD)
        assert elsewhere.path == "/home"

        here.open("/password/change").submit(current=PASSWORD).submit(new=ANOTHER, again=ANOTHER)

        assert here.open("/home").path == "/home" and elsewhere.open("/home").path == "/intue/login"


def test_what_is_typed_at_one_is_there_at_the_other_and_a_form_that_both_get_has_one_effect(machines, inside):
    with both(machines) as (here, there):
        begin(here, NGUYEN)
        kept = here.open(TAB).typed(here.form("form.fill"))
        about = [(name, value) for name, value in kept if name in ("csrf_token", "rev")]
        typed = urlencode([*about, ("part", "1"), ("mobile", "0912345678")])
        assert (
            there.send(
                "POST", f"{TAB}/draft", data=typed, headers={"HX-Request": "true"}, content_type=FORM
            ).status_code
            == 200
        )
    # After a reply without a body the server hangs up.
    with both(machines, here.client.cookies) as (here, there):
        assert there.open(TAB).value("mobile") == "0912345678"

        body = urlencode([*((name, value) for name, value in there.typed() if name != "email"), ("email", "a@b.tw")])
        replies = together([here, there], lambda one: one.send("POST", TAB, data=body, content_type=FORM))
        assert len({reply.status_code for reply in replies}) == 1
        assert there.open(TAB).value("email") == "a@b.tw"

    assert count(History.select().where(History.student == NGUYEN.account, History.tab == "contact")) == 1


def test_a_code_drawn_at_one_is_good_at_the_other_and_only_once(machines):
    y, m, d = HO.birthday
    who = {"program": HO.program, "id_number": HO.id_number, "birth_date__y": y, "birth_date__m": m, "birth_date__d": d}
    with both(machines) as (here, there):
        here.open("/lookup")
        code = served.code_drawn(machines[0], here.value("captcha_id"))
        there.url, there.page = here.url, BeautifulSoup(str(here.page), "html.parser")

        assert there.submit(**who, captcha=code).page.select_one("[data-student-no]")["data-student-no"] == HO.account
        here.submit(**who, captcha=code)
        assert here.status == 422 and list(here.errors) == ["captcha"]


def test_both_empty_one_outbox_and_each_letter_arrives_once(inside, post):
    with database.connection_context(), database.atomic():
        for n in range(LETTERS):
            write(to=f"n{n}@example.com")

    until(lambda: count(Mail.waiting()) == 0, seconds=30)

    arrived = Counter(to for to in post.recipients if to.endswith("@example.com"))
    assert arrived == {f"n{n}@example.com": 1 for n in range(LETTERS)}


def test_of_a_reminder_that_is_due_each_student_gets_one_letter(inside, post):
    until(lambda: count(Reminder.select().where(Reminder.done_at.is_null(False))) == 1, seconds=30)
    until(lambda: count(Mail.waiting()) == 0, seconds=30)

    with database.connection_context():
        assert Reminder.get().n == 14
        marks = {mark for (mark,) in Mail.select(Mail.mark).where(Mail.kind == "reminder").tuples()}
    arrived = Counter(letter["Message-ID"] for letter in post.taken)
    assert len(marks) == 14 and {arrived[mark] for mark in marks} == {1}


def test_a_roster_is_read_and_written_by_one_of_them(inside, machines):
    employ(WU, has_phone=True)
    with both(machines) as (here, there):
        sign_in(here, WU)
        here.open("/staff/import").submit(files={"file": (io.BytesIO(csv_of(people(40))), "roster.csv")})
        until(lambda: state() == CHECKED, seconds=30)
        there.open(here.url).submit("form[action$='/write']")
        until(lambda: state() == DONE, seconds=30)

    assert {one["student_no"] for one in people(40)} <= numbers()
    assert count(Event.select().where(Event.what == "roster-imported")) == 1


def state():
    """How far the last import is."""
    with database.connection_context():
        return ImportJob.select(ImportJob.state).order_by(ImportJob.id.desc()).scalar()


def test_whoever_saves_at_either_is_answered_and_every_save_is_there_once():
    with installation() as place, served.server(place.folder) as another:
        side = Side(stored.url(place.folder), [(place.process, place.port), another], recorded(place, students=2))
        run, *_ = side.run("save", 2)

        side.check()
    assert len(run.times) > 20


# The last one: from now on everybody at this address is asked for a code.
def test_wrong_passwords_at_either_count_together(machines):
    folder = machines[0]
    with both(machines) as (here, there):
        for n in range(6):
            knock((here, there)[n % 2], folder, CHEN, WRONG)
        for browser in (here, there):
            assert knock(browser, folder, CHEN, CHEN.first).status == 422

    assert stored.row(folder, "SELECT wrong_guesses FROM student WHERE student_no = ?", CHEN.account) == (5,)
