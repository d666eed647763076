"""The letters Xueji writes: in both languages, to the campus mailbox, never with an ID number or a password."""

from flask import current_app

from blueprints import language
from domain.words import N_
from models import facts_of
from visits import Mail

BETWEEN_LANGUAGES = "\n\n――――――――\n\n"
RESET = (
    N_("Set a new password for your student account"),
    N_(
        "Somebody, we hope you, asked to set a new password for account {account}.\n\n"
        "Open this link within 30 minutes. It works once:\n{link}\n\n"
        "If it was not you, do nothing: your password stays as it is."
    ),
)
FIRST = (
    N_("Your student account is in use now"),
    N_(
        "The initial password of account {account} was used, and a new one was set in its place.\n\n"
        "If it was not you, call the {office} at once: {phone}."
    ),
)
CHANGED = (
    N_("Your password was changed"),
    N_(
        "The password of account {account} was changed. All devices that were logged in have been logged out.\n\n"
        "If it was not you, set another one with Forgot password, and call the {office}: {phone}."
    ),
)


def queue(letter, known, **values):
    """Put a letter (subject, text) to the student of these roster columns into the outbox."""
    subject = " / ".join(language.say(letter[0], lang) for lang in language.LANGUAGES)
    text = BETWEEN_LANGUAGES.join(_text(letter[1], lang, known, values) for lang in language.LANGUAGES)
    Mail.queue(facts_of(known)["campus_email"], subject, text)


def _text(message, lang, known, values):
    school = current_app.extensions["record"].school
    words = {name: getattr(school[name], lang) for name in ("office", "phone")}
    return language.say(message, lang).format(account=known["student_no"], **words, **values)


def queue_reset(student, token):
    """The letter with a reset link, which is built from BASE_URL and never from the request."""
    queue(RESET, student.known, link=f"{current_app.config['BASE_URL'].rstrip('/')}/password/reset/{token}")
