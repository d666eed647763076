"""Nothing typed is lost when a session ends: what was sent is kept sealed until its owner signs in again."""

from flask import request

from blueprints import access
from blueprints.typed import read_texts
from tables.visits import Session, Stash


def keep(token):
    """Keep the tab that was sent with a session that had ended, if it is known whose session it was."""
    tab = access.record().by_key.get((request.view_args or {}).get("key", ""))
    owner = Session.owner(token)
    if owner and tab and request.method == "POST":
        Stash.keep(owner, tab.key, read_texts(tab, request.form))


def restore(visitor):
    """Save what was kept as the student had asked, unless it was saved anew since. The tab's path, or ""."""
    tab_key, typed, at = Stash.take(visitor.account) or ("", {}, 0)
    tab = access.record().by_key.get(tab_key)
    if tab is None or tab.gate or not visitor.sees(tab) or not visitor.may_change(tab) or not visitor.has_read_notice:
        return ""
    _, saved_at = visitor.saved.get(tab_key, ({}, None))
    if (saved_at or 0) <= at:
        visitor.save(tab, typed)
    return f"/record/{tab_key}"
