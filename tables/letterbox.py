"""The outbox, and the mailboxes of their own that students have shown to be theirs."""

import secrets

from peewee import AutoField, BigIntegerField, BlobField, Case, CharField, ForeignKeyField, IntegerField, chunked, fn

from domain.postman import Letter
from models import Student
from tables.store import Settings, Table, in_turn, now

WAITING, SENT, REFUSED = "waiting", "sent", "refused"


class Mail(Table):
    """A letter waiting to be sent, or sent, or refused for good. Once it is sent only to whom, what and when is kept.

    `person` is a keyed fingerprint of the address: letters to one mailbox go out in the order they were written.
    `leased_until` keeps every other process off a letter while one is sending it.
    """

    id = AutoField()
    mark = CharField(300, unique=True)
    kind = CharField(20)
    to = BlobField()
    person = BlobField()
    letter = BlobField()
    state = CharField(10, default=WAITING)
    queued_at = BigIntegerField(default=now, index=True)
    due_at = BigIntegerField(default=now)
    leased_until = BigIntegerField(default=0)
    tries = IntegerField(default=0)
    closed_at = BigIntegerField(null=True)
    reason = BlobField(default=b"")

    KEPT, KEPT_REFUSED = 190 * 86400, 7 * 86400
    STUCK_AFTER, STUCK_AGE = 3, 15 * 60

    class Meta:
        table_name = "outbox"
        indexes = ((("state", "id"), False), (("person", "state"), False))

    @classmethod
    def queue(cls, letter, mark, kind="letter"):
        """Put a Letter with this Message-ID in the outbox, in the transaction of what caused it."""
        cls.queue_many([cls.row(letter, mark, kind)])

    @staticmethod
    def row(letter, mark, kind):
        """What `queue_many` takes: everything slow is done here, before a transaction opens."""
        to = Settings.vault.seal(letter.to.encode(), f"mail|to|{mark}")
        return mark, kind, to, Mail.person_at(letter.to), Settings.vault.seal_json(letter, f"mail|letter|{mark}")

    @classmethod
    def queue_many(cls, rows):
        """Put many letters in the outbox."""
        for some in chunked(rows, 500):
            cls.insert_many(some, [cls.mark, cls.kind, cls.to, cls.person, cls.letter]).execute()

    @classmethod
    def waiting(cls):
        """Letters that are not sent yet, oldest first."""
        return cls.select().where(cls.state == WAITING).order_by(cls.id)

    @classmethod
    def to_any(cls, addresses, how_many):
        """The last letters to any of these addresses, the newest first."""
        people = [Settings.vault.index(f"mail|{address.casefold()}") for address in addresses]
        return list(cls.select().where(cls.person.in_(people)).order_by(cls.id.desc()).limit(how_many))

    @classmethod
    def is_any_due(cls, due_by=None) -> bool:
        """Whether some letter could be tried now, or by the time `due_by`."""
        return cls.select().where(cls._is_due(due_by or now())).exists()

    @classmethod
    def claim(cls, lease, after=0, due_by=None):
        """The oldest letter with a higher id than `after` that is due, or None.

        For `lease` seconds nobody else gets it, nor a later letter to the same mailbox before it is out.
        """
        at, earlier = now(), cls.alias()
        blocked = (earlier.person == cls.person) & (earlier.state == WAITING) & (earlier.id < cls.id)
        free = cls._is_due(due_by or at) & (cls.id > after) & (cls.leased_until <= at)
        oldest = cls.select(cls.id).where(free, ~fn.EXISTS(earlier.select(earlier.id).where(blocked)))
        change = cls.update(leased_until=at + lease).where(
            (cls.id == oldest.order_by(cls.id).limit(1)) & (cls.state == WAITING) & (cls.leased_until <= at)
        )
        return next(iter(list(change.returning(cls).execute())), None)

    @classmethod
    def _is_due(cls, at):
        return (cls.state == WAITING) & (cls.due_at <= at)

    @property
    def opened(self) -> Letter:
        """The Letter. Raises WrongKey when the row was altered."""
        return Letter(*Settings.vault.open_json(self.letter, f"mail|letter|{self.mark}"))

    @property
    def address(self) -> str:
        """Whom it is for."""
        return Settings.vault.open(self.to, f"mail|to|{self.mark}").decode()

    @staticmethod
    def person_at(address) -> bytes:
        """What `person` is for letters to this address."""
        return Settings.vault.index(f"mail|{address.casefold()}")

    @property
    def is_stuck(self) -> bool:
        """Whether it waits in vain: for long, or after several tries."""
        return self.state == WAITING and (self.tries >= self.STUCK_AFTER or self.age > self.STUCK_AGE)

    @property
    def words(self) -> str:
        """What the mail server said when it refused the letter the last time."""
        return Settings.vault.open(self.reason, f"mail|reason|{self.mark}").decode() if self.reason else ""

    @property
    def age(self) -> int:
        """Seconds since it was written; never negative, whatever the clock did."""
        return max(0, now() - self.queued_at)

    def close(self, words=None):
        """It was sent, and its contents go; or it was refused for good with these words."""
        if words is None:
            self._change(state=SENT, closed_at=now(), letter=b"", reason=b"")
        else:
            self._change(state=REFUSED, closed_at=now(), tries=Mail.tries + 1, reason=self._sealed(words))

    def put_off(self, seconds, words=""):
        """Try again later."""
        self._change(due_at=now() + seconds, leased_until=0, tries=Mail.tries + 1, reason=words and self._sealed(words))

    def _sealed(self, words):
        return Settings.vault.seal(words.encode(), f"mail|reason|{self.mark}")

    def _change(self, **values):
        Mail.update(**values).where((Mail.id == self.id) & (Mail.state == WAITING)).execute()

    def try_again(self) -> bool:
        """Let it be tried as soon as possible, whether it waits or was refused for good; whether it can be.

        One that is being sent at this moment stays with whoever sends it.
        """
        lease = Case(None, [(Mail.state == REFUSED, 0)], Mail.leased_until)
        change = Mail.update(state=WAITING, due_at=now(), leased_until=lease, closed_at=None)
        may_go = (Mail.state != SENT) & (fn.LENGTH(Mail.letter) > 0)
        return change.where((Mail.id == self.id) & may_go).execute() == 1

    @classmethod
    def try_refused_again(cls) -> int:
        """Let letters that were refused for good wait once more, as after a mistake in the settings; how many."""
        change = cls.update(state=WAITING, due_at=now(), leased_until=0, closed_at=None)
        return change.where((cls.state == REFUSED) & (fn.LENGTH(cls.letter) > 0)).execute()


class OwnMailbox(Table):
    """A student's own mailbox, shown to be theirs by a code that was sent there."""

    student = ForeignKeyField(Student, on_delete="CASCADE", primary_key=True)
    address = BlobField()
    verified_at = BigIntegerField(default=now)

    @classmethod
    def of(cls, student_no):
        """The address, or None."""
        row = cls.get_or_none(cls.student == student_no)
        return row and Settings.vault.open(row.address, f"own_mailbox|address|{student_no}").decode()

    @classmethod
    def keep(cls, student_no, address):
        """This address in place of the one before."""
        row = cls.insert(student=student_no, address=_seal("own_mailbox", student_no, address), verified_at=now())
        row.on_conflict(conflict_target=[cls.student], preserve=[cls.address, cls.verified_at]).execute()

    @classmethod
    def forget(cls, student_no) -> bool:
        """No address from now on; whether there was one."""
        return cls.delete().where(cls.student == student_no).execute() == 1


class MailboxCode(Table):
    """Six digits that were sent to a mailbox somebody says is theirs. Only a keyed fingerprint is stored."""

    student = ForeignKeyField(Student, on_delete="CASCADE", primary_key=True)
    address = BlobField()
    code = BlobField()
    expires_at = BigIntegerField()
    tries = IntegerField(default=0)

    LIFE, MOST_TRIES, DIGITS = 600, 5, 6

    @classmethod
    def draw(cls, student_no, address) -> str:
        """A new code for this address; the one before no longer works."""
        code = f"{secrets.randbelow(10**cls.DIGITS):0{cls.DIGITS}}"
        with in_turn("mailbox code", student_no):
            cls.forget(student_no)
            cls.insert(
                student=student_no,
                address=_seal("mailbox_code", student_no, address),
                code=cls._mark(student_no, code),
                expires_at=now() + cls.LIFE,
            ).execute()
        return code

    @classmethod
    def pending(cls, student_no):
        """The address that a code was sent to and not yet shown to be theirs, or None."""
        row = cls.select().where(cls._is_good(student_no)).first()
        return row and row._opened

    @classmethod
    def take(cls, student_no, typed):
        """The address, when this is its code: once, and only within the first tries; else None."""
        query = cls.update(tries=cls.tries + 1).where(cls._is_good(student_no)).returning(cls)
        row = next(iter(list(query.execute())), None)
        if row is None or bytes(row.code) != cls._mark(student_no, typed):
            return None
        return row._opened if cls.forget(student_no) else None

    @classmethod
    def forget(cls, student_no) -> bool:
        """The code no longer works; whether there was one."""
        return cls.delete().where(cls.student == student_no).execute() == 1

    @classmethod
    def _is_good(cls, student_no):
        return (cls.student == student_no) & (cls.expires_at > now()) & (cls.tries < cls.MOST_TRIES)

    @property
    def _opened(self):
        return Settings.vault.open(self.address, f"mailbox_code|address|{self.student_id}").decode()

    @staticmethod
    def _mark(student_no, code):
        return Settings.vault.index(f"mailbox code|{student_no}|{code}")


def _seal(table, student_no, address):
    return Settings.vault.seal(address.encode(), f"{table}|address|{student_no}")


def sweep():
    """Delete what has run out: traces of old letters, the contents of refused ones, codes."""
    at = now()
    Mail.delete().where(Mail.closed_at < at - Mail.KEPT).execute()
    Mail.update(letter=b"").where((Mail.state == REFUSED) & (Mail.closed_at < at - Mail.KEPT_REFUSED)).execute()
    MailboxCode.delete().where(MailboxCode.expires_at < at).execute()
