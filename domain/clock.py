"""Times as people in Taiwan read them. They are kept in UTC seconds."""

from datetime import UTC, datetime, timedelta, timezone

# Taiwan has kept UTC+8 without summer time since 1980.
TAIPEI = timezone(timedelta(hours=8))
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = {"zh": "一二三四五六日", "en": "Mon Tue Wed Thu Fri Sat Sun".split()}


def local(seconds) -> datetime:
    """Seconds since 1970 as Taipei time."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(TAIPEI)


def seconds(text) -> int:
    """Seconds since 1970 of a Taipei time such as `2026-08-17T09:00`. Raises ValueError."""
    return int(datetime.fromisoformat(text).replace(tzinfo=TAIPEI).timestamp())


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
    """The filling period. `state` is open, before, closed, or always when no dates are set."""

    def __init__(self, written, at):
        self.opens_at = seconds(written["opens"]) if "opens" in written else None
        self.closes_at = seconds(written["closes"]) if "closes" in written else None
        self.initial_from = seconds(written["initial_from"]) if "initial_from" in written else None
        self.initial_until = seconds(written["initial_until"]) if "initial_until" in written else None
        self.at = at

    @property
    def takes_initial(self):
        """Whether initial passwords open accounts."""
        has_begun = self.initial_from is None or self.initial_from <= self.at
        return has_begun and (self.initial_until is None or self.at < self.initial_until)

    @property
    def state(self):
        """Where now is."""
        if self.opens_at is not None and self.at < self.opens_at:
            return "before"
        if self.closes_at is None:
            return "always"
        return "open" if self.at < self.closes_at else "closed"

    @property
    def is_open(self):
        """Whether students may save."""
        return self.state in ("open", "always")

    @property
    def days_left(self):
        """Whole days until it closes; a started day counts."""
        return max(0, -(-(self.closes_at - self.at) // 86400)) if self.closes_at else 0
