"""Asking for the password again before much is taken out or away (OWASP ASVS 5.0, 7.5.3)."""

from flask import request
from flask_login import current_user

from blueprints import language
from blueprints.staff.settings import knows_password
from domain.words import N_
from tables.confirmations import PasswordEntry

LASTS, NEARLY_OVER = 5 * 60, 60


def asks() -> bool:
    """Whether a form should have the box; it has when the last time is nearly too long ago."""
    return PasswordEntry.age(current_user.token) > LASTS - NEARLY_OVER


def wrong() -> dict:
    """What is wrong with the password typed into `current`, by control; nothing when it was typed not long ago."""
    if PasswordEntry.age(current_user.token) <= LASTS:
        return {}
    typed = request.form.get("current", "")
    if not typed:
        return {"current": language.say(N_("Enter your password once more: you entered it some time ago."))}
    if not knows_password(current_user.member, typed):
        return {"current": language.say(N_("This is not your current password. Type it again."))}
    PasswordEntry.note(current_user.token)
    return {}
