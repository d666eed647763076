"""The database: how it is opened, and what every table has in common."""

import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from peewee import SQL, CharField, DatabaseProxy, Model, OperationalError, __exception_wrapper__, fn, sqlite3
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase

from tables import waiting

database = DatabaseProxy()


class Settings:
    """What the tables need from outside: the vault that seals, and the pattern of campus mailboxes."""

    vault = None
    campus_mail = "a{student_no}@grad.ntue.edu.tw"


def now() -> int:
    """Seconds since 1970, UTC. All times in the database are such."""
    return int(time.time())


class Table(Model):
    """Every table lives in the one database."""

    class Meta:
        database = database
        legacy_table_names = False


# How many rows there are; `COUNT()` is understood by SQLite only.
ROWS = fn.COUNT(SQL("*"))


class Statement:
    """A query whose SQL is built once: for a hot one, building costs thirty times as much as running.

    `build` gives the query with a value in each place that the parameters take, in the same order.
    """

    def __init__(self, build):
        self.build, self._sql = build, {}

    @property
    def sql(self):
        """The text of the statement for the kind of database in use."""
        kind = type(database.obj)
        if kind not in self._sql:
            self._sql[kind] = self.build().sql()[0]
        return self._sql[kind]

    def __call__(self, *parameters):
        cursor = database.cursor()
        with __exception_wrapper__:
            cursor.execute(self.sql, parameters)
        waiting.got_it()
        return cursor

    def many(self, rows):
        """Run it for each row of parameters, and say how many rows of the table it changed in all."""
        cursor = database.cursor()
        with __exception_wrapper__:
            cursor.executemany(self.sql, rows)
        return cursor.rowcount


# SQLite 3.7.0 to 3.51.2 can corrupt a WAL database when two connections checkpoint (sqlite.org/wal.html, "WAL-reset
# bug"); 3.44.6 and 3.50.7 carry the fix, and 3.52.0 was withdrawn.
def is_sound(version) -> bool:
    """Whether WAL may be used with this version of SQLite, a tuple of three numbers."""
    patched = version[:2] in ((3, 44), (3, 50)) and version >= {44: (3, 44, 6), 50: (3, 50, 7)}[version[1]]
    return patched or (version >= (3, 51, 3) and version != (3, 52, 0))


def durable_pragmas(version=sqlite3.sqlite_version_info) -> dict:
    """What makes "saved" true: a commit is on the disk before anyone is told (FULL, or EXTRA without WAL)."""
    journal = (
        {"journal_mode": "wal", "synchronous": "full"}
        if is_sound(version)
        else {"journal_mode": "delete", "synchronous": "extra"}
    )
    # A journal that grew while somebody read for long is cut when it begins anew.
    limits = {"busy_timeout": 5000, "cache_size": -8000, "mmap_size": 0, "journal_size_limit": 16 << 20}
    return {**journal, **limits, "foreign_keys": 1}


class BadDatabase(Exception):
    """The database that the settings name cannot be used."""


class File(PooledSqliteDatabase):
    """A file, whose writers wait in line."""

    def _add_conn_hooks(self, conn):
        super()._add_conn_hooks(conn)
        waiting.watch(conn)

    def begin(self, lock_type=None):
        """Take the lock, and let those know who stand in line."""
        super().begin(lock_type)
        waiting.got_it(has_lock=True)

    def execute_sql(self, sql, params=None):
        """Run a statement, which may have had to stand in line."""
        cursor = super().execute_sql(sql, params)
        waiting.got_it()
        return cursor


def connect(url, root):
    """Point the tables at a database, and let go of the one before. Raises BadDatabase."""
    pool = opened(url, root)
    if database.obj is not None:
        database.close_all()
    database.initialize(pool)
    return pool


def opened(url, root):
    """The database `sqlite:///path` or `postgresql://user@host/name`. Raises BadDatabase.

    Connections are pooled: opening one costs a whole save. A path that is not absolute is taken from `root`.
    """
    scheme = urlsplit(url).scheme
    if scheme not in OPENED:
        raise BadDatabase(
            f"XUEJI_DATABASE_URL: {scheme or url} is not a database this version knows; "
            "use sqlite:///path or postgresql://user@host/name"
        )
    return OPENED[scheme](url, root)


def _sqlite(url, root):
    path = root / urlsplit(url).path.removeprefix("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    # Transactions take the write lock at once: one that reads first and writes later fails without waiting when another
    # wrote in between.
    options = {"check_same_thread": False, "lock_type": "IMMEDIATE"}
    return File(str(path), pragmas=durable_pragmas(), **POOL, **options)


def _postgresql(url, root):  # noqa: ARG001 -- a server has no path
    # A commit is on the disk of the server when it is acknowledged, whatever its configuration says; nobody waits for a
    # lock longer than on SQLite.
    options = "-c synchronous_commit=on -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
    return PooledPostgresqlDatabase(url, prefer_psycopg3=True, options=options, connect_timeout=5, **POOL)


POOL = {"max_connections": 64, "timeout": 10}
OPENED = {"sqlite": _sqlite, "postgresql": _postgresql}


def is_server() -> bool:
    """Whether the database is PostgreSQL and not a file of our own."""
    return isinstance(database.obj, PooledPostgresqlDatabase)


@contextmanager
def connected():
    """A connection for the block: the one that is open already, or one that goes back to the pool behind it."""
    is_ours = database.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if is_ours:
            database.close()


@contextmanager
def in_turn(*what):
    """A transaction; whoever does the same to the same thing comes after it. SQLite has one writer at a time anyway."""
    with database.atomic():
        if is_server():
            database.execute_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ("|".join(what),))
        yield


def secure_delete():
    """What is deleted over this connection from now on is overwritten at once, where the database can do that."""
    if not is_server():
        database.execute_sql("PRAGMA secure_delete = ON")


def forget_deleted() -> bool:
    """Write the files of the database anew, without what was deleted or replaced. Whether that was possible just now.

    Writers wait for it.
    """
    try:
        database.execute_sql("VACUUM FULL" if is_server() else "VACUUM")
    except OperationalError:
        return False
    # What the journal still holds goes with its file; somebody who reads an old state keeps it.
    return is_server() or database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def journal_size() -> int:
    """Bytes of the write-ahead log beside the file."""
    journal = Path(f"{database.database}-wal")
    return journal.stat().st_size if journal.exists() else 0


class Fixed(Table):
    """What is true of this database as a whole, such as which key it was sealed with."""

    name = CharField(20, primary_key=True)
    value = CharField(100)
