"""What is asked of a staff account: how it is written, and what its password must be."""

import re
import unicodedata

from zxcvbn import zxcvbn

from domain import passwords
from domain.dates import parse
from domain.passwords import LONGEST, Rule
from domain.words import N_, Invalid

REGISTRAR, DEPARTMENT = ROLES = ("registrar", "department")
ROLE_NAMES = {REGISTRAR: N_("Registrar’s office"), DEPARTMENT: N_("Department office")}
SHORTEST = 12
# zxcvbn grows with the square of the length; what follows 72 characters adds nothing to its verdict.
JUDGED = 72


def account(typed) -> str:
    """A staff number: 2 to 20 letters, digits, dots, hyphens, in capitals. Raises Invalid."""
    number = unicodedata.normalize("NFKC", typed or "").strip().upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9._-]{1,19}", number):
        raise Invalid(N_("A staff number has 2 to 20 letters and digits, for example T12345."))
    return number


def last_four(typed) -> str:
    """The last four digits of an ID number. Raises Invalid."""
    digits = unicodedata.normalize("NFKC", typed or "").strip()
    if not re.fullmatch(r"[0-9]{4}", digits):
        raise Invalid(N_("Enter the last 4 digits of your ID number."))
    return digits


def birthday(typed) -> str:
    """A date of birth in any usual form as ISO. Raises Invalid."""
    return parse(typed).isoformat()


def is_owner(known, birth_date, id_last4) -> bool:
    """Whether what was given fits what the school knows: at least one of the two, and none of them wrong."""
    given = [(known["birth_date"], birth_date), (known["id_last4"], id_last4)]
    return any(one for _, one in given) and all(one == school for school, one in given if one)


def rules(password, owner, allows_long=False) -> list[Rule]:
    """The school's rule with 12 characters in place of 8, line by line, for a password of this member of staff."""
    return [
        Rule("long", N_("At least 12 characters"), SHORTEST <= len(password) <= LONGEST),
        *passwords.composition(password, allows_long),
        Rule("named", N_("Without your staff number, name or birthday"), _is_unnamed(password, owner)),
    ]


def check(password, owner, allows_long=False):
    """Raise Invalid when `owner`, a mapping of account, name, email and birth_date, may not use this password."""
    if len(password) > LONGEST:
        raise Invalid(N_("Use at most {max} characters."), max=LONGEST)
    unmet = next((rule for rule in rules(password, owner, allows_long) if not rule.is_met), None)
    if unmet:
        raise Invalid(_UNMET[unmet.key])
    if zxcvbn(password[:JUDGED], user_inputs=_personal(owner))["score"] < 3:
        raise Invalid(N_("This password is easy to guess. Use a few unrelated words, or a longer mix."))


_UNMET = passwords.UNMET | {
    "long": N_("Use at least 12 characters."),
    "named": N_("Do not use your staff number, name or birthday."),
}


def _personal(owner):
    """What others may know of the owner, and so must not make up the password."""
    box, _, host = owner["email"].partition("@")
    birth = owner["birth_date"].replace("-", "")
    known = (owner["account"], owner["name"], owner["email"], box, host, birth, birth[4:], owner["id_last4"])
    return [text for text in (*known, "ntue", "intue", "xueji") if text]


def _is_unnamed(password, owner):
    folded = unicodedata.normalize("NFKC", password).casefold()
    named = [owner["account"], owner["name"], owner["birth_date"].replace("-", "")]
    return bool(password) and not any(len(one) > 1 and one.casefold() in folded for one in named)
