"""Settings of the office: what pages say of it, and whom to write to in the departments."""

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from blueprints import access, in_force, language, security_log
from blueprints.htmx import render
from blueprints.staff.access import staff_required
from domain import phones, record_edit, record_file, roster_cells
from domain.staff_rules import REGISTRAR
from domain.words import N_, Invalid, Words
from models import Student
from tables.contacts import Contact
from tables.store import database

bp = Blueprint("staff_office", __name__, url_prefix="/staff/settings")
IN_TWO, IN_ONE = ("office", "hours"), ("phone", "email")
# As long as the narrowest of the columns and lines that hold them.
LONGEST = 50
MISSING = {
    "office_zh": N_("Enter the name of the office in Chinese."),
    "office_en": N_("Enter the name of the office in English."),
    "hours_zh": N_("Enter the hours in Chinese."),
    "hours_en": N_("Enter the hours in English."),
    "phone": N_("Enter the phone number."),
    "email": N_("Enter the email address."),
    "dept": N_("Enter the department."),
    "name": N_("Enter the name."),
}


@bp.get("/office")
@staff_required(REGISTRAR)
def show():
    """What pages and letters say of the office."""
    school = access.record().school
    typed = {f"{name}_{lang}": getattr(school[name], lang) for name in IN_TWO for lang in language.LANGUAGES}
    return office_page(typed | {name: school[name].zh for name in IN_ONE})


def office_page(typed, errors=None):
    """The form."""
    return render("staff/office/office.html", typed=typed, errors=errors or {}, done=request.args.get("done"))


@bp.post("/office")
@staff_required(REGISTRAR)
def change():
    """Make a version of the record in which these are changed, and put it into force."""
    names = (*(f"{name}_{lang}" for name in IN_TWO for lang in language.LANGUAGES), *IN_ONE)
    typed = {name: request.form.get(name, "").strip() for name in names}
    errors = wrong_with(typed)
    if errors:
        return office_page(typed, errors), 422
    settings = {name: Words(typed[f"{name}_zh"], typed[f"{name}_en"]) for name in IN_TWO}
    settings |= {name: typed[name] for name in IN_ONE} | {"phone_link": dialled(typed["phone"])}
    put_in_force(record_edit.with_school(in_force.follower().text, settings), N_("Contacts of the office"))
    return redirect(url_for(".show", done=1))


def wrong_with(typed):
    """Messages by control."""
    checks = {"phone": phones.any_number, "email": roster_cells.email}
    errors = {}
    for name, text in typed.items():
        try:
            checks.get(name, str)(line(text, MISSING[name]))
        except Invalid as reason:
            errors[name] = language.say(reason)
    return errors


def line(text, missing) -> str:
    """A line of text. Raises Invalid; `missing` is what it says of none."""
    if not text:
        raise Invalid(missing)
    if len(text) > LONGEST or not text.isprintable():
        raise Invalid(N_("Write one line of at most {max} characters."), max=LONGEST)
    return text


def dialled(phone) -> str:
    """A number as a phone dials it from anywhere: `+886227321104`."""
    number = phones.any_number(phone).partition("#")[0]
    return number if number.startswith("+") else f"+886{number[1:]}"


def put_in_force(text, message):
    """Put a changed text of the record into force, once more checked."""
    record_file.parse(text.encode(), "record.toml")
    with database.atomic():
        version = in_force.apply(text, current_user.account, language.say(message))
        security_log.note("record-applied", current_user.account, version=version.id, comment=message)


@bp.get("/contacts")
@staff_required(REGISTRAR)
def contacts():
    """Whom to write to in each department."""
    return contacts_page({})


def contacts_page(typed, errors=None):
    """The list, and the form for one more."""
    depts = [dept for (dept,) in Student.select(Student.dept).distinct().order_by(Student.dept).tuples()]
    without = sorted(set(depts) - {one.dept for one in Contact.everybody()})
    return render(
        "staff/office/contacts.html", rows=list(Contact.everybody()), depts=depts, without=without, typed=typed,
        errors=errors or {}, done=request.args.get("done"),
    )  # fmt: skip


@bp.post("/contacts")
@staff_required(REGISTRAR)
def add_contact():
    """One more."""
    typed = {name: request.form.get(name, "").strip() for name in ("dept", "name", "email")}
    errors = wrong_with(typed)
    if errors:
        return contacts_page(typed, errors), 422
    with database.atomic():
        Contact.insert(**typed).on_conflict(
            conflict_target=[Contact.dept, Contact.email], preserve=[Contact.name]
        ).execute()
        security_log.note("contact-added", current_user.account, dept=typed["dept"], email=typed["email"])
    return redirect(url_for(".contacts", done="added"))


@bp.post("/contacts/<int:contact_id>/remove")
@staff_required(REGISTRAR)
def remove_contact(contact_id):
    """One less; it may have been removed before."""
    one = Contact.get_or_none(contact_id)
    if one:
        one.delete_instance()
        security_log.note("contact-removed", current_user.account, dept=one.dept, email=one.email)
    return redirect(url_for(".contacts", done="removed"))
