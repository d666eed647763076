"""Counting tries: exact for many at once, for no longer than said, and whatever the clock does."""

import time

import pytest

from tables import tries
from tables.store import database, now
from tables.tries import DAY, Lock, Tries
from tests.crowd import at_once
from tests.later import later

QUARTER, HOUR, LIMIT = 15 * 60, 3600, 5


@pytest.fixture(autouse=True)
def connection(app):
    """A connection for the whole test."""
    with database.connection_context():
        yield


def attempt(what="login 411510001", times=1):
    """Whether the last of so many tries would be judged."""
    for _ in range(times):
        n = Lock.attempt(what, LIMIT, QUARTER, third=HOUR)
    return n <= LIMIT


def clocks(monkeypatch, usual, steady=0):
    """From now on the usual clock is set by so many seconds, and the one nobody can set has gone on by `steady`."""
    for clock, seconds in (("time", usual), ("monotonic", steady)):
        real = getattr(time, clock)
        monkeypatch.setattr(time, clock, lambda real=real, seconds=seconds: real() + seconds)


def test_the_fifth_failure_shuts_and_the_sixth_try_is_not_judged():
    assert [attempt() for _ in range(7)] == [True] * 5 + [False] * 2
    assert attempt("login 411510002")


@pytest.mark.parametrize(("seconds", "is_judged"), [(QUARTER - 5, False), (QUARTER + 5, True)])
def test_a_lock_holds_for_a_quarter_of_an_hour_to_a_few_seconds(seconds, is_judged):
    attempt(times=5)

    later(seconds)

    assert attempt() is is_judged


def test_tries_while_it_is_shut_make_it_no_longer():
    attempt(times=5)
    for _ in range(10):
        later(QUARTER // 10)
        attempt(times=3)

    later(5)
    assert attempt()


def test_after_a_lock_one_has_five_tries_again():
    attempt(times=6)
    later(QUARTER + 5)

    assert [attempt() for _ in range(6)] == [True] * 5 + [False]


def test_five_failures_far_apart_shut_as_well_within_a_day():
    for _ in range(5):
        assert attempt()
        later(HOUR)

    later(-HOUR)
    assert not attempt()


def test_the_third_lock_in_a_day_holds_for_an_hour_and_the_one_of_the_next_day_does_not():
    for wait in (QUARTER, QUARTER, HOUR, HOUR):
        attempt(times=5)
        later(wait - 5)
        assert not attempt()
        later(10)

    later(DAY)
    attempt(times=5)
    later(QUARTER + 5)
    assert attempt()


def test_a_good_one_is_forgotten_with_all_that_failed_before():
    attempt(times=5)

    Lock.forget("login 411510001")

    assert [attempt() for _ in range(6)] == [True] * 5 + [False]


def test_tries_that_are_given_back_open_a_lock():
    attempt(times=5)

    Lock.give_back("login 411510001", 4)

    assert Lock.so_far("login 411510001") == 1
    assert [attempt() for _ in range(5)] == [True] * 4 + [False]


def test_of_fifty_tries_at_once_five_are_judged():
    judged = at_once(50, attempt)

    assert sum(judged) == 5


def test_tries_are_counted_exactly_by_many_at_once():
    counted = at_once(8, lambda: [Tries.count("lookup A223456781", QUARTER) for _ in range(5)])

    assert sorted(n for some in counted for n in some) == list(range(1, 41))
    assert Tries.so_far("lookup A223456781") == 40 and Tries.so_far("lookup A123456789") == 0


def test_what_was_tried_cannot_be_read_from_the_database():
    Tries.count("lookup A223456781", QUARTER)

    assert b"A223456781" not in bytes(Tries.get().key)


def test_a_count_begins_with_the_first_try_and_not_with_the_hour():
    Tries.count("x", QUARTER)
    later(QUARTER - 5)
    assert Tries.count("x", QUARTER) == 2

    later(10)
    assert Tries.so_far("x") == 0 and Tries.count("x", QUARTER) == 1


def test_a_count_that_is_extended_lasts_from_the_last_try():
    for _ in range(3):
        Tries.count("attack", QUARTER, extend=True)
        later(QUARTER - 5)
    assert Tries.so_far("attack") == 3

    later(10)
    assert Tries.so_far("attack") == 0


@pytest.mark.parametrize("back", [60, QUARTER - 60, 2 * HOUR, 40 * DAY])
def test_a_clock_set_back_makes_no_lock_longer(monkeypatch, back):
    attempt(times=5)
    Tries.count("x", QUARTER)

    clocks(monkeypatch, QUARTER + 5 - back, steady=QUARTER + 5)

    assert attempt() and Tries.so_far("x") == 0


def test_a_clock_set_back_a_little_opens_no_lock(monkeypatch):
    attempt(times=5)
    later(QUARTER - 60)

    clocks(monkeypatch, -60)

    assert not attempt()


@pytest.mark.parametrize("uptime", [3, 10**9], ids=["after a restart", "on a machine that runs for long"])
def test_on_another_start_of_a_machine_the_usual_clock_decides(monkeypatch, uptime):
    attempt(times=5)
    monkeypatch.setattr(tries, "BOOT", "another")
    monkeypatch.setattr(tries, "uptime", lambda: uptime)
    assert not attempt()

    clocks(monkeypatch, QUARTER + 5)
    assert attempt()


def test_what_has_run_out_is_swept_and_what_counts_stays():
    attempt("login old", times=6)
    Tries.count("old", QUARTER)
    later(2 * DAY)
    attempt("login new", times=6)
    Tries.count("new", QUARTER)

    tries.sweep()

    assert (Lock.select().count(), Tries.select().count()) == (1, 1)
    assert not attempt("login new") and Tries.so_far("new") == 1


def test_a_flood_of_made_up_accounts_costs_the_oldest_rows_only(monkeypatch):
    monkeypatch.setattr(tries, "MOST", 10)
    for n in range(15):
        Tries.count(f"account {n}", QUARTER)
        later(1)

    tries.sweep()

    assert Tries.select().count() == 10
    assert [Tries.so_far(f"account {n}") for n in (4, 5, 14)] == [0, 1, 1]


def test_everything_counted_now_lies_ahead_of_now_only_as_far_as_said():
    attempt()

    row = Lock.get()

    assert (row.since, row.until) == (pytest.approx(now(), abs=2), pytest.approx(now() + DAY, abs=2))
