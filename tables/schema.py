"""The schema of the database: made for a new one, and for an old one brought up to this program by migrations.

A migration is a file in `tables/migrations/`, where README.md says how one is written. New tables need none: they are
made when they are missing.
"""

import logging
from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from tables import trouble
from tables.store import BadDatabase, Fixed, Settings, Table, database, is_server

log = logging.getLogger("xueji")
MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do that nothing else in the same PostgreSQL takes a lock by.
LOCK = 0x58756A69


def prepare():
    """Make what is missing, all or nothing, and refuse a database of a newer version or of another key.

    Where nothing can be written, as on a full disk, a database that lacks nothing is used as it is.
    """
    try:
        make()
    except trouble.ERRORS as error:
        if not trouble.is_trouble(error) or not lacks_nothing():
            raise
        log.warning("database: %s; it is used as it is", error)
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
        database.create_tables(Table.__subclasses__(), safe=True)
        check_key()


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


def check_key():
    """Note which key seals this database, or raise BadDatabase when it is another one."""
    Fixed.insert(name="key", value=Settings.vault.code("which key", 20)).on_conflict_ignore().execute()
    compare_key()


def compare_key():
    """Raise BadDatabase when another key seals this database."""
    if Fixed.get_by_id("key").value != Settings.vault.code("which key", 20):
        raise BadDatabase("XUEJI_DATA_KEY is not the key this database was sealed with; put the right one in place")


def lacks_nothing() -> bool:
    """Whether every table is there and every migration was applied."""
    runner, tables = Runner(database.obj, str(MIGRATIONS)), set(database.get_tables())
    has_all = all(table._meta.table_name in tables for table in Table.__subclasses__())
    return has_all and all(one.applied and one.path for one in runner.status())


def version() -> str:
    """The last migration of the database, or `first`."""
    applied = Runner(database.obj, str(MIGRATIONS)).applied()
    return max(applied, default="first")
