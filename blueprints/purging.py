"""Removing records whose time is over, from the command line: `bin/xueji purge --months N`."""

import click
from flask import Blueprint, current_app

from blueprints.commands import one_line_errors, say
from domain.words import N_
from tables import journal, retention

bp = Blueprint("purging", __name__, cli_group=None)


@bp.cli.command("purge")
@click.option("--months", type=click.IntRange(1, 120), help="After how many months; as record.toml says if not given.")
@click.option("--dry-run", is_flag=True, help="Only say who and what would be removed.")
@one_line_errors
def purge(months, dry_run):
    """Remove for good who was handed over or is complete, and has not changed for N months."""
    record = current_app.extensions["record"]
    months = months or record.retention.months
    dues = retention.due(record, months)
    for dept, n in sorted(retention.by_dept(dues).items()):
        click.echo(f"{dept}: {n}")
    for table, n in sorted(retention.counts(dues).items()):
        click.echo(f"  {table}: {n}")
    if dry_run:
        click.echo(say(N_("would remove {n} students; nothing was changed"), n=len(dues)))
        return
    is_clean = retention.purge(dues, noter(months))
    click.echo(say(N_("{n} students removed for good"), n=len(dues)))
    if not is_clean:
        click.echo(say(N_("the file could not be cleaned while others read it: run this command again"), n=0), err=True)


def noter(months):
    """What writes down each lot."""
    return lambda n, **marks: journal.note("purged", "", device="command line", n=n, months=months, **marks)
