"""A tab that the office gave back: what the student is told, and what of it may go into a letter."""

import re
from dataclasses import dataclass, field

from domain import groups
from domain.kinds import plain
from domain.words import N_, Invalid

REASON_LENGTH = 300
# Days after which a returned tab that nobody corrected is pointed out.
LATE = 3
# What somebody might have copied out of a record: numbers, addresses to write to, links.
_PRIVATE = re.compile(r"[0-9０-９][\s-]*(?:[0-9０-９][\s-]*){4}|@|＠|://|\bwww\.", re.IGNORECASE)
SHORTEST_ANSWER = 2


@dataclass(frozen=True)
class Returned:
    """That the office gave a tab back, and the student has not saved it well since.

    `office` is "" for the registrar's, else a department; `at` in seconds. `is_open`: whether it may be corrected
    though the filling period is over, `until` when (None: as long as it takes). `refused` maps field keys to answers
    that will not do again.
    """

    id: int
    reason: str
    office: str
    at: int
    until: int | None = None
    is_open: bool = True
    refused: dict = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    max: int


def sentence(typed, missing, limit) -> str:
    """What somebody wrote, on one line. Raises Invalid; `missing`: what to say when it is empty."""
    text = " ".join((typed or "").split())
    if not text:
        raise Invalid(missing)
    return plain(text, _Line(limit), {})


def reason(typed) -> str:
    """Why a tab is given back, as it is kept. Raises Invalid."""
    return sentence(typed, N_("Write what to correct, or pick a reason."), REASON_LENGTH)


def may_be_mailed(text, answers) -> bool:
    """Whether a reason holds no number, link or address, and none of these answers of the student (texts or lists)."""
    texts = [one for answer in answers for one in (answer if isinstance(answer, list) else [answer])]
    return not _PRIVATE.search(text) and not any(len(one) >= SHORTEST_ANSWER and one in text for one in texts)


def changes(tab, before, after):
    """(field, old, new) of each answer of a tab that differs; "" where there was none."""
    for one in groups.spread(tab, {**before, **after}):
        old, new = before.get(one.key, ""), after.get(one.key, "")
        if one.is_white and (old or "") != (new or ""):
            yield one, old, new
