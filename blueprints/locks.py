"""What the office does about guessing: see who is locked, lift a lock, print the codes of the letters of admission."""

import csv
import os
from pathlib import Path

import click
from flask import Blueprint

from blueprints import devices, guard, initial
from blueprints.commands import LANGUAGE, one_line_errors, say
from domain import clock, streams
from domain.words import N_, Invalid
from models import Student
from tables import journal
from tables.staff import Staff
from tables.tries import Lock, Tries

bp = Blueprint("locks", __name__, cli_group=None)
REASONS = {
    "login": N_("Locked after wrong passwords"),
    "day": N_("Too many wrong passwords in a day"),
    "in all": N_("Too many wrong passwords in a row: only the link of a letter opens it on a new device"),
    "guesses": N_("Too many wrong initial passwords: a letter or a slip opens it"),
}
# The database is asked about so many by name, about more in one go.
MANY = 500
HEADING = (N_("Student number"), N_("Name"), N_("Verification code"))


def everyone() -> list[str]:
    """All accounts under the names their tries are counted by."""
    students = [number for (number,) in Student.select(Student.student_no).tuples()]
    return students + [devices.STAFF + account for (account,) in Staff.select(Staff.account).tuples()]


def shut(accounts):
    """(account, why, until when or None) for those of these accounts where strangers have no tries left."""

    def named(why):
        return {f"{why} {account}": account for account in accounts}

    found = {"login": Lock.shut_until(named("login"), guard.PER_ACCOUNT)}
    found |= {why: Tries.above(named(why), limit) for why, limit in (("day", guard.PER_DAY), ("in all", guard.IN_ALL))}
    for why, whats in found.items():
        yield from ((named(why)[what], why, until) for what, until in whats.items())
    guessed = Student.password.is_null() & (Student.wrong_guesses >= initial.LIFETIME_GUESSES)
    guessed &= Student.student_no.in_(accounts) if len(accounts) < MANY else True
    numbers = {number for (number,) in Student.select(Student.student_no).where(guessed).tuples()}
    yield from ((account, "guesses", None) for account in accounts if account in numbers)


@bp.cli.command("locks")
@one_line_errors
def show():
    """List the accounts that are locked now, and until when."""
    for account, why, until in sorted(shut(everyone()), key=str):
        click.echo("\t".join((account, say(REASONS[why]), clock.full(until, LANGUAGE) if until else "-")))


@bp.cli.command("unlock")
@click.argument("account")
@one_line_errors
def unlock(account):
    """Lift the lock of ACCOUNT, such as 411510001, or "staff T1001"."""
    if account not in everyone():
        raise Invalid(N_("there is no student {account}"), account=account)
    guard.unlock(account)
    journal.note("unlocked", account.removeprefix(devices.STAFF))
    click.echo(say(N_("{account}: wrong passwords are counted from nothing again"), account=account))


@bp.cli.command("slips")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@one_line_errors
def slips(file):
    """Write FILE.csv with the code of everyone who has no password yet, to be printed on the letters of admission."""
    with open(file, "w", encoding="utf-8-sig", newline="", opener=_private) as out:
        n = write_codes(out, Student.select(), [say(word) for word in HEADING])
    click.echo(say(N_("{n} students written to {file}"), n=n, file=file))


def write_codes(out, students, heading) -> int:
    """Write the codes of those of a query of students who have no password yet as CSV; how many there were."""
    rows = students.where(Student.password.is_null()).order_by(Student.student_no)
    writer = csv.writer(out)
    writer.writerow(heading)
    for one in rows:
        writer.writerow([one.student_no, streams.harmless(one.name_zh), initial.paper_code(one.student_no)])
    return len(rows)


def _private(path, flags):
    return os.open(path, flags, 0o600)
