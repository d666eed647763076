"""Waves as rules: who falls in which, which order makes sense, and which times do."""

from types import SimpleNamespace

import pytest

from domain import clock, waves
from domain.clock import Period
from domain.words import Invalid

KNOWN = {"program": "學士班", "route": "申請入學", "dept": "教育學系"}
DAY = 86400


def wave(name, program="", route="", dept=""):
    return SimpleNamespace(name_zh=name, program=program, route=route, dept=dept)


EVERYBODY, BACHELOR = wave("全校"), wave("學士班", program="學士班")
EXACT, MASTER = wave("申請入學", program="學士班", route="申請入學"), wave("碩士班", program="碩士班")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([EXACT, BACHELOR, EVERYBODY], EXACT),
        ([BACHELOR, EXACT], BACHELOR),
        ([MASTER, EVERYBODY], EVERYBODY),
        ([MASTER], None),
        ([], None),
    ],
)
def test_a_student_falls_in_the_first_wave_that_takes_them(order, expected):
    assert waves.first(order, KNOWN) is expected


def test_a_new_wave_comes_before_those_that_are_wider():
    assert waves.placed([MASTER, EVERYBODY], EXACT) == [EXACT, MASTER, EVERYBODY]
    assert waves.placed([EXACT, EVERYBODY], BACHELOR) == [EXACT, BACHELOR, EVERYBODY]
    assert waves.placed([EXACT], EVERYBODY) == [EXACT, EVERYBODY]


@pytest.mark.parametrize("order", [[EVERYBODY, EXACT], [BACHELOR, EXACT], [BACHELOR, wave("又", program="學士班")]])
def test_an_order_in_which_a_wave_is_for_nobody_is_refused(order):
    with pytest.raises(Invalid, match="comes first"):
        waves.check_order(order)


def test_an_order_in_which_each_has_somebody_is_accepted():
    waves.check_order([EXACT, wave("師培", dept="教育學系"), BACHELOR, MASTER, EVERYBODY])


@pytest.mark.parametrize(
    ("times", "wrong"),
    [
        ((None, 10, 20), set()),
        ((10, 10, 20), set()),
        ((None, 20, 20), {"closes"}),
        ((None, 20, 10), {"closes"}),
        ((15, 10, 20), {"lookup"}),
        ((15, 10, 5), {"lookup", "closes"}),
        ((15, None, 5), set()),
    ],
)
def test_times_that_contradict_each_other_are_named(times, wrong):
    assert set(waves.check_times(*times)) == wrong


@pytest.mark.parametrize(("typed", "hours"), [("", 0), (None, 0), ("0", 0), ("24", 24), (" 336 ", 336)])
def test_hours_of_grace_are_a_whole_number(typed, hours):
    assert waves.grace(typed) == hours


@pytest.mark.parametrize("typed", ["-1", "337", "1.5", "a day", "２４"])
def test_other_hours_of_grace_are_refused(typed):
    with pytest.raises(Invalid):
        waves.grace(typed)


@pytest.mark.parametrize(
    "typed", ["2026-08-17T09:00", "2026-08-17 9:00", "115/8/17 09:00", "2026/8/17 09:00:00", "民國115年8月17日 9:00"]
)
def test_a_time_is_read_in_any_usual_form_as_taipei_time(typed):
    assert clock.typed(typed) == 1786928400 == clock.seconds("2026-08-17T09:00")


@pytest.mark.parametrize("typed", ["soon", "2026-08-17", "9:00", "2026-08-17 25:00", "2026-02-30 09:00", ""])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(Invalid):
        clock.typed(typed)


@pytest.mark.parametrize(
    ("at", "more", "state", "is_open"),
    [
        (-1, {}, "before", False),
        (0, {}, "open", True),
        (DAY - 1, {}, "open", True),
        (DAY, {}, "closed", False),
        (DAY, {"grace": 60}, "late", True),
        (DAY + 60, {"grace": 60}, "closed", False),
        (-1, {"reopened_until": 5}, "reopened", True),
        (DAY, {"reopened_until": DAY + 5}, "reopened", True),
        (DAY + 5, {"reopened_until": DAY + 5}, "closed", False),
        (5, {"reopened_until": DAY + 5}, "open", True),
    ],
)
def test_a_period_knows_where_now_is(at, more, state, is_open):
    period = Period(at, 0, DAY, **more)

    assert (period.state, period.is_open) == (state, is_open)
