"""The list of students: filters, page by page; and the search for one of them."""

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from blueprints import language, security_log
from blueprints.htmx import is_partial, render
from blueprints.staff import roll_view
from blueprints.staff.access import staff_required
from domain.words import N_
from models import Student
from tables.roll import Roll

bp = Blueprint("staff_students", __name__, url_prefix="/staff/students")
LONGEST = 60


@bp.get("")
@staff_required()
def listed():
    """The students to whom the filters apply; for htmx only the results."""
    wanted = roll_view.read(request.args)
    roll = Roll(current_user.depts, wanted)
    rows, links = roll_view.page(roll, request.args)
    context = {"rows": rows, "links": links, "count": roll.count(), "wanted": wanted}
    if is_partial():
        return render("staff/students/_results.html", **context)
    return render("staff/students/page.html", **context, **roll_view.choices(), who="", error="")


@bp.post("/find")
@staff_required()
def find():
    """Look for a number, a name or an ID number. What was typed goes into no address and no log if it may be an ID."""
    typed = " ".join(request.form.get("who", "").split())[:LONGEST]
    numbers = [one.student_no for one in own(Student.with_number(typed))] if typed else []
    security_log.note("student-searched", current_user.account, found=len(numbers))
    if len(numbers) == 1:
        return redirect(url_for("staff_student.show", student_no=numbers[0]))
    if numbers or may_be_shown(typed):
        return redirect(url_for(".listed", no=numbers, q=None if numbers else typed or None))
    return not_found(typed), 422


def own(students):
    """Of these students those of one's own departments."""
    return students if current_user.depts is None else students.where(Student.dept.in_(current_user.depts))


def may_be_shown(typed) -> bool:
    """Whether it may stand in an address: nothing with a digit does, unless a student number begins with it."""
    if not any(c.isdigit() for c in typed):
        return True
    return own(Student.select(Student.student_no).where(Student.student_no.startswith(typed))).exists()


def not_found(typed):
    """The list with the search as it was typed, and what to try."""
    wanted = roll_view.read({})
    roll = Roll(current_user.depts, wanted)
    rows, links = roll_view.page(roll, {})
    error = language.say(N_("Nobody of your students has this number. Check it, or search by name."))
    context = {"rows": rows, "links": links, "count": roll.count(), "wanted": wanted, "who": typed, "error": error}
    return render("staff/students/page.html", **context, **roll_view.choices())
