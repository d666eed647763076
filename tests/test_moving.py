"""From one file to a server: everything of a released database arrives there, and the program goes on."""

import gzip
import re
import sqlite3
from contextlib import closing

import psycopg
import pytest

from app import build_app
from tables.history import History
from tables.journal import Event
from tables.store import Table, database
from tests import stored
from tests.answers import fill_tab, log_in
from tests.browser import Browser
from tests.conftest import ROOT, SETTINGS
from tests.people import CHEN

pytestmark = pytest.mark.skipif(not stored.ON_SERVER, reason="there is no server to move to")
DUMP = sorted(ROOT.glob("tests/files/schema-*.sqlite.sql.gz"))[-1]
LONG = "INSERT INTO fixed VALUES ('longer than twenty characters', 'x')"


@pytest.fixture
def move(tmp_path):
    """A file that has rows in every table: `move(url)` runs the command on it, after a statement if one is given."""
    path = tmp_path / "xueji.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(gzip.decompress(DUMP.read_bytes()).decode())

    def run(url, change=""):
        app = build_app({**SETTINGS, "XUEJI_DATABASE_URL": f"sqlite:///{path}"})
        with database.connection_context():
            database.execute_sql(change or "SELECT 1")
            rows = {table._meta.table_name: table.select().count() for table in Table.__subclasses__()}
        seen = app.test_cli_runner().invoke(args=["move-database", url])
        database.close_all()
        return seen, rows

    yield run
    database.close_all()
    stored.drop(tmp_path)


def test_everything_of_a_file_arrives_on_a_server_and_the_program_goes_on_there(move, tmp_path):
    url = stored.make(tmp_path)

    seen, rows = move(url)

    assert seen.exit_code == 0, seen.output
    assert dict(re.findall(r"^(\w+): (\d+)$", seen.output, re.M)) == {name: str(n) for name, n in rows.items()}
    chen = log_in(Browser(build_app({**SETTINGS, "XUEJI_DATABASE_URL": url})), CHEN)
    assert fill_tab(chen, "education").status == 200 and chen.open("/record").tabs["education"] == "done"
    with database.connection_context():
        there = {table._meta.table_name: table.select().count() for table in Table.__subclasses__()}
        assert there["history"] == rows["history"] + 1 and History.of(CHEN.account)[0][1] == "education"
        assert Event.select().count() > rows["event"]


def test_what_the_server_does_not_take_is_said_in_one_line_and_nothing_is_written(move, tmp_path):
    url = stored.make(tmp_path)

    seen, _ = move(url, LONG)

    assert seen.exit_code == 1 and "value too long" in seen.output and "Traceback" not in seen.output
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_a_server_that_is_not_there_is_said_in_one_line(move):
    seen, _ = move("postgresql://postgres@127.0.0.1:1/nobody")

    assert seen.exit_code == 1 and "Connection refused" in seen.output and "Traceback" not in seen.output
