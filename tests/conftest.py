"""A fresh database for each test, and who sits at a browser."""

from pathlib import Path

import pytest

from app import build_app
from domain import roster, roster_file
from models import Roster
from store import connect, database, prepare
from tests.answers import begin, fill_all
from tests.browser import Browser
from tests.people import LIN

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
    return build_app({**SETTINGS, "XUEJI_DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('built')}/xueji.db"})


@pytest.fixture
def database_url(tmp_path):
    """Where the database of this test is."""
    return f"sqlite:///{tmp_path}/xueji.db"


@pytest.fixture
def app(built, database_url, students):
    """The app with the demonstration roster in a database of its own."""
    connect(database_url, ROOT)
    with database.connection_context():
        prepare()
        Roster.take(students)
    yield built
    database.close_all()


@pytest.fixture
def started(app, database_url):
    """Start the app again on the same database with other settings: `started(CAPTCHA="on")`."""

    def start(**changes):
        given = {f"XUEJI_{name}": str(value) for name, value in changes.items()}
        database.close_all()
        return build_app({**SETTINGS, "XUEJI_DATABASE_URL": database_url, **given})

    return start


@pytest.fixture(params=[False, True], ids=["plain", "htmx"])
def visitor(app, request):
    """Somebody at a browser, once without and once with htmx."""
    return Browser(app, htmx=request.param)


@pytest.fixture
def plain(app):
    """A browser without JavaScript."""
    return Browser(app)


@pytest.fixture
def lin(visitor):
    """A woman from Taiwan who has read the notice and filled in nothing yet."""
    return begin(visitor, LIN)


@pytest.fixture
def lin_plain(plain):
    """The same, without JavaScript only."""
    return begin(plain, LIN)


@pytest.fixture
def lin_done(plain):
    """The same, with every tab done."""
    return fill_all(begin(plain, LIN))
