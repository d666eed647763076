"""What makes a password acceptable, how one is kept, and the initial ones the school computes from its roster."""

import hmac
import unicodedata
from dataclasses import dataclass
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from domain.words import N_, Invalid

LONGEST, LONG = 128, 15
# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Verified when there is nothing to verify, so that an unknown account costs the same time as a known one.
_NOBODY = _hasher.hash("nobody has this password")
# zxcvbn grows with the square of the length; what follows 72 characters adds nothing to its verdict.
_JUDGED = 72


@dataclass(frozen=True)
class Rule:
    """One line of the password rule: `key` for the page's script, the words, and whether it is met."""

    key: str
    words: str
    is_met: bool


def rules(password, owner, allows_long=False) -> list[Rule]:
    """The school's rule (at least 8, letters, digits, a symbol), line by line, for a password of `owner`."""
    return [
        Rule("length", N_("At least 8 characters"), 8 <= len(password) <= LONGEST),
        *composition(password, allows_long),
        Rule(
            "own",
            N_("Not the initial password, and without your student number or ID number"),
            _is_own(password, owner),
        ),
    ]


def composition(password, allows_long) -> list[Rule]:
    """The kinds of characters the school asks for; with `allows_long` a long password may do without them.

    NIST SP 800-63B-4 §3.1.1.2: a password that is all there is has 15 characters, of whatever kinds.
    """
    parts = [
        Rule("letter", N_("A letter"), any(c.isalpha() for c in password)),
        Rule("digit", N_("A digit"), any(c.isdigit() for c in password)),
        Rule("symbol", N_("A symbol such as @ ! # -"), any(not c.isalnum() for c in password)),
    ]
    if not allows_long:
        return parts
    is_met = all(part.is_met for part in parts) or len(unicodedata.normalize("NFC", password)) >= LONG
    return [Rule("mix", N_("A letter, a digit and a symbol; or at least 15 characters of any kind"), is_met)]


def check(password, owner, allows_long=False):
    """Raise Invalid when `owner` may not use this password. `owner` is a mapping of facts from the roster."""
    if len(password) > LONGEST:
        raise Invalid(N_("Use at most {max} characters."), max=LONGEST)
    unmet = next((rule for rule in rules(password, owner, allows_long) if not rule.is_met), None)
    if unmet:
        raise Invalid(UNMET[unmet.key])
    if zxcvbn(password[:_JUDGED], user_inputs=personal(owner))["score"] < 3:
        raise Invalid(N_("This password is easy to guess. Use a few unrelated words, or a longer mix."))


UNMET = {
    "length": N_("Use at least 8 characters."),
    "letter": N_("Add a letter."),
    "digit": N_("Add a digit."),
    "symbol": N_("Add a symbol such as @ or !"),
    "mix": N_("Use a letter, a digit and a symbol, or at least 15 characters."),
    "own": N_("Do not use the initial password, your student number or your ID number."),
}


def initial(owner) -> list[str]:
    """The initial passwords of a student: by the ID and birthday, and by the last five of the ID.

    The school's rule: 身分證號 (capital) + MMDD; for students from overseas YYYYMMDD + MMDD; or, at the other
    door, last five of 身分證號 + `@Ntue`. They are computed when needed and never stored.
    """
    birth, number = owner["birth_date"].replace("-", ""), owner.get("id_no", "")
    overseas = owner.get("overseas_kind", "無") != "無"
    first = birth + birth[4:] if overseas or not number else number + birth[4:]
    return [first, *([f"{number[-5:]}@Ntue"] if number else [])]


def is_initial(typed, owner) -> bool:
    """Whether `typed` is an initial password of this student. The ID's letter may be small: phones do that."""
    typed = typed[:1].upper() + typed[1:]
    # A list, so that every comparison is made whatever the first one says.
    return any([hmac.compare_digest(typed.encode(), one.encode()) for one in initial(owner)])  # noqa: C419


def personal(owner):
    """What others may know of the owner, and so must not make up the password."""
    birth = owner.get("birth_date", "").replace("-", "")
    known = [owner.get(key, "") for key in ("student_no", "id_no", "passport_no", "name_zh", "email")]
    return [text for text in (*known, birth, birth[4:], owner.get("id_no", "")[-5:], "ntue", "intue", "xueji") if text]


def _is_own(password, owner):
    folded = unicodedata.normalize("NFKC", password).casefold()
    named = [owner.get(key, "").casefold() for key in ("student_no", "id_no", "passport_no")]
    named += [one.casefold() for one in initial(owner)]
    return bool(password) and not any(one and one in folded for one in named)


# A storm of log-ins must leave processor and memory to those who are saving: so many hashes at once in a worker.
_hashing = BoundedSemaphore(2)


def hashed(password) -> str:
    """The password as it is stored: Argon2id of its NFC form (NIST SP 800-63B-4 §3.1.1.2)."""
    with _hashing:
        return _hasher.hash(unicodedata.normalize("NFC", password))


def matches(stored, typed) -> bool:
    """Whether `typed` is the password stored; with nothing stored it takes the same time and is False."""
    try:
        with _hashing:
            return _hasher.verify(stored or _NOBODY, unicodedata.normalize("NFC", typed)) and bool(stored)
    except (VerifyMismatchError, InvalidHashError):
        return False


def is_outdated(stored) -> bool:
    """Whether a stored password was hashed with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)
