"""Attack mode, in which every door asks for a code, and what the registrars are told by letter while things happen."""

from blueprints import letters
from blueprints.letters import Wording
from domain.staff_rules import REGISTRAR
from domain.words import N_
from tables import journal
from tables.staff import Staff
from tables.store import database, now
from tables.tries import Tries

# It ends when it has been quiet for so many seconds.
QUIET = 15 * 60
ATTACK = Wording(
    "attack",
    N_("Many wrong passwords: every login asks for a code"),
    N_(
        "Since {at} so many wrong passwords or numbers have been tried that every login asks for a verification code. "
        "Students can log in all the same. It ends by itself when it has been quiet for 15 minutes.\n\n"
        "Who is locked, and what you can do for them:\n{link}"
    ),
)
GUESSES = Wording(
    "guesses",
    N_("Many wrong initial passwords"),
    N_(
        "{n} wrong initial passwords have been tried until {at}, on all accounts together. From {budget} on, "
        "every first login asks for a code as well, which is sent to the campus mailbox.\n\n"
        "Who is locked, and what you can do for them:\n{link}"
    ),
)
FROZEN = Wording(
    "frozen account",
    N_("A student account was frozen"),
    N_(
        "The owner of account {account} said that somebody else had used it, and froze it ({at}). Look at what was "
        "entered since the first login, and let the owner in again:\n{link}"
    ),
)


def is_on() -> bool:
    """Whether guessing is so frequent that every door asks for a code; it ends after a quiet quarter of an hour."""
    return Tries.so_far("attack") > 0


def since():
    """When attack mode began, or None when it is not on."""
    last = journal.Event.of("", ["attack"], 1) if is_on() else []
    return last[0].at if last else None


def sound(why):
    """Ask for a code everywhere from now on; when that begins, tell the registrars."""
    with database.atomic():
        if Tries.count("attack", QUIET, extend=True) == 1:
            journal.note("attack", "", why=why)
            tell_registrars(ATTACK, "staff/accounts")


def tell_registrars(wording, path, account="", **values):
    """A letter to each registrar, with a link to this page of ours; `account`: the student whom it is about."""
    link = letters.address_of(path)
    for one in Staff.select().where((Staff.role == REGISTRAR) & Staff.is_active):
        values |= {"to": one.particulars["email"], "first": "zh", "at": now(), "link": link}
        # Letters call the account they are about by the name that the roster has for it.
        letters.queue(wording, {"student_no": account}, **values)
