"""Looking after an installation from the command line."""

import pytest

from tables import copies
from tables.letterbox import Mail
from tables.store import Fixed, database, durable_pragmas, is_sound, now
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


def test_the_doctor_wants_a_copy_of_today_where_data_is_kept_for_good(run, started, tmp_path):
    kept_for_good = started(MODE="production", SECRET_KEY="0123456789abcdef" * 2, CAPTCHA="on", BASE_URL="https://x")

    def examine():
        return kept_for_good.test_cli_runner().invoke(args=["doctor"])

    assert "BAD  backup: no copy was written yet" in examine().output
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


@pytest.mark.parametrize(
    ("version", "sound"),
    [((3, 40, 1), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 2), False)]
    + [((3, 51, 3), True), ((3, 52, 0), False), ((3, 53, 4), True)],
)
def test_wal_is_used_only_where_sqlite_cannot_corrupt_it(version, sound):
    assert is_sound(version) is sound
    wanted = ("wal", "full") if sound else ("delete", "extra")
    assert (durable_pragmas(version)["journal_mode"], durable_pragmas(version)["synchronous"]) == wanted
