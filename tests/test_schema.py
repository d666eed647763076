"""Changing the schema of a database that has students in it."""

import shutil

import pytest
from peewee import SQL

from models import Student
from tables import schema
from tables.store import BadDatabase, Fixed, database
from tests.crowd import at_once
from tests.people import LIN
from tests.stored import files_only

ADD_A_COLUMN = """
from peewee import CharField

def up(migrator, db):
    migrator.migrate(migrator.add_column("student", "nickname", CharField(20, default="")))
    db.execute_sql("UPDATE student SET nickname = name_zh")
"""
REQUIRE_IT = """
def up(migrator, db):
    migrator.migrate(migrator.drop_column("student", "nickname"), migrator.add_index("student", ("dept", "program")))
"""
BREAK_HALF_WAY = """
from peewee import CharField

def up(migrator, db):
    migrator.migrate(migrator.add_column("student", "nickname", CharField(20, default="")))
    raise RuntimeError("half way")
"""


@pytest.fixture
def migrations(lin_done, tmp_path, monkeypatch):
    """A folder for migrations, and a database of the first schema with a finished record in it."""
    folder = shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations")
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    with database.connection_context():
        yield folder


def columns(table):
    """The names of a table's columns."""
    return {column.name for column in database.get_columns(table)}


def rows():
    """How many rows each table has."""
    return {table.__name__: table.select().count() for table in (Student, *Student._meta.backrefs.values())}


def test_an_old_database_is_changed_and_keeps_every_row(migrations):
    before = rows()
    (migrations / "9001_nickname.py").write_text(ADD_A_COLUMN)

    schema.prepare()

    assert rows() == before and before["SavedTab"] == 8
    named = Student.select(SQL("nickname")).where(Student.student_no == LIN.account)
    assert named.scalar() == LIN.name
    assert schema.version() == "9001_nickname"


def test_migrations_follow_their_numbers_and_each_is_applied_once(migrations):
    (migrations / "9001_nickname.py").write_text(ADD_A_COLUMN)
    (migrations / "9002_tidy.py").write_text(REQUIRE_IT)

    schema.prepare()
    schema.prepare()

    assert "nickname" not in columns("student")
    assert schema.version() == "9002_tidy" and rows()["SavedTab"] == 8


def test_a_migration_that_fails_half_way_has_changed_nothing(migrations):
    before = rows()
    (migrations / "9001_nickname.py").write_text(BREAK_HALF_WAY)

    with pytest.raises(RuntimeError):
        schema.prepare()

    assert "nickname" not in columns("student") and rows() == before
    assert schema.version() == max(path.stem for path in migrations.glob("0*.py"))


def test_a_database_of_a_newer_version_is_refused(migrations):
    (migrations / "9001_nickname.py").write_text(ADD_A_COLUMN)
    schema.prepare()
    (migrations / "9001_nickname.py").unlink()

    with pytest.raises(BadDatabase, match="newer version of Xueji .9001_nickname"):
        schema.prepare()


def test_a_new_database_needs_no_migration(migrations):
    (migrations / "9001_nickname.py").write_text(ADD_A_COLUMN)
    database.drop_tables(list(reversed(schema.Table.__subclasses__())), cascade=False)

    schema.prepare()

    assert "nickname" not in columns("student") and schema.version() == "9001_nickname"
    assert Fixed.get_by_id("key")


@files_only
def test_no_foreign_key_dangles_after_a_migration(migrations):
    (migrations / "9001_nickname.py").write_text(ADD_A_COLUMN)
    (migrations / "9002_tidy.py").write_text(REQUIRE_IT)

    schema.prepare()

    assert database.execute_sql("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute_sql("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_start_on_a_database_that_lacks_nothing_waits_for_nobody_and_keeps_nobody_waiting(app):
    with database.connection_context(), database.atomic():
        Student.update(wrong_guesses=1).execute()
        at_once(1, schema.prepare)
