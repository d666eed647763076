"""Nothing typed is lost when a session ends: what was sent is kept sealed until its owner signs in again."""

from flask import request

from blueprints import access
from blueprints.typed import read_texts
from tables.visits import Session, Stash

# What stands before the key of a field in place of that of a tab; together they are the path of the form.
REQUEST = "corrections/"


def keep(token):
    """Keep the tab that was sent with a session that had ended, if it is known whose session it was."""
    tab = access.record().by_key.get((request.view_args or {}).get("key", ""))
    owner = Session.owner(token)
    if owner and tab and request.method == "POST":
        Stash.keep(owner, tab.key, read_texts(tab, request.form))


def keep_request(token, field):
    """Keep a request for a correction in the same way, but for its proof."""
    owner = Session.owner(token)
    if owner:
        Stash.keep(owner, f"{REQUEST}{field}", {name: request.form.get(name, "") for name in ("wanted", "reason")})


def request_kept(account, field) -> dict:
    """What was kept of a request about this field; it stays until it is sent."""
    what, typed, _ = Stash.look(account) or ("", {}, 0)
    return typed if what == f"{REQUEST}{field}" else {}


def drop_request(account, field):
    """A request about this field was sent: what was kept of it is not needed any more."""
    if request_kept(account, field):
        Stash.take(account)


def restore(visitor):
    """Save what was kept as the student had asked, unless it was saved anew since. The tab's path, or "".

    A request for a correction is not sent, only shown again: its proof is missing.
    """
    what, *_ = Stash.look(visitor.account) or ("",)
    if what.startswith(REQUEST):
        return f"/{what}"
    tab_key, typed, at = Stash.take(visitor.account) or ("", {}, 0)
    tab = access.record().by_key.get(tab_key)
    if tab is None or tab.gate or not visitor.sees(tab) or not visitor.may_change(tab) or not visitor.has_read_notice:
        return ""
    _, saved_at = visitor.saved.get(tab_key, ({}, None))
    if (saved_at or 0) <= at:
        visitor.save(tab, typed)
    return f"/record/{tab_key}"
