"""Ways back into an account: reset links and the requests for them, codes from the counter; and freezing it."""

import secrets

from peewee import AutoField, BigIntegerField, BlobField, CharField, ForeignKeyField

from domain import passwords, second_factor
from domain.vault import fingerprint
from models import Student, facts_of
from tables.earlier import StudentPassword
from tables.letterbox import MailboxCode, OwnMailbox
from tables.store import Settings, Table, database, in_turn, now
from tables.visits import Session, SignIn


class Link:
    """What all links in letters have in common: only the fingerprint of the token is stored."""

    @classmethod
    def make(cls, student_no, prefix="") -> str:
        """A new token for the student."""
        token = prefix + secrets.token_urlsafe(32)
        cls.insert(id=fingerprint(token), student=student_no, expires_at=now() + cls.LIFE).execute()
        return token

    @classmethod
    def owner(cls, token):
        """The student whose link this is, or None. Looking does not use it up: mail scanners open links."""
        row = cls.get_or_none(cls._is_good(token))
        return row and row.student

    @classmethod
    def take(cls, token):
        """Use the link up: the student's number for one caller only, None for everybody else."""
        query = cls.delete().where(cls._is_good(token)).returning(cls.student)
        row = next(iter(list(query.execute())), None)
        return row and row.student_id

    @classmethod
    def void(cls, student_no):
        """The links of this student no longer work."""
        cls.delete().where(cls.student == student_no).execute()

    @classmethod
    def _is_good(cls, token):
        return (cls.id == fingerprint(token)) & (cls.expires_at > now())


class ResetLink(Link, Table):
    """A link that sets a new password, once."""

    id = CharField(64, primary_key=True)
    student = ForeignKeyField(Student, on_delete="CASCADE", unique=True)
    expires_at = BigIntegerField()

    LIFE, OWN = 1800, "own-"

    @classmethod
    def make(cls, student_no, prefix="") -> str:
        """A new token for the student; the link made before it no longer works."""
        with in_turn("reset link", student_no):
            cls.void(student_no)
            return super().make(student_no, prefix)

    @classmethod
    def is_for_own_mailbox(cls, token) -> bool:
        """Whether the link went to the student's own mailbox. A token cannot be made to say so afterwards."""
        return token.startswith(cls.OWN)


class FreezeLink(Link, Table):
    """A link by which the owner of an account says: that was not me. Every notice carries one."""

    id = CharField(64, primary_key=True)
    student = ForeignKeyField(Student, on_delete="CASCADE")
    expires_at = BigIntegerField()

    LIFE = 30 * 86400


class ResetRequest(Table):
    """Somebody asked for a reset link. Whether there is anybody to send it to is found out after the answer."""

    id = AutoField()
    asked = BlobField()
    at = BigIntegerField(default=now)

    LIFE = 86400

    @classmethod
    def keep(cls, id_number, mailbox, lang):
        """Note what was asked, sealed; the same work whoever asks."""
        cls.insert(asked=Settings.vault.seal_json([id_number, mailbox, lang], "reset_request|asked|")).execute()

    @classmethod
    def take(cls):
        """The oldest request, which nobody else gets; None when there is none."""
        oldest = cls.select(cls.id).order_by(cls.id).limit(1)
        return next(iter(list(cls.delete().where(cls.id == oldest).returning(cls).execute())), None)

    @property
    def opened(self):
        """(id_number, mailbox, lang). Raises WrongKey when the row was altered."""
        return tuple(Settings.vault.open_json(self.asked, "reset_request|asked|"))


class Slip(Table):
    """A code on paper for somebody who showed an ID card at the counter. It opens the page for a new password, once."""

    student = ForeignKeyField(Student, on_delete="CASCADE", primary_key=True)
    code = BlobField()
    expires_at = BigIntegerField()

    LIFE = 86400

    @classmethod
    def make(cls, student_no) -> str:
        """A new code of 49 random bits; the one before no longer works."""
        code = second_factor.new_code()
        with in_turn("slip", student_no):
            cls.void(student_no)
            cls.insert(student=student_no, code=cls._mark(student_no, code), expires_at=now() + cls.LIFE).execute()
        return code

    @classmethod
    def fits(cls, student_no, typed) -> bool:
        """Whether this is the code of that account. Looking does not use it up, and costs the same for any account."""
        return cls.select().where(cls._is_good(student_no, typed)).exists()

    @classmethod
    def take(cls, student_no, typed) -> bool:
        """Use the code up. True for one caller only."""
        return cls.delete().where(cls._is_good(student_no, typed)).execute() == 1

    @classmethod
    def void(cls, student_no):
        """No code opens this account."""
        cls.delete().where(cls.student == student_no).execute()

    @classmethod
    def _is_good(cls, student_no, typed):
        return (cls.student == student_no) & (cls.code == cls._mark(student_no, typed)) & (cls.expires_at > now())

    @staticmethod
    def _mark(student_no, code):
        return Settings.vault.index(f"slip|{student_no}|{second_factor.plain(code)}")


class Freeze(Table):
    """An account that no password opens, since its owner said that somebody else had used it."""

    student = ForeignKeyField(Student, on_delete="CASCADE", primary_key=True)
    at = BigIntegerField(default=now)

    @classmethod
    def holds(cls, student_no) -> bool:
        """Whether the account is frozen."""
        return cls.select().where(cls.student == student_no).exists()

    @classmethod
    def lift(cls, student_no) -> bool:
        """Let passwords open it again; whether it was frozen. Links that would freeze it once more no longer work."""
        with database.atomic():
            was_frozen = cls.delete().where(cls.student == student_no).execute() == 1
            if was_frozen:
                FreezeLink.void(student_no)
        return was_frozen


def freeze(token):
    """Freeze the account of a freeze link: the student number, or None when the link is not good (any more).

    Everything goes by which whoever was in could come back: sessions, links, slips, and a mailbox of their own choice.
    """
    with database.atomic():
        account = FreezeLink.take(token)
        if account:
            Freeze.insert(student=account).on_conflict_ignore().execute()
            Session.delete().where(Session.student == account).execute()
            for way in (ResetLink, FreezeLink, Slip):
                way.void(account)
            OwnMailbox.forget(account)
            MailboxCode.forget(account)
    return account


def mailboxes(student) -> list[str]:
    """Where a reset link of this student may go: the campus mailbox, and their own if they have one."""
    own = None if Freeze.holds(student.student_no) else OwnMailbox.of(student.student_no)
    return [facts_of(student.known)["campus_email"], *([own] if own else [])]


def has_come_in(student, since) -> bool:
    """Whether somebody came in or chose a password after this time."""
    came = SignIn.select().where((SignIn.student == student.student_no) & (SignIn.at > since))
    return (student.password_at or 0) > since or came.exists()


def change_password(student_no, password):
    """Keep a new password, end every session of the student and the freeze, and void reset links and slips."""
    hashed = passwords.hashed(password)
    with database.atomic():
        change = Student.update(password=hashed, password_at=now(), wrong_guesses=0)
        change.where(Student.student_no == student_no).execute()
        StudentPassword.keep(student_no, hashed)
        Session.delete().where(Session.student == student_no).execute()
        ResetLink.void(student_no)
        Slip.void(student_no)
        Freeze.lift(student_no)


def rehash(student_no, password):
    """Keep the same password, hashed as today's settings want it."""
    Student.update(password=passwords.hashed(password)).where(Student.student_no == student_no).execute()


def take_back(student_no, password, keeps_mailbox) -> bool:
    """Change the password for somebody who showed by letter or at the counter who they are; whether a mailbox went.

    Unless the letter came to their own mailbox, that goes: somebody else may have set it, to come back by it.
    """
    with database.atomic():
        change_password(student_no, password)
        if keeps_mailbox:
            return False
        MailboxCode.forget(student_no)
        return OwnMailbox.forget(student_no)


def sweep():
    """Delete what has run out."""
    at = now()
    for table in (ResetLink, FreezeLink, Slip):
        table.delete().where(table.expires_at < at).execute()
    ResetRequest.delete().where(ResetRequest.at < at - ResetRequest.LIFE).execute()
