"""The steps of an import that take time, each of which begins anew when it was interrupted."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from peewee import OperationalError

from domain.words import N_
from tables import import_check, import_write, imports
from tables.imports import ImportJob, Lost

log = logging.getLogger("xueji")
BROKEN = N_("This file could not be processed. Save it as a new XLSX file and try again; if that fails, call for help.")
# Files that are read, and rosters that are judged and written, before the reply goes out.
SOON_BYTES, SOON_ROWS = 200_000, 500


@dataclass(frozen=True)
class Tools:
    """What the work needs from outside: the record, and `say(message, lang)` for words in the language of the clerk."""

    record: object
    say: Callable[..., str]


def step(tools, stopped=lambda: False, number=None) -> bool:
    """Do the next step of the import with this number, or of any, and say whether there was one.

    `tools`: a Tools; `stopped()` tells when to leave.
    """
    turn = ImportJob.claim(number)
    if turn:
        turn.stopped = stopped
        take(turn, tools)
    return turn is not None


def take(turn, tools):
    """Do the step that it is time for. What goes wrong ends the import; a database that is away does not."""
    try:
        _give_up(turn) if turn.job.tries > imports.TRIES else _try(turn, tools)
    except Lost:
        log.info("import %s was left alone", turn.job.id)


def _try(turn, tools):
    try:
        _do(turn, tools)
    except Lost:
        raise
    except OperationalError as reason:
        log.error("database: %s", reason)
        turn.release()
    except Exception:
        log.exception("import %s failed while %s", turn.job.id, turn.job.state)
        _give_up(turn)


def _do(turn, tools):
    if turn.job.state == imports.READING:
        import_check.read(turn)
    elif turn.job.state == imports.CHECKING:
        import_check.check(turn, tools.say)
    elif turn.job.state == imports.WRITING:
        import_write.write(turn, tools.record)
    else:
        import_write.undo(turn, tools.record)


def _give_up(turn):
    """What is written stays written; anything before that ends here."""
    state = imports.DONE if turn.job.state == imports.UNDOING else imports.FAILED
    turn.finish(state, wrong=[BROKEN, {}])


def is_soon_done(job) -> bool:
    """Whether the next step takes so little time that it can be waited for."""
    known = job.known
    return known["size"] <= SOON_BYTES if job.state == imports.READING else known.get("rows", 0) <= SOON_ROWS


def go_on(job, tools):
    """Do the steps of an import that can be waited for."""
    while is_soon_done(job) and step(tools, number=job.id):
        job = ImportJob.get_by_id(job.id)
