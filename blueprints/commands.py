"""What is done at the command line: `bin/xueji roster import FILE` and the rest."""

import os
import sys
from functools import wraps
from pathlib import Path

import click
from flask import Blueprint, current_app

from blueprints import demo, in_force, language, outbox
from domain import export as exports
from domain import record_file, roster, roster_file, roster_sample
from domain.record_file import BadRecord
from domain.words import N_, Invalid
from models import Roster
from tables import standing
from tables.corrections import Correction
from tables.exports import Selection
from tables.import_check import clash_problems
from tables.letterbox import Mail
from tables.store import now

bp = Blueprint("commands", __name__, cli_group=None)
LANGUAGE = "zh" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh") else "en"


def say(message, **values):
    """A message in the language of the terminal."""
    return language.say(Invalid(message, **values), LANGUAGE)


def one_line_errors(command):
    """What a user can cause ends in one clear line and exit status 1."""

    @wraps(command)
    def wrapped(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except (Invalid, BadRecord) as reason:
            click.echo(language.say(reason, LANGUAGE) if isinstance(reason, Invalid) else str(reason), err=True)
        except OSError as reason:
            click.echo(f"{reason.filename}: {reason.strerror}", err=True)
        sys.exit(1)

    return wrapped


@bp.cli.group("roster")
def roster_group():
    """The list of new students that the school sends."""


@roster_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
@one_line_errors
def import_roster(file, dry_run):
    """Take in a CSV or XLSX roster: every row, or none when any cell is bad."""
    table = roster_file.read(file)
    found = roster.check(table)
    for name in found.unknown_columns:
        click.echo(say(N_("column {name} is not known and was not read"), name=name), err=True)
    for name in table.other_sheets:
        click.echo(say(N_("sheet {name} names columns too and was not read"), name=name), err=True)
    hold_corrected(found.students)
    refuse(found.problems or clash_problems(found))
    sorted_students = list(Roster.sort(found.students))
    if not dry_run:
        take([student for student, change in sorted_students if change != Roster.SAME])
    click.echo(counted(sorted_students, dry_run))


def hold_corrected(students):
    """Keep what was corrected since where the roster still has the old value, and say so of each cell."""
    names = {column.name: column.zh for column in roster.COLUMNS}
    message = N_("{student}, {column}: the roster has the value from before a correction; the corrected one stays")
    for number, column in Correction.hold(students):
        click.echo(say(message, student=number, column=names[column]), err=True)


def take(students):
    """Write these students and sum up how far they are."""
    Roster.take(students)
    standing.rebuild(current_app.extensions["record"], [one["student_no"] for one in students])


def refuse(problems):
    """Name every bad cell and stop, if there is any."""
    for problem in problems:
        row = say(N_("row {row}"), row=problem.row)
        click.echo(f"{row}, {problem.column}: {language.say(problem.invalid, LANGUAGE)}", err=True)
    if problems:
        raise Invalid(N_("{n} bad cells; nothing was written"), n=len(problems))


def counted(sorted_students, dry_run):
    """How many are new, changed and the same."""
    counts = {
        change: sum(1 for _, one in sorted_students if one == change)
        for change in (Roster.NEW, Roster.CHANGED, Roster.SAME)
    }
    message = (
        N_("would import: {new} new, {changed} changed, {same} unchanged")
        if dry_run
        else N_("imported: {new} new, {changed} changed, {same} unchanged")
    )
    return say(message, **counts)


@roster_group.command("sample")
@click.argument("n", type=click.IntRange(1, 1_000_000))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@one_line_errors
def sample_roster(n, file):
    """Write N made-up students that pass every check, for trials and load tests."""
    roster_sample.write(n, file)
    click.echo(say(N_("{n} students written to {file}"), n=n, file=file))


@bp.cli.group("record")
def record_group():
    """The academic record as record.toml describes it."""


@record_group.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@one_line_errors
def check_record(file):
    """Say whether a record file is sound, and where not; without FILE, the record in force."""
    here = in_force.follower()
    name = f"version {here.version.id}" if here.version else here.path
    record = record_file.load(file) if file else record_file.parse(here.text.encode(), str(name))
    message = N_("{file} is sound: {tabs} tabs, {fields} fields")
    click.echo(say(message, file=file or name, tabs=len(record.tabs), fields=len(record.fields)))


@bp.cli.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@one_line_errors
def export(file):
    """Write all completed answers, one row a student, to FILE.csv or FILE.xlsx."""
    n = exports.write(current_app.extensions["record"], Selection().people(), file)
    click.echo(say(N_("{n} students written to {file}"), n=n, file=file))


@bp.cli.command("demo")
@one_line_errors
def make_demo():
    """Fill an empty database with the demonstration roster, and say how to log in."""
    click.echo(demo.prepare(Path(current_app.root_path) / "deploy" / "demo-roster.csv"))


@bp.cli.group("mail")
def mail_group():
    """Letters to students."""


@mail_group.command("send")
@click.option("--refused", is_flag=True, help="Try those again, too, that a mail server refused for good.")
@one_line_errors
def send_mail(refused):
    """Deliver what waits in the outbox. The server does this by itself; this is for when it does not run."""
    if refused:
        Mail.try_refused_again()
    outbox.answer_requests()
    counts = outbox.send_waiting(current_app.config, due_by=now() + outbox.LONGEST_WAIT)
    waiting = Mail.waiting().count()
    message = N_("{sent} sent, {refused} refused for good, {waiting} could not be sent and wait")
    click.echo(say(message, sent=counts["sent"], refused=counts["refused"], waiting=waiting))
    if waiting or counts["refused"]:
        sys.exit(1)
