"""Columns that the office exports again and again: which, in which order, under which headings."""

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import language, security_log
from blueprints.access import record
from blueprints.htmx import render
from blueprints.staff.access import staff_required
from domain.export_columns import STYLES, offered
from domain.staff_rules import REGISTRAR
from domain.words import N_
from tables.exports import ExportMapping
from tables.store import database

bp = Blueprint("staff_mappings", __name__, url_prefix="/staff/export/columns")
LONGEST_NAME, LONGEST_HEADING, LONGEST_PLACE = 60, 60, 4


@bp.get("/new")
@staff_required(REGISTRAR)
def new():
    """Columns to choose from."""
    return page(None, "", [], "iso")


@bp.get("/<int:number>")
@staff_required(REGISTRAR)
def show(number):
    """What is saved, to be changed."""
    mapping = find(number)
    return page(number, mapping.name, mapping.pairs, mapping.dates)


@bp.post("/new")
@staff_required(REGISTRAR)
def add():
    """Keep new ones."""
    return keep(None)


@bp.post("/<int:number>")
@staff_required(REGISTRAR)
def change(number):
    """Keep what was changed."""
    find(number)
    return keep(number)


@bp.post("/<int:number>/remove")
@staff_required(REGISTRAR)
def remove(number):
    """They are not needed any more. What was exported with them stays in the log."""
    mapping = find(number)
    with database.atomic():
        ExportMapping.delete().where(ExportMapping.id == number).execute()
        security_log.note("mapping-removed", current_user.account, name=mapping.name)
    return redirect(url_for("staff_export.show"))


def find(number):
    """The mapping of this number."""
    return ExportMapping.get_or_none(ExportMapping.id == number) or abort(404)


def keep(number):
    """Judge what was typed and keep it; "more" only takes the ticked columns over into the table."""
    name, dates, pairs = request.form.get("name", "").strip(), request.form.get("dates", ""), arranged(request.form)
    if request.form.get("do") == "more":
        return page(number, name, pairs, dates)
    errors = {one: language.say(message) for one, message in problems(number, name, dates, pairs).items() if message}
    if errors:
        return page(number, name, pairs, dates, errors), 422
    with database.atomic():
        ExportMapping.keep(number, name, pairs, dates, current_user.account)
        security_log.note("mapping-kept", current_user.account, name=name, columns=len(pairs))
    return redirect(url_for("staff_export.show"))


def arranged(form):
    """(key, heading) pairs in the order of the numbers typed; those without a number are out, ticked ones come last."""
    known = {column.key: column for column in offered(record())}
    placed = [(place(form.get(f"n-{key}", "")), key) for key in known]
    order = [key for at, key in sorted((pair for pair in placed if pair[0] is not None), key=lambda pair: pair[0])]
    order += [key for key in form.getlist("add") if key in known and key not in order]
    headings = {key: form.get(f"h-{key}", "").strip()[:LONGEST_HEADING] or known[key].heading for key in order}
    return [(key, headings[key]) for key in order]


def place(typed):
    """A place in the order as a number, or None."""
    typed = typed.strip()
    return float(typed) if typed.isdecimal() and len(typed) <= LONGEST_PLACE else None


def problems(number, name, dates, pairs):
    """What is wrong, by control."""
    twice = ExportMapping.select().where((ExportMapping.name == name) & (ExportMapping.id != (number or 0)))
    headings = [heading for _, heading in pairs]
    return {
        "name": (not 0 < len(name) <= LONGEST_NAME and N_("Give it a name."))
        or (twice.exists() and N_("There are columns of this name already.")),
        "dates": dates not in STYLES and N_("Choose how dates are written."),
        "columns": (not pairs and N_("Tick at least one column below, then add it."))
        or (len(set(headings)) < len(headings) and N_("Two columns have the same heading.")),
    }


def page(number, name, pairs, dates, errors=None):
    """The columns that are chosen, and those that are not."""
    lang, columns = language.current(), offered(record())
    by_key, chosen = {column.key: column for column in columns}, {key for key, _ in pairs}
    rows = [
        (key, getattr(by_key[key].label, lang), heading, 10 * place)
        for place, (key, heading) in enumerate(pairs, 1)
        if key in by_key
    ]
    groups = {}
    for column in columns:
        if column.key not in chosen:
            group = groups.setdefault(getattr(column.group, lang), [])
            group.append((column.key, getattr(column.label, lang)))
    context = {"number": number, "name": name, "dates": dates, "errors": errors or {}}
    return render("staff/export/columns.html", rows=rows, groups=list(groups.items()), **context)
