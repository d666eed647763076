"""The security log at the command line: `bin/xueji audit verify`."""

import click
from flask import Blueprint

from blueprints.commands import one_line_errors, say
from domain.words import N_
from tables import chain

bp = Blueprint("audit", __name__, cli_group=None)


@bp.cli.group("audit")
def group():
    """The security log, in which every line is sealed together with the one before it."""


@group.command("verify")
@one_line_errors
def verify():
    """Check every line of the log; exit status 1 and the first line that does not fit when somebody altered it."""
    verdict = chain.verify()
    if verdict.problem:
        raise verdict.problem
    click.echo(say(N_("{n} lines of the log, every one in its place"), n=verdict.n))
