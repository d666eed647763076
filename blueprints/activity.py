"""What happened with one's own account: sign-ins, failures and changes; and the way to log out everywhere."""

from flask import Blueprint, redirect, session, url_for
from flask_login import current_user, logout_user

from blueprints import language
from blueprints.access import student_required
from blueprints.htmx import render
from blueprints.security_log import note
from domain.clock import full
from domain.staff_rules import ROLE_NAMES
from domain.words import N_
from tables.journal import Event
from tables.staff import Staff
from tables.visits import Session

bp = Blueprint("activity", __name__, url_prefix="/password/activity")
SHOWN = 30
WORDS = {
    "signed-in": N_("Signed in"),
    "first-sign-in": N_("Signed in with the initial password"),
    "refused": N_("Wrong password"),
    "locked": N_("Locked for a while after wrong passwords"),
    "first-password": N_("First password of your own set"),
    "password-changed": N_("Password changed"),
    "password-reset": N_("Password set with a link from a letter"),
    "reset-asked": N_("A link for a new password was asked for"),
    "mailbox-changed": N_("Personal mailbox changed"),
    "frozen": N_("Account frozen"),
    "unfrozen": N_("Account no longer frozen"),
    "signed-out": N_("Signed out"),
    "signed-out-everywhere": N_("Signed out everywhere"),
}

# What staff do that is told to the student whom it concerns.
OPENED, PHOTO, NUMBER = N_("Opened your record"), N_("Looked at your photo"), N_("Looked at your whole ID number")
LOOKS = {
    "record-seen": OPENED,
    "student-seen": OPENED,
    "return-looked-at": OPENED,
    "correction-looked-at": OPENED,
    "proof-downloaded": N_("Downloaded a proof you sent"),
    "photo-seen": PHOTO,
    "photo-looked-at": PHOTO,
    "number-seen": NUMBER,
    "record-reopened": N_("Opened your record for filling in again"),
}
OFFICE = N_("Staff")


@bp.get("")
@student_required
def show():
    """The last events, the newest first."""
    lang = language.current()
    events = [
        (full(event.at, lang), language.say(WORDS[event.what]), event.device, event.address)
        for event in Event.of(current_user.account, WORDS, SHOWN)
    ]
    return render("password/activity.html", events=events, looks=looks(lang))


def looks(lang):
    """(when, what, by which office) of the last looks of staff at one's own record, the newest first."""
    events = Event.about_student(current_user.account, SHOWN, LOOKS)
    roles = Staff.roles({event.account for event in events})
    offices = {account: ROLE_NAMES[role] for account, role in roles.items()}
    return [
        (full(event.at, lang), *(language.say(one) for one in (LOOKS[event.what], offices.get(event.account, OFFICE))))
        for event in events
    ]


@bp.post("/end")
@student_required
def end_everywhere():
    """End every session of one's own, this one with them."""
    Session.end_all(current_user.account)
    note("signed-out-everywhere", current_user.account)
    logout_user()
    session.clear()
    return redirect(url_for("doors.intue", notice="out"))
