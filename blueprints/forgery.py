"""The token that proves that a form came from a page of ours: a secret of the session, masked anew for each page.

Pages are compressed, and what visitors type comes back in them. A token that stayed the same could be guessed from
their length, letter by letter (BREACH); with a new mask for each page it is never the same twice.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import g, request, session
from werkzeug.exceptions import BadRequest

FIELD = "csrf_token"
SAFE = ("GET", "HEAD", "OPTIONS")
LENGTH = 16


class Forged(BadRequest):
    """A request that would change something came without the token of its session."""


def set_up(app):
    """Have every unsafe request checked; templates put `csrf_token()` into each form."""
    app.before_request(check)
    app.jinja_env.globals[FIELD] = token


def check():
    """Refuse what came without a good token, before anything else looks at it. Raises Forged."""
    if request.method not in SAFE and request.endpoint and not is_good(request.form.get(FIELD, "")):
        raise Forged


def is_good(sent) -> bool:
    """Whether this is a token of the session, whatever its mask."""
    secret = session.get(FIELD)
    try:
        masked = urlsafe_b64decode(sent + "=")
    except ValueError:
        return False
    if not secret or len(masked) != 2 * LENGTH:
        return False
    return hmac.compare_digest(_mixed(masked[:LENGTH], masked[LENGTH:]), urlsafe_b64decode(secret + "=="))


def token() -> str:
    """The token for the forms of this reply; the session gets a secret with its first form."""
    if FIELD not in g:
        secret = session.get(FIELD) or secrets.token_urlsafe(LENGTH)
        if FIELD not in session:
            session[FIELD] = secret
        mask = secrets.token_bytes(LENGTH)
        masked = mask + _mixed(mask, urlsafe_b64decode(secret + "=="))
        setattr(g, FIELD, urlsafe_b64encode(masked).decode().rstrip("="))
    return g.get(FIELD)


def _mixed(one, other):
    """Exclusive or of two texts of LENGTH bytes."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(LENGTH)
