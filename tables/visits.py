"""What comes and goes: sessions, sign-ins, and verification codes."""

import secrets

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
)

from domain.vault import fingerprint
from models import Student
from tables.store import Statement, Table, now
from tables.trouble import if_it_can_be

ACTIVE_GAP = 60


class Session(Table):
    """A visit that began with a password. `is_initial`: with an initial one, good for choosing another only."""

    id = CharField(64, primary_key=True)
    student = ForeignKeyField(Student, on_delete="CASCADE")
    opened_at = BigIntegerField(default=now)
    seen_at = BigIntegerField(default=now, index=True)
    is_initial = BooleanField(default=False)
    ended_at = BigIntegerField(null=True)

    LONGEST, LONGEST_INITIAL = 12 * 3600, 600
    _load = Statement(
        lambda: Session.select(
            Session.opened_at, Session.seen_at, Session.is_initial,
            Student.student_no, Student.name_zh, Student.roster, Student.password_at,
            SignIn.select(SignIn.at).where(SignIn.student == Student.student_no)
            .order_by(SignIn.at.desc(), SignIn.id.desc()).limit(1).offset(1),
        ).join(Student).where((Session.id == "") & Session.ended_at.is_null())
    )  # fmt: skip

    @classmethod
    def begin(cls, student_no, is_initial=False) -> str:
        """Open a session and give its token, of which only the fingerprint is stored."""
        token = secrets.token_urlsafe(24)
        cls.insert(id=fingerprint(token), student=student_no, is_initial=is_initial).execute()
        return token

    @classmethod
    def end(cls, token):
        """Close a session: its token opens nothing from now on, in any worker."""
        cls.update(ended_at=now()).where(cls.id == fingerprint(token)).execute()

    @classmethod
    def end_all(cls, student_no):
        """Close every session of a student."""
        cls.update(ended_at=now()).where((cls.student == student_no) & cls.ended_at.is_null()).execute()

    @classmethod
    def owner(cls, token):
        """The number of the student whose session this is or was, or None."""
        row = cls.get_or_none(cls.id == fingerprint(token))
        return row and row.student_id

    @classmethod
    def load(cls, token, idle):
        """(is_initial, student_no, name_zh, sealed roster, password_at, sign-in before this one) of a live session.

        None when the token is unknown, or was not used for `idle` seconds, or is too old.
        """
        row = cls._load(1, 1, fingerprint(token)).fetchone()
        if row is None:
            return None
        opened_at, seen_at, is_initial, *student = row
        at, longest = now(), cls.LONGEST_INITIAL if is_initial else cls.LONGEST
        if at - seen_at > idle or at - opened_at > longest:
            with if_it_can_be():
                cls.end(token)
            return None
        if at - seen_at > ACTIVE_GAP:
            with if_it_can_be():
                cls.update(seen_at=at).where(cls.id == fingerprint(token)).execute()
        return bool(is_initial), *student


class SignIn(Table):
    """That a student signed in, kept after the session is gone."""

    id = AutoField()
    student = ForeignKeyField(Student, on_delete="CASCADE")
    at = BigIntegerField(default=now)
    door = CharField(20)


class Captcha(Table):
    """A verification code that was drawn for one form. It can be tried once."""

    id = CharField(32, primary_key=True)
    form = CharField(20)
    answer = CharField(10)
    expires_at = BigIntegerField(index=True)

    LIFE = 600

    @classmethod
    def draw(cls, form, answer) -> str:
        """Keep the answer of a new code for this form, and give the code's id."""
        code = secrets.token_hex(16)
        cls.insert(id=code, form=form, answer=answer, expires_at=now() + cls.LIFE).execute()
        return code

    @classmethod
    def answer_of(cls, code):
        """The answer to draw or speak, or None when the code is gone."""
        row = cls.get_or_none((cls.id == code) & (cls.expires_at > now()))
        return row and row.answer

    @classmethod
    def take(cls, code, form):
        """The answer, which nobody else gets from now on; None when the code was used, is old, or of another form."""
        query = cls.delete().where((cls.id == code) & (cls.form == form) & (cls.expires_at > now()))
        row = next(iter(query.returning(cls.answer).execute()), None)
        return row and row.answer


def sweep():
    """Delete what has run out."""
    at = now()
    Captcha.delete().where(Captcha.expires_at < at).execute()
    Session.delete().where(Session.opened_at < at - 2 * Session.LONGEST).execute()
