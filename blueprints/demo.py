"""The demonstration: a roster with one student of each kind, and how to log in as three of them."""

from flask import current_app

from blueprints import letters
from domain import passwords, roster, roster_file
from domain.staff_rules import REGISTRAR
from models import Roster, Student
from tables import standing
from tables.staff import Staff
from tables.staff_visits import ActivationLink

REGISTRAR_ACCOUNT = "T0001"


def prepare(path) -> str:
    """Import the demonstration roster into an empty database, and describe three accounts."""
    if not Student.select().exists():
        students = roster.check(roster_file.read(path)).students
        Roster.take(students)
        standing.rebuild(current_app.extensions["record"], [one["student_no"] for one in students])
    lines = ["示範帳號 demo accounts (account / initial password):", *(f"  {account(student)}" for student in three())]
    return "\n".join([*lines, *registrar()])


def registrar():
    """How to become the registrar of a demonstration that has no staff yet."""
    if not Staff.select().exists():
        Staff.add(REGISTRAR_ACCOUNT, {"email": "registrar@example.com"}, name="Demo Registrar", role=REGISTRAR)
    member = Staff.get_or_none(Staff.account == REGISTRAR_ACCOUNT)
    if member and not member.password:
        path = f"staff/activate/{ActivationLink.make(member)}"
        yield f"staff (account {REGISTRAR_ACCOUNT}): {letters.address_of(path)}"


def three():
    """A domestic woman, a domestic man and a student from overseas, as far as the roster has them."""
    everyone = Student.select().order_by(Student.student_no).limit(50)
    students = sorted((student.known for student in everyone), key=lambda known: known["program"] != "學士班")
    wanted = (
        lambda known: known["sex"] == "女" and known["overseas_kind"] == "無",
        lambda known: known["sex"] == "男" and known["overseas_kind"] == "無",
        lambda known: known["overseas_kind"] != "無",
    )
    found = (next((known for known in students if test(known)), None) for test in wanted)
    return [known for known in found if known]


def account(known):
    """One line: who, number, initial password."""
    return f"{known['student_no']} / {passwords.initial(known)[0]}  ({known['name_zh']}, {known['program']})"
