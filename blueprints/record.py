"""The record: the list of tabs, each tab, and the proof at the end."""

from flask import Blueprint, Response, abort, redirect, request, session, url_for
from flask_login import current_user

from blueprints import access, controls, language, rows, stash, views
from blueprints.access import student_required
from blueprints.guard import address
from blueprints.htmx import is_partial, render
from blueprints.pages import notice
from blueprints.typed import read_typed
from blueprints.watching import count
from domain import photo as portraits
from domain import receipts
from domain.clock import full, moment, stamped
from models import Acknowledgement, Photo
from tables.store import Settings

bp = Blueprint("record", __name__, url_prefix="/record")


@bp.before_request
def keep_what_was_sent():
    """A save that comes when its session has ended is kept until its owner has signed in again."""
    if request.method == "POST" and not current_user.is_authenticated and "_user_id" in session:
        stash.keep(session["_user_id"])


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
    editing = judged.may_change(sheet) and (not sheet.is_done or "edit" in request.args)
    return tab_page(judged, sheet, editing=editing, just_saved="saved" in request.args and not editing)


@bp.post("/<key>")
@student_required
def save(key):
    """Keep what was typed, complete or not; the tab turns green when nothing is wrong any more."""
    tab = find_tab(key)
    if tab.gate:
        return pass_gate(tab)
    if not current_user.may_change(tab):
        count("saves", "refused")
        return tab_page(*find(key), editing=False), 403
    if not current_user.has_read_notice:
        return redirect(url_for(".show", key=access.record().gate.key))
    if asked := rows.asked(tab):
        return rows_page(tab, asked)
    judged, refused = keep(tab)
    sheet = judged[tab.key]
    problems = {**sheet.problems, **refused}
    count("saves", "incomplete" if problems else "done")
    return (tab_page(judged, sheet, editing=True, shown=problems), 422) if problems else saved(judged, sheet)


def rows_page(tab, asked):
    """The tab with a row more or less and everything that was typed, of which nothing is saved; for htmx the rows."""
    draft = current_user.draft(tab, rows.changed(tab, asked))
    if not is_partial():
        return tab_page(*find(tab.key), editing=True, draft=draft)
    return render("record/_rows.html", url=f"/record/{tab.key}", **rows.drawn(draft, asked))


def keep(tab):
    """Save what was typed in a tab: (progress, pictures that were refused, by key)."""
    typed, refused = read_typed(tab, request, current_user.account)
    return current_user.save(tab, typed, is_whole=not refused), refused


def find_tab(key):
    """A tab that applies to this student; any other is not there."""
    tab = access.record().by_key.get(key)
    return tab if tab and current_user.sees(tab) else abort(404)


def find(key):
    """(progress, sheet) of a tab that applies to this student, judged now."""
    tab, judged = find_tab(key), current_user.progress
    return judged, current_user.sheet(tab) if tab.gate else judged[tab.key]


def tab_page(judged, sheet, editing, shown=None, just_saved=False, draft=None):
    """A tab as a page, or as its panel with the pieces beside it that may have changed. The form may hold a `draft`."""
    shown, lang, grey = shown or {}, language.current(), views.grey(sheet)
    return render(
        "record/_panel.html" if is_partial() else "record/tab.html",
        tab=views.tab_link(judged, sheet, lang),
        tabs=tabs_beside(judged, sheet),
        count=len(judged.sheets),
        progress=judged,
        following=views.following(judged, sheet.tab.key),
        intro=getattr(sheet.tab.intro, lang),
        form=controls.form(draft or sheet, shown, grey) if editing else None,
        errors=controls.errors(sheet, shown),
        grey=grey,
        white=[] if editing else views.white_rows(sheet),
        photos=views.photo_fields(sheet),
        editing=editing,
        just_saved=just_saved,
        saved_at=moment(sheet.saved_at, lang) if sheet.saved_at else "",
    )


def tabs_beside(judged, sheet):
    """The tabs to draw beside the panel: every one, or after a save with htmx those that it can have changed."""
    names = sheet.tab.names
    if request.method == "GET" or not is_partial() or access.record().asked_for_tabs & names:
        return views.tab_links(judged)
    return views.tab_links(judged, [one for one in judged.sheets if one is sheet or one.tab.looks_at & names])


def saved(judged, sheet):
    """A complete save: the green panel for htmx, a redirect to it for a browser without."""
    if is_partial():
        return tab_page(judged, sheet, editing=False, just_saved=True)
    return redirect(url_for(".show", key=sheet.tab.key, saved=1))


def gate_page(sheet, shown):
    """The privacy notice with the box to tick."""
    drawn, errors = controls.controls(sheet, shown), controls.errors(sheet, shown)
    return render("record/gate.html", notice=notice(), controls=drawn, errors=errors, key=sheet.tab.key)


def pass_gate(tab):
    """Note the acknowledgement, and go on to the tabs. It may be given at any time: it is no part of the record."""
    keep(tab)
    sheet = current_user.sheet(tab)
    if sheet.problems:
        return gate_page(sheet, sheet.problems), 422
    seen_from = Settings.vault.index(address())
    version = access.record().notice.version
    Acknowledgement.insert(student=current_user.account, version=version, address=seen_from).execute()
    return redirect(url_for(".overview"))


@bp.get("/photo/<field>/<mark>.jpg")
@student_required
def photo(field, mark):  # noqa: ARG001 -- part of the address only
    """One's own photo, small. The mark only makes a new photo a new address."""
    jpeg = Photo.read(current_user.account, field)
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
