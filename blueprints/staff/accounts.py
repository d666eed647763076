"""Locks and accounts: who is shut out, and what the counter does about it."""

import io

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_login import current_user
from peewee import fn

from blueprints import counter, guard, language, locks, security_log
from blueprints.downloads import download
from blueprints.htmx import render
from blueprints.letters import TAGS
from blueprints.staff import confirm
from blueprints.staff.access import staff_required
from blueprints.staff.account_block import account_block, when
from domain.kinds import folded
from domain.words import N_
from models import Student
from tables.journal import Event
from tables.recovery import Freeze
from tables.store import database, now

bp = Blueprint("staff_accounts", __name__, url_prefix="/staff")
DAY, SHOWN = 24 * 3600, 50
DONE = ("unlocked", "unfrozen", "not-frozen")


@bp.get("/accounts")
@staff_required()
def show():
    """Search for a student, and everyone who is locked, frozen, or was refused lately."""
    return page()


@bp.post("/accounts")
@staff_required()
def search():
    """To the account of a number. What was typed may be an ID number, and goes into no address."""
    typed = folded(request.form.get("account", "")).upper()[:12]
    if ours().where(Student.student_no == typed).exists():
        return redirect(url_for(".one", student_no=typed))
    return page(typed, {"account": language.say(N_("None of your students has this number."))}), 422


def page(typed="", errors=None):
    """The search and the lists."""
    lists = {"locked": locked(), "frozen": frozen(), "refused": refused()}
    codes = {"has_codes": current_app.config["INITIAL_CODE"] == "paper", "asks": confirm.asks()}
    return render("staff/accounts.html", typed=typed, errors=errors or {}, **lists, **codes)


def ours():
    """The students of whoever is here."""
    return Student.seen_by(current_user.depts)


def find(student_no):
    """One of them; for anybody else's there is no such page."""
    return ours().where(Student.student_no == student_no).first() or abort(404)


def locked():
    """(student, [(why, until when)]) of those whom strangers cannot try any more."""
    reasons = {}
    for account, why, until in locks.shut([number for (number,) in ours().select(Student.student_no).tuples()]):
        reasons.setdefault(account, []).append((language.say(locks.REASONS[why]), when(until)))
    students = {one.student_no: one for one in ours().where(Student.student_no.in_(list(reasons)))}
    return [(students[account], whys) for account, whys in sorted(reasons.items())]


def frozen():
    """(student, since when)."""
    rows = ours().select_extend(Freeze.at).join(Freeze).order_by(Freeze.at.desc())
    return [(row, when(row.freeze.at)) for row in rows]


def refused():
    """(student, how often, when last) of those with most refused log-ins in a day."""
    n, last = fn.COUNT(Event.id).alias("n"), fn.MAX(Event.at).alias("last")
    lately = Event.what.in_(("refused", "locked")) & (Event.at > now() - DAY)
    events = Event.select(Event.account, n, last).where(lately).group_by(Event.account).alias("events")
    rows = ours().select_extend(events.c.n, events.c.last).join(events, on=events.c.account == Student.student_no)
    return [(row, row.n, when(row.last)) for row in rows.order_by(events.c.n.desc()).limit(SHOWN).objects()]


@bp.get("/accounts/<student_no>")
@staff_required()
def one(student_no):
    """The account of one student."""
    student, done = find(student_no), request.args.get("done")
    security_log.note("account-seen", current_user.account, about=student_no)
    context = {"student": student, "done": done if done in DONE else ""}
    return render("staff/account.html", account=account_block(student), **context)


def back(student_no, done):
    """To the account, which says what was done."""
    return redirect(url_for(".one", student_no=student_no, done=done))


@bp.post("/accounts/<student_no>/unlock")
@staff_required()
def unlock(student_no):
    """Count what strangers try on this account from nothing again."""
    find(student_no)
    with database.atomic():
        guard.unlock(student_no)
        security_log.note("unlocked", current_user.account, about=student_no)
    return back(student_no, "unlocked")


@bp.post("/accounts/<student_no>/unfreeze")
@staff_required()
def unfreeze(student_no):
    """Let the password open the account again, as after a false alarm."""
    find(student_no)
    with database.atomic():
        was_frozen = Freeze.lift(student_no)
        if was_frozen:
            security_log.note("unfrozen", current_user.account, about=student_no)
    return back(student_no, "unfrozen" if was_frozen else "not-frozen")


@bp.post("/accounts/<student_no>/slip")
@staff_required()
def slip(student_no):
    """A one-time code on paper, shown this once, for a student who has shown an ID card."""
    student = find(student_no)
    with database.atomic():
        code, until = counter.new_slip(student_no)
        security_log.note("slip-printed", current_user.account, about=student_no)
    told = [(TAGS[lang], text.split("\n")) for lang, text in counter.told(student_no, code, until).items()]
    return render("staff/slip.html", student=student, told=told)


@bp.post("/paper-codes")
@staff_required()
def paper_codes():
    """The codes of the letters of admission as a file, when the settings ask for them at the first log-in."""
    if current_app.config["INITIAL_CODE"] != "paper":
        abort(404)
    errors = confirm.wrong()
    if errors:
        return page(errors=errors), 422
    out = io.StringIO()
    n = locks.write_codes(out, ours(), [language.say(word) for word in locks.HEADING])
    security_log.note("paper-codes", current_user.account, students=n)
    return download(["\ufeff", out.getvalue()], "paper-codes.csv", "csv")
