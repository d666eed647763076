"""Counts over everybody, which take longer the more there are: of many, the answer is kept for a moment.

It is kept a hundred times as long as counting takes, or so: somebody who looks again and again costs no more than one
in a hundred of a processor. Where there are few, every answer is new.
"""

import time
from functools import update_wrapper

from tables.store import database

# Of fewer rows than this nothing is kept; so many rows are counted in a hundredth of a second.
FEW, A_SECOND = 10_000, 50_000


class _ForAMoment:
    """A count that remembers what it last gave, for each database and for each thing that was asked."""

    def __init__(self, count, rows_of):
        self.count, self.rows_of, self.kept = count, rows_of, {}
        update_wrapper(self, count)

    def __call__(self, *asked):
        what, at = (database.obj, asked), time.monotonic()
        until, found = self.kept.get(what, (at, None))
        if at < until:
            return found
        found = self.count(*asked)
        n, at = self.rows_of(found), time.monotonic()
        still_good = {one: kept for one, kept in self.kept.items() if one != what and at < kept[0]}
        self.kept = still_good | ({what: (at + n / A_SECOND, found)} if n >= FEW else {})
        return found


def kept_for_a_moment(rows_of):
    """For a function of hashable arguments; `rows_of` says how many rows were counted for what it gave.

    What it gives must not be changed by whoever asks.
    """
    return lambda count: _ForAMoment(count, rows_of)
