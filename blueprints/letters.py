"""The letters Xueji writes."""

from flask import current_app

from blueprints import language
from domain.words import N_
from models import facts_of
from visits import Mail

RESET_SUBJECT = N_("Set a new password for your student account")
RESET_TEXT = N_(
    "Somebody, we hope you, asked to set a new password for account {account}.\n\n"
    "Open this link within 30 minutes. It works once:\n{link}\n\n"
    "If it was not you, do nothing: your password stays as it is."
)


def queue_reset(student, token):
    """Put the letter with a reset link into the outbox. The link is built from BASE_URL, never from the request."""
    link = f"{current_app.config['BASE_URL'].rstrip('/')}/password/reset/{token}"
    subject = " / ".join(language.say(RESET_SUBJECT, lang) for lang in language.LANGUAGES)
    text = "\n\n――――――――\n\n".join(
        language.say(RESET_TEXT, lang).format(account=student.student_no, link=link) for lang in language.LANGUAGES
    )
    Mail.queue(facts_of(student.known)["campus_email"], subject, text)
