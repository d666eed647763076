"""The door for staff: activating an account, logging in with its password."""

import re
from types import SimpleNamespace

from flask import Blueprint, redirect, request, session, url_for

from blueprints import devices, guard, security_log
from blueprints.doors import own_path
from blueprints.forms import NewPasswordForm, allows_long, in_words, must_be_new
from blueprints.htmx import render
from blueprints.staff import access as staff_access
from blueprints.staff import letters as staff_letters
from blueprints.staff.forms import ActivationForm, StaffLoginForm
from domain import passwords, staff_rules
from tables.staff import Staff, StaffPassword
from tables.staff_visits import ActivationLink, change_password
from tables.store import database

bp = Blueprint("staff_account", __name__, url_prefix="/staff")
NOTICES = ("expired", "out", "ready")
# Whom the letter is written to that is never sent.
NOBODY = SimpleNamespace(account="", password=None, particulars={"email": "nobody@localhost"})


@bp.get("/login")
def login():
    """Staff number and password."""
    return login_page(StaffLoginForm(formdata=None))


@bp.post("/login")
def enter():
    """Code first where it is asked for, then the count, then one comparison that takes as long for anybody."""
    form = StaffLoginForm()
    if guard.wants_new_code():
        return login_page(form)
    asks = guard.has_failed(tries_of(form.account.data))
    if not form.judge(code_for="staff" if asks else None):
        return login_page(form, errors=form.messages), 422
    member = admit(form.account.data, form.password.data)
    if member is None:
        return login_page(form, failed=True), 422
    return welcome(member)


def tries_of(account):
    """Under which name the tries of a staff account are counted, apart from those of students."""
    return f"{devices.STAFF}{account}"


def login_page(form, **more):
    """The page of the door in any of its states."""
    notice = request.args.get("notice")
    context = {"failed": False, "errors": {}, "notice": notice if notice in NOTICES else None, **more}
    code = guard.new_code("staff") if guard.has_failed(tries_of(form.account.data or "")) else None
    return render("staff/login.html", form=form, captcha=code, next=next_path(), **context)


def next_path() -> str:
    """The page of the staff area to go on to, or ""."""
    path = own_path(request.values.get("next"))
    return path if re.match(r"/staff(?![^/?])", path) else ""


def admit(account, password):
    """The active member of staff with this password, or None. Every way takes one hash."""
    may_try = guard.may_try(tries_of(account))
    member = Staff.get_or_none((Staff.account == account) & Staff.is_active)
    matches = passwords.matches(member.password if member and may_try else None, password)
    if not matches:
        return refuse(member, may_try)
    guard.forget_failures(tries_of(account))
    if passwords.is_outdated(member.password):
        member.rehash(password)
    devices.trust(tries_of(account))
    return member


def refuse(member, may_try):
    """None, after noting what went wrong. Unknown accounts are not named: people type passwords into the wrong box."""
    guard.count_failure()
    security_log.note("staff-refused", member.account if member else "", why="password" if may_try else "too often")


def welcome(member):
    """Begin a session: a whole one, or one that only opens the second factor."""
    session["next"] = next_path()
    is_complete = not (member.has_second_factor or member.must_have_second_factor)
    staff_access.begin(member.account, is_complete, way="password" if is_complete else None)
    return staff_access.arrive()


@bp.get("/activate")
def activate():
    """Ask for a link to the mailbox the school knows: for the first password, or for another when it is forgotten."""
    return activation_page(ActivationForm(formdata=None))


@bp.post("/activate")
def send_link():
    """The same answer whoever asks."""
    form = ActivationForm()
    if guard.wants_new_code():
        return activation_page(form)
    if not form.judge(code_for="activate"):
        return activation_page(form, form.messages), 422
    if guard.may_look_up(tries_of(form.account.data), "activation"):
        request_link(form.account.data, form.birth_date.data, form.id_last4.data)
    return render("staff/sent.html")


def request_link(account, birth_date, id_last4):
    """Make and send a link if all fits; if not, write as much and undo it, so that the clock tells nothing."""
    member = Staff.get_or_none((Staff.account == account) & Staff.is_active)
    fits = member is not None and staff_rules.is_owner(member.particulars, birth_date, id_last4)
    with database.atomic():
        token = ActivationLink.make(member if fits else None)
        with database.atomic() as letter:
            staff_letters.queue_link(member if fits else NOBODY, token)
            if not fits:
                letter.rollback()
        security_log.note("staff-link-asked", member.account if member else "", sent=fits)


def activation_page(form, errors=None):
    """The page of the form."""
    code, birth = guard.new_code("activate"), form.birth_date.parts
    return render("staff/activate.html", form=form, birth=birth, errors=errors or {}, captcha=code)


@bp.get("/activate/<token>")
def choose(token):
    """The page behind the link. Opening it uses nothing up: mail scanners open links."""
    owner = ActivationLink.owner(token)
    if owner is None:
        return render("staff/expired.html"), 410
    return password_page(owner, token, NewPasswordForm(formdata=None))


@bp.post("/activate/<token>")
def keep(token):
    """Keep the password. Nobody is signed in by a link."""
    owner, form = ActivationLink.owner(token), NewPasswordForm()
    if owner is None:
        return render("staff/expired.html"), 410
    if not form.judge_new(acceptable_to(owner)):
        return password_page(owner, token, form), 422
    if not ActivationLink.take(token):
        return render("staff/expired.html"), 410
    with database.atomic():
        change_password(owner, form.new.data)
        staff_letters.tell(staff_letters.CHANGED, owner)
        security_log.note("staff-password-set", owner.account)
    guard.forget_failures(tries_of(owner.account))
    return redirect(url_for(".login", notice="ready"))


def acceptable_to(member):
    """The rule by which a new password of this member of staff is judged."""

    def rule(password):
        staff_rules.check(password, member.owner, allows_long())
        must_be_new(StaffPassword, member.account, password)

    return rule


def rules_for(member, typed):
    """The password rule line by line, for the page."""
    return in_words(staff_rules.rules(typed, member.owner, allows_long()), typed)


def password_page(member, token, form):
    """The page with the two boxes and the rule."""
    rules = rules_for(member, form.new.data or "")
    return render("staff/password.html", member=member, token=token, rules=rules, errors=form.wrong)
