"""The page Export: what leaves the system, for whom and why, each time written down."""

from itertools import chain, islice

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import downloads, language, security_log
from blueprints.access import record
from blueprints.htmx import render
from blueprints.staff import confirm
from blueprints.staff.access import staff_required
from blueprints.staff.export_order import DATES, FORMS, WHO, Order, noted, sources
from domain import clock
from domain.staff_rules import REGISTRAR
from domain.words import N_
from models import Student
from tables import journal
from tables.exports import FINISHED, ExportRun, Handover
from tables.store import connected, database

bp = Blueprint("staff_export", __name__, url_prefix="/staff/export")
MOST_GAPS = 1000
# A list of the record file may be called anything; the log of exports has so much room.
LONGEST_NAME = 80
NOBODY = N_("No student fits: choose fewer conditions.")
START = {"what": "progress", "who": "all", "kind": "xlsx"}


@bp.get("")
@staff_required()
def show():
    """What can be taken out, and what was."""
    return page(Order(START, current_user, record()), {})


@bp.post("")
@staff_required()
def take():
    """The file, made while it is fetched; of Big5 first a list of what it cannot hold."""
    order = Order(request.form, current_user, record())
    errors = order.errors | confirm.wrong()
    if errors:
        return page(order, errors), 422
    if order.form == "big5" and request.form.get("pass") != order.pass_:
        gaps = list(islice(order.gaps(), MOST_GAPS + 1))
        if gaps:
            return render("staff/export/big5.html", order=order, gaps=gaps[:MOST_GAPS], more=len(gaps) > MOST_GAPS), 422
    return send(order)


def page(order, errors):
    """The page with the form as it was filled in."""
    lang, whose = language.current(), None if current_user.role == REGISTRAR else current_user.account
    offered = [(value, getattr(words, lang)) for value, words in sources(order.record).items()]
    runs = [(run, clock.moment(run.began_at, lang)) for run in ExportRun.latest(whose)]
    said = {name: [(value, language.say(text)) for value, text in these.items()] for name, these in CHOICES.items()}
    context = {"order": order, "typed": order.typed, "errors": errors, "asks": confirm.asks(), "runs": runs}
    kept = Handover.of_runs([run.id for run, _ in runs])
    return render(
        "staff/export/page.html", offered=offered, programs=Student.programs(), said=said, kept=kept, **context
    )


CHOICES = {"kind": FORMS, "who": WHO, "dates": DATES}


def send(order):
    """The reply, unless there is nobody to be in it."""
    seen = order.seen()
    first = next(seen, None)
    if first is None:
        return page(order, {"what": language.say(NOBODY)}), 422
    run = begin(order)
    people = downloads.Counted(chain([first], seen))
    whole = noted(people, run) if order.is_handover else people
    parts = downloads.watched(order.parts(iter(whole)), noter(run, people))
    return downloads.download(parts, order.file_name, order.form if order.form != "gaps" else "csv")


def begin(order):
    """Write down that it begins; the run."""
    typed, name = order.typed, order.plan.name.zh[:LONGEST_NAME]
    with database.atomic():
        run = ExportRun.create(
            what=order.what, name=name, scope=order.scope, form=order.form, account=current_user.account,
            reason=typed["reason"], is_handover=order.is_handover,
        )  # fmt: skip
        filters = "; ".join(f"{one}={typed[one]}" for one in ("program", "dept", "who", "changed") if typed[one])
        security_log.note(
            "export-begun", run.account, run=run.id, name=name, form=run.form, filters=filters, reason=run.reason
        )
    return run


def noter(run, people):
    """What writes down how it ended, when the last piece has gone out or nobody takes any more."""
    origin = security_log.origin()

    def note(sha256, is_whole):
        with connected(), database.atomic():
            run.end(people.n, sha256, is_whole)
            what, told = ("export-finished", {"sha256": sha256}) if is_whole else ("export-broken-off", {})
            journal.note(what, run.account, *origin, run=run.id, name=run.name, n=people.n, **told)

    return note


@bp.post("/<int:number>/handover")
@staff_required(REGISTRAR)
def hand_over(number):
    """Say that the registry has taken this file after all, or that it has not."""
    run = ExportRun.get_or_none((ExportRun.id == number) & (ExportRun.state == FINISHED))
    if run is None or not Handover.of_runs([number]):
        abort(404)
    with database.atomic():
        ExportRun.update(is_handover=not run.is_handover).where(ExportRun.id == number).execute()
        what = "export-taken-back" if run.is_handover else "export-handed-over"
        security_log.note(what, current_user.account, run=number)
    return redirect(url_for(".show", _anchor="runs"))
