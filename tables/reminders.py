"""Reminders: who is to get one, who got one and when, and what became of the letters.

Nobody is reminded twice in 48 hours: a student has one row, and only a row that is old enough can be taken.
"""

import json
from functools import reduce
from operator import and_

from peewee import (
    JOIN,
    OP,
    SQL,
    AutoField,
    BigIntegerField,
    Case,
    CharField,
    EnclosedNodeList,
    Expression,
    ForeignKeyField,
    IntegerField,
    TextField,
    fn,
)

from domain.outline import DONE, RETURNED, TO_FILL
from domain.reminding import ANYTHING, APART, NEVER, NO_WAVE, RETURNED_ONLY, Choice
from models import Student
from tables import waves
from tables.letterbox import REFUSED, Mail, OwnMailbox
from tables.standing import Shape, Standing
from tables.store import Statement, Table, now

TRY_AGAIN = 7 * 86400
CHOSEN, RECENT, NO_MAILBOX, FINISHED, OTHERS = "chosen", "recent", "nomail", "done", "others"


class Reminder(Table):
    """Letters that were queued together. `by`: who pressed the button, "" for the background process.

    `name`: what an automatic one is for, so that two processes make the same one; `done_at`: all its letters are out.
    """

    id = AutoField()
    name = CharField(80, null=True, unique=True)
    at = BigIntegerField(default=now)
    by = CharField(20)
    choice = TextField()
    n = IntegerField(default=0)
    done_at = BigIntegerField(null=True)

    @property
    def chosen(self) -> Choice:
        """Who it was for."""
        return Choice(**json.loads(self.choice))

    @classmethod
    def begin(cls, choice, by, name=None):
        """A new one; one of this name that is there already goes on."""
        row = {"name": name, "by": by, "choice": json.dumps(choice.parts)}
        made = list(cls.insert(row).on_conflict_ignore().returning(cls).execute())
        return made[0] if made else cls.get(cls.name == name)

    @classmethod
    def is_done(cls, name) -> bool:
        """Whether all letters of an automatic one are queued."""
        return cls.select().where((cls.name == name) & cls.done_at.is_null(False)).exists()

    def finish(self):
        """Note that all letters are queued."""
        Reminder.update(done_at=now()).where(Reminder.id == self.id).execute()

    @classmethod
    def latest(cls, by, how_many):
        """The last ones with letters; of the member of staff `by` and of nobody only, unless that is None."""
        mine = (cls.n > 0) if by is None else (cls.n > 0) & cls.by.in_(["", by])
        return list(cls.select().where(mine).order_by(cls.id.desc()).limit(how_many))


class Reminded(Table):
    """The last reminder of a student. `mark` is the Message-ID of the letter."""

    student = ForeignKeyField(Student, on_delete="CASCADE", primary_key=True)
    at = BigIntegerField()
    reminder = ForeignKeyField(Reminder, on_delete="CASCADE")
    mark = CharField(300, index=True)

    _take = Statement(
        lambda: Reminded.insert(student="", at=0, reminder=0, mark="").on_conflict(
            conflict_target=[Reminded.student],
            preserve=[Reminded.at, Reminded.reminder, Reminded.mark],
            where=(Reminded.at <= 0),
        )
    )

    @classmethod
    def take(cls, reminder, marks) -> set[str]:
        """Claim students, {student number: mark}, for a reminder; the marks of those whom nobody had claimed lately.

        Needs a transaction. The order keeps two of them from waiting for each other.
        """
        at = now()
        cls._take.many([(number, at, reminder.id, mark, at - APART) for number, mark in sorted(marks.items())])
        taken = cls.select(cls.mark).where((cls.reminder == reminder.id) & (cls.at == at)).tuples()
        return {mark for (mark,) in taken} & set(marks.values())


def _all(*conditions):
    return reduce(and_, conditions, Student.student_no.is_null(False))


def scope(choice, depts):
    """The students among whom to choose, with how far they are, as a query with nothing selected yet."""
    every = waves.current()
    picked = {str(one.id): one for one in every} | {NO_WAVE: None}
    query = Student.seen_by(depts).join(Standing).switch(Student)
    query = query.join(Reminded, JOIN.LEFT_OUTER).join(Mail, JOIN.LEFT_OUTER, on=(Mail.mark == Reminded.mark))
    query = query.switch(Student).join(OwnMailbox, JOIN.LEFT_OUTER)
    if choice.wave:
        query = query.where(waves.students_of(picked[choice.wave], every) if choice.wave in picked else SQL("1 = 0"))
    for column, value in ((Student.program, choice.program), (Student.dept, choice.dept)):
        query = query.where(column == value) if value else query
    return query


def is_meant(choice):
    """The condition that a student lacks what was chosen."""
    if choice.what == ANYTHING:
        return Standing.state != DONE
    if choice.what == NEVER:
        return ~Standing.came_in & (Standing.state != DONE)
    numbers = [number for (number,) in Standing.select(Standing.shape).distinct().tuples()]
    tab, open_states = choice.tab, (TO_FILL, RETURNED)
    return _one_of(
        number
        for number, one in Shape.open_all(numbers).items()
        if (one.returned if choice.what == RETURNED_ONLY else one.state_of(tab) in open_states)
    )


def _one_of(numbers):
    # Written out: there may be more of them than a statement can take parameters.
    found = list(map(int, numbers))
    listed = EnclosedNodeList([SQL(str(number)) for number in found])
    return Expression(Standing.shape, OP.IN, listed) if found else SQL("1 = 0")


def groups(choice) -> dict:
    """Conditions that share out everybody in the scope: who gets a letter, and who is left out for which reason."""
    meant, at = is_meant(choice), now()
    another = OwnMailbox.verified_at.is_null(False) & (OwnMailbox.verified_at > Reminded.at)
    was_refused = fn.COALESCE(Mail.state, "") == REFUSED
    no_mailbox = was_refused & (Mail.closed_at > at - TRY_AGAIN) & ~fn.COALESCE(another, False)
    recent = fn.COALESCE(Reminded.at, 0) > at - APART
    return {
        CHOSEN: meant & ~fn.COALESCE(no_mailbox, False) & ~recent,
        NO_MAILBOX: meant & fn.COALESCE(no_mailbox, False),
        RECENT: meant & ~fn.COALESCE(no_mailbox, False) & recent,
        FINISHED: ~meant & (Standing.state == DONE),
        OTHERS: ~meant & (Standing.state != DONE),
    }


def counts(choice, depts):
    """({group: how many students}, {id of a wave, or None: how many of them get a letter})."""
    shared, in_waves = groups(choice), {}
    totals = dict.fromkeys(shared, 0)
    sums = [fn.SUM(Case(None, [(condition, 1)], 0)) for condition in shared.values()]
    for wave, *found in waves.shares(waves.current(), scope(choice, depts), sums):
        in_waves[wave and wave.id] = in_waves.get(wave and wave.id, 0) + found[0]
        totals = {name: totals[name] + n for name, n in zip(shared, found, strict=True)}
    return totals, in_waves


def people(choice, depts, group=CHOSEN, after="", limit=None):
    """The students of a group by number, behind the number `after`, as rows of `RowOf`."""
    query = scope(choice, depts).where(groups(choice)[group], Student.student_no > after)
    columns = (
        Student.student_no, Student.name_zh, Student.program, Student.dept, Student.overseas_kind,
        Student.route_mark, Standing.came_in, Standing.shape, Reminded.at.alias("reminded_at"),
        OwnMailbox.address.alias("own_mailbox"),
    )  # fmt: skip
    return list(query.select(*columns).order_by(Student.student_no).limit(limit).namedtuples())


def bounced(depts, after="", limit=50):
    """(student_no, name, program, dept, Mail) of those whose last reminder was refused for good, by number."""
    query = Reminded.select(Reminded, Student, Mail).join(Student).switch(Reminded)
    query = query.join(Mail, on=(Mail.mark == Reminded.mark), attr="letter")
    query = query.where((Mail.state == REFUSED) & (Student.student_no > after))
    if depts is not None:
        query = query.where(Student.dept.in_(depts))
    return list(query.order_by(Student.student_no).limit(limit))


def queue(reminder, letters):
    """Queue letters, (student number, mark, row of the outbox), to those whom nobody reminded lately; how many.

    Needs a transaction.
    """
    taken = Reminded.take(reminder, {number: mark for number, mark, _ in letters})
    Mail.queue_many([row for _, mark, row in letters if mark in taken])
    Reminder.update(n=Reminder.n + len(taken)).where(Reminder.id == reminder.id).execute()
    return len(taken)
