"""One ID number, two student numbers of the same 學制: told apart before anything is written."""

from models import Student
from tables.store import Settings

BATCH = 500


def clashes(students):
    """(student, other student number) where the roster gives an ID to a second number of the same 學制."""
    for start in range(0, len(students), BATCH):
        some = {Settings.vault.index(one["id_no"]): one for one in students[start : start + BATCH] if one["id_no"]}
        rows = Student.select(Student.id_index, Student.program, Student.student_no)
        rows = rows.where(Student.id_index.in_(list(some))).order_by(Student.student_no)
        for index, program, number in rows.tuples():
            one = some[bytes(index)]
            if program == one["program"] and number != one["student_no"]:
                yield one, number
