"""The home of staff: how far students are, by programme, department and tab, down to the field that is missing."""

from types import SimpleNamespace

from flask import Blueprint, abort, request, url_for
from flask_login import current_user

from blueprints import access, language, views
from blueprints.htmx import render
from blueprints.staff.access import staff_required
from domain import tally
from domain.clock import moment
from domain.outline import RETURNED, TO_FILL
from domain.tally import Tally
from tables import roll, tallies
from tables.store import now
from tables.trend import Snapshot

bp = Blueprint("staff_dashboard", __name__, url_prefix="/staff")
DAYS, LONGEST = 90, 60


@bp.get("")
@staff_required()
def show():
    """Counts with bars, each a way to the names; and how they grew."""
    rows, outlines = tallies.by_group(current_user.depts), tallies.by_outline(current_user.depts)
    return render(
        "staff/dashboard/page.html",
        whole=tally.tallies(("", *row[2:]) for row in rows).get("", Tally()),
        returned=sum(n for outline, n in outlines if outline.returned),
        programs=groups("program", tally.tallies((row[0], *row[2:]) for row in rows)),
        depts=groups("dept", tally.tallies((row[1], *row[2:]) for row in rows)),
        tabs=tabs(tally.by_tab(outlines)),
        days=days(),
        as_of=moment(now(), language.current()),
    )


def listed(**filters):
    """The address of the list of students with these filters."""
    return url_for("staff_students.listed", **{name: value for name, value in filters.items() if value})


def groups(name, found):
    """A line for each programme or department."""
    return [
        SimpleNamespace(label=views.in_words(name, key), url=listed(**{name: key}), tally=found[key])
        for key in sorted(found)
    ]


def tabs(found):
    """A line for each tab that applies to anybody, in the order of the record."""
    return [
        SimpleNamespace(
            label=getattr(tab.title, language.current()), url=url_for(".tab", key=tab.key), tally=found[tab.key],
            returned=listed(tab=f"{tab.key}.{RETURNED}"),
        )
        for tab in access.record()
        if tab.key in found
    ]  # fmt: skip


def days():
    """[(day, Tally)] of the last three months, as far as they were written down."""
    return list(tally.tallies(Snapshot.by_day(current_user.depts, DAYS)).items())


@bp.get("/progress/<key>")
@staff_required()
def tab(key):
    """What is missing in one tab, and how many lack it; of one programme or department if it is asked for."""
    found = access.record().by_key.get(key)
    if found is None or found.gate or found.need == "hidden":
        abort(404)
    program, dept = (request.args.get(name, "")[:LONGEST] for name in ("program", "dept"))
    outlines = tallies.by_outline(current_user.depts, program, dept)
    return render(
        "staff/dashboard/tab.html", key=key, title=getattr(found.title, language.current()), program=program, dept=dept,
        tally=tally.by_tab(outlines).get(key, tally.TabTally()), **choices(),
        fields=fields(found, tally.missing(outlines, key), program, dept),
        todo=listed(tab=f"{key}.{TO_FILL}", program=program, dept=dept),
    )  # fmt: skip


def choices():
    """The programmes and departments to choose from."""
    programs, depts = roll.groups(current_user.depts)
    return {"programs": [(one, views.in_words("program", one)) for one in programs], "depts": [(d, d) for d in depts]}


def fields(found, lacking, program, dept):
    """(label, how many lack it, the address of their names) for each missing field of a tab."""
    labels = found.labels(language.current())
    return [
        (labels[key], n, listed(missing=key, program=program, dept=dept)) for key, n in lacking.items() if key in labels
    ]
