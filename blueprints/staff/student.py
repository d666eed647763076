"""One student: the answers by tab, how far each is, what changed, which letters went out, and who came in."""

import re

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import language, security_log
from blueprints.htmx import is_partial, render
from blueprints.staff import dossier, pasts, student_view
from blueprints.staff.access import staff_required
from domain import photo as portraits
from domain.words import N_
from models import Photo

bp = Blueprint("staff_student", __name__, url_prefix="/staff/students/<student_no>")
LONGEST_REASON = 100


@bp.get("")
@staff_required()
def show(student_no):
    """The whole page, with the first tab that is not done."""
    return page(dossier.find(student_no))


@bp.get("/tab/<key>")
@staff_required()
def tab(student_no, key):
    """The same with another tab; for htmx only its panel and the tabs beside it."""
    return page(dossier.find(student_no), key)


def page(one, key=None, **more):
    """Draw the page, or the panel of a tab. Every look is noted, with the tab that was seen."""
    sheet = one.find_sheet(key)
    note("record-seen", one, tab=sheet.tab.key)
    parts = student_view.panel(one, sheet)
    if is_partial():
        return render("staff/student/_panel.html", **parts)
    return render("staff/student/page.html", **parts, **pasts.everything(one), **{"error": "", "reason": "", **more})


def note(what, one, **details):
    """Write down that this student's record was looked at."""
    security_log.note(what, current_user.account, one.account, **details)


@bp.post("/number")
@staff_required()
def number(student_no):
    """Show the ID number in full for a minute, for a reason that is kept."""
    one, reason = dossier.find(student_no), " ".join(request.form.get("reason", "").split())[:LONGEST_REASON]
    if len(reason) < 2:
        return page(one, error=language.say(N_("Write for what you need the whole number.")), reason=reason), 422
    # Somebody might write the very number into the reason.
    note("number-seen", one, reason=re.sub(r"[A-Za-z]*\d[\d\s-]{4,}", "…", reason))
    one.show_whole()
    return redirect(url_for(".show", student_no=one.account) + "#who")


@bp.get("/photo/<field>/<mark>.jpg")
@staff_required()
def photo(student_no, field, mark):  # noqa: ARG001 -- part of the address only
    """A student's photo, small."""
    one = dossier.find(student_no)
    jpeg = Photo.read(one.account, field) or abort(404)
    note("photo-seen", one)
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cross-Origin-Resource-Policy": "same-origin"}
    return Response(portraits.preview(jpeg), content_type="image/jpeg", headers=headers)
