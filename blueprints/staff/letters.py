"""The letters to staff: in both languages, to the mailbox the school knows, never with a password or a code."""

from blueprints import letters
from blueprints.letters import Wording
from domain.words import N_

INVITED = Wording(
    "staff invited",
    N_("Activate your staff account"),
    N_(
        "Staff account {account} is ready for you.\n\n"
        "Open this link within 24 hours and set a password. It works once:\n{link}\n\n"
        "If you expected nothing like this, do nothing."
    ),
)
RESET = Wording(
    "staff reset",
    N_("Set a new password for your staff account"),
    N_(
        "Somebody, we hope you, asked to set a new password for staff account {account}.\n\n"
        "Open this link within 30 minutes. It works once:\n{link}\n\n"
        "If it was not you, do nothing: your password stays as it is."
    ),
)
CHANGED = Wording(
    "staff password",
    N_("The password of your staff account was set"),
    N_("A password was set for staff account {account}. All devices that were logged in have been logged out."),
)
ENROLLED = Wording(
    "staff phone",
    N_("A phone was set up for your staff account"),
    N_("Staff account {account} now asks for the codes of a newly set up phone. Earlier recovery codes are void."),
)
CODES = Wording(
    "staff codes",
    N_("New recovery codes for your staff account"),
    N_("New recovery codes were made for staff account {account}. Earlier ones are void."),
)
CODE_USED = Wording(
    "staff code used",
    N_("A recovery code of your staff account was used"),
    N_("Somebody used a recovery code of staff account {account}. {left} of them are left."),
)
GUESSED = Wording(
    "staff guessed",
    N_("Wrong codes for your staff account"),
    N_(
        "Somebody who knows the password of staff account {account} typed several wrong codes. "
        "For a while no code is accepted."
    ),
)
FACTOR_RESET = Wording(
    "staff phone",
    N_("The phone of your staff account was removed"),
    N_("The phone and the recovery codes of staff account {account} no longer count. Set one up at the next login."),
)
NOT_YOU = N_("If it was not you, call the {office} at once: {phone}.")


def tell(wording, member, **values):
    """A letter to a member of staff; one that carries no link ends with whom to call."""
    more = () if "link" in values else (NOT_YOU,)
    # Letters call every account by the name that the roster has for a student's.
    letters.queue(wording, {"student_no": member.account}, *more, to=member.particulars["email"], **values)


def link_to(token) -> str:
    """The address of an activation link."""
    return letters.address_of(f"staff/activate/{token}")


def queue_link(member, token):
    """The letter with an activation link, or with a reset link for somebody who has a password already."""
    tell(RESET if member.password else INVITED, member, link=link_to(token))
