"""Copies of the database: encrypted, checked, restored, counted; and moving to another database."""

import hashlib

import pyrage
import pytest
from peewee import sqlite3

from domain.settings import BadSettings
from domain.vault import Vault
from models import Student
from tables import copies
from tables.store import Settings, Table, database
from tests.people import LIN


@pytest.fixture
def run(app):
    """Runs a command as `bin/xueji` does."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=[str(word) for word in words])


def test_a_backup_restores_what_was_there(run, tmp_path):
    copy = tmp_path / "copy.db"
    assert run("backup", copy).exit_code == 0
    with database.connection_context():
        Student.delete().execute()

    seen = run("restore", copy)

    assert seen.exit_code == 0, seen.output
    with database.connection_context():
        assert Student.select().count() == 14


def digests():
    """What stands in each table, in short."""
    with database.connection_context():
        rows = {table._meta.table_name: sorted(map(repr, table.select().tuples())) for table in Table.__subclasses__()}
        return {name: (len(them), hashlib.sha256("".join(them).encode()).hexdigest()) for name, them in rows.items()}


def test_a_restore_brings_back_every_row_of_every_table(run, lin_done, tmp_path):
    before = digests()
    run("backup", tmp_path / "copy.age")
    with database.connection_context():
        for student in Student.select():
            student.delete_instance()

    assert run("restore", tmp_path / "copy.age").exit_code == 0

    assert before["photo"][0] == 1 and before["saved_tab"][0] > 1
    assert digests() == before


@pytest.mark.parametrize("harm", ["one bit", "cut short"])
def test_a_copy_that_was_harmed_is_refused_and_the_database_stays(run, tmp_path, harm):
    copy = tmp_path / "copy.age"
    run("backup", copy)
    raw = bytearray(copy.read_bytes())
    raw[len(raw) // 2] ^= 1
    copy.write_bytes(raw if harm == "one bit" else raw[: len(raw) // 2])
    before = digests()

    seen = run("restore", copy, "--overwrite")

    assert seen.exit_code == 1 and "damaged" in seen.output
    assert digests() == before


def test_a_backup_overwrites_nothing(run, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_text("something else")

    assert run("backup", copy).exit_code == 1
    assert copy.read_text() == "something else"


def test_a_restore_spares_a_database_with_students_unless_told(run, tmp_path):
    copy = tmp_path / "copy.db"
    run("backup", copy)

    assert run("restore", copy).exit_code == 1
    assert run("restore", copy, "--overwrite").exit_code == 0


def test_a_damaged_copy_is_refused_and_the_database_stays(run, tmp_path):
    copy = tmp_path / "copy.db"
    run("backup", copy)
    raw = bytearray(copy.read_bytes())
    raw[4096:12288] = bytes(8192)
    copy.write_bytes(raw)

    seen = run("restore", copy, "--overwrite")

    assert seen.exit_code == 1
    with database.connection_context():
        assert Student.select().count() == 14


def test_a_copy_sealed_with_another_key_is_refused(run, tmp_path, monkeypatch):
    copy = tmp_path / "copy.db"
    run("backup", copy)
    monkeypatch.setattr(Settings, "vault", Vault(bytes(32)))

    seen = run("restore", copy, "--overwrite")

    assert seen.exit_code == 1
    assert "another data key" in seen.output


def test_a_copy_is_a_file_that_age_opens_with_the_key_that_the_settings_name(started, tmp_path):
    offline = pyrage.x25519.Identity.generate()
    app = started(BACKUP_RECIPIENT=offline.to_public())

    app.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy.age")])

    pyrage.decrypt_file(str(tmp_path / "copy.age"), str(tmp_path / "copy.db"), [offline])
    with database.connection_context():
        assert copies.check(tmp_path / "copy.db") == 14


def test_a_copy_shows_nothing_and_only_its_owner_reads_it(run, tmp_path):
    run("backup", tmp_path / "copy.age")

    assert LIN.name.encode() not in (tmp_path / "copy.age").read_bytes()
    assert (tmp_path / "copy.age").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_of_the_copies_in_a_folder_the_newest_are_kept_and_other_files_stay(run, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    for name in ("xueji-20260101-000000.age", "xueji-20260102-000000.age", "mine.txt"):
        (folder / name).write_text("old")

    assert run("backup", folder, "--keep", 2).exit_code == 0

    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 3 and names[:2] == ["mine.txt", "xueji-20260102-000000.age"]


def test_what_is_no_copy_is_refused(run, tmp_path):
    (tmp_path / "notes.txt").write_text("not a copy")

    assert run("restore", tmp_path / "notes.txt", "--overwrite").exit_code == 1
    assert run("restore", tmp_path / "absent", "--overwrite").exit_code == 1


def test_a_wrong_recipient_stops_the_start(started):
    with pytest.raises(BadSettings, match="XUEJI_BACKUP_RECIPIENT"):
        started(BACKUP_RECIPIENT="age1nobody")


def test_everything_moves_to_another_database_and_arrives_the_same(run, lin_done, tmp_path):
    seen = run("move-database", f"sqlite:///{tmp_path}/other.db")

    assert seen.exit_code == 0, seen.output
    assert "student: 14" in seen.output and "saved_tab: 8" in seen.output
    with sqlite3.connect(tmp_path / "other.db") as other:
        assert other.execute("SELECT count(*) FROM saved_tab").fetchone() == (8,)


def test_nothing_moves_into_a_database_that_is_not_empty_or_unknown(run, app, tmp_path):
    url = f"sqlite:///{tmp_path}/other.db"
    run("move-database", url)

    assert "not empty" in run("move-database", url).output
    assert "is not a database" in run("move-database", "mysql://x").output
