"""What the form of a tab says of itself when it is sent: whose it is, which answers it was drawn from, and its key."""

import base64
import hmac
import secrets
from typing import NamedTuple

from flask import request

from tables.store import Settings, now

# As long as a session can last.
LIFE = 12 * 3600
KEY_BYTES, CODE_LENGTH, FIELD = 5, 10, "rev"


class Drawn(NamedTuple):
    """A form that was drawn from the answers after `rev` changes. `key` tells it from every other form."""

    rev: int
    at: int
    key: str
    account: str


def mark(account, rev) -> str:
    """What a new form of this student sends along."""
    what = f"{rev}.{now():x}.{secrets.token_hex(KEY_BYTES)}.{account}"
    return f"{what}.{_code(what)}"


def sent():
    """The Drawn that came with this request; None when it holds none that we made."""
    what, _, code = request.form.get(FIELD, "").rpartition(".")
    if what.count(".") != 3 or not hmac.compare_digest(code.encode(), _code(what).encode()):
        return None
    rev, at, key, account = what.split(".")
    return Drawn(int(rev), int(at, 16), key, account)


def owner():
    """Whose form was sent, for a while after it was drawn; None of any other. It opens nothing, and only keeps."""
    form = sent()
    return form.account if form and now() - form.at < LIFE else None


def _code(what):
    return base64.urlsafe_b64encode(Settings.vault.index(f"form|{what}")[:8]).decode().rstrip("=")[:CODE_LENGTH]
