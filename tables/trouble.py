"""When the database cannot be used: which errors say so, what may be left out then, and whether it can be written."""

import logging
import threading
import time
from contextlib import contextmanager

import peewee
import psycopg
from playhouse.pool import MaxConnectionsExceeded

from tables import waiting
from tables.store import Fixed, database, is_server

log = logging.getLogger("xueji")
ERRORS = (
    peewee.DatabaseError, peewee.InterfaceError, MaxConnectionsExceeded,
    # What comes while rows are read is not translated by peewee.
    peewee.sqlite3.DatabaseError, peewee.sqlite3.InterfaceError, psycopg.DatabaseError, psycopg.InterfaceError,
)  # fmt: skip
OUR_FAULTS = {"IntegrityError", "DataError", "ProgrammingError", "NotSupportedError"}
# Seconds for which the answer to "can it be written?" is taken to be the same.
MEMORY = 1


def is_trouble(error) -> bool:
    """Whether an error says that the database is busy, full, read-only, damaged or away, and not that we err."""
    return isinstance(error, ERRORS) and not OUR_FAULTS & {kind.__name__ for kind in type(error).__mro__}


def cause(error):
    """What came first, where undoing what had failed has failed as well."""
    before = error.__context__
    return cause(before) if isinstance(before, ERRORS) else error


def is_busy(error) -> bool:
    """Whether the database only was in use by somebody else for too long."""
    said = str(cause(error))
    return "locked" in said or "lock timeout" in said


@contextmanager
def if_it_can_be():
    """For what is not worth waiting and not worth a page that fails, such as noting when somebody was here last."""
    try:
        with waiting.patience(0):
            yield
    except ERRORS as error:
        if not is_trouble(error):
            raise
        log.warning("left out: %s", error)
        hang_up()


def endure(error):
    """Write down why the database could not be used, for whoever tries again later; a fault of ours goes on."""
    if not is_trouble(error):
        raise error
    log.error("database: %s", cause(error))


def hang_up():
    """Let nobody get the connections to a server that may have gone. A file stays open: it may be readable still."""
    if is_server() and not database.in_transaction():
        database.manual_close()
        database.close_idle()


class _Probe:
    """The last look at whether the database can be written."""

    def __init__(self):
        self.lock = threading.Lock()
        self.of, self.at, self.problem = None, 0, ""


_probe = _Probe()


def what_stops_writing() -> str:
    """Why nothing can be saved, in the words of the database; "" when all is well.

    It is asked once a second at most, by one thread: many who look wait for nobody, and cost no writes.
    """
    is_fresh = _probe.of is database.obj and time.monotonic() - _probe.at <= MEMORY
    if not is_fresh and _probe.lock.acquire(blocking=False):
        try:
            _probe.problem, _probe.of, _probe.at = _write(), database.obj, time.monotonic()
        finally:
            _probe.lock.release()
    return _probe.problem


# Only a commit finds a full or failing disk, and SQLite writes nothing where a row stays as it was.
def _write():
    probe = {"name": "written", "value": str(time.time_ns())}
    try:
        Fixed.insert(probe).on_conflict(conflict_target=[Fixed.name], preserve=[Fixed.value]).execute()
    except ERRORS as error:
        if not is_trouble(error):
            raise
        return str(error)
    return ""
