"""Looking after an installation from the command line."""

from contextlib import closing

import pytest
from peewee import sqlite3

from tables import copies, waiting
from tables.letterbox import Mail
from tables.store import Fixed, database, durable_pragmas, is_sound, now
from tests import stored
from tests.post import write
from tests.stored import files_only


@pytest.fixture
def run(app):
    """Runs a command as `bin/xueji` does."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=[str(word) for word in words])


def test_the_doctor_finds_a_fresh_installation_well(run):
    seen = run("doctor")

    bad = [line for line in seen.output.splitlines() if line.startswith("BAD")]
    assert (seen.exit_code, len(bad)) == ((0, 0) if stored.survives_power_cuts() else (1, 1)), seen.output
    assert ("synchronous_commit on" if stored.ON_SERVER else "journal wal, synchronous 2") in seen.output


def test_the_doctor_reports_mail_that_fails_again_and_again(app, run):
    with database.connection_context():
        write()
        Mail.update(tries=3).execute()

    seen = run("doctor")

    assert seen.exit_code == 1
    assert "BAD  mail" in seen.output


def test_the_doctor_wants_a_copy_of_today_where_data_is_kept_for_good(run, started, tmp_path):
    kept_for_good = started(MODE="production", SECRET_KEY="0123456789abcdef" * 2, CAPTCHA="on", BASE_URL="https://x")

    def examine():
        return kept_for_good.test_cli_runner().invoke(args=["doctor"])

    assert "BAD  backup: no copy was written yet" in examine().output
    assert "BAD  mail: no server is set" in examine().output
    run("backup", tmp_path / "copy.age")
    assert "ok   backup: the last copy was written and checked 0 h ago" in examine().output
    with database.connection_context():
        Fixed.update(value=str(now() - 27 * 3600)).where(Fixed.name == copies.LAST).execute()
    assert "BAD  backup: the last copy was written and checked 27 h ago" in examine().output


def test_the_doctor_says_who_is_told_how_it_goes(run, started):
    watched = started(METRICS_TOKEN="a-token-for-metrics", LOG="json").test_cli_runner().invoke(args=["doctor"]).output

    assert "watching: log as text, /metrics for this machine, faults to the log only" in run("doctor").output
    assert "log as json, /metrics for this machine and whoever has the token" in watched
    assert "a-token-for-metrics" not in watched


def lines(seen, about):
    """The lines of doctor about something."""
    return [line for line in seen.output.splitlines() if line[4:].strip().startswith(about)]


@files_only
def test_the_doctor_says_when_somebody_reads_for_so_long_that_the_journal_grows(app, run, tmp_path):
    with closing(sqlite3.connect(tmp_path / "xueji.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM student").fetchall()
        with database.connection_context():
            database.execute_sql("CREATE TABLE much AS SELECT zeroblob(?) AS content", (70 << 20,))
        (line,) = lines(run("doctor"), "journal")
    assert line.startswith("BAD")

    with database.connection_context():
        database.execute_sql("DROP TABLE much")
        database.execute_sql("PRAGMA wal_checkpoint")
        database.execute_sql("CREATE TABLE little (content)")
    (line,) = lines(run("doctor"), "journal")
    assert line.startswith("ok")


@files_only
def test_the_doctor_finds_a_damaged_file(app, run, tmp_path):
    database.close_all()
    damaged = bytearray((tmp_path / "xueji.db").read_bytes())
    damaged[8192:40960] = bytes(32768)
    (tmp_path / "xueji.db").write_bytes(damaged)

    seen = run("doctor")

    assert seen.exit_code == 1 and "Traceback" not in seen.output
    assert any(line.startswith("BAD") for line in lines(seen, "file"))


@files_only
def test_the_doctor_says_that_nothing_can_be_saved_and_why(app, run, tmp_path, monkeypatch):
    monkeypatch.setattr(waiting, "LONGEST", 0.05)
    with closing(sqlite3.connect(tmp_path / "xueji.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        (line,) = lines(run("doctor"), "database")

    assert line.startswith("BAD") and "nothing can be saved: database is locked" in line


@pytest.mark.parametrize(
    ("version", "sound"),
    [((3, 40, 1), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 2), False)]
    + [((3, 51, 3), True), ((3, 52, 0), False), ((3, 53, 4), True)],
)
def test_wal_is_used_only_where_sqlite_cannot_corrupt_it(version, sound):
    assert is_sound(version) is sound
    wanted = ("wal", "full") if sound else ("delete", "extra")
    assert (durable_pragmas(version)["journal_mode"], durable_pragmas(version)["synchronous"]) == wanted
