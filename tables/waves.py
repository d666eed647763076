"""Waves: when the look-up and the record open and close, and for whom. `domain.waves` says who falls in which."""

import secrets
from functools import reduce
from operator import and_

from peewee import BigIntegerField, BooleanField, CharField, IntegerField, fn

from domain import waves as rules
from domain.words import Words
from models import Student, open_roster, route_mark
from tables.store import ROWS, Fixed, Table, in_turn, now

VERSION = "waves"


class Wave(Table):
    """One wave. Times in seconds; `lookup_at` None: the look-up was never closed. `place` orders them, lowest first.

    The id is random, since reminders remember it: that of a deleted wave must not come back.
    """

    id = BigIntegerField(primary_key=True)
    name_zh = CharField(60)
    name_en = CharField(60)
    program = CharField(30, default="")
    route = CharField(50, default="")
    dept = CharField(50, default="")
    lookup_at = BigIntegerField(null=True)
    opens_at = BigIntegerField()
    closes_at = BigIntegerField()
    grace_hours = IntegerField(default=0)
    reminds = BooleanField(default=True)
    place = IntegerField(default=0)
    updated_at = BigIntegerField(default=now)

    @property
    def name(self):
        """What it is called."""
        return Words(self.name_zh, self.name_en)

    @property
    def grace(self):
        """Seconds after closing in which saves are still taken."""
        return self.grace_hours * 3600

    def is_lookup_open(self, at) -> bool:
        """Whether its students find their numbers."""
        return self.lookup_at is None or self.lookup_at <= at

    @property
    def is_for(self):
        """The condition that a student's row fits its filters, whatever comes before it."""
        route = Student.route_mark == (route_mark(self.route) if self.route else b"")
        parts = {"program": Student.program == self.program, "route": route, "dept": Student.dept == self.dept}
        chosen = [parts[name] for name in rules.FILTERS if getattr(self, name)]
        return reduce(and_, chosen, Student.student_no.is_null(False))


# What waves go by, so that counting students needs no look at the rows themselves.
Student.add_index(Student.dept, Student.program, Student.route_mark)


class Cache:
    """The waves as this process read them last, good for as long as the version in the database is the same."""

    version, waves = None, ()


def version_query():
    """The query for the version: a random word that every change of a wave replaces."""
    return Fixed.select(Fixed.value).where(Fixed.name == VERSION)


def current(version=None) -> tuple[Wave, ...]:
    """All waves in their order. `version`: as it was read just now, if it was."""
    version = version or version_query().scalar()
    if version != Cache.version:
        Cache.waves = tuple(Wave.select().order_by(Wave.place, Wave.id)) if version else ()
        Cache.version = version
    return Cache.waves


def of(known, version=None):
    """The wave of the student of these roster columns, or None."""
    return rules.first(current(version), known)


def _changed():
    Fixed.insert(name=VERSION, value=secrets.token_hex(8)).on_conflict(
        conflict_target=[Fixed.name], preserve=[Fixed.value]
    ).execute()


def keep(wave):
    """Write a wave, new or changed, with its place among the others. Raises Invalid when one would be for nobody."""
    with in_turn("waves"):
        others = [one for one in Wave.select().order_by(Wave.place, Wave.id) if one.id != wave.id]
        wave.updated_at, is_new = now(), wave.id is None
        wave.id = wave.id or 1 + secrets.randbelow(2**53)
        wave.save(force_insert=is_new)
        _arrange(rules.placed(others, wave))


def move(wave, step):
    """Put a wave before (-1) or after (+1) its neighbour. Raises Invalid when one would be for nobody."""
    with in_turn("waves"):
        waves = list(Wave.select().order_by(Wave.place, Wave.id))
        old = waves.index(wave)
        new = min(max(old + step, 0), len(waves) - 1)
        waves.insert(new, waves.pop(old))
        _arrange(waves)


def remove(wave):
    """Delete a wave: its students fall to the next one that takes them, or to [period] of record.toml."""
    with in_turn("waves"):
        wave.delete_instance()
        _changed()


def _arrange(waves):
    rules.check_order(waves)
    for place, one in enumerate(waves):
        Wave.update(place=place).where(Wave.id == one.id).execute()
    _changed()


def students_of(wave, waves):
    """The condition that a student's row falls in this wave and no earlier one; `wave` None: in none of them."""
    earlier = waves if wave is None else waves[: [one.id for one in waves].index(wave.id)]
    own = Student.student_no.is_null(False) if wave is None else wave.is_for
    return reduce(and_, [~one.is_for for one in earlier], own)


def finder(waves):
    """A function that gives the wave of a student's row by program, route_mark and dept."""
    routes = {route_mark(one.route): one.route for one in waves if one.route}
    return lambda program, mark, dept: rules.first(
        waves, {"program": program, "route": routes.get(bytes(mark), ""), "dept": dept}
    )


def counts(waves, depts) -> dict:
    """How many students fall in each wave, by its id; None: those in none. `depts`: as of Student.seen_by."""
    numbers = dict.fromkeys([*(one.id for one in waves), None], 0)
    for wave, n in shares(waves, Student.seen_by(depts), [ROWS]):
        numbers[wave and wave.id] += n
    return numbers


def shares(waves, students, sums):
    """(wave or None, *sums) of parts of these students, a query; a wave may come several times."""
    find, columns = finder(waves), (Student.dept, Student.program, Student.route_mark)
    for dept, program, mark, *found in students.select(*columns, *sums).group_by(*columns).tuples():
        yield find(program, mark, dept), *found


def offers(depts) -> dict:
    """What the roster has to choose from: {"program": [...], "route": [...], "dept": [...]}."""
    seen = Student.seen_by(depts)
    found = {
        name: sorted({value for (value,) in seen.select(getattr(Student, name)).distinct().tuples()})
        for name in ("program", "dept")
    }
    some = seen.select(fn.MIN(Student.student_no)).group_by(Student.route_mark)
    rows = Student.select(Student.student_no, Student.roster).where(Student.student_no.in_(some)).tuples()
    return found | {"route": sorted({open_roster(*row)["route"] for row in rows} - {""})}
