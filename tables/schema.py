"""The schema of the database: made for a new one, and for an old one brought up to this program by migrations.

A migration is a file in `tables/migrations/`, where README.md says how one is written. New tables need none: they are
made when they are missing.
"""

from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from tables.store import BadDatabase, Fixed, Settings, Table, database, is_server

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do that nothing else in the same PostgreSQL takes a lock by.
LOCK = 0x58756A69


def prepare():
    """Make what is missing, all or nothing, and refuse a database of a newer version or of another key.

    A database that lacks nothing is only read: it may be full, and others may be writing to it.
    """
    if not lacks_nothing():
        make()
    compare_key()


def make():
    """Make what is missing."""
    with alone():
        runner = Runner(database.obj, str(MIGRATIONS))
        if not Fixed.table_exists():
            database.create_tables(Table.__subclasses__())
            runner.fake()
        refuse_newer(runner)
        runner.up()
        database.create_tables(missing())
        Fixed.insert(name="key", value=which_key()).on_conflict_ignore().execute()


@contextmanager
def alone():
    """One transaction that no other process prepares the same database in."""
    if is_server():
        with database.atomic():
            database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            yield
        return
    # A table that is changed is made anew: dropping the old one must delete nothing that refers to its rows. This can
    # be said only outside of a transaction.
    database.pragma("foreign_keys", 0)
    try:
        with database.atomic():
            yield
    finally:
        database.pragma("foreign_keys", 1)


def refuse_newer(runner):
    """Raise BadDatabase when a migration was applied that this program does not know."""
    unknown = [one.name for one in runner.status() if one.path is None]
    if unknown:
        raise BadDatabase(
            f"the database was changed by a newer version of Xueji ({unknown[-1]}); use that version, or restore a copy"
        )


def compare_key():
    """Raise BadDatabase when another key seals this database."""
    if Fixed.get_by_id("key").value != which_key():
        raise BadDatabase("XUEJI_DATA_KEY is not the key this database was sealed with; put the right one in place")


def which_key() -> str:
    """What tells the data key from others and nothing of it."""
    return Settings.vault.code("which key", 20)


def missing() -> list:
    """The tables that are not there yet."""
    there = set(database.get_tables())
    return [table for table in Table.__subclasses__() if table._meta.table_name not in there]


def lacks_nothing() -> bool:
    """Whether every table is there and every migration was applied."""
    if missing() or Fixed.get_or_none(Fixed.name == "key") is None:
        return False
    return all(one.applied and one.path for one in Runner(database.obj, str(MIGRATIONS)).status())


def version() -> str:
    """The last migration of the database, or `first`."""
    applied = Runner(database.obj, str(MIGRATIONS)).applied()
    return max(applied, default="first")
