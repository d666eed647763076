"""Photos that wait for the office: a grid to tick, small pictures, and the way to reject one with a reason."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import access, security_log
from blueprints.htmx import render
from blueprints.staff.access import staff_required
from domain import photo as portraits
from models import Photo
from tables import photos
from tables.photos import PhotoVerdict
from tables.store import database

bp = Blueprint("staff_photos", __name__, url_prefix="/staff/photos")
PAGE = 36
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@bp.get("")
@staff_required()
def grid():
    """A page of photos in the order of student numbers; every one that is shown is noted."""
    after = request.args.get("after", "").partition("/")
    found = photos.waiting(current_user.depts, (after[0], after[2]), PAGE + 1)
    tabs = {one.key: tab.key for tab in access.record() for one in tab}
    shown = [one for one in found[:PAGE] if one.field in tabs]
    with database.atomic():
        for one in shown:
            security_log.note("photo-looked-at", current_user.account, one.student_id)
    total = photos.count_waiting(current_user.depts)
    following = f"{found[PAGE - 1].student_id}/{found[PAGE - 1].field}" if len(found) > PAGE else ""
    return render("staff/photos/grid.html", photos=shown, tabs=tabs, total=total, following=following)


@bp.post("")
@staff_required()
def approve():
    """Approve the photos that were ticked, those that are still the same."""
    chosen = [photos.seen(current_user.depts, *one.split("/")) for one in ticked()]
    approved = [photo for photo in chosen if photo]
    with database.atomic():
        for photo in approved:
            PhotoVerdict.give(photo, current_user.account, is_good=True)
            security_log.note("photo-approved", current_user.account, photo.student_id)
    return redirect(url_for(".grid", done=len(approved), gone=len(chosen) - len(approved) or None))


def ticked():
    """What stands in the boxes: student number, field and fingerprint of each photo."""
    return [one for one in request.form.getlist("good")[:PAGE] if one.count("/") == 2]


@bp.get("/<student_no>/<field>/<mark>.jpg")
@staff_required()
def picture(student_no, field, mark):
    """One photo, small; 404 when it is another by now."""
    photo = photos.seen(current_user.depts, student_no, field, mark) or abort(404)
    small = portraits.preview(Photo.read(photo.student_id, photo.field))
    return Response(small, content_type="image/jpeg", headers=HEADERS)
