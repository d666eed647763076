"""A personal mailbox beside the campus one: added with a code sent there, changed and removed with the password."""

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from wtforms import StringField

from blueprints import guard, language, letters
from blueprints.access import student_required
from blueprints.forms import CurrentForm, Form, Obeys, given
from blueprints.htmx import render
from blueprints.passwords import NOT_CURRENT, is_current
from blueprints.security_log import note
from domain import mailboxes
from domain.kinds import folded
from domain.words import N_, Invalid
from models import facts_of
from tables.letterbox import MailboxCode, OwnMailbox
from tables.store import database, now
from tables.tries import Tries

bp = Blueprint("own_mailbox", __name__, url_prefix="/password/mailbox")
NOTICES = ("kept", "gone")
HOUR, CODES_AN_HOUR, CODES_TO_ONE_MAILBOX_A_DAY = 3600, 5, 5
TOO_MANY = N_("Too many codes were sent. Wait an hour, then try again.")


def of_ones_own(typed):
    """An address that is not the campus mailbox, where links go anyway. Raises Invalid."""
    address = mailboxes.address(typed)
    if mailboxes.same(address, facts_of(current_user.known)["campus_email"]):
        raise Invalid(N_("Enter an address of your own, not the campus mailbox."))
    return address


class MailboxForm(CurrentForm):
    """A mailbox, and the password in use."""

    email = StringField(validators=[Obeys(of_ones_own)])


class CodeForm(Form):
    """The six digits from the letter."""

    code = StringField(
        validators=[Obeys(given(N_("Enter the 6 digits from the email.")))],
        filters=[lambda text: "".join(folded(text or "").split())],
    )


@bp.get("")
@student_required
def show():
    """The mailbox there is, or the code that is awaited, or the form for a new one."""
    return page("code" if MailboxCode.pending(current_user.account) else "kept", CodeForm(formdata=None))


@bp.post("")
@student_required
def verify():
    """Keep the mailbox whose code was typed, and tell the campus mailbox."""
    form, account = CodeForm(), current_user.account
    address = MailboxCode.take(account, form.code.data) if form.validate() else None
    if address:
        with database.atomic():
            OwnMailbox.keep(account, address)
            letters.notify(letters.MAILBOX_KEPT, current_user.known)
            note("mailbox-changed", account)
        return redirect(url_for(".show", notice="kept"))
    return refuse_code(form), 422


def refuse_code(form):
    """Ask again while the code is good; when it is not any more, ask for the mailbox again."""
    if MailboxCode.pending(current_user.account) is None:
        late = N_("This code no longer works. Ask for a new one.")
        return page("new", MailboxForm(formdata=None), {"email": language.say(late)})
    other = N_("This is not the code. Look at the newest email and type its 6 digits.")
    return page("code", form, form.wrong or {"code": language.say(other)})


@bp.get("/new")
@student_required
def new():
    """Ask for a mailbox and the password in use."""
    return page("new", MailboxForm(formdata=None))


@bp.post("/new")
@student_required
def send_code():
    """Send six digits to a mailbox that is said to be one's own."""
    form = MailboxForm()
    errors = form.wrong if not form.validate() else refusal(form)
    if errors:
        return page("new", form, errors), 422
    with database.atomic():
        code = MailboxCode.draw(current_user.account, form.email.data)
        until = now() + MailboxCode.LIFE
        letters.queue(letters.CODE, current_user.known, to=form.email.data, code=code, until=until)
    return redirect(url_for(".show"))


def refusal(form):
    """Errors of a form that is filled in well: another password, or too many codes."""
    if not is_current(form.current.data):
        return {"current": language.say(NOT_CURRENT)}
    within = (
        Tries.count(f"mailbox codes {current_user.account}", HOUR) <= CODES_AN_HOUR,
        Tries.count(f"mailbox codes to {form.email.data.casefold()}", guard.DAY) <= CODES_TO_ONE_MAILBOX_A_DAY,
    )
    return {} if all(within) else {"email": language.say(TOO_MANY)}


@bp.get("/remove")
@student_required
def remove():
    """Ask for the password in use."""
    return page("remove", CurrentForm(formdata=None))


@bp.post("/remove")
@student_required
def confirm_removal():
    """Forget the mailbox, and tell the campus mailbox."""
    form = CurrentForm()
    if not form.validate():
        return page("remove", form, form.wrong), 422
    if not is_current(form.current.data):
        return page("remove", form, {"current": language.say(NOT_CURRENT)}), 422
    with database.atomic():
        if OwnMailbox.forget(current_user.account):
            letters.notify(letters.MAILBOX_GONE, current_user.known)
            note("mailbox-changed", current_user.account)
    return redirect(url_for(".show", notice="gone"))


def page(step, form, errors=None):
    """The page in one of its states."""
    account, notice = current_user.account, request.args.get("notice")
    known = {"address": OwnMailbox.of(account), "pending": MailboxCode.pending(account)}
    known["campus"] = facts_of(current_user.known)["campus_email"]
    context = {"errors": errors or {}, "notice": notice if notice in NOTICES else None, **known}
    return render("password/mailbox.html", step=step, form=form, **context)
