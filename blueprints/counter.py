"""What the counter does for one student who showed an ID card: a code on paper, and lifting a freeze."""

import click
from flask import Blueprint

from blueprints import guard, language
from blueprints.commands import one_line_errors, say
from domain import clock
from domain.words import N_, Invalid
from models import Student
from tables import journal
from tables.recovery import Freeze, Slip
from tables.store import database, now

bp = Blueprint("counter", __name__, cli_group=None)
PRINTED = N_(
    "Student number {account}\nOne-time code {code}\n"
    "Log in with this code in place of the password before {until}, then set a password of your own. It works once."
)


def account_of(number) -> str:
    """A student number of the roster. Raises Invalid."""
    account = number.strip().upper()
    if not Student.select().where(Student.student_no == account).exists():
        raise Invalid(N_("there is no student {account}"), account=account)
    return account


def new_slip(account):
    """(code, until when) of a new slip for this account. It works for a frozen account too, and ends the freeze."""
    code, until = Slip.make(account), now() + Slip.LIFE
    guard.unlock(account)
    return code, until


def print_slip(account) -> str:
    """A new slip for this account, in both languages."""
    with database.atomic():
        code, until = new_slip(account)
        journal.note("slip-printed", account)
    return "\n\n".join(told(account, code, until).values())


def told(account, code, until) -> dict:
    """{language: what is printed}."""
    return {
        lang: language.say(PRINTED, lang).format(account=account, code=code, until=clock.full(until, lang))
        for lang in language.LANGUAGES
    }


@bp.cli.command("slip")
@click.argument("number", metavar="ACCOUNT")
@one_line_errors
def slip(number):
    """Print a one-time code for a student who showed an ID card: it opens the page for a new password, for 24 hours."""
    click.echo(print_slip(account_of(number)))


@bp.cli.command("unfreeze")
@click.argument("number", metavar="ACCOUNT")
@one_line_errors
def unfreeze(number):
    """Let the password open an account again that was frozen with the link of a letter, as after a false alarm."""
    account = account_of(number)
    with database.atomic():
        if not Freeze.lift(account):
            raise Invalid(N_("account {account} is not frozen"), account=account)
        journal.note("unfrozen", account)
    click.echo(say(N_("account {account} is no longer frozen; the password it had works again"), account=account))
