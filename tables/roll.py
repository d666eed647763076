"""The list of students as staff filter it, page by page, and how many there are."""

from dataclasses import dataclass

from peewee import fn

from domain.outline import BEGUN, DONE, NEW, RETURNED
from domain.tally import AWAY
from models import SavedTab
from tables import tallies
from tables.recovery import Freeze
from tables.standing import Shape, Standing
from tables.store import ROWS

PAGE = 50
# How far somebody is, as lists call it; `open` is whatever is not done.
OPEN = "open"
STATES = (OPEN, DONE, BEGUN, RETURNED, NEW, AWAY)
ELSEWHERE = "none"
MINOR, NUMBERLESS, FROZEN, LOCKED = "minor", "numberless", "frozen", "locked"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; "" does not narrow.

    `words`: the beginning of a student number, or a part of a name. `tab_state`: todo, done, returned or none (the tab
    does not apply). `locked`: numbers of those whose account is locked, to be given when `flag` is LOCKED.
    """

    words: str = ""
    numbers: tuple = ()
    program: str = ""
    dept: str = ""
    kind: str = ""
    state: str = ""
    tab: str = ""
    tab_state: str = ""
    missing: str = ""
    flag: str = ""
    locked: tuple = ()


class Roll:
    """The students of these departments (None: of all) to whom the filters apply, in the order of their numbers."""

    def __init__(self, depts, filters):
        self.depts, self.filters = depts, filters
        self.where = self._where()

    def count(self) -> int:
        """How many there are."""
        return self._query(ROWS).scalar()

    def page(self, after="", before=""):
        """(rows, whether there are more in the direction gone) behind or before a student number."""
        query = self._query(Standing)
        if before:
            query = query.where(Standing.student < before).order_by(Standing.student.desc())
        else:
            query = query.where(Standing.student > after).order_by(Standing.student)
        rows = list(query.limit(PAGE + 1))
        return (rows[PAGE - 1 :: -1] if before else rows[:PAGE]), len(rows) > PAGE

    def _query(self, *what):
        query = Standing.select(*what)
        for condition in self.where:
            query = query.where(condition)
        return query

    def _where(self):
        wanted, conditions = self.filters, []
        if self.depts is not None:
            conditions.append(Standing.dept.in_(self.depts))
        columns = {Standing.program: wanted.program, Standing.dept: wanted.dept, Standing.overseas_kind: wanted.kind}
        conditions += [column == value for column, value in columns.items() if value]
        if wanted.words:
            # Not by comparing: how a database sorts texts depends on its locale.
            conditions.append(Standing.student.startswith(wanted.words) | Standing.name.contains(wanted.words))
        if wanted.numbers:
            conditions.append(Standing.student.in_(wanted.numbers))
        return [*conditions, *how_far(wanted.state), *flagged(wanted), *self._shaped()]

    def _shaped(self):
        wanted, tests = self.filters, []
        if wanted.state == RETURNED:
            tests.append(lambda one: one.returned)
        if wanted.tab:
            state = "" if wanted.tab_state == ELSEWHERE else wanted.tab_state
            tests.append(lambda one: one.state_of(wanted.tab) == state)
        if wanted.missing:
            tests.append(lambda one: one.lacks(wanted.missing))
        return [with_outline(lambda one: all(test(one) for test in tests))] if tests else []


def how_far(state):
    """The conditions that a state in the words of lists stands for."""
    if state == AWAY:
        return [~Standing.came_in, Standing.state != DONE]
    if state == NEW:
        return [Standing.came_in, Standing.state == NEW]
    if state == BEGUN:
        return [Standing.came_in, Standing.state == BEGUN]
    return {OPEN: [Standing.state != DONE], DONE: [Standing.state == DONE]}.get(state, [])


def flagged(wanted):
    """The condition of a mark, in a list."""
    marks = {
        MINOR: Standing.is_minor,
        NUMBERLESS: Standing.lacks_number,
        FROZEN: Standing.student.in_(Freeze.select(Freeze.student)),
        LOCKED: Standing.student.in_(wanted.locked),
    }
    return [marks[wanted.flag]] if wanted.flag in marks else []


def with_outline(test):
    """The condition that the outline of a student passes a test; outlines are few, however many students there are."""
    numbers = [number for (number,) in Standing.select(Standing.shape).distinct().tuples()]
    # Plus nothing: rows are to be walked in the order of the list until a page is full, not gathered and sorted.
    return (Standing.shape + 0).in_([number for number, outline in Shape.open_all(numbers).items() if test(outline)])


def last_saves(numbers) -> dict:
    """{student number: when something was saved last} of those of these who saved anything."""
    rows = SavedTab.select(SavedTab.student, fn.MAX(SavedTab.saved_at)).where(SavedTab.student.in_(numbers))
    return dict(rows.group_by(SavedTab.student).tuples())


def groups(depts):
    """(programmes, departments) there are among the students of these departments (None: of all), in order."""
    found = tallies.by_group(depts)
    return sorted({row[0] for row in found}), sorted({row[1] for row in found})
