"""The record in force as pages, its versions, and the way in for a new one. Clerks read; registrars bring new ones."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import access, in_force, language, security_log, trials
from blueprints.htmx import render
from blueprints.staff import record_words
from blueprints.staff.access import staff_required
from domain import clock, record_file
from domain.record_file import BadRecord
from domain.staff_rules import REGISTRAR
from domain.words import N_
from models import Student
from tables.record_versions import RecordDraft, RecordVersion

bp = Blueprint("staff_record", __name__, url_prefix="/staff/record")
MOST_BYTES, MOST_WORDS = 1024 * 1024, 200
# With so many students or fewer, what a draft changes for them is counted before its page is shown.
AT_ONCE = 300
# Seconds that an upload waits for that.
PATIENCE = 2


@bp.get("")
@staff_required()
def show():
    """Which record is in force, its tabs, the versions, and how to bring a new one."""
    return overview(done=request.args.get("done"))


def overview(problems=(), done=None, comment=""):
    """The page; `problems` are those of a file that was refused."""
    here, record = in_force.follower(), access.record()
    tabs = [(tab, sum(one.need != "hidden" for one in tab), _when(tab, record)) for tab in record]
    return render(
        "staff/record/overview.html", here=here, record=record, tabs=tabs, versions=versions(), drafts=drafts(),
        problems=problems, done=done, comment=comment, may_change=current_user.role == REGISTRAR,
    )  # fmt: skip


def _when(tab, record):
    return record_words.condition(tab.when, record.fields) if tab.need != "hidden" else ""


def versions():
    """(version, when) of all of them, the newest first."""
    return [(one, clock.full(one.at, language.current())) for one in RecordVersion.newest_first()]


def drafts():
    """(draft, when) of those that wait."""
    rows = RecordDraft.select().order_by(RecordDraft.id.desc())
    return [(one, clock.full(one.at, language.current())) for one in rows]


@bp.get("/tabs/<tab_key>")
@staff_required()
def tab(tab_key):
    """One tab: every field with its kind, its need, its conditions, its choices and its messages."""
    record = access.record()
    one = record.by_key.get(tab_key) or abort(404)
    return render("staff/record/tab.html", tab=one, fields=record_words.fields_of(one, record), when=_when(one, record))


@bp.get("/file")
@staff_required()
def download():
    """The record in force as a file."""
    return as_file(in_force.follower().text, "record.toml")


@bp.get("/versions/<int:version_id>")
@staff_required()
def version(version_id):
    """An earlier version as a file."""
    one = RecordVersion.get_or_none(version_id) or abort(404)
    return as_file(one.text, f"record-{one.id}.toml")


def as_file(text, name):
    """A download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), content_type="application/toml; charset=utf-8", headers=headers)


@bp.post("")
@staff_required(REGISTRAR)
def upload():
    """Check a file that was brought; a sound one becomes a draft to look at."""
    file, comment = request.files.get("file"), request.form.get("comment", "").strip()[:MOST_WORDS]
    data = file.read(MOST_BYTES + 1) if file else b""
    problems = wrong_with(data)
    if problems:
        return overview(problems, comment=comment), 422
    return begin(data.decode("utf-8-sig").replace("\r\n", "\n"), comment)


def wrong_with(data) -> list[str]:
    """Every problem of a file in a line of its own."""
    if not data:
        return [language.say(N_("Choose a file."))]
    if len(data) > MOST_BYTES:
        return [language.say(N_("The file is larger than 1 MB: a record is not."))]
    try:
        record_file.parse(data, "record.toml")
    except BadRecord as reason:
        return reason.lines(language.say)
    return []


@bp.post("/versions/<int:version_id>/again")
@staff_required(REGISTRAR)
def again(version_id):
    """Make a draft of an earlier version: going back takes the same way as going forward."""
    one = RecordVersion.get_or_none(version_id) or abort(404)
    return begin(one.text, record_words.say(N_("Back to version {n}"), n=one.id))


@bp.post("/file")
@staff_required(REGISTRAR)
def take_file():
    """Make a draft of the record file on the server."""
    text = in_force.follower().file_text
    problems = wrong_with(text.encode())
    return (overview(problems), 422) if problems else begin(text, language.say(N_("The file on the server")))


def begin(text, comment):
    """To the page of a new draft."""
    draft = RecordDraft.begin(text, current_user.account, comment, in_force.mark())
    security_log.note("record-drafted", current_user.account, draft=draft.id)
    if Student.select().count() <= AT_ONCE:
        trials.count(draft, PATIENCE)
    return redirect(url_for("staff_drafts.show", draft_id=draft.id))
