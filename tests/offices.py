"""The staff of the tests, the letters they get, and the phones they carry."""

import re
from dataclasses import dataclass

import pyotp

from domain.staff_rules import DEPARTMENT, REGISTRAR
from tables.letterbox import Mail
from tables.staff import Staff, StaffDept
from tables.staff_visits import ActivationLink, disable, enrol
from tables.store import database, now

PASSWORD = "Copper-Teapot-Window-9"
SECRET = pyotp.random_base32()


@dataclass(frozen=True, kw_only=True)
class Officer:
    """A member of staff. A registrar sees every department and has none."""

    account: str
    name: str
    email: str
    role: str = DEPARTMENT
    depts: tuple[str, ...] = ()
    birth_date: str = "1980-03-05"
    id_last4: str = "6789"


WU = Officer(account="T1001", name="吳專員", email="wu@mail.ntue.edu.tw", role=REGISTRAR)
KAO = Officer(account="T2001", name="高助教", email="kao@mail.ntue.edu.tw", depts=("教育學系", "特殊教育學系"))
YEH = Officer(account="T2002", name="Yeh, Ann", email="yeh@mail.ntue.edu.tw", depts=("語文與創作學系",))


def hire(officer):
    """Put somebody on the staff list; nobody has a password yet."""
    with database.connection_context():
        known = {"email": officer.email, "birth_date": officer.birth_date, "id_last4": officer.id_last4}
        Staff.add(officer.account, known, name=officer.name, role=officer.role)
        StaffDept.replace_all(officer.account, officer.depts)
    return officer


def employ(officer, has_phone=False):
    """Somebody who has activated the account with PASSWORD and, if wanted, set up the phone of SECRET."""
    member = in_list(hire(officer))
    with database.connection_context():
        member.keep_password(PASSWORD)
        if has_phone:
            enrol(member, SECRET, 0)
    return officer


def in_list(officer):
    """The row of somebody."""
    with database.connection_context():
        return Staff.get_by_id(officer.account)


def depts_of(officer) -> list[str]:
    """The departments of somebody."""
    with database.connection_context():
        return Staff.get_by_id(officer.account).depts


def dismiss(officer):
    """Disable somebody's account."""
    member = in_list(officer)
    with database.connection_context():
        disable(member)


def invitation(officer) -> str:
    """The path of a fresh activation link."""
    member = in_list(officer)
    with database.connection_context():
        return f"/staff/activate/{ActivationLink.make(member)}"


def digits(secret=SECRET, at=None) -> str:
    """What the phone shows."""
    return pyotp.TOTP(secret).at(at or now())


def wait_for_other_digits(officer):
    """Half a minute goes by: the digits that were used are used in the past."""
    with database.connection_context():
        Staff.update(last_step=Staff.last_step - 1).where(Staff.account == officer.account).execute()


def letters() -> list[tuple[str, str, str]]:
    """(to, subject, text) of every letter in the outbox, oldest first."""
    with database.connection_context():
        return [tuple(mail.opened)[:3] for mail in Mail.select().order_by(Mail.id)]


def link_in(letter) -> str:
    """The path of the activation link in a letter."""
    return re.search(r"/staff/activate/[\w-]+", letter[2]).group()


def password_only(browser, officer, password=PASSWORD):
    """Through the staff door with a password."""
    return browser.open("/staff/login").submit(account=officer.account, password=password)


def sign_in(browser, officer):
    """Through the staff door all the way, with the phone of SECRET where it is asked for."""
    password_only(browser, officer)
    if browser.path == "/staff/second-factor":
        browser.submit(code=digits())
        wait_for_other_digits(officer)
    assert browser.status == 200 and browser.path.startswith("/staff"), browser.text()
    return browser
