"""Tabs given back to students: what waits for whom, one case with its changes, and the form that gives one back."""

from types import SimpleNamespace

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import access, language, letters, security_log
from blueprints.htmx import render
from blueprints.staff import cases
from blueprints.staff.access import staff_required
from blueprints.staff.forms import ReadyForm, ReturnForm
from domain.staff_rules import REGISTRAR
from tables import returns, standing
from tables.photos import PhotoVerdict, seen
from tables.returns import ReadyReason, Return
from tables.store import database

bp = Blueprint("staff_returns", __name__, url_prefix="/staff/returns")
PAGE = 50


@bp.get("")
@staff_required()
def queue():
    """What was corrected and waits for the office, and what waits for students."""
    after = request.args.get("after", 0, type=int)
    lists = {name: listed(name == "corrected", after) for name in ("corrected", "waiting")}
    corrected, waiting = Return.counts(current_user.depts)
    shown = request.args.get("list") if request.args.get("list") in lists else None
    return render(
        "staff/returns/queue.html", lists=lists, counts={"corrected": corrected, "waiting": waiting}, only=shown,
        is_registrar=current_user.role == REGISTRAR,
    )  # fmt: skip


def listed(is_answered, after):
    """One page of a list, and the id behind which the next one begins, or None."""
    found = Return.queue(current_user.depts, is_answered, after, PAGE + 1)
    rows = [cases.row(one) for one in found[:PAGE]]
    return SimpleNamespace(rows=rows, next=found[PAGE - 1].id if len(found) > PAGE else None)


@bp.get("/<student_no>/<key>")
@staff_required()
def show(student_no, key):
    """One tab of one student: what stands in it, how its case is, and the form that gives it back."""
    folder = cases.find(student_no, key)
    security_log.note("return-looked-at", current_user.account, student_no, tab=key)
    form = ReturnForm(formdata=None)
    form.photo.data = request.args.get("photo", "")
    return page(folder, form)


@bp.post("/<student_no>/<key>/preview")
@staff_required()
def preview(student_no, key):
    """What the student will see, and the letter, before anything is sent."""
    folder, form = cases.find(student_no, key), ReturnForm()
    if not form.validate():
        return page(folder, form), 422
    said = cases.letter(folder, form.reason.data, form.until.data)
    return render("staff/returns/preview.html", folder=folder, form=form, said=said, until=said.until)


@bp.post("/<student_no>/<key>")
@staff_required()
def give_back(student_no, key):
    """Give the tab back and write to its student."""
    folder, form = cases.find(student_no, key), ReturnForm()
    if not form.validate() or request.form.get("do") == "edit":
        return page(folder, form), 200 if not form.errors else 422
    photo = the_photo(student_no, form.photo.data)
    with database.atomic():
        send(folder, form, photo)
    return redirect(url_for("staff_photos.grid", done="rejected") if photo else url_for(".queue", done="returned"))


def the_photo(student_no, said):
    """The photo that is rejected with the tab, as `field/fingerprint` names it, or None when none is named."""
    field, _, fingerprint = said.partition("/")
    return (seen(current_user.depts, student_no, field, fingerprint) or abort(404)) if said else None


def send(folder, form, photo):
    """Everything that giving back means, in one transaction."""
    account, student_no, key = current_user.account, folder.student.student_no, folder.tab.key
    office = "" if current_user.role == REGISTRAR else folder.student.dept
    refused = {photo.field: photo.fingerprint} if photo else {}
    reason, until = form.reason.data, form.until.data
    Return.make(student_no, key, account, until, reason=reason, office=office, refused=refused)
    if photo:
        PhotoVerdict.give(photo, account, is_good=False)
    standing.rebuild(access.record(), [student_no])
    said = cases.letter(folder, reason, until)
    letters.queue(said.wording, folder.student.known, *said.more, **said.values)
    security_log.note("tab-returned", account, student_no, tab=key)


@bp.post("/<student_no>/<key>/close")
@staff_required()
def close(student_no, key):
    """Accept what was corrected, or take back a return that was a mistake."""
    folder = cases.find(student_no, key)
    if folder.case is None:
        abort(404)
    outcome = returns.ACCEPTED if folder.case.answered_at else returns.WITHDRAWN
    with database.atomic():
        if Return.close(folder.case, current_user.account, outcome):
            standing.rebuild(access.record(), [student_no])
            security_log.note(f"return-{outcome}", current_user.account, student_no, tab=key)
    return redirect(url_for(".queue", done=outcome))


def page(folder, form):
    """The page of one tab."""
    lang = language.current()
    return render(
        "staff/returns/case.html",
        folder=folder,
        case=folder.case and cases.row(folder.case),
        changes=cases.changes(folder),
        rows=cases.answers(folder),
        photos=cases.photos(folder),
        history=[cases.past(one, lang) for one in folder.history if one.closed_at],
        form=form,
        ready=cases.ready(ReadyReason.PHOTO if form.photo.data else ReadyReason.TAB),
        errors=form.wrong,
    )


@bp.get("/reasons")
@staff_required(REGISTRAR)
def reasons():
    """The reasons to pick from, one a line."""
    form = ReadyForm(formdata=None, data={kind: "\n".join(cases.ready(kind)) for kind in cases.READY})
    return render("staff/returns/reasons.html", form=form, done=request.args.get("done"))


@bp.post("/reasons")
@staff_required(REGISTRAR)
def keep_reasons():
    """Keep them."""
    form = ReadyForm()
    if not form.validate():
        return render("staff/returns/reasons.html", form=form, done=None), 422
    with database.atomic():
        for kind in cases.READY:
            ReadyReason.replace_all(kind, form[kind].data)
        security_log.note("reasons-changed", current_user.account)
    return redirect(url_for(".reasons", done="kept"))
