"""Tries that are counted, and verification codes: what stands before every door that anyone can knock at."""

from base64 import b64encode
from ipaddress import ip_address, ip_network

from flask import abort, current_app, request

from blueprints import alarm, devices
from domain import captcha
from domain.words import N_, Invalid
from tables.store import database
from tables.tries import Lock, Tries
from tables.visits import Captcha

FIVE_MINUTES, TEN_MINUTES, SHORT, HOUR, DAY, YEAR = 5 * 60, 10 * 60, 15 * 60, 3600, 24 * 3600, 366 * 24 * 3600
# 資通系統防護基準 (附表十): five failures shut an account for at least a quarter of an hour.
PER_ACCOUNT, PER_DAY, IN_ALL, PER_DEVICE = 5, 20, 50, 10
# Tries in a row by addresses that failed on many accounts: with those above and a known device's, NIST's 100 at most.
CROWDED, PER_ADDRESS_LATE = 40, 2
PER_ADDRESS, GIVEN_BACK, ACCOUNTS_PER_ADDRESS, CAMPUS = 100, 3, 10, 10
CODE_AFTER, CODE_FOR_ADDRESS = 2, 30
FAILURES, LOCKED_ACCOUNTS, LOOKUPS = 300, 30, 500
# What `unlock` forgets.
LIFTED = ("login", "day", "in all", "crowded")
LOOKUPS_PER_ID, LOOKUPS_PER_ID_A_DAY, LOOKUPS_PER_ADDRESS = 5, 20, 20


NO_MATCH = N_("The code did not match. Here is a new one: type its 5 digits.")
LONGER = N_("This account needs the longer check: press Verify without a picture, and wait until it is done.")


def new_code(form, is_hard=False):
    """A verification code for a form, or None when the settings turn codes off. `is_hard`: more work for a browser."""
    if current_app.config["CAPTCHA"] != "on":
        return None
    answer = captcha.new_answer()
    return Drawn(Captcha.draw(form, answer), answer, is_hard)


class Drawn:
    """A code as a template needs it."""

    def __init__(self, code, answer, is_hard):
        self.id, self.answer, self.is_hard, self.bits = code, answer, is_hard, captcha.bits(is_hard)

    @property
    def picture(self) -> str:
        """The digits to read, as an address that holds the picture itself: on a bad line a request costs a second."""
        return "data:image/png;base64," + b64encode(captcha.picture(self.answer)).decode()


def check_code(form, is_hard=False) -> bool:
    """Raise Invalid unless the code of this form was typed right, or the browser worked for it: `ID:PROOF`.

    Whatever was sent, the code is used up. Whether the browser did the work of a hard one: where that `is_hard`, less
    of it is refused with a word, so that nobody is told that a password is wrong which was not looked at.
    """
    if current_app.config["CAPTCHA"] != "on":
        return False
    code, _, proof = request.form.get("captcha_id", "").partition(":")
    answer, typed = Captcha.take(code, form), request.form.get("captcha", "")
    if not answer or not (captcha.is_proof(code, proof) if proof else captcha.matches(answer, typed)):
        raise Invalid(LONGER if is_hard and not typed else NO_MATCH)
    has_worked = bool(proof) and captcha.is_proof(code, proof, is_hard=True)
    if is_hard and proof and not has_worked:
        raise Invalid(LONGER)
    return has_worked


def wants_new_code() -> bool:
    """Whether the form was sent only to get another picture, as it is without JavaScript."""
    return request.form.get("cap") == "new"


def address() -> str:
    """The visitor's address; of IPv6 the /64, which is what one household has."""
    given = request.remote_addr or ""
    try:
        whole = ip_address(given)
        household = ip_network((whole, 64 if whole.version == 6 else 32), strict=False)
    # A proxy may pass on what is no address, such as `unknown`.
    except ValueError:
        return given
    return str(getattr(whole, "ipv4_mapped", None) or household.network_address)


def share() -> int:
    """How many times the usual one address may: ten for the campus networks of the settings, where many share one."""
    try:
        here = ip_address(address())
    except ValueError:
        return 1
    return CAMPUS if any(here in network for network in current_app.config["CAMPUS_NETWORKS"]) else 1


def has_failed(account) -> bool:
    """Whether this door, too, asks for a code: the account, the address or the whole site sees much guessing."""
    device, here = devices.known(account), address()
    if device:
        return Lock.so_far(device) >= CODE_AFTER
    return (
        Lock.so_far(f"login {account}") >= CODE_AFTER
        or Lock.so_far(f"address {here}") >= CODE_FOR_ADDRESS * share()
        or Tries.so_far(f"accounts from {here}") >= ACCOUNTS_PER_ADDRESS * share()
        or is_shut(account)
        or alarm.is_on()
    )


def is_shut(account) -> bool:
    """Whether a stranger's try of this account, whether there is one or not, is judged only after a hard proof."""
    if devices.known(account):
        return False
    return Lock.so_far(f"login {account}") >= PER_ACCOUNT or Tries.so_far(f"day {account}") >= PER_DAY


def may_try(account, has_worked=False) -> bool:
    """Count a try of a password, and say whether it is judged at all; an address that failed too often gets a 429.

    `has_worked`: a hard proof came with it. Counted before it is judged: many at once are no way round a limit. A good
    one is forgotten again.
    """
    device = devices.known(account)
    with database.atomic():
        may_come, is_judged = (True, may_use(device)) if device else (may_knock(), False)
        if may_come and not device:
            is_judged = may_guess(account, has_worked)
    if not may_come:
        abort(429)
    return is_judged


def may_use(device) -> bool:
    """Whether a known device has tries left. What strangers do to the account counts elsewhere."""
    n = Lock.attempt(device, PER_DEVICE, SHORT)
    if n == PER_DEVICE:
        devices.revoke(device)
    return n <= PER_DEVICE


def may_knock() -> bool:
    """Whether the address has tries left."""
    limit = PER_ADDRESS * share()
    return Lock.attempt(f"address {address()}", limit, SHORT, within=TEN_MINUTES) <= limit


def may_guess(account, has_worked) -> bool:
    """Whether strangers to the account have tries left: 5 in a row, 20 a day, 50 in all. Each way counts as often.

    While it is shut, whoever has worked for it has two more a day, unless the address failed on many accounts: so
    nobody shuts an owner with a new device out who does not spend an address on it.
    """
    whose, here = scope(account), address()
    n = Lock.attempt(f"login {whose}", PER_ACCOUNT, SHORT, third=HOUR)
    if n == PER_ACCOUNT and Tries.count("accounts locked", SHORT) >= LOCKED_ACCOUNTS:
        alarm.sound("locked accounts")
    is_open = n <= PER_ACCOUNT
    is_open &= Tries.count(f"day {whose if is_open else ''}", DAY) <= PER_DAY
    is_late = has_worked and not is_open and whose == account
    is_late &= Tries.count(f"{account} late from {here}" if is_late else "late", DAY) <= PER_ADDRESS_LATE
    way, limit = ("in all", IN_ALL) if whose == account else ("crowded", CROWDED)
    in_all = Tries.count(f"{way} {account if is_open or is_late else ''}", YEAR)
    return (is_open or is_late) and in_all <= limit


def scope(account) -> str:
    """Under which name a stranger's tries are counted: the account's.

    An address that failed on many accounts counts for itself only on any other, so that it cannot lock a class.
    """
    here = address()
    if Tries.so_far(f"{account} from {here}"):
        return account
    if Tries.so_far(f"accounts of the day from {here}") >= ACCOUNTS_PER_ADDRESS * share():
        return f"{account} from {here}"
    for what, seconds in ((f"{account} from {here}", DAY), *_accounts_from(here)):
        Tries.count(what, seconds)
    return account


def _accounts_from(here):
    return (f"accounts from {here}", TEN_MINUTES), (f"accounts of the day from {here}", DAY)


def count_failure():
    """Note that a try failed: after a wrong password, and after a try while locked."""
    if Tries.count("failures", FIVE_MINUTES) >= FAILURES:
        alarm.sound("failures")


def forget_failures(account):
    """A good sign-in clears the count of the device it came from, or of all strangers; the address gets some back."""
    device, here = devices.known(account), address()
    with database.atomic():
        if device:
            Lock.forget(device)
            return
        Lock.give_back(f"address {here}", 1 + GIVEN_BACK)
        if Tries.so_far(f"{account} from {here}"):
            for what, _ in _accounts_from(here):
                Tries.give_back(what)
        Tries.forget(f"{account} from {here}", f"{account} late from {here}")
        unlock(account, f"{account} from {here}")


def unlock(*accounts):
    """Count what strangers try on these accounts from nothing again."""
    Lock.forget(*(f"login {account}" for account in accounts))
    Tries.forget(*(f"{why} {account}" for why in LIFTED[1:] for account in accounts))


def may_look_up(id_number, purpose="lookup") -> bool:
    """Count a look-up (or another request that names a person), and say whether it is within what one person needs."""
    with database.atomic():
        within = [Tries.count(what, seconds) <= limit for what, seconds, limit in _limits(id_number, purpose)]
        if Tries.count("lookups", TEN_MINUTES) >= LOOKUPS:
            alarm.sound("look-ups")
    return all(within)


def found(id_number, purpose="lookup"):
    """Take the look-up back, since it was a good one."""
    with database.atomic():
        for what in (*(what for what, *_ in _limits(id_number, purpose)), "lookups"):
            Tries.give_back(what)


def _limits(id_number, purpose):
    return (
        (f"{purpose} {id_number}", SHORT, LOOKUPS_PER_ID),
        (f"{purpose} of the day {id_number}", DAY, LOOKUPS_PER_ID_A_DAY),
        (f"{purpose} from {address()}", TEN_MINUTES, LOOKUPS_PER_ADDRESS * share()),
    )


def is_first_look_up(account) -> bool:
    """Whether this is the first time today that the number of an account in use is looked up."""
    return Tries.count(f"looked up {account}", DAY) == 1
