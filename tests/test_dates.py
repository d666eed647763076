"""Dates as people type them: 民國 or 西元, with or without marks."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import dates
from domain.words import Invalid

JANUARY = date(2006, 1, 31)
SINCE_1912 = st.dates(date(1912, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    "typed",
    [
        *("2006-01-31", "20060131", "950131", "0950131", "95/1/31", "95.1.31", "095-01-31", "2006/1/31", "2006.1.31"),
        *("民國95年1月31日", "95年1月31日", "西元2006年1月31日", "2006年01月31日", "中華民國 95 年 1 月 31 日"),
        *("民國95/1/31", "２００６－０１－３１", " 95 / 1 / 31 ", "2006年1月31"),
        *("2006-01-31 00:00:00", "2006-01-31T00:00:00", "2006/1/31 上午 12:00:00"),
    ],
)
def test_the_same_day_in_every_way_people_write_it(typed):
    assert dates.parse(typed) == JANUARY


@given(SINCE_1912)
def test_every_day_survives_each_way_of_writing_it(day):
    assert dates.parse(dates.roc7(day)) == day
    assert dates.parse(dates.roc(day)) == day
    assert dates.parse(day.isoformat()) == day
    assert dates.parse(f"{day:%Y%m%d}") == day


def test_29_february_of_a_common_year_says_which_days_there_were():
    with pytest.raises(dates.BadPart) as caught:
        dates.parse("1120229")

    assert caught.value.part == "d"
    assert caught.value.values == {"month": 2, "year": 2023, "roc": 112, "last": 28, "day": 29}


def test_29_february_of_a_leap_year_is_fine():
    assert dates.parse("1130229") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "typed", ["", "tomorrow", "31/1/2006", "95131", "95/1-31", "2006-01", "2006-01-31 08:15", "20060131٠", "九五年一月"]
)
def test_what_is_not_a_date_is_refused(typed):
    with pytest.raises(Invalid) as caught:
        dates.parse(typed)

    assert not isinstance(caught.value, dates.BadPart)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        (("", "1", "31"), "y"),
        (("abc", "1", "31"), "y"),
        (("0", "1", "31"), "y"),
        (("1899", "1", "31"), "y"),
        (("95", "", "31"), "m"),
        (("95", "Jan", "31"), "m"),
        (("95", "13", "31"), "m"),
        (("95", "0", "31"), "m"),
        (("95", "1", ""), "d"),
        (("95", "1", "x"), "d"),
        (("95", "1", "0"), "d"),
        (("95", "4", "31"), "d"),
    ],
)
def test_only_the_wrong_one_of_three_boxes_is_named(typed, part):
    with pytest.raises(dates.BadPart) as caught:
        dates.from_parts(*typed)

    assert caught.value.part == part


@pytest.mark.parametrize("year", ["95", "095", "2006", "２００６", " 95 "])
def test_three_boxes_take_the_year_in_either_calendar(year):
    assert dates.from_parts(year, "1", "31") == JANUARY


@pytest.mark.parametrize("typed", ["民國2006年1月31日", "西元95年1月31日"])
def test_a_calendar_that_contradicts_its_year_is_asked_about(typed):
    with pytest.raises(dates.BadPart) as caught:
        dates.parse(typed)

    assert caught.value.part == "y"


@pytest.mark.parametrize(
    "typed", ["2024-06", "2024/6", "113/6", "113.06", "民國113年6月", "113年6月", "11306", "202406", "西元2024年6月"]
)
def test_the_same_month_in_every_way_people_write_it(typed):
    assert dates.parse_month(typed) == "2024-06"


@pytest.mark.parametrize("typed", ["", "2024", "113/13", "June 2024", "民國2024年6月", "2024-06-01"])
def test_what_is_not_a_month_is_refused(typed):
    with pytest.raises(Invalid):
        dates.parse_month(typed)


def test_a_date_is_shown_in_both_calendars():
    assert dates.roc(JANUARY) == "民國95年1月31日"
    assert dates.roc7(JANUARY) == "0950131"
    assert dates.long(JANUARY, "zh") == "2006 年 1 月 31 日（民國 95 年）"
    assert dates.long(JANUARY, "en") == "31 January 2006"


def test_a_date_before_the_republic_counts_backwards():
    old = date(1911, 10, 10)

    assert dates.roc(old) == "民國前1年10月10日"
    assert dates.long(old, "zh") == "1911 年 10 月 10 日（民國前 1 年）"
    with pytest.raises(Invalid):
        dates.roc7(old)


@pytest.mark.parametrize(
    ("today", "years"),
    [(date(2026, 8, 30), 17), (date(2026, 8, 31), 18), (date(2026, 12, 1), 18), (date(2027, 1, 1), 18)],
)
def test_a_student_born_in_august_turns_eighteen_on_the_day(today, years):
    assert dates.age(date(2008, 8, 31), today) == years


def test_a_student_born_on_29_february_turns_eighteen_on_1_march():
    assert dates.age(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert dates.age(date(2008, 2, 29), date(2026, 3, 1)) == 18


@given(st.text(max_size=20))
def test_no_text_whatever_breaks_the_reader(text):
    with contextlib.suppress(Invalid):
        assert isinstance(dates.parse(text), date)
