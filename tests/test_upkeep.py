"""Looking after an installation from the command line."""

import pytest

from tables.letterbox import Mail
from tables.store import database, durable_pragmas, is_sound
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


@pytest.mark.parametrize(
    ("version", "sound"),
    [((3, 40, 1), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 2), False)]
    + [((3, 51, 3), True), ((3, 52, 0), False), ((3, 53, 4), True)],
)
def test_wal_is_used_only_where_sqlite_cannot_corrupt_it(version, sound):
    assert is_sound(version) is sound
    wanted = ("wal", "full") if sound else ("delete", "extra")
    assert (durable_pragmas(version)["journal_mode"], durable_pragmas(version)["synchronous"]) == wanted
