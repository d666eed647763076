"""A draft of the record: what it changes, what it reopens for how many, and putting it into force."""

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import BadRequest

from blueprints import access, in_force, language, security_log
from blueprints.htmx import is_partial, render
from blueprints.staff import record_words
from blueprints.staff.access import staff_required
from blueprints.staff.record import MOST_WORDS, as_file
from domain import record_file
from domain.sample_people import PEOPLE
from domain.staff_rules import REGISTRAR
from domain.words import N_
from models import Student
from tables.record_trial import NOTHING
from tables.record_versions import RecordDraft, mark_of
from tables.store import database

OUTDATED = N_("This version of the program cannot read the draft. Upload the file again to see what it finds wrong.")
bp = Blueprint("staff_drafts", __name__, url_prefix="/staff/record/drafts")


def find(draft_id):
    """(draft, its record); 404 when there is none, 400 when the program has become stricter since it was made."""
    draft = RecordDraft.get_or_none(draft_id) or abort(404)
    try:
        return draft, record_file.parsed(draft.text)
    except record_file.BadRecord:
        raise BadRequest(OUTDATED) from None


@bp.get("/<int:draft_id>")
@staff_required(REGISTRAR)
def show(draft_id):
    """The draft beside the record in force; with htmx only how far the counting is."""
    return page(*find(draft_id))


def page(draft, new, errors=None):
    """The page, or its piece that comes anew while students are counted."""
    return render(
        "staff/record/_count.html" if is_partial() else "staff/record/draft.html",
        draft=draft,
        counts=counted(draft, new),
        rows=[] if is_partial() else record_words.difference(access.record(), new),
        is_same=mark_of(draft.text) == in_force.mark(),
        people=[(who, words) for who, (words, _) in PEOPLE.items()],
        errors=errors or {},
        comment=request.form.get("comment", draft.comment),
    )


def counted(draft, new):
    """What was found so far, with the tabs by their titles and the number of all students."""
    counts, lang = {**NOTHING, **draft.counts}, language.current()
    titles = {tab.key: getattr(tab.title, lang) for tab in new}
    tabs = [(titles.get(key, key), n) for key, n in sorted(counts["tabs"].items(), key=lambda pair: -pair[1])]
    return {**counts, "tabs": tabs, "all": Student.select().count(), "is_done": draft.is_counted}


@bp.get("/<int:draft_id>/file")
@staff_required(REGISTRAR)
def download(draft_id):
    """The draft as a file."""
    return as_file(find(draft_id)[0].text, f"record-draft-{draft_id}.toml")


@bp.post("/<int:draft_id>/apply")
@staff_required(REGISTRAR)
def apply(draft_id):
    """Put the draft into force, with a word on why."""
    draft, new = find(draft_id)
    comment = request.form.get("comment", "").strip()[:MOST_WORDS]
    if not comment:
        return page(draft, new, {"comment": language.say(N_("Write in a few words what this version changes."))}), 422
    with database.atomic():
        version = in_force.apply(draft.text, current_user.account, comment)
        draft.delete_instance()
        security_log.note("record-applied", current_user.account, version=version.id, comment=comment)
    return redirect(url_for("staff_record.show", done="applied"))


@bp.post("/<int:draft_id>/drop")
@staff_required(REGISTRAR)
def drop(draft_id):
    """Throw the draft away."""
    draft = RecordDraft.get_or_none(draft_id) or abort(404)
    draft.delete_instance()
    security_log.note("record-dropped", current_user.account, draft=draft_id)
    return redirect(url_for("staff_record.show", done="dropped"))
