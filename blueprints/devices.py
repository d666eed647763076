"""Devices on which an account was signed in to before: what others do to the account does not shut them out."""

import secrets

from flask import after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from models import Student
from tables.staff import Staff
from tables.store import Settings
from tables.tries import Lock, Tries

LIFE = 180 * 86400
STAFF = "staff "


def name() -> str:
    """The name of the cookie."""
    return ("__Host-" if current_app.config["SESSION_COOKIE_SECURE"] else "") + "xueji-device"


def trust(account):
    """Let this device be known from now on. The cookie is bound to the account and to its password of today."""
    value = _signer().dumps([_mark(account), secrets.token_hex(8), _mark(password_of(account))])

    @after_this_request
    def hand_out(response):
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(name(), value, max_age=LIFE, httponly=True, samesite="Lax", secure=secure)
        return response


def known(account):
    """Under which name the tries of this device are counted, if the account was signed in to on it; or None.

    A device that failed too often stays what it is while it is shut, and is a stranger from then on.
    """
    try:
        mark, device, password = _signer().loads(request.cookies.get(name(), ""), max_age=LIFE)
    except BadSignature:
        return None
    what = f"device {device}"
    if (mark, password) != (_mark(account), _mark(password_of(account))):
        return None
    return None if Tries.so_far(f"revoked {what}") and not Lock.so_far(what) else what


def revoke(what):
    """The device counted under this name is no longer known once its lock is over."""
    Tries.count(f"revoked {what}", LIFE)


def password_of(account):
    """The stored password of a student or a member of staff; None without one."""
    table, key = (Staff, account.removeprefix(STAFF)) if account.startswith(STAFF) else (Student, account)
    row = table.select(table.password).where(table._meta.primary_key == key).tuples().first()
    return row and row[0]


def _mark(text):
    return Settings.vault.index(f"device of {text}").hex()[:16]


def _signer():
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="xueji device")
