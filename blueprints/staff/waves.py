"""Waves: when whose look-up and record open and close. Registrars change them; everybody on the staff reads them."""

from types import SimpleNamespace

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import access, language, security_log, views
from blueprints.htmx import is_partial, render
from blueprints.staff.access import staff_required
from blueprints.staff.wave_forms import TIMES, WORDS, WaveForm, as_typed
from domain import clock
from domain import waves as rules
from domain.staff_rules import REGISTRAR
from domain.words import N_, Invalid
from models import Student
from tables import waves as table
from tables.store import database

bp = Blueprint("staff_waves", __name__, url_prefix="/staff/waves")
PER_PAGE = 50


@bp.get("")
@staff_required()
def show():
    """Every wave in its order, with how many of the students one may see fall in it."""
    return list_page(done=request.args.get("done"))


def list_page(error="", done=None):
    """The list, as a page or as a fragment of its own."""
    waves = table.current()
    counts = table.counts(waves, current_user.depts)
    rows = [row(one, counts[one.id]) for one in waves]
    template = "staff/waves/_waves.html" if is_partial() else "staff/waves/list.html"
    rest = row_times(access.period_of(None))
    page = render(
        template, rows=rows, outside=counts[None], rest=rest, error=error, done=done, may_change=is_registrar()
    )
    return (page, 422 if error else 200, {"HX-Retarget": "#waves"})


def is_registrar() -> bool:
    """Whether the visitor may change waves."""
    return current_user.role == REGISTRAR


def row(wave, n):
    """A wave as the list shows it."""
    period = access.period_of(wave)
    who = language.say(N_(", ")).join(filter(None, (views.in_words("program", wave.program), wave.route, wave.dept)))
    lookup = said(wave.lookup_at)
    more = {"id": wave.id, "name": wave.name, "who": who, "lookup": lookup, "grace": wave.grace_hours, "n": n}
    return SimpleNamespace(**more, reminds=wave.reminds, **vars(row_times(period)))


def row_times(period):
    """State, opening and closing of a period in words."""
    return SimpleNamespace(state=period.state, opens=said(period.opens_at), closes=said(period.closes_at))


def said(at):
    """A time in words, or ""."""
    return clock.full(at, language.current()) if at else ""


@bp.get("/new")
@staff_required(REGISTRAR)
def new():
    """The form, empty."""
    return form_page(WaveForm(formdata=None, reminds=True))


@bp.post("/new")
@staff_required(REGISTRAR)
def add():
    """A new wave, put before those that are wider."""
    return keep(table.Wave(), "wave-added")


@bp.get("/<int:wave_id>")
@staff_required(REGISTRAR)
def edit(wave_id):
    """The form, as the wave is."""
    wave = find(wave_id)
    times = {name: clock.control(getattr(wave, column)) for name, column in TIMES.items()}
    words = {name: getattr(wave, name) for name in WORDS}
    form = WaveForm(formdata=None, **words, **times, grace=str(wave.grace_hours), reminds=wave.reminds)
    return form_page(form, wave)


@bp.post("/<int:wave_id>")
@staff_required(REGISTRAR)
def change(wave_id):
    """Keep what was typed; it counts at once, for everybody."""
    return keep(find(wave_id), "wave-changed")


def keep(wave, what):
    """Write a wave if it is sound; else the form again with everything typed."""
    form, is_new = WaveForm(), wave.id is None
    if not form.judge_all():
        return form_page(form, wave), 422
    try:
        with database.atomic():
            table.keep(form.fill(wave))
            note(what, wave)
    except Invalid as reason:
        return form_page(form, None if is_new else wave, {"program": language.say(reason)}), 422
    return redirect(url_for(".show", done="added" if is_new else "changed"))


def find(wave_id):
    """A wave, or nothing there."""
    return table.Wave.get_or_none(table.Wave.id == wave_id) or abort(404)


def note(what, wave):
    """A line of the security log with everything that counts."""
    times = {name: clock.control(getattr(wave, column)) for name, column in TIMES.items()}
    filters = {name: getattr(wave, name) for name in rules.FILTERS}
    security_log.note(what, current_user.account, wave=wave.name_zh, grace=wave.grace_hours, **times, **filters)


def form_page(form, wave=None, errors=None):
    """The form in any state."""
    return render(
        "staff/waves/form.html",
        typed=as_typed(form),
        reminds=form.reminds.data,
        errors=errors or form.wrong,
        offers=table.offers(None),
        wave_id=wave.id if wave else None,
    )


@bp.post("/<int:wave_id>/move")
@staff_required(REGISTRAR)
def move(wave_id):
    """One place up or down."""
    wave, step = find(wave_id), {"up": -1, "down": 1}.get(request.form.get("to"), 0)
    try:
        with database.atomic():
            table.move(wave, step)
            note("wave-moved", wave)
    except Invalid as reason:
        return list_page(error=language.say(reason))
    return list_page() if is_partial() else redirect(url_for(".show"))


@bp.get("/<int:wave_id>/delete")
@staff_required(REGISTRAR)
def ask(wave_id):
    """What deleting would do."""
    wave = find(wave_id)
    n = table.counts(table.current(), None)[wave.id]
    return render("staff/waves/delete.html", wave=row(wave, n))


@bp.post("/<int:wave_id>/delete")
@staff_required(REGISTRAR)
def delete(wave_id):
    """Delete it, at once and for everybody."""
    wave = find(wave_id)
    with database.atomic():
        table.remove(wave)
        note("wave-deleted", wave)
    return redirect(url_for(".show", done="deleted"))


@bp.get("/none")
@staff_required()
def rest():
    """The students of one's own departments who fall in no wave, page by page."""
    after = request.args.get("after", "")
    query = Student.seen_by(current_user.depts).where(table.students_of(None, table.current()))
    found = list(query.where(Student.student_no > after).order_by(Student.student_no).limit(PER_PAGE + 1))
    more = found[PER_PAGE - 1].student_no if len(found) > PER_PAGE else ""
    return render("staff/waves/none.html", students=found[:PER_PAGE], more=more, count=query.count())
