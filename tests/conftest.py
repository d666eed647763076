"""A fresh database for each test, and who sits at a browser."""

from pathlib import Path

import pytest
from peewee import Database

from app import build_app
from domain import clock, roster, roster_file
from domain.vault import Vault, read_key
from models import Roster
from tables import standing
from tables.schema import prepare
from tables.store import Settings, connect, database, now
from tests import stored
from tests.answers import begin, fill_all
from tests.browser import Browser
from tests.people import LIN
from tests.post import at_work

pytest_plugins = ["tests.live", "tests.quick"]
ROOT = Path(__file__).parent.parent
SETTINGS = {
    "XUEJI_MODE": "demo",
    "XUEJI_SECRET_KEY": "s" * 64,
    "XUEJI_DATA_KEY": "0123456789abcdef" * 4,
    "XUEJI_CAPTCHA": "off",
}


@pytest.fixture(scope="session")
def students():
    """The demonstration roster, one student of each kind."""
    return roster.check(roster_file.read(ROOT / "deploy" / "demo-roster.csv")).students


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The app with default settings, built once: what tests differ in is the database."""
    return build_app({**SETTINGS, "XUEJI_DATABASE_URL": stored.make(tmp_path_factory.mktemp("built"))})


@pytest.fixture(scope="session")
def built_with_codes(tmp_path_factory):
    """The same app with verification codes on its forms."""
    url = stored.make(tmp_path_factory.mktemp("built"))
    return build_app({**SETTINGS, "XUEJI_CAPTCHA": "on", "XUEJI_DATABASE_URL": url})


@pytest.fixture
def database_url(tmp_path):
    """Where the database of this test is."""
    return stored.url(tmp_path)


def point(app, folder):
    """Point the tables at the database of a folder, as this app would."""
    Settings.vault, Settings.campus_mail = Vault(read_key(app.config["DATA_KEY"])), app.config["CAMPUS_MAIL"]
    if database.obj:
        database.close_all()
    connect(stored.url(folder), ROOT)


@pytest.fixture(scope="session")
def kept_by_day():
    """What was made once for all tests of a day: at midnight in Taipei ages, dates and what is summed up are others."""
    return {}


def of_today(kept, name, make):
    """What was made under this name today; else it is made now, and the tables point where they did before."""
    what, before = (name, clock.local(now()).date()), database.obj
    if what not in kept:
        kept[what] = make()
        if before:
            database.close_all()
            database.initialize(before)
    return kept[what]


@pytest.fixture
def new_database(built, students, kept_by_day, tmp_path_factory):
    """A database with the demonstration roster and nothing else, made once: every test gets a copy."""

    def make():
        folder = tmp_path_factory.mktemp("new")
        stored.make(folder)
        point(built, folder)
        with database.connection_context():
            prepare()
            Roster.take(students)
            standing.rebuild(built.extensions["record"], [one["student_no"] for one in students])
        database.close_all()
        kept = stored.keep(folder)
        stored.drop(folder)
        return kept

    return of_today(kept_by_day, "new", make)


@pytest.fixture
def app(built, new_database, tmp_path):
    """The app with the demonstration roster in a database of its own."""
    stored.give(new_database, tmp_path)
    point(built, tmp_path)
    yield built
    database.close_all()
    stored.drop(tmp_path)


@pytest.fixture
def started(app, database_url):
    """Start the app again on the same database with other settings: `started(CAPTCHA="on")`."""

    def start(**changes):
        given = {f"XUEJI_{name}": str(value) for name, value in changes.items()}
        database.close_all()
        return build_app({**SETTINGS, "XUEJI_DATABASE_URL": database_url, **given})

    return start


@pytest.fixture
def summed(app):
    """What the background process has around it, with everybody summed up: `with summed(): …`."""
    with at_work(app):
        standing.rebuild(app.extensions["record"], standing.stale(app.extensions["record"]))
    return lambda: at_work(app)


@pytest.fixture
def statements(monkeypatch):
    """Count what the database is asked about students while something runs: `statements(lambda: …)`.

    Other questions, such as whether the record has changed, come by the clock.
    """
    asked, run = [], Database.execute_sql

    def count(self, sql, params=None, *more):
        asked.append(sql)
        return run(self, sql, params, *more)

    def counted(job):
        asked.clear()
        job()
        return sum('"student"' in sql or '"standing"' in sql for sql in asked)

    monkeypatch.setattr(Database, "execute_sql", count)
    return counted


@pytest.fixture(params=[False, True], ids=["plain", "htmx"])
def visitor(app, request):
    """Somebody at a browser, once without and once with htmx."""
    return Browser(app, htmx=request.param)


@pytest.fixture
def plain(app):
    """A browser without JavaScript."""
    return Browser(app)


@pytest.fixture
def moments(built, new_database, kept_by_day, tmp_path_factory):
    """How far LIN has come: a database and the cookie of her browser, made once for every test that begins there."""

    def make():
        folder = tmp_path_factory.mktemp("moments")
        stored.give(new_database, folder)
        point(built, folder)
        lin, made = Browser(built), {}
        for name, go_on in (("begun", lambda: begin(lin, LIN)), ("done", lambda: fill_all(lin))):
            go_on()
            database.close_all()
            made[name] = stored.keep(folder), lin.client.get_cookie("xueji").value
        stored.drop(folder)
        return made

    return of_today(kept_by_day, "moments", make)


def at(moment, browser, tmp_path):
    """Bring the test's database and this browser to a moment."""
    kept, cookie = moment
    database.close_all()
    stored.give(kept, tmp_path)
    browser.client.set_cookie("xueji", cookie)
    return browser


@pytest.fixture
def lin(moments, visitor, tmp_path):
    """A woman from Taiwan who has read the notice and filled in nothing yet."""
    return at(moments["begun"], visitor, tmp_path).open("/record")


@pytest.fixture
def lin_plain(moments, plain, tmp_path):
    """The same, without JavaScript only."""
    return at(moments["begun"], plain, tmp_path).open("/record")


@pytest.fixture
def lin_done(moments, plain, tmp_path):
    """The same, with every tab done."""
    return at(moments["done"], plain, tmp_path).open("/record")
