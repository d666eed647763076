"""Time that goes by for what was counted: its rows grow older."""

from tables.store import database
from tables.tries import Lock, Tries


def later(seconds):
    """So many seconds later, as far as counts and locks know."""
    with database.connection_context():
        for table in (Tries, Lock):
            spans = {column: column - seconds for column in (table.since, table.until, table.up_until)}
            table.update(spans).execute()
        Lock.update(locks_since=Lock.locks_since - seconds).execute()


def a_quarter_of_an_hour_later():
    """After the usual lock, and a little."""
    later(15 * 60 + 5)
