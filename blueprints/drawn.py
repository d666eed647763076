"""What the form of a tab says of itself when it is sent: whose it is, which answers it was drawn from, and its key."""

import base64
import hmac
import secrets
import struct
from typing import NamedTuple

from flask import request

from tables.store import Settings, now

# As long as a session can last.
LIFE = 12 * 3600
FIELD, CODE_LENGTH = "rev", 8
# When the form was drawn, and what tells it from others of that second.
KEY = struct.Struct(">II")


class Drawn(NamedTuple):
    """A form that was drawn from the answers after `rev` changes. `key` tells it from every other form."""

    rev: int
    key: str
    account: str

    @property
    def at(self):
        """When it was drawn."""
        return KEY.unpack(base64.urlsafe_b64decode(self.key + "="))[0]


def mark(account, rev) -> str:
    """What a new form of this student sends along."""
    what = f"{rev}.{_short(KEY.pack(now(), secrets.randbits(32)))}.{account}"
    return f"{what}.{_code(what)}"


def sent():
    """The Drawn that came with this request; None when it holds none that we made."""
    what, _, code = request.form.get(FIELD, "").rpartition(".")
    if not what or not hmac.compare_digest(code.encode(), _code(what).encode()):
        return None
    rev, key, account = what.split(".")
    return Drawn(int(rev), key, account)


def owner():
    """Whose form was sent, for a while after it was drawn; None of any other. It opens nothing, and only keeps."""
    form = sent()
    return form.account if form and now() - form.at < LIFE else None


def _code(what):
    return _short(Settings.vault.index(f"form|{what}"))[:CODE_LENGTH]


def _short(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
