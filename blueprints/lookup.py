"""Find your student number: ID, birthday and programme in, the number out, and nothing else about anybody."""

from types import SimpleNamespace

from flask import Blueprint

from blueprints import guard, letters, views
from blueprints.forms import LookupForm
from blueprints.htmx import render
from domain import names
from models import Student, facts_of
from tables import waves
from tables.store import now

bp = Blueprint("lookup", __name__)


@bp.get("/lookup")
def show():
    """The empty form."""
    return page(LookupForm(formdata=None))


@bp.post("/lookup")
def look_up():
    """Code first, then the count, then the match: a stranger learns the same from every miss."""
    form = LookupForm()
    if guard.wants_new_code():
        return page(form)
    if not form.judge(code_for="lookup"):
        return page(form, errors=form.messages), 422
    if not guard.may_look_up(form.id_number.data):
        return page(form, outcome="limited"), 429
    student = match(form.id_number.data, form.birth_date.data, form.program.data)
    if student:
        guard.found(form.id_number.data)
    if student and student.password and guard.is_first_look_up(student.student_no):
        letters.queue(letters.LOOKED_UP, student.known, at=now())
    return page(form, found=student and summary(student), outcome=None if student else "missing")


def match(id_number, birth_date, program):
    """The student with all three, or None; one whose wave is not yet to be looked up is not there either."""
    student, somebody = Student.find(id_number, program), Student.select().first()
    # Somebody's facts are opened in any case: a number that nobody has takes no less time.
    known = (student or somebody).known if somebody else {}
    if student is None or known["birth_date"] != birth_date.isoformat():
        return None
    wave = waves.of(student.known)
    return student if wave is None or wave.is_lookup_open(now()) else None


def summary(student):
    """What the page says about the one who was found."""
    known = student.known
    return SimpleNamespace(
        student_no=student.student_no,
        name=names.masked(student.name_zh),
        program=views.in_words("program", student.program),
        dept=student.dept,
        class_name=known["class"],
        campus_email=facts_of(known)["campus_email"],
    )


def page(form, **more):
    """The page in any of its states."""
    context = {"found": None, "outcome": None, "errors": {}, "wait": guard.SHORT // 60, **more}
    code = None if context["found"] else guard.new_code("lookup")
    programs = [(program, views.in_words("program", program)) for program in Student.programs()]
    return render("lookup.html", form=form, programs=programs, birth=form.birth_date.parts, captcha=code, **context)
