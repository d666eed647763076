"""Importing a roster in the browser: upload, columns, preview, confirm, done, undo. For registrars."""

from io import BytesIO

from flask import Blueprint, abort, redirect, request, send_file, url_for
from flask_login import current_user

from blueprints import access, language, security_log
from blueprints.htmx import is_partial, render
from blueprints.staff import import_pages as pages
from blueprints.staff.access import staff_required
from domain import roster, roster_file, roster_template
from domain.roster_columns import BY_NAME
from domain.staff_rules import REGISTRAR
from domain.words import N_, Invalid
from tables import import_work, imports
from tables.import_check import as_names
from tables.import_parts import ERRORS, ImportColumns
from tables.imports import Busy, ImportJob

bp = Blueprint("staff_import", __name__, url_prefix="/staff/import")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@staff_required(REGISTRAR)
def index():
    """Where an import begins; one of one's own that is open goes on, and somebody else's is named."""
    job = ImportJob.open_one()
    if job and job.account == current_user.account:
        return redirect(url_for(".show", job_id=job.id))
    return pages.upload_page(busy=job)


@bp.post("")
@staff_required(REGISTRAR)
def upload():
    """Take a file in, and begin to look into it."""
    file = request.files.get("file")
    try:
        name, content = read_file(file)
        turn = begin(name, content)
    except Invalid as reason:
        return pages.upload_page(wrong=language.say(reason)), 422
    except Busy as busy:
        return pages.upload_page(busy=busy.job), 409
    job = work_on(turn)
    return pages.failed_page(job) if job.state == imports.FAILED else redirect(url_for(".show", job_id=job.id))


def read_file(file):
    """(name, bytes) of what was uploaded. Raises Invalid."""
    if file is None or not file.filename:
        raise Invalid(N_("Choose the roster file first."))
    content = file.read(roster_file.MAX_BYTES + 1)
    roster_file.check_size(len(content))
    if not content:
        raise Invalid(N_("The file is empty"))
    return file.filename, content


def begin(name, content):
    """Open an import, in place of one of one's own that waits for an answer. Raises Busy."""
    job = ImportJob.open_one()
    if job and job.account == current_user.account and job.state in imports.WAITING:
        job.go_on(imports.CANCELLED)
    turn = ImportJob.begin(current_user.account, language.current(), name, content)
    security_log.note("roster-uploaded", current_user.account, job=turn.job.id, bytes=len(content))
    return turn


def tools():
    """What the work needs."""
    return import_work.Tools(access.record(), language.say)


def work_on(turn):
    """Do at once what is soon done, leave the rest to the background process, and give the import as it is then."""
    if import_work.is_soon_done(turn.job):
        import_work.take(turn, tools())
    else:
        turn.release()
    return go_on(turn.job.id)


def go_on(number):
    """Do further steps that are soon done, and give the import as it is then."""
    import_work.go_on(ImportJob.get_by_id(number), tools())
    return ImportJob.get_by_id(number)


def job_of(number):
    """An import that the visitor may see: their own, or one that is written; what others prepare is not there."""
    job = ImportJob.get_or_none(ImportJob.id == number)
    is_written = job and job.state in (imports.DONE, imports.UNDOING, imports.UNDONE)
    if not job or not (is_written or job.account == current_user.account):
        abort(404)
    return job


@bp.get("/template.xlsx")
@staff_required(REGISTRAR)
def template():
    """An empty roster with every column."""
    return download(roster_template.workbook(language.say), "roster.xlsx")


def download(content, name):
    """A workbook to be saved; no cache keeps it."""
    reply = send_file(BytesIO(content), XLSX, as_attachment=True, download_name=name)
    reply.headers["Cache-Control"] = "no-store"
    return reply


@bp.get("/<int:job_id>")
@staff_required(REGISTRAR)
def show(job_id):
    """An import as it is now."""
    return pages.page_of(job_of(job_id), asks_columns=request.args.get("step") == "columns")


@bp.get("/<int:job_id>/progress")
@staff_required(REGISTRAR)
def progress(job_id):
    """How far the work is; when it is over, where to go."""
    job, place = job_of(job_id), url_for(".show", job_id=job_id)
    if not is_partial():
        return redirect(place)
    if job.state not in imports.WORKING:
        return "", 200, {"HX-Redirect": place}
    return render("staff/import/_progress.html", **pages.about(job))


@bp.get("/<int:job_id>/<any(problems, changes, left):kind>")
@staff_required(REGISTRAR)
def listed(job_id, kind):
    """One page of a list of an import; as a page, with all that stands around it."""
    job, number = job_of(job_id), max(1, request.args.get("page", 1, int))
    if is_partial():
        return render(f"staff/import/_{kind}.html", **pages.about(job), **pages.lists(job, {kind: number}))
    return pages.page_of(job, numbers={kind: number})


@bp.post("/<int:job_id>/columns")
@staff_required(REGISTRAR)
def choose_columns(job_id):
    """Take which column is which; the file is judged by it, and the next one with this header as well."""
    job = job_of(job_id)
    if job.state not in imports.WAITING:
        return redirect(url_for(".show", job_id=job_id))
    columns = {int(place): BY_NAME.get(request.form.get(f"c{place}")) for place in job.known["columns"]}
    problems = roster.column_problems(columns)
    if problems:
        return pages.columns_page(job, columns, problems), 422
    ImportColumns.remember(job.known["header"], columns)
    job.go_on(imports.CHECKING, columns=as_names(columns))
    return redirect(url_for(".show", job_id=go_on(job_id).id))


@bp.post("/<int:job_id>/write")
@staff_required(REGISTRAR)
def write(job_id):
    """Write what the preview showed; what was judged anew since is shown again."""
    job = job_of(job_id)
    if pages.may_write(job, request.form) and job.go_on(imports.WRITING, moved=False):
        security_log.note("roster-import-confirmed", current_user.account, job=job_id)
        go_on(job_id)
    return redirect(url_for(".show", job_id=job_id))


@bp.post("/<int:job_id>/cancel")
@staff_required(REGISTRAR)
def cancel(job_id):
    """Give an import up before it is written: one's own, or one that somebody left waiting for an answer."""
    job = ImportJob.get_or_none(ImportJob.id == job_id) or abort(404)
    is_mine = job.account == current_user.account
    if job.state in (imports.WAITING if not is_mine else (*imports.WAITING, *imports.BEFORE_WRITING)):
        job.go_on(imports.CANCELLED)
        security_log.note("roster-import-cancelled", current_user.account, job=job_id)
    return redirect(url_for(".index"))


@bp.post("/<int:job_id>/undo")
@staff_required(REGISTRAR)
def undo(job_id):
    """Take a written import back, as far as that can be done."""
    job = job_of(job_id)
    try:
        if job.can_be_undone and job.go_on(imports.UNDOING):
            security_log.note("roster-undo-confirmed", current_user.account, job=job_id)
            go_on(job_id)
    except Busy as busy:
        return pages.upload_page(busy=busy.job), 409
    return redirect(url_for(".show", job_id=job_id))


@bp.get("/<int:job_id>/errors.xlsx")
@staff_required(REGISTRAR)
def errors(job_id):
    """The uploaded rows with the bad cells marked."""
    job = job_of(job_id)
    content = job.parts.read_bytes(ERRORS) or abort(404)
    security_log.note("roster-errors-downloaded", current_user.account, job=job_id)
    return download(content, f"errors-{job_id}.xlsx")
