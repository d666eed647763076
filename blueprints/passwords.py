"""Setting, changing and recovering a password."""

from functools import partial

from flask import Blueprint, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user

from blueprints import access, guard, language, letters
from blueprints.access import ended, student_required
from blueprints.forms import CurrentForm, ForgotForm, NewPasswordForm
from blueprints.htmx import render
from domain import passwords
from domain.clock import full
from domain.words import N_
from models import Student, facts_of
from store import database, now
from visits import ResetLink, Session, SignIn, change_password

bp = Blueprint("passwords", __name__, url_prefix="/password")
VERIFIED_FOR = 300


@bp.get("/first")
def first():
    """Choose a password in place of the initial one, before anything else."""
    if not current_user.is_authenticated:
        return ended()
    if not current_user.is_initial:
        return redirect(url_for("portal.home"))
    return new_password_page("password/first.html", NewPasswordForm(formdata=None))


@bp.post("/first")
def set_first():
    """Keep it, and go on with a session that opens everything of one's own."""
    if not current_user.is_authenticated or not current_user.is_initial:
        return ended() if not current_user.is_authenticated else redirect(url_for("portal.home"))
    form = NewPasswordForm()
    if not form.judge_new(partial(passwords.check, owner=current_user.known)):
        return new_password_page("password/first.html", form), 422
    renew_session(form.new.data)
    return redirect(url_for("portal.home"))


def renew_session(password):
    """Change the password, which ends every session, and begin a new one here."""
    account, is_first = current_user.account, current_user.is_initial
    with database.atomic():
        change_password(account, password)
        letters.queue(letters.FIRST if is_first else letters.CHANGED, current_user.known)
        SignIn.insert(student=account, door="first" if is_first else "change").execute()
    lang = session.get("lang")
    logout_user()
    session.clear()
    if lang:
        session["lang"] = lang
    login_user(access.load(Session.begin(account)))


def new_password_page(template, form, owner=None, **more):
    """A page with the two boxes and the rule, judged as far as something was typed."""
    owner = owner or current_user.known
    typed = form.new.data or ""
    rules = [(rule.key, language.say(rule.words), state_of(rule, typed)) for rule in passwords.rules(typed, owner)]
    return render(template, form=form, errors=form.wrong, rules=rules, account=owner["student_no"], **more)


def state_of(rule, typed):
    """`pass` or `fail` once something was typed."""
    return "" if not typed else "pass" if rule.is_met else "fail"


@bp.get("/forgot")
def forgot():
    """Ask for a link to the campus mailbox."""
    return forgot_page(ForgotForm(formdata=None))


@bp.post("/forgot")
def send_link():
    """The same answer whoever asks; the link only goes to the mailbox the school knows."""
    form = ForgotForm()
    if guard.wants_new_code():
        return forgot_page(form)
    if not form.judge(code_for="forgot"):
        return forgot_page(form, form.messages), 422
    if guard.may_look_up(form.id_number.data):
        for student in Student.with_number(form.id_number.data):
            if facts_of(student.known)["campus_email"].lower() == form.email.data:
                with database.atomic():
                    letters.queue_reset(student, ResetLink.make(student.student_no))
    return render("password/sent.html")


def forgot_page(form, errors=None):
    """The page of the form."""
    return render("password/forgot.html", form=form, errors=errors or {}, captcha=guard.new_code("forgot"))


@bp.get("/reset/<token>")
def reset(token):
    """The page behind the link. Opening it uses nothing up: mail scanners open links."""
    owner = ResetLink.owner(token)
    if owner is None:
        return render("password/expired.html"), 410
    return new_password_page("password/reset.html", NewPasswordForm(formdata=None), owner.known, token=token)


@bp.post("/reset/<token>")
def set_reset(token):
    """Keep the new password. Nobody is signed in by a link."""
    owner, form = ResetLink.owner(token), NewPasswordForm()
    if owner is None:
        return render("password/expired.html"), 410
    if not form.judge_new(partial(passwords.check, owner=owner.known)):
        return new_password_page("password/reset.html", form, owner.known, token=token), 422
    if not ResetLink.take(token):
        return render("password/expired.html"), 410
    with database.atomic():
        change_password(owner.student_no, form.new.data)
        letters.queue(letters.CHANGED, owner.known)
    guard.forget_failures(owner.student_no)
    return redirect(url_for("doors.intue", notice="reset"))


@bp.get("/change")
@student_required
def change():
    """Step one asks for the password in use; step two for another."""
    if request.args.get("step") == "done":
        return change_page("done", NewPasswordForm(formdata=None))
    return change_page(2 if is_verified() else 1, NewPasswordForm(formdata=None))


@bp.post("/change")
@student_required
def set_changed():
    """Either step, as far as the person has come."""
    return verify() if not is_verified() else replace()


def verify():
    """Step one."""
    form, account = CurrentForm(), current_user.account
    if not form.validate():
        return change_page(1, NewPasswordForm(formdata=None), form.wrong), 422
    may_try = guard.may_try(account)
    if not (passwords.matches(Student.get_by_id(account).password, form.current.data) and may_try):
        wrong = {"current": language.say(N_("This is not your current password. Type it again."))}
        return change_page(1, NewPasswordForm(formdata=None), wrong), 422
    guard.forget_failures(account)
    session["verified_at"] = now()
    return redirect(url_for(".change"))


def replace():
    """Step two."""
    form = NewPasswordForm()
    if not form.judge_new(partial(passwords.check, owner=current_user.known)):
        return change_page(2, form), 422
    renew_session(form.new.data)
    return redirect(url_for(".change", step="done"))


def is_verified():
    """Whether the password in use was given within the last minutes."""
    return now() - session.get("verified_at", 0) < VERIFIED_FOR


def change_page(step, form, errors=None):
    """The page at one of its steps."""
    at = current_user.password_at
    changed_at = full(at, language.current()) if at else ""
    rules = [
        (rule.key, language.say(rule.words), state_of(rule, form.new.data))
        for rule in passwords.rules(form.new.data or "", current_user.known)
    ]
    return render("password/change.html", step=step, changed_at=changed_at, rules=rules, errors=errors or form.wrong)
