"""Staff and what opens their accounts: the tables, and what we ask of them. No member of staff is a student."""

from peewee import AutoField, BigIntegerField, BlobField, BooleanField, CharField, CompositeKey, ForeignKeyField

from domain import passwords, second_factor
from domain.staff_rules import REGISTRAR
from tables.earlier import Earlier
from tables.store import Settings, Table, database, in_turn, now

UNKNOWN = {"email": "", "birth_date": "", "id_last4": ""}


class Staff(Table):
    """Somebody of the registrar's office or of a department. `known` is sealed JSON of mailbox, birthday, last four."""

    account = CharField(20, primary_key=True)
    name = CharField(50)
    role = CharField(12)
    known = BlobField()
    is_active = BooleanField(default=True)
    password = CharField(128, null=True)
    password_at = BigIntegerField(null=True)
    secret = BlobField(null=True)
    secret_at = BigIntegerField(default=0)
    last_step = BigIntegerField(default=0)
    updated_at = BigIntegerField(default=now)

    @classmethod
    def add(cls, account, known, **values) -> bool:
        """Keep a new member of staff; False when the account is there already. `known`: some of UNKNOWN's keys."""
        row = cls.insert(account=account, known=seal(account, UNKNOWN | known), **values)
        return bool(list(row.on_conflict_ignore().returning(cls.account).execute()))

    def amend(self, known, **values):
        """Change what is given and leave the rest."""
        sealed = seal(self.account, self.particulars | known)
        Staff.update(known=sealed, updated_at=now(), **values).where(Staff.account == self.account).execute()

    @classmethod
    def names(cls, accounts) -> dict:
        """{account: name} of those of these accounts that are staff."""
        return dict(cls.select(cls.account, cls.name).where(cls.account.in_(list(accounts))).tuples())

    @classmethod
    def roles(cls, accounts) -> dict:
        """{account: role} of the same."""
        return dict(cls.select(cls.account, cls.role).where(cls.account.in_(list(accounts))).tuples())

    @property
    def particulars(self) -> dict:
        """email, birth_date (ISO) and id_last4, opened; "" where the school told nothing."""
        return Settings.vault.open_json(self.known, f"staff|known|{self.account}")

    @property
    def owner(self) -> dict:
        """What a password may not be made of."""
        return {"account": self.account, "name": self.name, **self.particulars}

    @property
    def has_second_factor(self) -> bool:
        """Whether a phone was enrolled and has shown that it works."""
        return self.secret is not None

    @property
    def must_have_second_factor(self) -> bool:
        """Whether nothing opens without one."""
        return self.role == REGISTRAR

    @property
    def state(self) -> str:
        """disabled, invited (no password yet) or active."""
        return "disabled" if not self.is_active else "active" if self.password else "invited"

    @property
    def depts(self) -> list[str]:
        """The departments whose students this member may see; a registrar sees all and has none."""
        return [row.dept for row in StaffDept.select().where(StaffDept.staff == self.account).order_by(StaffDept.dept)]

    def keep_password(self, password):
        """Put a new password in place of the old one."""
        hashed = passwords.hashed(password)
        with database.atomic():
            StaffPassword.keep(self.account, hashed)
            Staff.update(password=hashed, password_at=now()).where(Staff.account == self.account).execute()

    def rehash(self, password):
        """Keep the same password, hashed as today's settings want it."""
        Staff.update(password=passwords.hashed(password)).where(Staff.account == self.account).execute()

    def secret_to_offer(self, token):
        """The secret to show to a phone during the session of this token: computed, so that looking writes nothing."""
        return second_factor.secret_from(Settings.vault.index(f"totp|{self.account}|{self.secret_at}|{token}"))

    def opened_secret(self):
        """The secret that the enrolled phone shares with us, or None."""
        place = f"staff|secret|{self.account}"
        return self.secret and Settings.vault.open(self.secret, place).decode()

    def keep_secret(self, secret, step):
        """Enrol a phone that has just shown the digits of `step`; with secret None, forget the one there is."""
        sealed = secret and Settings.vault.seal(secret.encode(), f"staff|secret|{self.account}")
        change = Staff.update(secret=sealed, secret_at=now(), last_step=step)
        change.where(Staff.account == self.account).execute()

    def use_step(self, step) -> bool:
        """Accept the digits of this 30-second step: once, and none of a step before it from then on."""
        change = Staff.update(last_step=step)
        return change.where((Staff.account == self.account) & (Staff.last_step < step)).execute() == 1


def seal(account, known):
    """The sealed form of what the school knows of a member of staff."""
    return Settings.vault.seal_json(known, f"staff|known|{account}")


class StaffDept(Table):
    """A department whose students a member of staff may see."""

    staff = ForeignKeyField(Staff, on_delete="CASCADE")
    dept = CharField(50)

    class Meta:
        primary_key = CompositeKey("staff", "dept")

    @classmethod
    def replace_all(cls, account, depts):
        """These departments and no others."""
        with in_turn("departments", account):
            cls.delete().where(cls.staff == account).execute()
            for dept in dict.fromkeys(depts):
                cls.insert(staff=account, dept=dept).execute()


class StaffPassword(Earlier, Table):
    """A password of a member of staff."""

    id = AutoField()
    owner = ForeignKeyField(Staff, on_delete="CASCADE")
    password = CharField(128)


class RecoveryCode(Table):
    """One of ten codes on paper for the day the phone is lost. Only a keyed fingerprint is stored; each works once."""

    id = BlobField(primary_key=True)
    staff = ForeignKeyField(Staff, on_delete="CASCADE")

    @staticmethod
    def mark(account, code) -> bytes:
        """What is stored of a code."""
        return Settings.vault.index(f"recovery|{account}|{second_factor.plain(code)}")

    @classmethod
    def renew(cls, account) -> list[str]:
        """Ten new codes; those there were no longer work."""
        codes = second_factor.new_codes()
        with in_turn("recovery codes", account):
            cls.delete().where(cls.staff == account).execute()
            for code in codes:
                cls.insert(id=cls.mark(account, code), staff=account).execute()
        return codes

    @classmethod
    def take(cls, account, code) -> bool:
        """Use a code up. True for one caller only."""
        return cls.delete().where(cls.id == cls.mark(account, code)).execute() == 1

    @classmethod
    def left(cls, account) -> int:
        """How many still work."""
        return cls.select().where(cls.staff == account).count()
