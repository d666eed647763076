"""Tries that are counted, and verification codes: what stands before every door that anyone can knock at."""

from ipaddress import ip_address, ip_network

from flask import current_app, request

from domain import captcha
from domain.words import N_, Invalid
from visits import Captcha, Tries

SHORT, DAY = 15 * 60, 24 * 3600
PER_ACCOUNT, PER_ADDRESS = 5, 100
LOOKUPS_PER_ID, LOOKUPS_PER_ID_A_DAY, LOOKUPS_PER_ADDRESS = 5, 20, 200


def new_code(form):
    """A verification code for a form, or None when the settings turn codes off."""
    if current_app.config["CAPTCHA"] != "on":
        return None
    return Drawn(Captcha.draw(form, captcha.new_answer()))


class Drawn:
    """A code as a template needs it."""

    def __init__(self, code):
        self.id = code


def check_code(form):
    """Raise Invalid unless the code of this form was typed right. Whatever was typed, the code is used up."""
    if current_app.config["CAPTCHA"] != "on":
        return
    answer = Captcha.take(request.form.get("captcha_id", ""), form)
    if not answer or not captcha.matches(answer, request.form.get("captcha", "")):
        raise Invalid(N_("The code did not match. Here is a new one: type its 5 digits."))


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


def may_try(account) -> bool:
    """Count a try of a password, and say whether it is judged at all.

    Counted before it is judged: many at once are no way round the limit. A good one is forgotten again.
    """
    n = Tries.count(f"login {account}", SHORT)
    return n <= PER_ACCOUNT and Tries.so_far(f"address {address()}", SHORT) < PER_ADDRESS


def count_failure():
    """Count a wrong password against the address."""
    Tries.count(f"address {address()}", SHORT)


def has_failed(account) -> bool:
    """Whether enough went wrong for the other door to ask for a code too."""
    return Tries.so_far(f"login {account}", SHORT) >= 2


def forget_failures(account):
    """A good sign-in clears the account's count."""
    Tries.forget(f"login {account}")


def may_look_up(id_number) -> bool:
    """Count a look-up, and say whether it is within what one person needs."""
    within = (
        Tries.count(f"lookup {id_number}", SHORT) <= LOOKUPS_PER_ID,
        Tries.count(f"lookup day {id_number}", DAY) <= LOOKUPS_PER_ID_A_DAY,
        Tries.count(f"lookup from {address()}", SHORT) <= LOOKUPS_PER_ADDRESS,
    )
    return all(within)


def is_first_look_up(account) -> bool:
    """Whether this is the first time today that the number of an account in use is looked up."""
    return Tries.count(f"looked up {account}", DAY) == 1
