"""How many students were how far on each day, by programme and department."""

from peewee import CharField, CompositeKey, IntegerField, fn

from domain import clock
from tables.standing import Standing
from tables.store import ROWS, Table, in_turn, now


class Snapshot(Table):
    """How many students of a programme and department were how far at the end of a day (YYYY-MM-DD in Taipei)."""

    day = CharField(10)
    program = CharField(30)
    dept = CharField(50)
    came_in = IntegerField()
    state = CharField(6)
    n = IntegerField()

    class Meta:
        primary_key = CompositeKey("day", "dept", "program", "came_in", "state")

    @classmethod
    def take(cls):
        """Put what is true now in the place of what was true earlier today."""
        day = str(clock.local(now()).date())
        groups = (Standing.program, Standing.dept, Standing.came_in, Standing.state)
        with in_turn("trend", day):
            rows = list(Standing.select(*groups, ROWS).group_by(*groups).tuples())
            cls.delete().where(cls.day == day).execute()
            for start in range(0, len(rows), 100):
                some = [(day, *row) for row in rows[start : start + 100]]
                cls.insert_many(some, [cls.day, cls.program, cls.dept, cls.came_in, cls.state, cls.n]).execute()

    @classmethod
    def by_day(cls, depts, days):
        """[(day, came_in, state, n)] of the last `days` days of these departments (None: all), the oldest first."""
        first = str(clock.local(now() - (days - 1) * 86400).date())
        query = cls.select(cls.day, cls.came_in, cls.state, fn.SUM(cls.n)).where(cls.day >= first)
        if depts is not None:
            query = query.where(cls.dept.in_(depts))
        return list(query.group_by(cls.day, cls.came_in, cls.state).order_by(cls.day).tuples())
