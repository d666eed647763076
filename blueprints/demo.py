"""The demonstration: a roster with one student of each kind, and how to log in as three of them."""

from flask import current_app

from domain import passwords, roster, roster_file
from models import Roster, Student
from tables import standing


def prepare(path) -> str:
    """Import the demonstration roster into an empty database, and describe three accounts."""
    if not Student.select().exists():
        students = roster.check(roster_file.read(path)).students
        Roster.take(students)
        standing.rebuild(current_app.extensions["record"], [one["student_no"] for one in students])
    lines = ["示範帳號 demo accounts (account / initial password):"]
    return "\n".join(lines + [f"  {account(student)}" for student in three()])


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
