"""What is typed goes to the server while it is typed, and when a session has ended: kept, and not yet saved."""

from typing import NamedTuple

from flask import Blueprint, g, redirect, request, session, url_for
from flask_login import current_user

from blueprints import access, drawn, language, saving
from blueprints.access import student_required
from blueprints.htmx import is_partial, render
from blueprints.typed import read_texts
from blueprints.watching import count
from domain.merging import thing
from domain.sheet import Sheet
from domain.words import N_
from tables.drafts import Draft
from tables.history import changed
from tables.photos import Picture
from tables.visits import Session


class Shown(NamedTuple):
    """A tab judged with a draft in it. `held` are the keys of what is a draft; `at`, when it was typed."""

    sheet: Sheet
    held: frozenset
    at: int | None = None


bp = Blueprint("drafts", __name__, url_prefix="/record")


@bp.before_app_request
def keep_if_late():
    """What is sent for a tab when its session has ended is kept for its owner; refused tokens call this as well."""
    if request.method == "POST" and request.endpoint in LATE and not current_user.is_authenticated:
        keep_late()


def keep_late():
    """Keep the tab that was sent by nobody who is signed in, if it is known whose session or form it was."""
    tab = access.record().by_key.get((request.view_args or {}).get("key", ""))
    number = drawn.owner() or ("_user_id" in session and Session.owner(session["_user_id"]))
    owner = access.owner(number) if tab and not tab.gate and number else None
    g.kept = owner is not None and add(owner, tab)


def add(owner, tab) -> bool:
    """Put what was changed in the form that was sent over what the draft of this tab had; whether it was anything."""
    changes = saving.touched_in(owner, tab, read_texts(tab, request.form), drawn.sent())
    Draft.add(owner.account, tab.key, changes)
    return bool(changes)


@bp.post("/<key>/draft")
@student_required
def keep(key):
    """Keep what changed in a form since it was drawn, or since it was sent last. What is saved already is no draft."""
    tab = access.record().by_key.get(key)
    form = drawn.sent()
    if tab is None or tab.gate or not current_user.sees(tab) or (form and form.account != current_user.account):
        return "", 404
    if not current_user.may_change(tab) or not current_user.has_read_notice:
        return "", 403
    draft = {**Draft.of(current_user.account, key)[0], **read_texts(tab, request.form)}
    Draft.keep(current_user.account, key, unsaved(tab, draft))
    # Not 204: waitress hangs up after one.
    return "", 200


def unsaved(tab, draft) -> dict:
    """What of a draft differs from what is saved."""
    old = current_user.kept[key].answers if (key := tab.key) in current_user.kept else {}
    differing = {thing(tab, one) for one in changed(old, current_user.draft(tab, draft).answers)}
    return {one: said for one, said in draft.items() if one in differing}


def shown(tab, typed, at):
    """The draft of a tab as a page needs it, or None."""
    return Shown(current_user.draft(tab, typed), frozenset(typed), at) if typed else None


def picture(field, mark):
    """The JPEG of a photo that is a draft, or None when there is none of this mark."""
    tab = next((one for one in access.record() if field in one.names), None)
    said = tab and Draft.of(current_user.account, tab.key)[0].get(field)
    return said.jpeg if said == mark and isinstance(said, Picture) else None


def keep_closed(tab):
    """A save for which it is too late, or too early, becomes a draft; the refusal for the bar."""
    add(current_user, tab)
    return refusal(N_("the form is closed. What you typed is kept as a draft, and nobody has it yet"), tab)


def of_somebody_else(tab):
    """The refusal of a form that was drawn for another student of the same browser, for whom it is kept."""
    keep_late()
    return refusal(N_("somebody else is logged in here now. What you typed is kept for you"), tab)


def refusal(reason, tab):
    """Say it in the bar of the form, or on the page of the tab."""
    words = language.say(reason)
    count("saves", "refused")
    if is_partial():
        bar = {"HX-Retarget": "#save", "HX-Reswap": "outerHTML"}
        return render("record/_refused.html", message=words), 403, bar
    return redirect(url_for("record.show", key=tab.key))


# Where a tab is sent to.
LATE = ("record.save", "drafts.keep")
