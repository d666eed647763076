"""Letters that wait in vain or were refused: to whom, why, and another try. Nothing of what is in them."""

import re

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import language, security_log
from blueprints.htmx import render
from blueprints.staff.access import staff_required
from blueprints.staff.account_block import when
from domain import mailboxes
from domain.words import N_
from models import Student
from tables.letterbox import REFUSED, Mail, OwnMailbox
from tables.store import Settings, database

bp = Blueprint("staff_mail", __name__, url_prefix="/staff/mail")
SHOWN = 200
KINDS = {
    "reset": N_("Link for a new password"),
    "first": N_("Notice of the first login"),
    "first code": N_("Code for the first login"),
    "changed": N_("Notice of a changed password"),
    "recovered": N_("Notice of a new password"),
    "code": N_("Code for a personal mailbox"),
    "mailbox": N_("Notice about a personal mailbox"),
    "lookup": N_("Notice of a look-up"),
    "reminder": N_("Reminder"),
    "reopened": N_("Notice that the record is open again"),
    "digest": N_("Weekly digest"),
}


@bp.get("")
@staff_required()
def show():
    """What is stuck, and what was refused for good, the newest first."""
    people = everyone()
    rows = [row(one, people.get(bytes(one.person))) for one in troubled(people)]
    return render("staff/mail.html", rows=rows, done=request.args.get("done", "") == "again")


def everyone():
    """{whom letters go to: student number} of the students of whoever is here."""
    numbers = [number for (number,) in Student.seen_by(current_user.depts).select(Student.student_no).tuples()]
    own = {one.student_id: OwnMailbox.of(one.student_id) for one in OwnMailbox.select(OwnMailbox.student)}
    found = {Mail.person_at(Settings.campus_mail.format(student_no=number)): number for number in numbers}
    return found | {Mail.person_at(own[number]): number for number in numbers if number in own}


def troubled(people):
    """Letters that are stuck or refused: a registrar sees all, others those to their students."""
    refused = Mail.select().where(Mail.state == REFUSED).order_by(Mail.id.desc()).limit(SHOWN)
    stuck = [one for one in Mail.waiting() if one.is_stuck]
    letters = sorted([*stuck, *refused], key=lambda one: -one.id)
    return [one for one in letters if current_user.depts is None or bytes(one.person) in people][:SHOWN]


def row(one, number):
    """A letter as the page shows it: every address in it masked, the student's number where it is known."""
    reason = re.sub(r"[^\s<>@]+@[^\s<>@]+", lambda found: mailboxes.masked(found.group()), one.words)
    kind = language.say(KINDS[one.kind]) if one.kind in KINDS else one.kind
    return {
        "id": one.id, "kind": kind, "to": mailboxes.masked(one.address), "student_no": number or "",
        "queued": when(one.queued_at), "tries": one.tries, "reason": reason,
        "is_refused": one.state == REFUSED, "is_whole": len(one.letter) > 0,
    }  # fmt: skip


@bp.post("/<int:letter>/again")
@staff_required()
def again(letter):
    """Try one of them as soon as possible."""
    people = everyone()
    found = next((one for one in troubled(people) if one.id == letter), None) or abort(404)
    try_again([found], people)
    return redirect(url_for(".show", done="again"))


@bp.post("/again")
@staff_required()
def all_again():
    """Try all of them as soon as possible."""
    people = everyone()
    try_again(troubled(people), people)
    return redirect(url_for(".show", done="again"))


def try_again(letters, people):
    """Let these be tried, and note for whom."""
    with database.atomic():
        for one in letters:
            if one.try_again():
                about = people.get(bytes(one.person), "")
                security_log.note("mail-again", current_user.account, about=about, letter=one.id, kind=one.kind)
