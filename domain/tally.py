"""How many students are how far: counts for tables, bars and curves."""

from dataclasses import dataclass

from domain.outline import BEGUN, DONE, NEW, RETURNED, TO_FILL

# Never logged in. Everybody else who is not done has begun or saved nothing yet.
AWAY = "away"


def how_far(came_in, state) -> str:
    """done, begun, new (logged in, nothing saved) or away (never logged in, and not done)."""
    return state if state == DONE or came_in else AWAY


@dataclass
class Tally:
    """So many students are done, have begun, have saved nothing, were never there."""

    done: int = 0
    begun: int = 0
    new: int = 0
    away: int = 0

    def add(self, came_in, state, n):
        """Count `n` more."""
        name = {DONE: "done", BEGUN: "begun", NEW: "new", AWAY: "away"}[how_far(came_in, state)]
        setattr(self, name, getattr(self, name) + n)

    @property
    def n(self):
        """All of them."""
        return self.done + self.begun + self.new + self.away

    @property
    def percent(self):
        """How many in a hundred are done; a hundred only when all are."""
        return self.done * 100 // self.n if self.n else 0


def tallies(rows) -> dict:
    """{key: Tally} of (key, came_in, state, n)."""
    found = {}
    for key, came_in, state, n in rows:
        found.setdefault(key, Tally()).add(came_in, state, n)
    return found


@dataclass
class TabTally:
    """For so many students a tab is done, to fill, or was returned."""

    done: int = 0
    todo: int = 0
    returned: int = 0

    @property
    def n(self):
        """Those to whom it applies."""
        return self.done + self.todo + self.returned

    @property
    def percent(self):
        """How many in a hundred have done it."""
        return self.done * 100 // self.n if self.n else 0


def by_tab(outlines) -> dict:
    """{tab key: TabTally} of (Outline, n)."""
    names, found = {DONE: "done", TO_FILL: "todo", RETURNED: "returned"}, {}
    for outline, n in outlines:
        for tab, (state, _) in outline.tabs.items():
            tally = found.setdefault(tab, TabTally())
            setattr(tally, names[state], getattr(tally, names[state]) + n)
    return found


def missing(outlines, tab) -> dict:
    """{field key: how many lack it} in a tab, most first, of (Outline, n)."""
    found = {}
    for outline, n in outlines:
        for key in outline.tabs.get(tab, ("", ()))[1]:
            found[key] = found.get(key, 0) + n
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))
