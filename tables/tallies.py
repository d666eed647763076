"""How many students are how far, counted by the database out of what is summed up."""

from tables.moments import kept_for_a_moment
from tables.standing import Shape, Standing
from tables.store import ROWS


def by_group(depts):
    """[(programme, department, came_in, state, n)] of the students of these departments (None: of all)."""
    return _by_group(_hashable(depts))


def by_outline(depts, program="", dept=""):
    """[(Outline, n)] of the same students, or of those of one programme or department only."""
    return _by_outline(_hashable(depts), program, dept)


def _hashable(depts):
    """Departments as what can be remembered."""
    return None if depts is None else tuple(depts)


def _rows(found):
    return sum(row[-1] for row in found)


@kept_for_a_moment(_rows)
def _by_group(depts):
    groups = (Standing.dept, Standing.program, Standing.came_in, Standing.state)
    rows = _of(Standing.select(*groups, ROWS), depts).group_by(*groups)
    return [(program, dept, came_in, state, n) for dept, program, came_in, state, n in rows.tuples()]


@kept_for_a_moment(_rows)
def _by_outline(depts, program, dept):
    rows = _of(Standing.select(Standing.shape, ROWS), depts)
    for column, value in ((Standing.program, program), (Standing.dept, dept)):
        rows = rows.where(column == value) if value else rows
    counts = dict(rows.group_by(Standing.shape).tuples())
    return [(outline, counts[number]) for number, outline in Shape.open_all(counts).items()]


def _of(query, depts):
    return query if depts is None else query.where(Standing.dept.in_(depts))
