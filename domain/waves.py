"""Waves: groups of students for whom the look-up and the record open and close at times of their own.

A wave is for the students of one 學制 (program), 入學管道 (route) and 系所 (dept), each of which may be left open. A
student belongs to the first wave that takes them, in an order that the registrar can change; a new one is put before
those that are wider, so that the most exact wins unless somebody says otherwise.
"""

from domain.words import N_, Invalid

FILTERS = ("program", "route", "dept")
LONGEST_GRACE = 336


def takes(wave, known) -> bool:
    """Whether a wave is for the student of these roster columns."""
    return all(getattr(wave, name) in ("", known[name]) for name in FILTERS)


def first(waves, known):
    """The wave of the student of these roster columns, or None."""
    return next((wave for wave in waves if takes(wave, known)), None)


def covers(wave, other) -> bool:
    """Whether a wave takes every student that the other one is for."""
    return all(getattr(wave, name) in ("", getattr(other, name)) for name in FILTERS)


def exactness(wave) -> int:
    """How many of the three it names."""
    return sum(bool(getattr(wave, name)) for name in FILTERS)


def hidden(waves):
    """(wave, the earlier one that takes all its students), or None: such a wave would be for nobody."""
    pairs = ((later, one) for place, later in enumerate(waves) for one in waves[:place])
    return next(((later, one) for later, one in pairs if covers(one, later)), None)


def placed(waves, new):
    """The waves with a new one put in: before the first that is wider than it."""
    place = next((n for n, one in enumerate(waves) if exactness(one) < exactness(new)), len(waves))
    return [*waves[:place], new, *waves[place:]]


def check_order(waves):
    """Raise Invalid when one of them would be for nobody."""
    pair = hidden(waves)
    if pair:
        message = N_("“{other}” comes first and takes every student of “{wave}”: that one would be for nobody.")
        raise Invalid(message, wave=pair[0].name_zh, other=pair[1].name_zh)


def check_times(lookup_at, opens_at, closes_at):
    """{control: Invalid} where times contradict each other; None where one was not given."""
    wrong = {}
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        wrong["closes"] = Invalid(N_("This is not after the opening. Choose a later time."))
    if lookup_at is not None and opens_at is not None and lookup_at > opens_at:
        wrong["lookup"] = Invalid(
            N_("Students need their number to fill in: the look-up cannot open after the record.")
        )
    return wrong


def grace(typed) -> int:
    """Hours after closing in which saves are still taken. Raises Invalid."""
    text = (typed or "").strip() or "0"
    if not (text.isascii() and text.isdecimal() and int(text) <= LONGEST_GRACE):
        raise Invalid(N_("Write a whole number of hours from 0 to {max}"), max=LONGEST_GRACE)
    return int(text)
