"""Reopening: one student may fill in until a date, for a reason that the student reads too."""

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import access, language, letters, security_log
from blueprints.htmx import render
from blueprints.letters import Wording
from blueprints.staff.access import staff_required
from blueprints.staff.wave_forms import ReopenForm, as_typed
from domain import clock
from domain.words import N_
from models import Student
from tables import reopenings
from tables.reopenings import Reopening
from tables.store import database

bp = Blueprint("staff_reopening", __name__, url_prefix="/staff/students/<student_no>/reopen")
REOPENED = Wording(
    "reopened",
    N_("Your student record is open again"),
    N_(
        "You can change the student record of {account} again until {until}. "
        "The reason that the office gave stands in the record.\n\n"
        "Log in here:\n{link}"
    ),
)


@bp.get("")
@staff_required()
def show(student_no):
    """When this student may fill in, every reopening there was, and the form for another one."""
    student = find(student_no)
    security_log.note("student-seen", current_user.account, about=student_no, page="reopen")
    return page(student, ReopenForm(formdata=None))


@bp.post("")
@staff_required()
def begin(student_no):
    """Reopen: it counts at once, and the student gets a letter."""
    student, form = find(student_no), ReopenForm()
    if not form.validate():
        return page(student, form), 422
    until = form.until.data
    with database.atomic():
        Reopening.begin(student_no, until, form.reason.data, current_user.account)
        letters.queue(REOPENED, student.known, until=until, link=letters.address_of("intue/login"))
        security_log.note("record-reopened", current_user.account, about=student_no, until=clock.control(until))
    return redirect(url_for(".show", student_no=student_no, done="reopened"))


@bp.post("/end")
@staff_required()
def end(student_no):
    """End it early."""
    find(student_no)
    with database.atomic():
        if Reopening.end(student_no, current_user.account):
            security_log.note("reopening-ended", current_user.account, about=student_no)
    return redirect(url_for(".show", student_no=student_no, done="ended"))


def find(student_no):
    """A student whom the visitor may see; any other is not there."""
    query = Student.seen_by(current_user.depts).where(Student.student_no == student_no)
    return query.first() or abort(404)


def page(student, form):
    """The page in any state."""
    wave, until = reopenings.look(student.student_no, student.known)
    period = access.period_of(wave, until)
    return render(
        "staff/waves/reopen.html",
        student=student,
        period=period,
        closes=said(period.closes_at),
        opens=said(period.opens_at),
        live=row(Reopening.of(student.student_no)),
        rows=[row(one) for one in Reopening.all_of(student.student_no)],
        typed=as_typed(form),
        errors=form.wrong,
        done=request.args.get("done"),
    )


def row(one):
    """A reopening in words: (until, reason, by, since, when it was ended, by whom), or None."""
    return one and (said(one.until), one.words, one.by, said(one.at), said(one.ended_at), one.ended_by)


def said(at):
    """A time in words, or ""."""
    return clock.full(at, language.current()) if at else ""
