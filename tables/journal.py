"""The security log: who signed in, failed, changed or was locked out, when, and from where.

Every line stands in the database, in the transaction of what it tells, and as JSON in the log of the server. It never
holds an ID number, a password, a token or an answer.
"""

import json
import logging

from peewee import AutoField, BigIntegerField, CharField, TextField

from tables.store import Table, now

log = logging.getLogger("xueji.security")
KEPT_FOR = 5 * 366 * 86400
LONGEST_DETAIL = 300


class Event(Table):
    """One line of the log. `what` is a word such as `signed-in`.

    `account`, of a student or of staff, did it; `about` is the student whom it concerns, when that is somebody else.
    """

    id = AutoField()
    at = BigIntegerField(default=now, index=True)
    what = CharField(30)
    account = CharField(64, index=True)
    about = CharField(12, default="", index=True)
    address = CharField(45)
    device = CharField(60)
    details = TextField()

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


def note(what, account, address="", device="", about="", **details):
    """Write a line. Texts are cut and control characters escaped, so that nobody writes lines of their own."""
    line = {"at": now(), "what": what, "account": _short(account, 64), "address": _short(address, 45)}
    line |= {"about": _short(about, 12), "device": _short(device, 60)}
    line |= {"details": {name: _short(value) for name, value in details.items()}}
    Event.insert({**line, "details": json.dumps(line["details"])}).execute()
    log.info(json.dumps(line))


def _short(value, length=LONGEST_DETAIL):
    return "".join(c for c in str(value) if c.isprintable())[:length]


def sweep():
    """Delete what is older than the law and the school want it kept (附表十: six months at least)."""
    Event.delete().where(Event.at < now() - KEPT_FOR).execute()
