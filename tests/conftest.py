"""A fresh database for each test, and the cast."""

from pathlib import Path

import pytest

from app import create_app
from domain import roster, roster_file
from models import Roster
from store import database
from tests.browser import Browser

ROOT = Path(__file__).parent.parent
PASSWORD = "Tangerine&Kite47"  # noqa: S105 -- for tests


@pytest.fixture
def settings(tmp_path):
    """The environment of the app under test."""
    return {
        "XUEJI_MODE": "demo",
        "XUEJI_SECRET_KEY": "s" * 64,
        "XUEJI_DATA_KEY": "0123456789abcdef" * 4,
        "XUEJI_DATABASE_URL": f"sqlite:///{tmp_path}/xueji.db",
        "XUEJI_CAPTCHA": "off",
    }


@pytest.fixture
def app(settings):
    """The app with the demonstration roster."""
    app = create_app(settings)
    with database.connection_context():
        Roster.take(roster.check(roster_file.read(ROOT / "deploy" / "demo-roster.csv")).students)
    yield app
    database.close_all()


@pytest.fixture(params=[False, True], ids=["plain", "htmx"])
def browser(app, request):
    """A browser, once without and once with htmx."""
    return Browser(app, htmx=request.param)


@pytest.fixture
def plain(app):
    """A browser without JavaScript."""
    return Browser(app)
