"""The letters to staff: in both languages, to the mailbox the school knows, never with a password or a code."""

from flask import current_app

from blueprints import language
from blueprints.letters import BETWEEN_LANGUAGES
from domain.words import N_
from visits import Mail

IF_NOT_YOU = N_("If it was not you, call the {office} at once: {phone}.")
INVITED = (
    N_("Activate your staff account"),
    N_(
        "Staff account {account} is ready for you.\n\n"
        "Open this link within 24 hours and set a password. It works once:\n{link}\n\n"
        "If you expected nothing like this, do nothing."
    ),
)
RESET = (
    N_("Set a new password for your staff account"),
    N_(
        "Somebody, we hope you, asked to set a new password for staff account {account}.\n\n"
        "Open this link within 30 minutes. It works once:\n{link}\n\n"
        "If it was not you, do nothing: your password stays as it is."
    ),
)
CHANGED = (
    N_("The password of your staff account was set"),
    N_("A password was set for staff account {account}. All devices that were logged in have been logged out."),
)
ENROLLED = (
    N_("A phone was set up for your staff account"),
    N_("Staff account {account} now asks for the codes of a newly set up phone. Earlier recovery codes are void."),
)
CODES = (
    N_("New recovery codes for your staff account"),
    N_("New recovery codes were made for staff account {account}. Earlier ones are void."),
)
CODE_USED = (
    N_("A recovery code of your staff account was used"),
    N_("Somebody used a recovery code of staff account {account}. {left} of them are left."),
)
GUESSED = (
    N_("Wrong codes for your staff account"),
    N_(
        "Somebody who knows the password of staff account {account} typed several wrong codes. "
        "For a while no code is accepted."
    ),
)
FACTOR_RESET = (
    N_("The phone of your staff account was removed"),
    N_("The phone and the recovery codes of staff account {account} no longer count. Set one up at the next login."),
)


def queue(letter, account, email, **values):
    """Put a letter (subject, text) into the outbox; one that carries no link ends with whom to call."""
    subject = " / ".join(language.say(letter[0], lang) for lang in language.LANGUAGES)
    parts = [letter[1]] if "link" in values else [letter[1], IF_NOT_YOU]
    texts = ["\n\n".join(_text(part, lang, account=account, **values) for part in parts) for lang in language.LANGUAGES]
    Mail.queue(email, subject, BETWEEN_LANGUAGES.join(texts))


def _text(message, lang, **values):
    school = current_app.extensions["record"].school
    words = {name: getattr(school[name], lang) for name in ("office", "phone")}
    return language.say(message, lang).format(**words, **values)


def tell(letter, member, **values):
    """A letter to a member of staff."""
    queue(letter, member.account, member.particulars["email"], **values)


def link_to(token) -> str:
    """The address of an activation link, which is built from BASE_URL and never from the request."""
    return f"{current_app.config['BASE_URL'].rstrip('/')}/staff/activate/{token}"


def queue_link(member, token):
    """The letter with an activation link, or with a reset link for somebody who has a password already."""
    tell(RESET if member.password else INVITED, member, link=link_to(token))
