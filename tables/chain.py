"""Whether the security log is as it was written: every line is there, in its place, with its own words."""

from typing import NamedTuple

from peewee import fn

from domain.words import N_, Invalid
from tables.journal import ANCHOR, HEAD, ChainEnd, Event, seal_of

AT_ONCE = 2000
ALTERED = N_("line {n} of the log was changed, or is not in its place")
COLUMNS = (
    Event.id, Event.at, Event.what, Event.account, Event.about, Event.address, Event.device, Event.details, Event.seal,
)  # fmt: skip


class Verdict(NamedTuple):
    """How many lines were checked, and what does not fit first, or None."""

    n: int
    problem: Invalid | None


def verify(last_only=None) -> Verdict:
    """Check every line from the anchor to the head, or only the last so many; lines come in small lots."""
    # Asked for first: lines that are written while we look are no problem.
    newest = Event.select(fn.MAX(Event.id)).scalar() or 0
    (first, seal, has_anchor), (last, last_seal, has_head) = ChainEnd.of(ANCHOR), ChainEnd.of(HEAD)
    if not (has_anchor and has_head):
        return Verdict(0, Invalid(N_("an end of the log was changed or removed")))
    if last_only and last - first > last_only:
        first = last - last_only
        seal = Event.select(Event.seal).where(Event.id == first).scalar() or ""
    n = 0
    for n, (before, line) in enumerate(_pairs(first, seal, last), 1):
        if line[0] != first + n:
            return Verdict(n, Invalid(N_("line {n} of the log is missing"), n=first + n))
        if seal_of(before, line[:-1]) != line[-1]:
            return Verdict(n, Invalid(ALTERED, n=line[0]))
        seal = line[-1]
    return Verdict(n, _at_the_end(first + n, seal, last, last_seal, newest))


def _at_the_end(reached, seal, last, last_seal, newest):
    """What does not fit behind the last line that does."""
    if reached < last:
        return Invalid(N_("line {n} of the log is missing"), n=reached + 1)
    if seal != last_seal:
        return Invalid(ALTERED, n=last)
    if newest > max(last, ChainEnd.of(HEAD)[0]):
        return Invalid(N_("line {n} of the log was added by somebody else"), n=last + 1)
    return None


def _pairs(first, seal, last):
    """(seal before it, columns) of every line after `first` up to `last`."""
    while first < last:
        rows = Event.select(*COLUMNS).where((Event.id > first) & (Event.id <= last)).order_by(Event.id).limit(AT_ONCE)
        lines = list(rows.tuples())
        for line in lines:
            yield seal, line
            seal = line[-1]
        if not lines:
            return
        first = lines[-1][0]
