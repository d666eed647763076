"""The security log: who signed in, failed, changed or was locked out, when, and from where.

Every line stands in the database, in the transaction of what it tells, and as JSON in the log of the server. It never
holds an ID number, a password, a token or an answer.

Lines are a chain: each is sealed with a keyed hash of its content and of the seal before it, so that whoever changes,
removes or reorders lines in the database without the data key is found out (`tables.chain`).
"""

import json
import logging
from contextlib import nullcontext
from typing import NamedTuple

from peewee import BigIntegerField, CharField, TextField, fn

from tables.store import Settings, Statement, Table, connected, database, now

log = logging.getLogger("xueji.security")
KEPT_FOR = 5 * 366 * 86400
LONGEST_DETAIL = 300
HEAD, ANCHOR = "head", "anchor"
START = "0" * 64


class Event(Table):
    """One line of the log. `what` is a word such as `signed-in`; ids have no gaps.

    `account`, of a student or of staff, did it; `about` is the student whom it concerns, when that is somebody else.
    """

    id = BigIntegerField(primary_key=True)
    at = BigIntegerField(default=now, index=True)
    what = CharField(30)
    account = CharField(64, index=True)
    about = CharField(12, default="", index=True)
    address = CharField(45)
    device = CharField(60)
    details = TextField()
    seal = CharField(64)

    _add = Statement(
        lambda: Event.insert(id=0, at=0, what="", account="", about="", address="", device="", details="", seal="")
    )

    @classmethod
    def of(cls, account, what, how_many):
        """The last events of these sorts of one account, the newest first."""
        query = cls.select().where((cls.account == account) & cls.what.in_(list(what)))
        return list(query.order_by(cls.id.desc()).limit(how_many))

    @classmethod
    def about_student(cls, student_no, how_many, what=None):
        """The last events that a student caused or that concern them, the newest first; `what`: of these sorts only."""
        query = cls.select().where((cls.account == student_no) | (cls.about == student_no))
        query = query if what is None else query.where(cls.what.in_(list(what)))
        return list(query.order_by(cls.id.desc()).limit(how_many))

    @property
    def told(self) -> dict:
        """The details."""
        return json.loads(self.details)


class Wanted(NamedTuple):
    """Which lines: done by an account, about a student or done by them, of a sort, between two times in seconds."""

    account: str = ""
    student: str = ""
    what: str = ""
    since: int | None = None
    until: int | None = None

    @property
    def query(self):
        """These lines."""
        asked = [
            (self.account, Event.account == self.account),
            (self.student, (Event.account == self.student) | (Event.about == self.student)),
            (self.what, Event.what == self.what),
            (self.since is not None, Event.at >= (self.since or 0)),
            (self.until is not None, Event.at < (self.until or 0)),
        ]
        query = Event.select()
        for is_asked, condition in asked:
            query = query.where(condition) if is_asked else query
        return query

    def page(self, before, how_many):
        """The newest lines with a smaller number than `before`, when that is given."""
        query = self.query.where(Event.id < before) if before else self.query
        return list(query.order_by(Event.id.desc()).limit(how_many))

    def all(self, at_once=1000):
        """Every line, the oldest first, read in lots with a connection of their own."""
        last = 0
        while True:
            with connected():
                lot = list(self.query.where(Event.id > last).order_by(Event.id).limit(at_once))
            yield from lot
            if len(lot) < at_once:
                return
            last = lot[-1].id


class ChainEnd(Table):
    """An end of the chain: `head`, its last line, and `anchor`, the last line that was deleted after its time.

    `mark` is a keyed hash of the rest: lines that are cut off at either end are missed.
    """

    name = CharField(10, primary_key=True)
    last = BigIntegerField()
    seal = CharField(64)
    mark = CharField(64)

    _grow = Statement(
        lambda: (
            ChainEnd.update(last=ChainEnd.last + 1).where(ChainEnd.name == HEAD).returning(ChainEnd.last, ChainEnd.seal)
        )
    )
    _put = Statement(lambda: ChainEnd.update(seal="", mark="").where(ChainEnd.name == ""))

    @classmethod
    def grow(cls):
        """(number, seal before it) of the line that comes next. Whoever asks holds the head until the commit."""
        row = cls._grow(1, HEAD).fetchone()
        if row is None:
            # Where lines are there already, somebody has removed the head: the new ones will not fit to them.
            last = Event.select(fn.MAX(Event.id)).scalar() or 0
            cls.insert(name=HEAD, last=last, seal=START, mark="").on_conflict_ignore().execute()
            row = cls._grow(1, HEAD).fetchone()
        return row

    @classmethod
    def put(cls, name, last, seal):
        """Note where the chain ends."""
        cls._put(seal, mark_of(name, last, seal), name)

    @classmethod
    def of(cls, name):
        """(last, seal, whether it is genuine) of an end; a chain that has not begun ends at 0."""
        row = cls.get_or_none(cls.name == name)
        if row is None:
            return 0, START, True
        return row.last, row.seal, row.mark == mark_of(name, row.last, row.seal)


def mark_of(name, last, seal) -> str:
    """What shows that an end of the chain is genuine."""
    return Settings.vault.index(f"chain|{name}|{last}|{seal}").hex()


def seal_of(before, line) -> str:
    """The seal of a line: a tuple of the columns of an Event from id to details. `before`: the seal before it."""
    return Settings.vault.index(f"event|{before}|{json.dumps(line)}").hex()


def note(what, account, address="", device="", about="", **details):
    """Write a line. Texts are cut and control characters escaped, so that nobody writes lines of their own."""
    line = {"at": now(), "what": what, "account": _short(account, 64), "about": _short(about, 12)}
    line |= {"address": _short(address, 45), "device": _short(device, 60)}
    line |= {"details": {name: _short(value) for name, value in details.items()}}
    with nullcontext() if database.in_transaction() else database.atomic():
        n, before = ChainEnd.grow()
        columns = (n, *line.values())[:-1] + (json.dumps(line["details"]),)
        seal = seal_of(before, columns)
        Event._add(*columns, seal)
        ChainEnd.put(HEAD, n, seal)
    log.info(json.dumps({"n": n, **line, "seal": seal[:16]}))


def _short(value, length=LONGEST_DETAIL):
    return "".join(c for c in str(value) if c.isprintable())[:length]


def sweep():
    """Delete what is older than the law and the school want it kept (附表十: six months at least).

    The last line that goes stays as the anchor of the chain.
    """
    with database.atomic():
        first_kept = Event.select(fn.MIN(Event.id)).where(Event.at >= now() - KEPT_FOR).scalar()
        too_old = Event.id < first_kept if first_kept else Event.id > 0
        last = Event.select().where(too_old).order_by(Event.id.desc()).first()
        if last:
            ChainEnd.insert(name=ANCHOR, last=0, seal="", mark="").on_conflict_ignore().execute()
            ChainEnd.update(last=last.id).where(ChainEnd.name == ANCHOR).execute()
            ChainEnd.put(ANCHOR, last.id, last.seal)
            Event.delete().where(too_old).execute()
