"""Rules between answers."""

from datetime import datetime, timedelta

import pytest

from domain.clock import TAIPEI
from domain.record import Rule
from domain.rules import RULES
from domain.words import Words

TODAY = datetime.now(TAIPEI).date()


def holds(kind, fields, values, limit=0):
    rule = Rule(kind=kind, fields=tuple(fields.split()), message=Words("錯", "Wrong"), limit=limit)
    return RULES[kind](rule, values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [({"mobile": "0912345678"}, True), ({"tel": "0227321104"}, True), ({"mobile": "", "tel": ""}, False), ({}, False)],
)
def test_one_of_two_phones_is_enough(values, expected):
    assert holds("one_of", "mobile tel", values) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"contact": "1", "own": "1", "other": "2"}, False),
        ({"contact": "1", "own": "2", "other": "1"}, False),
        ({"contact": "1", "own": "2", "other": "3"}, True),
        ({"contact": "", "own": "", "other": ""}, True),
        ({"contact": "1"}, True),
    ],
)
def test_a_number_must_not_be_one_given_before(values, expected):
    assert holds("differ", "contact own other", values) is expected


@pytest.mark.parametrize(
    ("out", "joined", "expected"),
    [
        ("2026-01-31", "2025-09-01", True),
        ("2025-09-01", "2025-09-01", True),
        ("2025-08-31", "2025-09-01", False),
        ("2025-08", "2025-09-01", False),
        ("", "2025-09-01", True),
        ("2025-08-31", "", True),
        ("not a date", "2025-09-01", True),
    ],
)
def test_nobody_leaves_before_they_came(out, joined, expected):
    assert holds("not_before", "out joined", {"out": out, "joined": joined}) is expected


@pytest.mark.parametrize(
    ("ended", "expected"), [("2019-02", True), ("2019-01", False), ("1930-06", False), ("", True), ("113/6/6/6", True)]
)
def test_school_ends_at_least_twelve_years_after_birth(ended, expected):
    assert holds("years_after", "ended born", {"ended": ended, "born": "2007-01-31"}, limit=12) is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(str(TODAY), True), (str(TODAY - timedelta(1)), True), (str(TODAY + timedelta(2)), False), ("", True)],
)
def test_what_happened_is_not_in_the_future(day, expected):
    assert holds("not_future", "day", {"day": day}) is expected


@pytest.mark.parametrize(
    ("ended", "year", "term", "expected"),
    [
        ("2026-06", "115", "1", True),
        ("2026-09", "115", "1", True),
        ("2026-10", "115", "1", False),
        ("2027-01", "115", "1", False),
        ("2027-01", "115", "2", True),
        ("2027-02", "115", "2", True),
        ("2027-03", "115", "2", False),
        ("2027-03", "", "", True),
        ("2027-03", "autumn", "1", True),
        ("2026-10", "115", "", False),
        ("", "115", "1", True),
    ],
)
def test_school_ends_before_university_begins(ended, year, term, expected):
    assert holds("by_entry", "ended year term", {"ended": ended, "year": year, "term": term}) is expected


@pytest.mark.parametrize(
    ("last", "first", "expected"),
    [
        ("A" * 18, "B" * 19, True),
        ("A" * 19, "B" * 19, False),
        ("A" * 39, "", True),
        ("", "B" * 40, False),
        ("", "", True),
    ],
)
def test_a_name_fits_a_passport_with_its_comma(last, first, expected):
    assert holds("together", "last first", {"last": last, "first": first}, limit=39) is expected
