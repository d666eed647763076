"""Databases of every released version, with rows in every table, brought to the schema of today."""

import gzip
import hashlib
import logging
import multiprocessing
import os
import shutil
import signal
import sqlite3
from contextlib import closing

import psycopg
import pytest

from tables import schema
from tables.drafts import Draft
from tables.store import BadDatabase, Settings, database
from tests import stored
from tests.answers import ANSWERS, fill_tab, log_in
from tests.browser import Browser
from tests.conftest import ROOT, point
from tests.people import CHEN

KIND = "postgresql" if stored.ON_SERVER else "sqlite"
RELEASED = sorted(ROOT.glob(f"tests/files/schema-*.{KIND}.sql.gz"))
# What migrations have put elsewhere.
GONE = ("stash",)
MOMENTS = (0.1, 0.4, 0.7, 0.95)
ONE_MORE = """
from peewee import CharField

def up(migrator, db):
    migrator.migrate(migrator.add_column("student", "nickname", CharField(20, default="")))
    db.execute_sql("UPDATE student SET nickname = name_zh")
    migrator.migrate(migrator.rename_column("photo", "jpeg", "picture"))
    migrator.migrate(migrator.alter_column_type("student", "name_zh", CharField(80)))
"""


def load(app, path, folder):
    """Make the database of a folder what a release left behind, and point the program of today at it."""
    database.close_all()
    text = gzip.decompress(path.read_bytes()).decode()
    if stored.ON_SERVER:
        with psycopg.connect(stored.make(folder), autocommit=True) as connection:
            connection.execute(text)
    else:
        (folder / "xueji.db").unlink(missing_ok=True)
        with closing(sqlite3.connect(folder / "xueji.db")) as connection:
            connection.executescript(text)
    point(app, folder)


@pytest.fixture(params=RELEASED, ids=lambda path: path.name.split(".sq")[0].split(".po")[0])
def dump(request):
    """One of the files."""
    return request.param


@pytest.fixture
def old(dump, built, tmp_path):
    """A database as a release left it, opened by the program of today and not yet touched."""
    load(built, dump, tmp_path)
    yield built
    database.close_all()
    stored.drop(tmp_path)


@pytest.fixture
def one_more(tmp_path, monkeypatch):
    """The migrations of the program, and one more that changes tables which others refer to."""
    folder = shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations")
    (folder / "9999_one_more.py").write_text(ONE_MORE)
    monkeypatch.setattr(schema, "MIGRATIONS", folder)


def columns():
    """{table: names of its columns} of everything that is there."""
    return {table: [one.name for one in database.get_columns(table)] for table in database.get_tables()}


def digests(wanted):
    """{table: digest of its rows, whatever their order} for these columns."""
    return {table: digest_of(table, names) for table, names in wanted.items()}


def digest_of(table, names):
    """What stands in some columns of a table."""
    quoted = ", ".join(f'"{name}"' for name in names)
    rows = database.execute_sql(f'SELECT {quoted} FROM "{table}"').fetchall()  # noqa: S608 -- names from the database
    plain = [repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]) for row in rows]
    assert plain or table == "schema_migration", f"{table} is empty"
    return hashlib.sha256("\n".join(sorted(plain)).encode()).hexdigest()


def shape():
    """Everything that the database knows of its tables but the order of columns."""
    return {
        table: (
            {(one.name, one.data_type.upper(), one.null, one.primary_key) for one in database.get_columns(table)},
            {(tuple(one.columns), one.unique) for one in database.get_indexes(table)},
            {one[:3] for one in database.get_foreign_keys(table)},
        )
        for table in database.get_tables()
    }


def dangling():
    """References to rows that are not there; a server allows none."""
    return [] if stored.ON_SERVER else database.execute_sql("PRAGMA foreign_key_check").fetchall()


def test_there_are_dumps_of_both_databases():
    names = {path.name.partition(".s")[0].partition(".p")[0] for path in ROOT.glob("tests/files/schema-*")}

    assert len(RELEASED) == len(names) >= 1


def test_every_row_of_an_old_database_is_kept(old):
    with database.connection_context():
        before = columns()
        rows = digests({table: names for table, names in before.items() if table not in ("schema_migration", *GONE)})
        schema.prepare()

        assert digests({table: before[table] for table in rows}) == rows
        assert dangling() == []


def test_what_was_kept_of_an_ended_session_is_a_draft(old):
    with database.connection_context():
        kept = database.execute_sql("SELECT student_id, tab, at FROM stash").fetchall()
        schema.prepare()

        drafts = {(one.student_id, one.place, one.at): one.typed for one in Draft.select()}
        assert kept and drafts.keys() == {tuple(one) for one in kept}
        # The file has a list where version 0.1.0 wrote a mapping, so that only the seal can be looked at.
        assert all(Settings.vault.open_json(typed, f"draft|typed|{who}|{at}") for (who, at, _), typed in drafts.items())


def test_it_has_the_shape_of_a_new_one(old, new_database, tmp_path):
    with database.connection_context():
        schema.prepare()
        upgraded = shape()
    database.close_all()
    (tmp_path / "new").mkdir()
    stored.give(new_database, tmp_path / "new")
    point(old, tmp_path / "new")
    with database.connection_context():
        new = shape()
    database.close_all()
    stored.drop(tmp_path / "new")

    assert upgraded == new


def test_students_go_on_where_they_were(old):
    with database.connection_context():
        schema.prepare()

    chen = log_in(Browser(old), CHEN).open("/record/contact?edit=1")
    assert chen.value("mobile") == ANSWERS["mobile"]
    assert fill_tab(chen, "basic").status == 200 and chen.open("/record").tabs["basic"] == "done"


def test_a_version_that_is_too_old_refuses_it(old):
    with database.connection_context():
        schema.prepare()
        database.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9998_later', '2030-01-01')")
        rows = digests({"student": ["student_no", "roster"]})

        with pytest.raises(BadDatabase, match="newer version of Xueji .9998_later"):
            schema.prepare()
        assert digests({"student": ["student_no", "roster"]}) == rows


class Death(logging.Handler):
    """Ends this process before its nth statement, as a machine ends that loses its power; `n`: how many there were."""

    def __init__(self, last=0):
        super().__init__()
        self.n, self.last = 0, last

    def emit(self, record):  # noqa: ARG002 -- the name that logging gives it
        """A statement is about to be run."""
        self.n += 1
        if self.n == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def upgrade(death):
    """Prepare the database while every statement is counted."""
    log = logging.getLogger("peewee")
    level = log.level
    log.setLevel(logging.DEBUG)
    log.addHandler(death)
    try:
        with database.connection_context():
            schema.prepare()
    finally:
        log.removeHandler(death)
        log.setLevel(level)
    return death.n


def die_after(statements):
    """The same in a process of its own that does not live to its end."""
    database.close_all()
    child = multiprocessing.get_context("fork").Process(target=upgrade, args=(Death(statements),))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL


def test_an_upgrade_that_is_killed_has_changed_nothing_and_can_be_run_again(old, dump, one_more, tmp_path):
    with database.connection_context():
        before = columns()
        rows = digests(before)
    total = upgrade(Death())
    load(old, dump, tmp_path)

    for moment in MOMENTS:
        die_after(round(total * moment))
        with database.connection_context():
            assert columns() == before and digests(before) == rows

    upgrade(Death())
    with database.connection_context():
        assert {"nickname"} <= set(columns()["student"]) and "picture" in columns()["photo"] and dangling() == []
        kept = {table: names for table, names in before.items() if table not in ("photo", "schema_migration", *GONE)}
        assert digests(kept) == {table: rows[table] for table in kept}
