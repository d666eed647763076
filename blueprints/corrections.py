"""A student asks for a correction of what the school says: which fields, the form, and what became of it."""

from types import SimpleNamespace

from flask import Blueprint, abort, redirect, request, session, url_for
from flask_login import current_user
from flask_wtf.file import FileField
from wtforms import StringField

from blueprints import access, language, security_log
from blueprints.access import student_required
from blueprints.forms import Form, Obeys
from blueprints.htmx import render
from blueprints.typed import cutting
from domain import corrections, evidence
from domain.clock import moment
from domain.kinds import KINDS
from domain.returned import sentence
from domain.words import N_
from tables.corrections import Correction
from tables.drafts import Draft
from tables.store import database
from tables.visits import Session

bp = Blueprint("corrections", __name__, url_prefix="/corrections")
# Requests of one student in all: beyond that the office helps by telephone.
MOST = 40
NO_REASON = N_("Write how you know, for example from which document.")


def proof_of(file):
    """The rule of a file box: ("", None) when it is empty, else kind and bytes as they are kept."""
    if not file:
        return "", None
    with cutting:
        return evidence.accept(file.read(evidence.MAX_BYTES + 1))


class CorrectionForm(Form):
    """What a field should be, and why. What it should be is judged by the field."""

    wanted = StringField(filters=[lambda text: text or ""])
    reason = StringField(validators=[Obeys(lambda typed: sentence(typed, NO_REASON, corrections.REASON_LENGTH))])
    proof = FileField(validators=[Obeys(proof_of)])


@bp.before_request
def keep_what_was_sent():
    """A request that comes when its session has ended is shown to its student again after the next sign-in."""
    field = (request.view_args or {}).get("field", "")
    is_late = request.method == "POST" and not current_user.is_authenticated and "_user_id" in session
    owner = Session.owner(session["_user_id"]) if is_late else None
    if owner and field in corrections.correctable(access.record()):
        Draft.keep(owner, place(field), {name: request.form.get(name, "") for name in ("wanted", "reason")})


@bp.get("")
@student_required
def show():
    """Which fields can be corrected, and what was asked so far."""
    asked = Correction.of(current_user.account)
    waiting = {one.field for one in asked if one.state == "waiting"}
    fields = [about(one) for key, one in correctable().items() if key not in waiting and len(asked) < MOST]
    rows = [in_words(one, language.current()) for one in asked]
    return render("corrections/list.html", fields=fields, asked=rows, sent="sent" in request.args)


@bp.get("/<field>")
@student_required
def ask(field):
    """The form for one field."""
    one = correctable().get(field) or abort(404)
    if not may_ask(field):
        return redirect(url_for(".show"))
    kept, _ = Draft.of(current_user.account, place(field))
    return page(one, CorrectionForm(formdata=None, data=kept), is_kept=bool(kept))


@bp.post("/<field>")
@student_required
def send(field):
    """Keep the request, unless one about this field waits already."""
    one, form, known = correctable().get(field) or abort(404), CorrectionForm(), current_user.known
    if not form.validate({"wanted": [Obeys(lambda typed: corrections.wanted(one, typed, known))]}):
        return page(one, form), 422
    said = {"old": known[field], "wanted": form.wanted.data, "reason": form.reason.data}
    with database.atomic():
        if may_ask(field) and Correction.ask(current_user.account, field, said, form.proof.data):
            security_log.note("correction-asked", current_user.account, field=field)
            Draft.drop(current_user.account, place(field))
    return redirect(url_for(".show", sent=1))


def place(field):
    """Where the draft of a request is kept: its path."""
    return f"corrections/{field}"


def may_ask(field):
    """Whether no request about this field waits, and there were not too many."""
    asked = Correction.of(current_user.account)
    return len(asked) < MOST and not any(one.field == field and one.state == "waiting" for one in asked)


def correctable():
    """The fields this student may ask about: those that the record shows them."""
    shown = {one.key for sheet in current_user.progress.sheets for one in sheet.visible}
    return {key: one for key, one in corrections.correctable(access.record()).items() if key in shown}


def about(one):
    """A field with what the school says now."""
    return SimpleNamespace(
        key=one.key,
        kind=one.kind,
        label=getattr(one.label, language.current()),
        value=as_shown(one, current_user.facts.get(one.key, "")),
    )


def as_shown(one, value):
    """A value of a field as people read it; what a list does not know, as it is."""
    return KINDS[one.kind].show(value, one, language.current()) if value else ""


def in_words(asked, lang):
    """A request as its student reads it."""
    one, said = access.record().fields.get(asked.field), asked.opened
    return SimpleNamespace(
        label=getattr(one.label, lang) if one else asked.field,
        wanted=as_shown(one, said["wanted"]) if one else said["wanted"],
        answer=said.get("answer", ""),
        state=asked.state,
        at=moment(asked.decided_at or asked.at, lang),
    )


def page(one, form, is_kept=False):
    """The form. `is_kept`: it holds what was typed before the session ended."""
    lang = language.current()
    choices = [(value, getattr(label, lang)) for value, label in corrections.choices(one)]
    return render(
        "corrections/form.html", field=about(one), choices=choices, form=form, errors=form.wrong, is_kept=is_kept
    )
