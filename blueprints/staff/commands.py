"""Staff accounts at the command line: `bin/xueji staff add ACCOUNT EMAIL` and the rest."""

import unicodedata

import click
from flask import Blueprint

from blueprints import language
from blueprints.commands import LANGUAGE, one_line_errors, say
from blueprints.staff import letters as staff_letters
from domain import clock, mailboxes, staff_rules
from domain.staff_rules import DEPARTMENT, REGISTRAR, ROLES
from domain.words import N_, Invalid
from models import Student
from tables import journal
from tables.staff import Staff, StaffDept
from tables.staff_visits import ActivationLink, close, disable, reset_second_factor, sign_ins
from tables.store import database

bp = Blueprint("staff_commands", __name__, cli_group=None)
STATES = {"invited": N_("not activated"), "active": N_("active"), "disabled": N_("disabled")}


@bp.cli.group("staff")
def group():
    """Who works with the records: the registrar's office and the departments."""


@group.command("add")
@click.argument("account")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), help="A registrar sees all, a department (the default) its own.")
@click.option("--dept", "depts", multiple=True, help="A department as the roster calls it; several times for several.")
@click.option("--name", help="How pages and letters call this person; the account if not given.")
@click.option("--birth", help="Date of birth, for asking for a link at /staff/activate.")
@click.option("--id-last4", help="Last four digits of the ID number, for the same.")
@click.option("--update", is_flag=True, help="Change an account that is there, and open it again.")
@one_line_errors
def add(account, email, update, **given):
    """Add a member of staff, print the activation link and send it to EMAIL."""
    account, known, depts = staff_rules.account(account), known_of(email, given), tidy(given["depts"])
    with database.atomic():
        member = (amend if update else create)(account, given["role"], given["name"], known, depts)
        link = None if member.password else invite(member)
        note("staff-changed" if update else "staff-added", account, role=member.role, depts=", ".join(depts))
    for dept in unknown(depts):
        click.echo(say(N_("note: the roster has no student of department {dept}"), dept=dept), err=True)
    message = (
        N_("{account}: the link below works once, and is on its way to {email}")
        if link
        else N_("{account} is changed; the password stays as it is")
    )
    click.echo(say(message, account=account, email=known["email"]))
    if link:
        click.echo(link)


def invite(member) -> str:
    """A new activation link, which is queued as a letter too."""
    token = ActivationLink.make(member)
    staff_letters.queue_link(member, token)
    return staff_letters.link_to(token)


def known_of(email, given):
    """What the school knows of a person, judged; what was not given is left out."""
    rules = {"birth": ("birth_date", staff_rules.birthday), "id_last4": ("id_last4", staff_rules.last_four)}
    found = {key: rule(given[option]) for option, (key, rule) in rules.items() if given[option] is not None}
    return {"email": mailboxes.address(email), **found}


def tidy(depts):
    """Departments as the roster writes them."""
    return [unicodedata.normalize("NFC", dept).strip() for dept in depts if dept.strip()]


def create(account, role, name, known, depts):
    """A new member of staff."""
    role = role or DEPARTMENT
    check_depts(role, depts)
    if not Staff.add(account, known, name=name or account, role=role):
        raise Invalid(N_("account {account} is there already; to change it, add --update"), account=account)
    StaffDept.replace_all(account, depts)
    return Staff.get_by_id(account)


def amend(account, role, name, known, depts):
    """Somebody who is there already, with what was given changed; whoever is signed in has to sign in again."""
    member = find(account)
    role, depts = role or member.role, depts or ([] if role == REGISTRAR else member.depts)
    check_depts(role, depts)
    member.amend(known, role=role, name=name or member.name, is_active=True)
    StaffDept.replace_all(account, depts)
    close(account)
    return Staff.get_by_id(account)


def check_depts(role, depts):
    """A department's staff have at least one; the registrar's office has all and names none."""
    if role == DEPARTMENT and not depts:
        raise Invalid(N_("say which department: --dept NAME (or --role registrar for all of them)"))
    if role == REGISTRAR and depts:
        raise Invalid(N_("a registrar sees every department; leave --dept out"))


def unknown(depts):
    """Departments that the roster, if there is one yet, has no student of."""
    found = {row.dept for row in Student.select(Student.dept).where(Student.dept.in_(depts)).distinct()}
    return [dept for dept in depts if dept not in found] if Student.select().exists() else []


def find(account):
    """The member of staff with this account. Raises Invalid."""
    number = staff_rules.account(account)
    member = Staff.get_or_none(Staff.account == number)
    if member is None:
        raise Invalid(N_("there is no staff account {account}"), account=number)
    return member


@group.command("list")
@one_line_errors
def show():
    """Every account: role, departments, state, second factor, last sign-in."""
    for member in Staff.select().order_by(Staff.account):
        click.echo("\t".join(columns(member)))


def note(what, account, **details):
    """A line of the security log about what was done here; the machine itself is where it came from."""
    journal.note(what, account, device="command line", **details)


def columns(member):
    """One member of staff in a line."""
    latest = sign_ins(member.account, 1)
    return (
        member.account,
        member.name,
        member.role,
        ", ".join(member.depts) or "-",
        language.say(STATES[member.state], LANGUAGE),
        say(N_("with phone")) if member.has_second_factor else say(N_("without phone")),
        clock.full(latest[0][0], LANGUAGE) if latest else "-",
    )


@group.command("disable")
@click.argument("account")
@one_line_errors
def disable_account(account):
    """Close an account at once. Nothing of it is deleted; `staff add --update` opens it again."""
    member = find(account)
    with database.atomic():
        disable(member)
        note("staff-disabled", member.account)
    click.echo(say(N_("{account} is disabled and logged out everywhere"), account=member.account))


@group.command("reset-second-factor")
@click.argument("account")
@one_line_errors
def reset(account):
    """Forget the phone and the recovery codes of somebody who has lost them. Make sure who is asking."""
    member = find(account)
    with database.atomic():
        reset_second_factor(member)
        staff_letters.tell(staff_letters.FACTOR_RESET, member)
        note("staff-phone-reset", member.account)
    message = N_("{account} is logged out everywhere and has no phone any more; a registrar must set one up to log in")
    click.echo(say(message, account=member.account))
