"""Times as people in Taiwan read them. They are kept in UTC seconds."""

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone

from domain import dates
from domain.words import N_, Invalid

# Taiwan has kept UTC+8 without summer time since 1980.
TAIPEI = timezone(timedelta(hours=8))
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::00)?")
DAYS = {"zh": "一二三四五六日", "en": "Mon Tue Wed Thu Fri Sat Sun".split()}


def local(seconds) -> datetime:
    """Seconds since 1970 as Taipei time."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(TAIPEI)


def seconds(text) -> int:
    """Seconds since 1970 of a Taipei time such as `2026-08-17T09:00`. Raises ValueError."""
    return int(datetime.fromisoformat(text).replace(tzinfo=TAIPEI).timestamp())


def typed(text) -> int:
    """Seconds since 1970 of a Taipei time as people type it: a date of any usual form, then hours and minutes.

    Raises Invalid. What a browser sends for its date and time control, 2026-08-17T09:00, is one of these forms.
    """
    day, _, time = text.strip().replace("T", " ").rpartition(" ")
    match = _TIME.fullmatch(time)
    if not match:
        raise Invalid(N_("Write the date and the time, such as 2026-08-17 09:00 or 115/8/17 9:00"))
    hour, minute = int(match[1]), int(match[2])
    return int(datetime.combine(dates.parse(day), datetime.min.time(), TAIPEI).timestamp()) + 3600 * hour + 60 * minute


def control(at) -> str:
    """A time as a date and time control holds it: `2026-08-17T09:00`; "" for None."""
    return "" if at is None else f"{local(at):%Y-%m-%dT%H:%M}"


def months_before(at, months) -> int:
    """The same time of day so many months earlier, in seconds; the last day of a month that is shorter."""
    t = local(at)
    year, month = divmod(t.year * 12 + t.month - 1 - months, 12)
    day = min(t.day, calendar.monthrange(year, month + 1)[1])
    return int(t.replace(year=year, month=month + 1, day=day).timestamp())


def moment(at, lang) -> str:
    """`8 月 24 日 14:32` or `24 Aug, 14:32`."""
    t = local(at)
    return f"{t.month} 月 {t.day} 日 {t:%H:%M}" if lang == "zh" else f"{t.day} {MONTHS[t.month - 1]}, {t:%H:%M}"


def full(at, lang) -> str:
    """`2026 年 8 月 24 日（一）14:32` or `Mon 24 Aug 2026, 14:32`."""
    t = local(at)
    day = DAYS[lang][t.weekday()]
    if lang == "zh":
        return f"{t.year} 年 {t.month} 月 {t.day} 日（{day}）{t:%H:%M}"
    return f"{day} {t.day} {MONTHS[t.month - 1]} {t.year}, {t:%H:%M}"


def stamped(at, lang) -> str:
    """The date of the round stamp: `115.8.24` or `24 Aug 2026`."""
    t = local(at)
    return f"{t.year - 1911}.{t.month}.{t.day}" if lang == "zh" else f"{t.day} {MONTHS[t.month - 1]} {t.year}"


class Period:
    """When the record may be filled. All times are seconds since 1970; None where nothing is set.

    `grace`: seconds after closing in which saves are still taken. `reopened_until`: for one student, whatever the rest
    says. `state` is before, open, late (in the grace), closed, reopened, or always when no dates are set.
    """

    def __init__(self, at, opens_at=None, closes_at=None, *, grace=0, reopened_until=None, initial=(None, None)):
        self.at, self.opens_at, self.closes_at, self.grace = at, opens_at, closes_at, grace
        self.reopened_until = reopened_until if reopened_until is not None and at < reopened_until else None
        self.initial_from, self.initial_until = initial

    @classmethod
    def written(cls, table, at, **more):
        """The period that [period] of record.toml sets."""
        opens, closes, *initial = (
            seconds(table[name]) if name in table else None
            for name in ("opens", "closes", "initial_from", "initial_until")
        )
        return cls(at, opens, closes, initial=tuple(initial), **more)

    @property
    def takes_initial(self):
        """Whether initial passwords open accounts."""
        has_begun = self.initial_from is None or self.initial_from <= self.at
        return has_begun and (self.initial_until is None or self.at < self.initial_until)

    @property
    def state(self):
        """Where now is."""
        state = self._state()
        return "reopened" if self.reopened_until and state not in ("open", "always") else state

    def _state(self):
        if self.opens_at is not None and self.at < self.opens_at:
            return "before"
        if self.closes_at is None:
            return "always"
        if self.at < self.closes_at:
            return "open"
        return "late" if self.at < self.ends_at else "closed"

    @property
    def ends_at(self):
        """When the last save is taken."""
        return max(self.closes_at + self.grace, self.reopened_until or 0) if self.closes_at else None

    @property
    def is_open(self):
        """Whether students may save."""
        return self.state not in ("before", "closed")

    @property
    def days_left(self):
        """Whole days until it closes; a started day counts."""
        return max(0, -(-(self.closes_at - self.at) // 86400)) if self.closes_at else 0
