"""The record: the list of tabs, each tab, and the proof at the end."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import NamedTuple

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import access, clashes, controls, drafts, drawn, language, rows, saving, views
from blueprints.access import student_required
from blueprints.guard import address
from blueprints.htmx import is_partial, render
from blueprints.pages import notice
from blueprints.typed import read_typed
from domain import photo as portraits
from domain import receipts
from domain.clock import full, moment, stamped
from domain.sheet import NOTHING
from models import Photo
from tables.acknowledgements import Acknowledgement
from tables.drafts import Draft
from tables.store import Settings

bp = Blueprint("record", __name__, url_prefix="/record")


@bp.get("")
@student_required
def overview():
    """All tabs with their states; when none is yellow any more, that first."""
    judged = current_user.progress
    if not current_user.has_read_notice and not judged.is_complete:
        return redirect(url_for(".show", key=access.record().gate.key))
    return render(
        "record/overview.html", progress=views.progress_view(judged), tabs=views.tab_links(judged), **finish(judged)
    )


@bp.get("/<key>")
@student_required
def show(key):
    """One tab: its form, or what was saved when it is done."""
    judged, sheet = find(key)
    if sheet.tab.gate:
        return gate_page(sheet, {})
    if not current_user.has_read_notice:
        return redirect(url_for(".show", key=access.record().gate.key))
    draft, at = Draft.of(current_user.account, key)
    editing = judged.may_change(sheet) and (not sheet.is_done or "edit" in request.args or bool(draft))
    just_saved = "saved" in request.args and not editing
    return tab_page(judged, sheet, Look(editing, just_saved=just_saved, draft=drafts.shown(sheet.tab, draft, at)))


@bp.post("/<key>")
@student_required
def save(key):
    """Keep what was typed, complete or not; the tab turns green when nothing is wrong any more."""
    tab, form = find_tab(key), drawn.sent()
    if refusal := unwelcome(tab, form):
        return refusal
    if tab.gate:
        return pass_gate(tab)
    if not current_user.has_read_notice:
        return redirect(url_for(".show", key=access.record().gate.key))
    if request.form.get("do") == "discard":
        return discarded(tab)
    if asked := rows.asked(tab):
        return rows_page(tab, asked)
    return answered(tab, *keep(tab, form))


def unwelcome(tab, form):
    """Why a form cannot be saved, as a reply: it is somebody else's, or not the time for it. What it says is kept."""
    if form and form.account != current_user.account:
        return drafts.of_somebody_else(tab)
    if tab.gate or current_user.may_change(tab):
        return None
    refusal = drafts.keep_closed(tab)
    return refusal if is_partial() else (show(tab.key), 403)


def answered(tab, outcome, refused):
    """What a save comes to: two versions to choose from, what to correct, or the green tab."""
    if outcome.clashes:
        return tab_page(*find(tab.key), Look(clash=clashes.shown(tab, outcome.clashes, outcome.touched))), 409
    sheet = outcome.progress[tab.key]
    problems = {**sheet.problems, **refused}
    look = Look(editing=True, shown=problems, is_merged=outcome.is_merged)
    return (tab_page(outcome.progress, sheet, look), 422) if problems else saved(outcome, sheet)


def discarded(tab):
    """The tab as it is saved: the draft was not wanted."""
    Draft.drop(current_user.account, tab.key)
    return show(tab.key) if is_partial() else redirect(url_for(".show", key=tab.key))


def rows_page(tab, asked):
    """The tab with a row more or less and everything that was typed, of which nothing is saved; for htmx the rows."""
    typed = rows.changed(tab, asked)
    draft = current_user.draft(tab, typed)
    if not is_partial():
        return tab_page(*find(tab.key), Look(editing=True, draft=drafts.Shown(draft, frozenset())))
    return render("record/_rows.html", url=f"/record/{tab.key}", **rows.drawn(draft, asked))


def keep(tab, form=None):
    """Save what was typed in a tab: (Outcome, pictures that were refused, by key)."""
    visitor = current_user._get_current_object()
    typed, refused = read_typed(tab, request, visitor.account)
    wanted, refused, given_up = clashes.choice(typed, refused)
    return saving.save(visitor, tab, wanted, form, is_whole=not refused, given_up=given_up), refused


def find_tab(key):
    """A tab that applies to this student; any other is not there."""
    tab = access.record().by_key.get(key)
    return tab if tab and current_user.sees(tab) else abort(404)


def find(key):
    """(progress, sheet) of a tab that applies to this student, judged now."""
    tab, judged = find_tab(key), current_user.progress
    return judged, current_user.sheet(tab) if tab.gate else judged[tab.key]


class Look(NamedTuple):
    """How a tab is drawn: with its form when `editing`, with problems `shown`, a `draft` in it, or a `clash` instead.

    `is_merged`: something else of the tab was saved meanwhile, so that no control stays as the browser has it.
    `grey_stays`: the page has the grey part and the photo, because the form was in it.
    """

    editing: bool = False
    shown: Mapping = NOTHING
    just_saved: bool = False
    draft: drafts.Shown | None = None
    clash: SimpleNamespace | None = None
    is_merged: bool = False
    grey_stays: bool = False


def tab_page(judged, sheet, look):
    """A tab as a page, or as its panel with the pieces beside it that may have changed."""
    lang, grey = language.current(), views.grey(sheet)
    about = about_form(sheet, look, grey) if look.editing or look.clash else about_answers(sheet, look)
    return render(
        "record/_panel.html" if is_partial() else "record/tab.html",
        tab=views.tab_link(judged, sheet, lang),
        tabs=views.tabs_beside(judged, sheet),
        count=len(judged.sheets),
        progress=judged,
        following=views.following(judged, sheet.tab.key),
        intro=getattr(sheet.tab.intro, lang),
        errors=controls.errors(sheet, look.shown),
        grey=grey,
        look=look,
        saved_at=moment(sheet.saved_at, lang) if sheet.saved_at else "",
        **about,
    )


def about_answers(sheet, look):
    """What a tab shows that is not being changed."""
    unsaved = views.unsaved_rows(sheet, look.draft) if look.draft else []
    return {"photos": views.photo_fields(sheet), "white": views.white_rows(sheet), "unsaved": unsaved}


def about_form(sheet, look, grey):
    """What a tab shows that is being changed, or of which two versions are there."""
    draft_at = look.draft and look.draft.at
    return {
        "form": form_of(sheet, look, grey) if look.editing else None,
        "photos": views.photo_fields(sheet, look.draft),
        "rev": drawn.mark(current_user.account, rev_of(sheet.tab)),
        "draft_at": moment(draft_at, language.current()) if draft_at else "",
    }


def form_of(sheet, look, grey):
    """The form of a tab, with what is a draft in it."""
    held = look.draft.held if look.draft else ()
    return controls.form(look.draft.sheet if look.draft else sheet, look.shown, grey, held, not look.is_merged)


def rev_of(tab):
    """How often an answer of this tab was changed."""
    return current_user.kept[tab.key].rev if tab.key in current_user.kept else 0


def saved(outcome, sheet):
    """A complete save: the green panel for htmx, a redirect to it for a browser without."""
    if is_partial():
        look = Look(just_saved=True, grey_stays="drawn" in request.form and not outcome.is_merged)
        return tab_page(outcome.progress, sheet, look)
    return redirect(url_for(".show", key=sheet.tab.key, saved=1))


def gate_page(sheet, shown):
    """The privacy notice with the box to tick."""
    drawn, errors = controls.controls(sheet, shown), controls.errors(sheet, shown)
    return render("record/gate.html", notice=notice(), controls=drawn, errors=errors, key=sheet.tab.key)


def pass_gate(tab):
    """Note the acknowledgement, which may be given at any time, and go on to the first yellow tab."""
    keep(tab)
    sheet = current_user.sheet(tab)
    if sheet.problems:
        return gate_page(sheet, sheet.problems), 422
    seen_from = Settings.vault.index(address())
    version = access.record().notice.version
    Acknowledgement.insert(student=current_user.account, version=version, address=seen_from).execute()
    onward = views.following(current_user.progress)
    return redirect(onward.url if onward else url_for(".overview"))


@bp.get("/photo/<field>/<mark>.jpg")
@student_required
def photo(field, mark):
    """One's own photo, small: the draft with this mark, or else the saved one, whose new photos have new addresses."""
    jpeg = drafts.picture(field, mark) or Photo.read(current_user.account, field)
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cross-Origin-Resource-Policy": "same-origin"}
    return Response(portraits.preview(jpeg or abort(404)), content_type="image/jpeg", headers=headers)


@bp.get("/receipt")
@student_required
def receipt():
    """The proof: who finished what and when, with a code the office can check."""
    judged = current_user.progress
    if not judged.is_complete:
        return redirect(url_for(".overview"))
    return render("record/receipt.html", tabs=views.tab_links(judged), **finish(judged), **proof(judged))


def proof(judged):
    """The receipt's facts."""
    lang, made = language.current(), receipts.receipt(judged, current_user.known, Settings.vault)
    return {"completed": full(made.completed_at, lang), "number": made.number, "rows": views.receipt_rows(current_user)}


def finish(judged):
    """What the finished record is stamped with."""
    at = max((sheet.saved_at or 0 for sheet in judged.sheets), default=0)
    return {"stamp_day": stamped(at, language.current())} if judged.is_complete else {"stamp_day": ""}
