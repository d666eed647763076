"""The weekly digest: how far the students of each department are, in numbers only, and which were sent."""

from peewee import BigIntegerField, CharField, CompositeKey, fn

from domain.outline import DONE
from tables.contacts import Contact
from tables.staff import Staff, StaffDept
from tables.standing import Standing
from tables.store import Table, now


class Digest(Table):
    """That the digest of a week (2026-W34) was written for a department."""

    week = CharField(8)
    dept = CharField(50)
    at = BigIntegerField(default=now)

    class Meta:
        primary_key = CompositeKey("week", "dept")

    @classmethod
    def take(cls, week, dept) -> bool:
        """Claim one, in the transaction that queues it. True for one caller only."""
        row = cls.insert(week=week, dept=dept).on_conflict_ignore().returning(cls.dept)
        return bool(list(row.execute()))

    @classmethod
    def written(cls, week) -> set[str]:
        """The departments that had theirs."""
        return {dept for (dept,) in cls.select(cls.dept).where(cls.week == week).tuples()}


def numbers() -> dict:
    """{department: {programme: {"total", "done", "begun", "never"}}} of everybody; `never`: never logged in."""
    columns = (Standing.dept, Standing.program, Standing.came_in, Standing.state)
    found = {}
    query = Standing.select(*columns, fn.COUNT(Standing.student)).group_by(*columns).order_by(*columns)
    for dept, program, came_in, state, n in query.tuples():
        one = found.setdefault(dept, {}).setdefault(program, dict.fromkeys(("total", "done", "begun", "never"), 0))
        kind = "done" if state == DONE else "begun" if came_in else "never"
        one["total"] += n
        one[kind] += n
    return found


def mailboxes(dept) -> list[str]:
    """Where the digest of a department goes: to its staff, and to the contacts that the registrar named."""
    members = Staff.select().join(StaffDept).where((StaffDept.dept == dept) & Staff.is_active).order_by(Staff.account)
    found = [*(one.particulars["email"] for one in members), *Contact.of(dept)]
    return list(dict.fromkeys(filter(None, found)))


def sweep():
    """Forget what was sent long ago."""
    Digest.delete().where(Digest.at < now() - 366 * 86400).execute()
