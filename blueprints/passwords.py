"""Setting, changing and recovering a password."""

from flask import Blueprint, redirect, request, session, url_for
from flask_login import current_user, logout_user

from blueprints import access, devices, guard, initial, language, letters
from blueprints.access import ended, student_required
from blueprints.forms import CurrentForm, ForgotForm, NewPasswordForm, allows_long, in_words, must_be_new
from blueprints.htmx import render
from blueprints.security_log import note
from domain import passwords
from domain.clock import full
from domain.words import N_
from models import Student
from tables.earlier import StudentPassword
from tables.recovery import ResetLink, ResetRequest, change_password, take_back
from tables.standing import Standing
from tables.store import database, now
from tables.visits import Session, SignIn

bp = Blueprint("passwords", __name__, url_prefix="/password")
VERIFIED_FOR = 300
NOT_CURRENT = N_("This is not your current password. Type it again.")


@bp.get("/first")
def first():
    """Choose a password in place of the initial one, before anything else."""
    if not current_user.is_authenticated:
        return ended()
    if not current_user.is_initial:
        return redirect(url_for("portal.home"))
    return initial.page() if initial.is_asked() else first_page(NewPasswordForm(formdata=None))


@bp.post("/first")
def set_first():
    """Keep it, and go on with a session that opens everything of one's own."""
    if not current_user.is_authenticated or not current_user.is_initial:
        return ended() if not current_user.is_authenticated else redirect(url_for("portal.home"))
    if initial.is_asked():
        return redirect(url_for(".first"))
    form = NewPasswordForm()
    if not form.judge_new(acceptable_to(current_user.known)):
        return first_page(form), 422
    renew_session(form.new.data)
    return redirect(url_for("portal.home"))


def first_page(form):
    """The page of the first password, and of another one after a code from the counter."""
    return new_password_page("password/first.html", form, has_password=bool(current_user.password_at))


def renew_session(password):
    """Change the password, which ends every session, and begin a new one here."""
    account, is_first = current_user.account, current_user.is_initial
    with database.atomic():
        if is_first and current_user.password_at:
            recover(current_user.known, password)
        else:
            change_password(account, password)
            letters.notify(letters.FIRST if is_first else letters.CHANGED, current_user.known)
        SignIn.insert(student=account, door="first" if is_first else "change").execute()
        Standing.come_in(account)
        note("first-password" if is_first else "password-changed", account)
    lang = session.get("lang")
    logout_user()
    session.clear()
    if lang:
        session["lang"] = lang
    devices.trust(account)
    access.sign_in(access.load(Session.begin(account)))


def recover(known, password, keeps_mailbox=False):
    """Change the password of somebody who showed by letter or at the counter who they are, and tell the owner."""
    with database.atomic():
        mailbox_went = take_back(known["student_no"], password, keeps_mailbox)
        letters.notify(letters.RECOVERED, known, *([letters.MAILBOX_WENT] if mailbox_went else []))
        note("password-reset", known["student_no"])


def new_password_page(template, form, owner=None, **more):
    """A page with the two boxes and the rule, judged as far as something was typed."""
    owner = owner or current_user.known
    typed = form.new.data or ""
    context = {"rules": rules_for(owner, typed), "account": owner["student_no"], **more}
    return render(template, form=form, errors=form.wrong, **context)


def acceptable_to(owner):
    """The rule by which a new password of the student of these roster columns is judged."""

    def rule(password):
        passwords.check(password, owner, allows_long())
        must_be_new(StudentPassword, owner["student_no"], password)

    return rule


def rules_for(owner, typed):
    """The rule line by line, for the page."""
    return in_words(passwords.rules(typed, owner, allows_long()), typed)


@bp.get("/forgot")
def forgot():
    """Ask for a link to one of one's mailboxes."""
    return forgot_page(ForgotForm(formdata=None))


@bp.post("/forgot")
def send_link():
    """The same answer after the same work, whoever asks; the background process finds out who it is."""
    form = ForgotForm()
    if guard.wants_new_code():
        return forgot_page(form)
    if not form.judge(code_for="forgot"):
        return forgot_page(form, form.messages), 422
    if guard.may_look_up(form.id_number.data, "reset"):
        ResetRequest.keep(form.id_number.data, form.email.data, language.current())
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
    if not form.judge_new(acceptable_to(owner.known)):
        return new_password_page("password/reset.html", form, owner.known, token=token), 422
    if not ResetLink.take(token):
        return render("password/expired.html"), 410
    recover(owner.known, form.new.data, ResetLink.is_for_own_mailbox(token))
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
    form = CurrentForm()
    if not form.validate():
        return change_page(1, NewPasswordForm(formdata=None), form.wrong), 422
    if not is_current(form.current.data):
        return change_page(1, NewPasswordForm(formdata=None), {"current": language.say(NOT_CURRENT)}), 422
    session["verified_at"] = now()
    return redirect(url_for(".change"))


def is_current(password) -> bool:
    """Whether this is the password in use; counted as a try at a door is."""
    account = current_user.account
    stored = Student.get_by_id(account).password if guard.may_try(account) else None
    if not passwords.matches(stored, password):
        return False
    guard.forget_failures(account)
    return True


def replace():
    """Step two."""
    form = NewPasswordForm()
    if not form.judge_new(acceptable_to(current_user.known)):
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
    rules = rules_for(current_user.known, form.new.data or "")
    return render("password/change.html", step=step, changed_at=changed_at, rules=rules, errors=errors or form.wrong)
