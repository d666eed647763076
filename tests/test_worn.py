"""Workers that are worn out: a new one answers before the old one goes, and a stuck request does not stay for ever."""

import contextlib
import http.client
import threading

import pytest

from deploy import strain
from deploy.board import REASONS, Board, resident
from tests.test_server import is_alive, start, wait_for  # noqa: F401 -- a fixture

LIMIT = "XUEJI_REQUEST_SECONDS"


def visit_in_vain(server, path):
    """Ask for something that never comes, in the background."""

    def ask():
        with contextlib.suppress(OSError, http.client.HTTPException):
            server.ask(path)

    threading.Thread(target=ask, daemon=True).start()


def ask_until(server, condition):
    """Go on visiting until a condition holds; every visit must be answered."""
    wait_for(lambda: [server.ask() for _ in range(20)] and condition())


def has_a_new_worker(server):
    """Whether somebody answers who was not there at first. Who asks a stuck worker is hung up on when it ends."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        return int(server.ask().split()[0]) not in server.first_workers


def test_a_worker_that_has_answered_enough_is_replaced_and_nobody_notices(start, tmp_path):  # noqa: F811
    server = start(XUEJI_WORKER_REQUESTS="30", BROKEN=str(tmp_path / "broken")).wait_until_ready()
    # The new ones serve what was built when the server started.
    (tmp_path / "broken").touch()

    ask_until(server, lambda: not any(map(is_alive, server.first_workers)))

    server.process.terminate()
    status, said = server.end()
    assert status == 0
    assert all(f"worker {pid} asks to be replaced (requests)" in said for pid in server.first_workers)


def test_a_request_that_takes_too_long_is_told_with_its_place_and_its_worker_replaced(start):  # noqa: F811
    server = start(**{LIMIT: "1"}).wait_until_ready()
    visit_in_vain(server, "/4")

    wait_for(lambda: has_a_new_worker(server))

    server.process.kill()
    said = server.end()[1]
    assert "asks to be replaced (stuck)" in said and "tiny_app.py" in said and "time.sleep(" in said


def test_a_function_that_keeps_a_whole_worker_busy_is_told_and_ended(start):  # noqa: F811
    server = start(**{LIMIT: "1"}).wait_until_ready()
    visit_in_vain(server, "/regex")

    wait_for(lambda: has_a_new_worker(server))
    server.process.kill()
    said = server.end()[1]
    assert "is stuck here:" in said and 'tests/tiny_app.py", line' in said


@pytest.mark.parametrize("name", [name for name, *_ in strain.LIMITS.values()])
def test_a_limit_that_is_no_number_is_named(start, name):  # noqa: F811
    status, said = start(**{name: "much"}).end()

    assert status == 1 and said.startswith(f"xueji: {name} must be a whole number")


@pytest.fixture
def clock(monkeypatch):
    """A clock for the strain that is moved by hand: `clock[0] += 5`."""
    hands = [0.0]
    monkeypatch.setattr(strain.time, "monotonic", lambda: hands[0])
    return hands


@pytest.fixture
def worn(monkeypatch, clock):
    """Somebody who may hold hardly more than now."""
    monkeypatch.setenv("XUEJI_WORKER_MEMORY", "1")
    return strain.Strain()


def test_much_memory_for_a_moment_is_no_reason(worn, clock):
    held = b"x" * (resident() // 2)
    assert worn.verdict() == ""
    clock[0] += strain.STAYS - 1
    assert worn.verdict() == ""
    del held
    assert worn.verdict() == ""
    clock[0] += strain.STAYS

    assert worn.verdict() == ""


def test_much_memory_that_stays_is_one(worn, clock):
    held = b"x" * (resident() // 2)
    assert worn.verdict() == ""
    clock[0] += strain.STAYS

    assert worn.verdict() == "memory" and len(held) > 0


def test_a_long_reply_is_not_broken_off_because_of_memory(worn, clock):
    held = b"x" * (resident() // 2)
    worn.verdict()
    worn.begin()
    for _ in range(strain.STAYS):
        clock[0] += 1
        worn.go_on()
    assert worn.verdict() == ""

    worn.end()
    assert worn.verdict() == "memory" and len(held) > 0


def test_what_a_worker_begins_with_is_not_held_against_it(worn, clock):
    for _ in range(3):
        clock[0] += strain.STAYS
        assert worn.verdict() == ""


def test_a_reply_that_goes_on_is_not_stuck(monkeypatch, clock):
    monkeypatch.setenv(LIMIT, "10")
    one = strain.Strain()
    one.begin()
    clock[0] += 9
    one.go_on()
    clock[0] += 9
    assert one.verdict() == ""

    clock[0] += 2
    assert one.verdict() == "stuck"
    one.end()
    assert one.verdict() == ""


def test_a_successor_counts_on_in_the_row_of_one_that_has_gone():
    board = Board(4)
    board.rows[1][100] += 5
    board.leave(1)

    assert board.vacant(taken=[2]) == 1 and board.rows[1][100] == 5
    board.count("memory")
    assert [n for name, _, n in board.figures() if name == "worker_restarts_total"] == [
        float(reason == "memory") for reason in REASONS
    ]
