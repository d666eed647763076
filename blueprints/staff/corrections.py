"""Requests to correct what the school says: the queue, one request with its proof, and the decision."""

from types import SimpleNamespace

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import access, language, letters, security_log
from blueprints.corrections import as_shown
from blueprints.htmx import render
from blueprints.staff.access import staff_required
from blueprints.staff.forms import DecisionForm
from domain import evidence
from domain.clock import full, moment
from domain.returned import may_be_mailed
from domain.words import Invalid
from tables import standing
from tables.corrections import Correction
from tables.store import database

bp = Blueprint("staff_corrections", __name__, url_prefix="/staff/corrections")
PAGE = 50


@bp.get("")
@staff_required()
def queue():
    """What waits, the oldest first, and the last decisions."""
    after = request.args.get("after", 0, type=int)
    found = Correction.queue(current_user.depts, after, PAGE + 1)
    return render(
        "staff/corrections/queue.html",
        waiting=[row(one) for one in found[:PAGE]],
        total=Correction.count_waiting(current_user.depts),
        following=found[PAGE - 1].id if len(found) > PAGE else None,
        decided=[] if after else [row(one) for one in Correction.decided(current_user.depts)],
    )


@bp.get("/<int:number>")
@staff_required()
def show(number):
    """One request."""
    asked = find(number)
    security_log.note("correction-looked-at", current_user.account, asked.student_id, field=asked.field)
    return page(asked, DecisionForm(formdata=None, value=asked.opened["wanted"]))


@bp.post("/<int:number>")
@staff_required()
def decide(number):
    """Accept, and the roster's value changes; or decline with a reason."""
    asked, form = find(number), DecisionForm()
    if asked.decided_at:
        return redirect(url_for(".show", number=number))
    try:
        if not form.validate():
            return page(asked, form), 422
        with database.atomic():
            accept(asked, form.value.data) if form.accepts else decline(asked, form.answer.data)
    except Invalid as reason:
        form.refuse(language.say(reason))
        return page(asked, form), 422
    return redirect(url_for(".queue", done="accepted" if form.accepts else "declined"))


def accept(asked, value):
    """Everything that accepting means, in one transaction. The log names the field, never what stood in it."""
    asked.accept(current_user.account, value)
    standing.rebuild(access.record(), [asked.student_id])
    letters.queue(letters.CORRECTED, asked.student.known, letters.LOOK, **values(asked))
    security_log.note("correction-accepted", current_user.account, asked.student_id, field=asked.field)


def decline(asked, answer):
    """Everything that declining means."""
    asked.decline(current_user.account, answer)
    said = asked.opened
    is_told = may_be_mailed(answer, [said["old"], said["wanted"]])
    more = (letters.WHY if is_told else letters.LOG_IN_FOR_WHY, letters.LOOK)
    told = {"reason": answer} if is_told else {}
    letters.queue(letters.DECLINED, asked.student.known, *more, **values(asked), **told)
    security_log.note("correction-declined", current_user.account, asked.student_id, field=asked.field)


def values(asked):
    """What the letters name."""
    return {"field": access.record().fields[asked.field].label, "link": letters.address_of("corrections")}


@bp.get("/<int:number>/proof")
@staff_required()
def proof(number):
    """The proof, as a file to keep: never opened as a page of ours."""
    asked = find(number)
    content = asked.opened_proof or abort(404)
    security_log.note("proof-downloaded", current_user.account, asked.student_id, field=asked.field)
    headers = {
        "Content-Disposition": f'attachment; filename="{asked.student_id}-{asked.id}.{SUFFIXES[asked.proof_kind]}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    return Response(content, content_type=evidence.TYPES[asked.proof_kind], headers=headers)


SUFFIXES = {evidence.JPEG: "jpg", evidence.PDF: "pdf"}


def find(number):
    """A request about a field that the record still has, of a student whom this member of staff may see; else 404."""
    asked = Correction.seen_by(current_user.depts, number)
    return asked if asked and asked.field in access.record().fields else abort(404)


def row(asked):
    """A request as lists show it."""
    lang, one, said = language.current(), access.record().fields.get(asked.field), asked.opened
    show = (lambda value: as_shown(one, value)) if one else str
    return SimpleNamespace(
        id=asked.id, student=asked.student, state=asked.state, by=asked.decided_by, reason=said["reason"],
        field=getattr(one.label, lang) if one else asked.field, old=show(said["old"]), wanted=show(said["wanted"]),
        at=moment(asked.at, lang), decided_at=full(asked.decided_at, lang) if asked.decided_at else "",
        answer=said.get("answer", ""), proof=asked.proof_kind, raw=said["wanted"],
    )  # fmt: skip


def page(asked, form):
    """The page of one request, with what else would change by accepting it."""
    record = access.record()
    changes = [
        (
            getattr(record.fields[column].label, language.current()),
            *(as_shown(record.fields[column], one) for one in pair),
        )
        for column, pair in asked.opened.get("changes", {}).items()
        if column in record.fields
    ]
    now_said = as_shown(record.fields[asked.field], asked.student.known[asked.field])
    return render(
        "staff/corrections/one.html",
        asked=row(asked),
        now_said=now_said,
        changes=changes,
        form=form,
        errors=form.wrong,
    )
