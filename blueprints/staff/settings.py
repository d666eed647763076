"""What staff can see and change of their own account."""

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from blueprints import guard, language, security_log
from blueprints.htmx import render
from blueprints.staff import access as staff_access
from blueprints.staff import letters as staff_letters
from blueprints.staff.access import staff_required
from blueprints.staff.account import acceptable_to, rules_for, tries_of
from blueprints.staff.factor import verify
from blueprints.staff.forms import ChangeForm, CodeForm
from domain import passwords
from domain.clock import full
from domain.staff_rules import ROLE_NAMES
from domain.words import N_, Invalid
from tables.staff import RecoveryCode
from tables.staff_visits import StaffSession, change_password, sign_ins
from tables.store import database

bp = Blueprint("staff_settings", __name__, url_prefix="/staff")
WAYS = {
    "password": N_("Password"),
    "phone": N_("Password and phone code"),
    "paper": N_("Password and recovery code"),
}


def when(at):
    """A time in words."""
    return full(at, language.current())


@bp.get("/settings")
@staff_required()
def show():
    """Password, second factor, and the last sign-ins."""
    rows = [
        (when(at), language.say(WAYS[way]), device, address)
        for at, way, address, device in sign_ins(current_user.account)
    ]
    changed_at = when(current_user.member.password_at)
    role, done = language.say(ROLE_NAMES[current_user.role]), request.args.get("done")
    return render("staff/settings.html", sign_ins=rows, changed_at=changed_at, role=role, done=done)


@bp.post("/settings/others")
@staff_required()
def end_others():
    """Log out everywhere but here."""
    StaffSession.end_all(current_user.account, but=current_user.token)
    security_log.note("staff-others-logged-out", current_user.account)
    return redirect(url_for(".show", done="others"))


@bp.get("/settings/password")
@staff_required()
def password():
    """The password in use, and another one."""
    return password_page(ChangeForm(formdata=None))


@bp.post("/settings/password")
@staff_required()
def change():
    """Keep the new password; every other device is logged out, and this one goes on under another id."""
    form, member = ChangeForm(), current_user.member
    if not is_good(form, member):
        return password_page(form), 422
    with database.atomic():
        change_password(member, form.new.data)
        staff_letters.tell(staff_letters.CHANGED, member)
        security_log.note("staff-password-changed", member.account)
    staff_access.begin(member.account, True)
    return redirect(url_for(".show", done="password"))


def is_good(form, member) -> bool:
    """Whether the current password is right and the new one acceptable. Wrong ones count as they do at the door."""
    good = form.judge_new(acceptable_to(member))
    if not form.current.errors and not knows_password(member, form.current.data):
        form.current.errors = [language.say(N_("This is not your current password. Type it again."))]
    return good and not form.current.errors


def knows_password(member, typed) -> bool:
    """Whether this is the password in use, and tries are left."""
    stored = member.password if guard.may_try(tries_of(member.account)) else None
    if not passwords.matches(stored, typed):
        return False
    guard.forget_failures(tries_of(member.account))
    return True


def password_page(form):
    """The page with three boxes and the rule."""
    rules = rules_for(current_user.member, form.new.data or "")
    return render("staff/change.html", rules=rules, errors=form.wrong)


@bp.get("/settings/codes")
@staff_required()
def codes():
    """Ask for the code of the phone before there are new recovery codes."""
    if not current_user.member.has_second_factor:
        return redirect(url_for("staff_factor.enrol"))
    return render("staff/renew.html", errors={})


@bp.post("/settings/codes")
@staff_required()
def renew_codes():
    """Ten new codes, shown this once."""
    form, member = CodeForm(), current_user.member
    if not member.has_second_factor:
        return redirect(url_for("staff_factor.enrol"))
    errors = wrong_code(form, member)
    if errors:
        return render("staff/renew.html", errors=errors), 422
    with database.atomic():
        new_codes = RecoveryCode.renew(member.account)
        staff_letters.tell(staff_letters.CODES, member)
        security_log.note("staff-codes-renewed", member.account)
    return render("staff/codes.html", codes=new_codes)


def wrong_code(form, member):
    """What is wrong with the code, by control; a good one is used up."""
    if not form.validate():
        return form.wrong
    try:
        verify(member, form.code.data)
    except Invalid as reason:
        return {"code": language.say(reason)}
    return {}
