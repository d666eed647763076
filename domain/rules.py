"""Rules between answers: one of two is needed, one comes after another, two must differ."""

import re
from datetime import date, datetime

from domain import dates
from domain.clock import TAIPEI


def one_of(rule, values):
    """At least one of the fields has an answer."""
    return any(values.get(key) for key in rule.fields)


def differ(rule, values):
    """The first is not the same as any of the others."""
    first, *others = (values.get(key, "") for key in rule.fields)
    return not first or first not in others


def not_before(rule, values):
    """The first date or month is not before the second."""
    first, second = (_day(values.get(key, "")) for key in rule.fields)
    return not (first and second) or first >= second


def years_after(rule, values):
    """The first date or month is at least `limit` years after the second."""
    first, second = (_day(values.get(key, "")) for key in rule.fields)
    return not (first and second) or dates.age(second, first) >= rule.limit


def not_future(rule, values):
    """The date or month is not after today."""
    first = _day(values.get(rule.fields[0], ""))
    return not first or first <= datetime.now(TAIPEI).date()


def by_entry(rule, values):
    """The first date or month is not after the month of entry, given by a ROC year and a term, 1 or 2.

    Classes of the first term begin in September, those of the second in February.
    """
    ended, year, term = rule.fields
    first, year = _day(values.get(ended, "")), str(values.get(year, ""))
    if not first or not re.fullmatch(r"[0-9]{2,3}", year):
        return True
    second = values.get(term, "") == "2"
    begins = date(int(year) + dates.ROC_OFFSET + second, 2 if second else 9, 1)
    return first <= begins


def together(rule, values):
    """The answers joined as in a passport, `SURNAME, GIVEN`, have at most `limit` characters."""
    return len(", ".join(filter(None, (values.get(key, "") for key in rule.fields)))) <= rule.limit


def _day(text):
    """The date of an answer; a month counts from its first day. None for what is not answered, or not a date yet."""
    try:
        return date.fromisoformat(text if text.count("-") != 1 else f"{text}-01") if text else None
    except ValueError:
        return None


RULES = {
    "one_of": one_of,
    "differ": differ,
    "not_before": not_before,
    "years_after": years_after,
    "not_future": not_future,
    "by_entry": by_entry,
    "together": together,
}
