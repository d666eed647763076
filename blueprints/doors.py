"""The two doors, iNTUE and the campus portal, and the way out."""

from flask import Blueprint, redirect, request, session, url_for
from flask_login import current_user, logout_user

from blueprints import access, devices, guard, initial
from blueprints.forms import LoginForm
from blueprints.htmx import is_partial, render
from blueprints.security_log import note
from domain import passwords
from models import Student
from tables.recovery import Freeze, ResetLink, Slip, rehash
from tables.standing import Standing
from tables.store import database
from tables.visits import Session, SignIn

bp = Blueprint("doors", __name__)
NOTICES = ("expired", "kept", "out", "changed", "reset")


@bp.get("/intue/login")
def intue():
    """Path one."""
    return door("intue")


@bp.get("/portal/login")
def portal():
    """Path two."""
    return door("portal")


@bp.post("/intue/login")
def enter_intue():
    """Path one, with account and password."""
    return enter("intue")


@bp.post("/portal/login")
def enter_portal():
    """Path two, with account, password and verification code."""
    return enter("portal")


@bp.post("/logout")
def logout():
    """End the session for good, and leave nothing of it in the browser."""
    door = getattr(current_user, "door", "doors.intue")
    if current_user.get_id():
        note("signed-out", current_user.account)
        current_user.leave()
    logout_user()
    reply = redirect(url_for(door, notice="out"))
    reply.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reply


def door(name, form=None, **more):
    """The page of a door in any of its states."""
    form = form or LoginForm(formdata=None, account=request.args.get("account", "")[:12])
    context = {"failed": False, "errors": {}, "notice": notice(), "next": own_path(request.values.get("next")), **more}
    asks = name == "portal" or guard.has_failed(form.account.data or "")
    code = guard.new_code(name, guard.is_shut(form.account.data or "")) if asks else None
    if is_partial():
        account, owner = form.account.data, request.form.get("owner", "")
        return render("record/_door.html", captcha=code, account=account, owner=owner, **context)
    return render("login.html", door=name, form=form, captcha=code, **context)


def enter(name):
    """Code first, then the count, then one comparison that takes as long for anybody."""
    form = LoginForm()
    if guard.wants_new_code():
        return door(name, form)
    asks = name == "portal" or guard.has_failed(form.account.data or "")
    if not form.judge(name if asks else None, guard.is_shut(form.account.data or "")):
        return door(name, form, errors=form.messages), 422
    admitted = admit(form.account.data, form.password.data, form.has_worked)
    if admitted is None:
        return door(name, form, failed=True), 422
    return welcome(*admitted, name)


def admit(account, password, has_worked):
    """(student, by which way: password, initial or slip), or None. Every try takes one hash and is counted before."""
    with database.atomic():
        may_try = guard.may_try(account, has_worked)
        may_guess = may_try and initial.count_guess(account)
    student = Student.get_or_none(Student.student_no == account)
    way = way_in(student if may_try else None, password, may_guess)
    has_slip, is_frozen = Slip.fits(account, password), Freeze.holds(account)
    if may_try and has_slip and Slip.take(account, password):
        way, is_frozen = "slip", False
    if way is None or is_frozen:
        return refuse(student, password if may_try else "")
    guard.forget_failures(account)
    Student.count_guess(account, -1)
    if way == "password" and passwords.is_outdated(student.password):
        rehash(account, password)
    return student, way


def way_in(student, password, may_guess):
    """What the password is to this student (None: to nobody), after one hash."""
    if passwords.matches(student and student.password, password):
        return "password"
    return "initial" if student and may_guess and initial.is_right(student, password) else None


def refuse(student, password):
    """None, after counting and noting what went wrong in one transaction, whatever it was."""
    with database.atomic():
        note("refused" if password else "locked", student.student_no if student else "")
        guard.count_failure()
        initial.note_wrong(password)


def welcome(student, way, name):
    """Begin a session, with nothing in it from before but the language."""
    language, next_path = session.get("lang"), own_path(request.form.get("next"))
    session.clear()
    if language:
        session["lang"] = language
    ResetLink.void(student.student_no)
    visitor = access.load(Session.begin(student.student_no, way != "password"))
    access.sign_in(visitor)
    if visitor.is_initial:
        note("first-sign-in", student.student_no, door=name, way=way)
        initial.begin(student, is_shown=way == "slip")
        return go_on(None, url_for("passwords.first"))
    devices.trust(student.student_no)
    with database.atomic():
        SignIn.insert(student=student.student_no, door=name).execute()
        Standing.come_in(student.student_no)
        note("signed-in", student.student_no, door=name)
    return go_on(visitor, next_path or url_for("portal.home"))


def go_on(visitor, path):
    """To the next page; or, logged in inside of the page of a tab, on with that tab, if it is the same student's."""
    if not is_partial():
        return redirect(path)
    if visitor and visitor.account == request.form.get("owner"):
        return render("record/_back.html")
    return "", 200, {"HX-Redirect": path}


def notice():
    """Why the page is shown, if an address of ours says so."""
    wanted = request.args.get("notice")
    return wanted if wanted in NOTICES else None


def own_path(path):
    """A path on this site to go on to, or ""; anything that could lead elsewhere is ""."""
    path = path or ""
    ours = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if ours else ""
