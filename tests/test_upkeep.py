"""Looking after an installation from the command line."""

import pytest

from domain.vault import Vault
from models import Student
from tables.letterbox import Mail
from tables.store import Settings, database, durable_pragmas, is_sound
from tests.post import write


@pytest.fixture
def run(app):
    """Runs a command as `bin/xueji` does."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=[str(word) for word in words])


def test_the_doctor_finds_a_fresh_installation_well(run):
    seen = run("doctor")

    assert seen.exit_code == 0, seen.output
    assert "journal wal, synchronous 2" in seen.output


def test_the_doctor_reports_mail_that_fails_again_and_again(app, run):
    with database.connection_context():
        write()
        Mail.update(tries=3).execute()

    seen = run("doctor")

    assert seen.exit_code == 1
    assert "BAD  mail" in seen.output


def test_a_backup_restores_what_was_there(run, tmp_path):
    copy = tmp_path / "copy.db"
    assert run("backup", copy).exit_code == 0
    with database.connection_context():
        Student.delete().execute()

    seen = run("restore", copy)

    assert seen.exit_code == 0, seen.output
    with database.connection_context():
        assert Student.select().count() == 14


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


@pytest.mark.parametrize(
    ("version", "sound"),
    [((3, 40, 1), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 2), False)]
    + [((3, 51, 3), True), ((3, 52, 0), False), ((3, 53, 4), True)],
)
def test_wal_is_used_only_where_sqlite_cannot_corrupt_it(version, sound):
    assert is_sound(version) is sound
    wanted = ("wal", "full") if sound else ("delete", "extra")
    assert (durable_pragmas(version)["journal_mode"], durable_pragmas(version)["synchronous"]) == wanted
