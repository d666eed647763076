"""Initial passwords: when they open an account, what a wrong one costs, and the code that may be asked for as well."""

import hmac
import re
import unicodedata

from flask import Blueprint, current_app, redirect, session, url_for
from flask_login import current_user
from wtforms import StringField

from blueprints import access, alarm, guard, language, letters
from blueprints.forms import Form, Obeys, given
from blueprints.htmx import render
from domain import passwords
from domain.kinds import folded
from domain.words import N_
from models import Student, facts_of
from tables import journal
from tables.letterbox import MailboxCode
from tables.store import Settings, database, now
from tables.tries import Lock, Tries

bp = Blueprint("initial", __name__, url_prefix="/password/first")
LIFETIME_GUESSES, CODES_A_DAY, PAPER_TRIES, PAPER_LENGTH = 10, 5, 5, 8
# What everybody together may guess wrong before initial passwords alone open nothing more: 1,000 guesses at five
# digits find 0.01 accounts on average.
WARNING, BUDGET = 300, 1000
SHAPES = re.compile("[0-9]{5}@Ntue|[A-Za-z][1289A-D][0-9]{12}|[0-9]{12}")
LETTER = letters.Wording(
    "first code",
    N_("The code for the first login to your student account"),
    N_(
        "Somebody, we hope you, logged in to account {account} with its initial password ({at}). "
        "To set a password, type this code on the page that asks for it, before {until}:\n\n{code}"
    ),
)


def count_guess(account) -> bool:
    """Count a try of an account that has no password yet, for life, and say whether it may still be a right one."""
    if not access.period().takes_initial:
        return False
    n = Student.count_guess(account)
    return n is not None and n <= LIFETIME_GUESSES


def is_right(student, password) -> bool:
    """Whether this is an initial password of this student."""
    return passwords.is_initial(unicodedata.normalize("NFC", password), student.known)


def note_wrong(password):
    """Count what was shaped like an initial password and was none, for all accounts together."""
    if not SHAPES.fullmatch(unicodedata.normalize("NFC", password)):
        return
    n = Tries.count(_budget(), guard.YEAR)
    if n in (WARNING, BUDGET):
        journal.note("initial-guesses", "", n=n)
        alarm.tell_registrars(alarm.GUESSES, "staff/accounts", n=n, budget=BUDGET)


def _budget():
    return f"initial passwords of {access.period().initial_from}"


def channel() -> str:
    """What is asked for beside an initial password: none, mail or paper. Too many wrong ones make it mail."""
    wanted = current_app.config["INITIAL_CODE"]
    return "mail" if wanted == "none" and Tries.so_far(_budget()) >= BUDGET else wanted


def begin(student, is_shown):
    """Remember in the session whether its owner has shown already who it is; if a letter has to tell, send it."""
    session["is_shown"] = is_shown
    if not is_shown and channel() == "mail" and not MailboxCode.pending(student.student_no):
        send(student.known)


def is_asked() -> bool:
    """Whether the code is still missing in this session."""
    return not session.get("is_shown") and channel() != "none"


def send(known) -> bool:
    """Queue a letter with a new code to the campus mailbox; not more than a few a day."""
    account = known["student_no"]
    with database.atomic():
        if Tries.count(f"first codes {account}", guard.DAY) > CODES_A_DAY:
            return False
        code, at = MailboxCode.draw(account, facts_of(known)["campus_email"]), now()
        letters.notify(LETTER, known, code=code, until=at + MailboxCode.LIFE)
    return True


def paper_code(account) -> str:
    """The code printed on the letter of admission: computed, never stored."""
    return Settings.vault.code(f"paper|{account}", PAPER_LENGTH)


class CodeForm(Form):
    """The code from the letter, however it is spaced."""

    code = StringField(
        validators=[Obeys(given(N_("Enter the code.")))],
        filters=[lambda text: re.sub("[^0-9A-Z]", "", folded(text or "").upper())],
    )


@bp.post("/code")
def check():
    """Go on to the new password if the code is right."""
    if not may_ask():
        return redirect(url_for("passwords.first"))
    form = CodeForm()
    if not form.validate() or not is_code(current_user.account, form.code.data):
        wrong = {"code": language.say(N_("This code is wrong or no longer works. Type it again, or get a new one."))}
        return page(form.wrong or wrong), 422
    session["is_shown"] = True
    return redirect(url_for("passwords.first"))


@bp.post("/send")
def send_again():
    """Another letter with another code."""
    if may_ask() and channel() == "mail" and not send(current_user.known):
        words = N_("No more codes can be sent today. Try again tomorrow, or come to the office with your ID card.")
        return page({"code": language.say(words)}), 429
    return redirect(url_for("passwords.first"))


def may_ask() -> bool:
    """Whether this is a session that has to show a code."""
    return current_user.is_authenticated and current_user.is_initial and is_asked()


def is_code(account, typed) -> bool:
    """Whether this is the code that is asked for; a few tries each."""
    if channel() == "mail":
        return MailboxCode.take(account, typed) is not None
    n = Lock.attempt(f"paper {account}", PAPER_TRIES, guard.SHORT, third=guard.HOUR)
    return n <= PAPER_TRIES and hmac.compare_digest(paper_code(account), typed)


def page(errors=None):
    """The page that asks for the code."""
    is_sent = MailboxCode.pending(current_user.account) is not None
    return render("password/first_code.html", channel=channel(), is_sent=is_sent, errors=errors or {})
