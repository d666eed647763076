"""The page Retention: whose time here is over, and removing them for good after that list was seen."""

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from blueprints import language, security_log
from blueprints.access import record
from blueprints.htmx import render
from blueprints.staff import confirm
from blueprints.staff.access import staff_required
from domain.kinds import folded
from domain.staff_rules import REGISTRAR
from domain.words import N_
from tables import retention

bp = Blueprint("staff_retention", __name__, url_prefix="/staff/retention")
LONGEST, SHOWN, LONGEST_REASON = 120, 200, 200
WHAT = {
    "student": N_("Students with what the roster said"),
    "saved_tab": N_("Answers, tab by tab"),
    "photo": N_("Photos"),
    "history": N_("Changes of answers, old and new"),
    "outbox": N_("Letters"),
    "draft": N_("Drafts"),
}


@bp.get("")
@staff_required(REGISTRAR)
def show():
    """For how long; and, when that was asked, who would go."""
    months, errors = read(request.args)
    is_asked = "months" in request.args and not errors
    return page(months, retention.due(record(), int(months)) if is_asked else None, errors), 422 if errors else 200


@bp.post("")
@staff_required(REGISTRAR)
def purge():
    """Remove those of the list, if it is still the same."""
    months, errors = read(request.form)
    dues = [] if errors else retention.due(record(), int(months))
    errors |= problems(dues) if not errors else {}
    if errors:
        return page(months, dues, errors), 422
    is_clean = retention.purge(dues, noter(months))
    return redirect(url_for(".show", removed=len(dues), busy=None if is_clean else 1))


def read(form):
    """(months as typed, errors by control)."""
    months = folded(form.get("months", str(record().retention.months)))
    if months.isdecimal() and len(months) < 4 and 1 <= int(months) <= LONGEST:
        return months, {}
    return months, {"months": language.say(N_("Write a number from 1 to 120."))}


def problems(dues):
    """What is wrong with the form that removes them, by control."""
    if not dues or request.form.get("seen") != retention.mark_of_all(dues):
        return {"list": language.say(N_("The list has changed since you saw it. Look at it again."))}
    wrong = {
        "n": folded(request.form.get("n", "")) != str(len(dues)) and N_("Type the number of students of the list."),
        "reason": not 0 < len(request.form.get("reason", "").strip()) <= LONGEST_REASON
        and N_("Write in a few words why."),
    }
    wrong = {name: language.say(message) for name, message in wrong.items() if message}
    return wrong or confirm.wrong()


def page(months, dues, errors):
    """The page; with a list when `dues` are given."""
    found = retention.counts(dues) if dues else {}
    what = [(language.say(words), found[table]) for table, words in WHAT.items() if found.get(table)]
    rest = sum(n for table, n in found.items() if table not in WHAT)
    context = {"months": months, "dues": dues, "what": what, "rest": rest, "errors": errors, "shown": SHOWN}
    context |= {"seen": retention.mark_of_all(dues or []), "by_dept": sorted(retention.by_dept(dues or []).items())}
    context |= {"removed": request.args.get("removed", ""), "busy": "busy" in request.args}
    context |= {"asks": confirm.asks(), "reason": request.form.get("reason", "")}
    return render("staff/retention.html", record_months=record().retention.months, **context)


def noter(months):
    """What writes down each lot: who removed it and why, with fingerprints in the place of numbers."""
    account, reason = current_user.account, request.form["reason"].strip()

    def note(n, **marks):
        security_log.note("purged", account, n=n, months=months, reason=reason, **marks)

    return note
