"""Reminders: when they are due, and what a letter may say is missing."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from domain.clock import TAIPEI, local
from domain.outline import DONE, RETURNED
from domain.record import FACTS

APART = 48 * 3600
# Days before closing. The last one goes out later in the day than the one two days before: 48 hours are between.
DAYS, HOUR, LAST_HOUR = (7, 2, 0), 9, 10
AT_LEAST_BEFORE = 3 * 3600
ANYTHING, NEVER, RETURNED_ONLY, TAB, NO_WAVE = "any", "never", "returned", "tab:", "none"
SHOWN = 6


@dataclass(frozen=True)
class Choice:
    """Who is to be reminded. `wave`: the id of one, NO_WAVE, or "" for all; `program` and `dept`: "" for all.

    `what`: ANYTHING missing, NEVER logged in, RETURNED_ONLY and not corrected, or TAB and the key of one not done.
    """

    wave: str = ""
    program: str = ""
    dept: str = ""
    what: str = ANYTHING

    @property
    def parts(self) -> dict:
        """What was chosen, as a mapping."""
        return asdict(self)

    @property
    def tab(self):
        """The key of the tab that is not done, or ""."""
        return self.what.removeprefix(TAB) if self.what.startswith(TAB) else ""


def due(closes_at, at):
    """The number of days before closing for which the automatic reminder is to go out now, or None."""
    for days in DAYS:
        day = local(closes_at).date() - timedelta(days=days)
        hour = HOUR if days else LAST_HOUR
        begin = min(_at(day, hour), closes_at - AT_LEAST_BEFORE)
        if begin <= at < min(_at(day + timedelta(days=1), 0), closes_at):
            return days
    return None


def digest_week(at):
    """The week (2026-W34) whose digest is to go out now, which is on its Monday from nine; else None."""
    day = local(at)
    year, week, weekday = day.isocalendar()
    return f"{year}-W{week:02}" if weekday == 1 and day.hour >= HOUR else None


def _at(day, hour):
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=TAIPEI).timestamp())


@dataclass(frozen=True)
class Missing:
    """A tab that is not done: the fields that a letter may name, and how many more there are."""

    tab: object
    fields: tuple
    more: int
    is_returned: bool


def missing(record, outline) -> list[Missing]:
    """What a letter says of a record in outline. Fields that depend on an answer are counted but not named.

    That somebody is asked for the kind of a disability tells that there is one.
    """
    return [
        _missing(tab, *outline.tabs[tab.key])
        for tab in record
        if outline.state_of(tab.key) not in ("", DONE)
        and (tab.need == "required" or outline.state_of(tab.key) == RETURNED)
    ]


def _missing(tab, state, keys):
    named = [one for one in tab if one.key in keys and _is_plain(one, tab)][:SHOWN]
    return Missing(tab, tuple(named), len(keys) - len(named), state == RETURNED)


def _is_plain(field, tab):
    conditions = (field.when, tab.when, field.required_when)
    return all(condition is None or condition.names <= FACTS for condition in conditions)
