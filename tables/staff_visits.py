"""What comes and goes with staff: sessions, sign-ins, activation links; and the changes that end them."""

import json
import secrets

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField

from domain.vault import fingerprint
from tables.journal import Event
from tables.staff import RecoveryCode, Staff
from tables.store import Statement, Table, database, in_turn, now
from tables.trouble import if_it_can_be

ACTIVE_GAP = 60


class StaffSession(Table):
    """A visit that began with a password. Until it is complete it only opens the page of the second factor."""

    id = CharField(64, primary_key=True)
    staff = ForeignKeyField(Staff, on_delete="CASCADE")
    opened_at = BigIntegerField(default=now)
    seen_at = BigIntegerField(default=now)
    is_complete = BooleanField()

    IDLE, LONGEST, LONGEST_INCOMPLETE = 15 * 60, 8 * 3600, 10 * 60
    _load = Statement(
        lambda: (
            StaffSession.select(StaffSession.opened_at, StaffSession.seen_at, StaffSession.is_complete, *COLUMNS)
            .join(Staff)
            .where((StaffSession.id == "") & Staff.is_active)
        )
    )

    @classmethod
    def begin(cls, account, is_complete) -> str:
        """Open a session and give its token, of which only the fingerprint is stored."""
        token = secrets.token_urlsafe(24)
        cls.insert(id=fingerprint(token), staff=account, is_complete=is_complete).execute()
        return token

    @classmethod
    def end(cls, token):
        """Close a session: its token opens nothing from now on, in any worker."""
        cls.delete().where(cls.id == fingerprint(token)).execute()

    @classmethod
    def end_all(cls, account, but="") -> int:
        """Close every session of an account, except that of the token `but`; how many there were."""
        return cls.delete().where((cls.staff == account) & (cls.id != fingerprint(but))).execute()

    @classmethod
    def load(cls, token):
        """(is_complete, Staff) of a live session of an active account, or None."""
        row = cls._load(fingerprint(token)).fetchone()
        if row is None:
            return None
        opened_at, seen_at, is_complete, *values = row
        at, longest = now(), cls.LONGEST if is_complete else cls.LONGEST_INCOMPLETE
        if at - seen_at > cls.IDLE or at - opened_at > longest:
            with if_it_can_be():
                cls.end(token)
            return None
        if at - seen_at > ACTIVE_GAP:
            with if_it_can_be():
                cls.update(seen_at=at).where(cls.id == fingerprint(token)).execute()
        names = [column.name for column in COLUMNS]
        return bool(is_complete), Staff(**dict(zip(names, values, strict=True)))


COLUMNS = (
    Staff.account, Staff.name, Staff.role, Staff.known, Staff.password, Staff.password_at, Staff.secret,
    Staff.secret_at, Staff.last_step,
)  # fmt: skip


SIGNED_IN = "staff-signed-in"


def sign_ins(account, how_many=10):
    """(when, how, address, device) of the last sign-ins, the newest first. How: password, phone or paper."""
    events = Event.of(account, [SIGNED_IN], how_many)
    return [(event.at, json.loads(event.details)["way"], event.address, event.device) for event in events]


class ActivationLink(Table):
    """A link that sets a password, once; only the fingerprint of its token is stored.

    A row without a member of staff belongs to a request that fitted nobody: it was written so that such requests take
    as long as others, and it opens nothing.
    """

    id = CharField(64, primary_key=True)
    staff = ForeignKeyField(Staff, on_delete="CASCADE", unique=True, null=True)
    expires_at = BigIntegerField()

    LIFE, LIFE_RESET = 24 * 3600, 30 * 60

    @classmethod
    def make(cls, member) -> str:
        """A new token for a member of staff, or for nobody; the link made before it no longer works."""
        token, account = secrets.token_urlsafe(32), member and member.account
        expires_at = now() + (cls.LIFE_RESET if member and member.password else cls.LIFE)
        with in_turn("activation link", account or ""):
            cls.delete().where(cls.staff == account).execute()
            cls.insert(id=fingerprint(token), staff=account, expires_at=expires_at).execute()
        return token

    @classmethod
    def owner(cls, token):
        """The active member of staff whose link this is, or None. Looking does not use it up: mail scanners look."""
        row = cls.get_or_none((cls.id == fingerprint(token)) & (cls.expires_at > now()))
        return row and row.staff if row and row.staff and row.staff.is_active else None

    @classmethod
    def take(cls, token) -> bool:
        """Use the link up. True for one caller only."""
        return cls.delete().where((cls.id == fingerprint(token)) & (cls.expires_at > now())).execute() == 1


def close(account):
    """End every session of an account and void its link, as whatever changes its locks does."""
    StaffSession.end_all(account)
    ActivationLink.delete().where(ActivationLink.staff == account).execute()


def change_password(member, password):
    """Keep a new password; nobody stays signed in with the old one."""
    with database.atomic():
        member.keep_password(password)
        close(member.account)


def disable(member):
    """Let the account open nothing from now on."""
    with database.atomic():
        member.amend({}, is_active=False)
        close(member.account)


def enrol(member, secret, step) -> list[str]:
    """Keep the secret of a phone that has just shown the digits of `step`, and give ten new recovery codes."""
    with database.atomic():
        member.keep_secret(secret, step)
        StaffSession.end_all(member.account)
        return RecoveryCode.renew(member.account)


def reset_second_factor(member):
    """Forget the phone and the recovery codes, as when both are lost."""
    with database.atomic():
        member.keep_secret(None, 0)
        RecoveryCode.delete().where(RecoveryCode.staff == member.account).execute()
        StaffSession.end_all(member.account)


def sweep():
    """Delete what has run out."""
    at = now()
    ActivationLink.delete().where(ActivationLink.expires_at < at).execute()
    StaffSession.delete().where(StaffSession.opened_at < at - StaffSession.LONGEST).execute()
