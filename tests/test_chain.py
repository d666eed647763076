"""The security log is a chain: whatever is done to it behind our back is found, and the first line of it named."""

import multiprocessing

import pytest

from domain.vault import Vault
from models import Student
from tables import chain, journal
from tables.journal import ANCHOR, HEAD, KEPT_FOR, ChainEnd, Event
from tables.store import Settings, connect, database, now
from tests import stored
from tests.conftest import ROOT, point

TAMPERED = {
    "a word changed": ("UPDATE event SET account = 'T9' WHERE id = 4", 4),
    "a time changed": ("UPDATE event SET at = at - 1 WHERE id = 4", 4),
    "details changed": ("UPDATE event SET details = '{}' WHERE id = 4", 4),
    "a line taken out": ("DELETE FROM event WHERE id = 4", 4),
    "the first line taken out": ("DELETE FROM event WHERE id = 1", 1),
    "the tail cut off": ("DELETE FROM event WHERE id > 7", 8),
    "everything taken out": ("DELETE FROM event", 1),
    "two lines exchanged": ("UPDATE event SET id = CASE id WHEN 4 THEN -5 ELSE -4 END WHERE id IN (4, 5)", 4),
    "a line added": (
        "INSERT INTO event SELECT id + 1, at, what, account, about, address, device, details, seal FROM event "
        "WHERE id = 10",
        11,
    ),
}


@pytest.fixture
def log(app):
    """Ten lines."""
    for number in range(10):
        journal.note("signed-in", f"4115100{number:02}", way="password")
    return app


def run(app, *words):
    """What a command prints and its status."""
    return app.test_cli_runner().invoke(args=list(words))


def test_a_log_that_nobody_touched_fits(log):
    assert chain.verify() == (10, None)
    assert "10 lines" in run(log, "audit", "verify").output


def test_an_empty_log_fits(app):
    assert chain.verify() == (0, None)


@pytest.mark.parametrize("how", TAMPERED)
def test_what_is_done_to_it_is_found_and_the_line_named(log, how):
    statement, line = TAMPERED[how]
    database.execute_sql(statement)
    database.execute_sql("UPDATE event SET id = -id WHERE id < 0")

    seen, doctor = run(log, "audit", "verify"), run(log, "doctor")

    assert seen.exit_code == 1 and f"line {line} " in seen.output, seen.output
    assert doctor.exit_code == 1 and f"BAD  log: line {line} " in doctor.output


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE chain_end SET last = 7, seal = (SELECT seal FROM event WHERE id = 7)",
        "DELETE FROM chain_end",
    ],
)
def test_a_tail_cannot_be_cut_off_together_with_the_head(log, statement):
    database.execute_sql(statement)
    database.execute_sql("DELETE FROM event WHERE id > 7")

    assert chain.verify().problem


def test_a_removed_head_stays_found_when_the_log_goes_on(log):
    database.execute_sql("DELETE FROM chain_end")
    database.execute_sql("DELETE FROM event WHERE id > 7")
    journal.note("signed-in", "411510001")

    assert chain.verify().problem.values == {"n": 8}


def test_a_log_sealed_with_another_key_does_not_fit(log, monkeypatch):
    monkeypatch.setattr(Settings, "vault", Vault(bytes(32)))

    assert chain.verify().problem


def test_old_lines_go_and_the_chain_holds_from_the_anchor_on(log):
    Event.update(at=now() - KEPT_FOR - 5).where(Event.id <= 6).execute()
    journal.sweep()

    assert [event.id for event in Event.select().order_by(Event.id)] == [7, 8, 9, 10]
    assert ChainEnd.of(ANCHOR)[0] == 6 and ChainEnd.of(HEAD)[0] == 10
    assert chain.verify() == (4, None)


def test_lines_cut_off_at_the_beginning_are_missed_in_spite_of_the_anchor(log):
    Event.update(at=now() - KEPT_FOR - 5).where(Event.id <= 3).execute()
    journal.sweep()
    database.execute_sql("DELETE FROM event WHERE id = 4")
    database.execute_sql("UPDATE chain_end SET last = 4 WHERE name = 'anchor'")

    assert chain.verify().problem


def test_when_every_line_is_too_old_the_log_goes_on_from_its_number(log):
    Event.update(at=now() - KEPT_FOR - 5).execute()
    journal.sweep()
    journal.note("signed-in", "411510001")

    assert [event.id for event in Event.select()] == [11] and chain.verify() == (1, None)


def test_the_doctor_looks_at_the_last_lines_only(log):
    Event.update(account="T9").where(Event.id == 2).execute()

    assert chain.verify(5) == (5, None) and chain.verify().problem.values == {"n": 2}


def test_what_is_undone_leaves_no_gap(log):
    with database.atomic() as change:
        journal.note("signed-in", "411510001")
        change.rollback()
    journal.note("signed-in", "411510002")

    assert chain.verify() == (11, None)


def write_many(path, number):
    """One of several processes that write at once."""
    connect(stored.url(path), ROOT)
    with database.connection_context():
        for _ in range(40):
            with database.atomic():
                Student.select().first()
                journal.note("signed-in", f"41151{number:04}")
    database.close_all()


def test_several_processes_write_one_chain(app, tmp_path):
    database.close_all()
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=write_many, args=(tmp_path, number)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    point(app, tmp_path)
    assert chain.verify() == (160, None)
    assert [writer.exitcode for writer in writers] == [0] * 4
