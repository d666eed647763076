"""Where the tests keep their databases: files, or databases of the PostgreSQL server that XUEJI_DATABASE_URL names."""

import os
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import lent

SERVER = os.environ.get("XUEJI_DATABASE_URL", "")
ON_SERVER = SERVER.startswith("postgresql:")
files_only = pytest.mark.skipif(ON_SERVER, reason="about SQLite's file, which a server does not have")
server = lent.Server(SERVER) if ON_SERVER else None


def url(folder) -> str:
    """The database that belongs to a folder."""
    return server.address(folder) if ON_SERVER else f"sqlite:///{folder}/xueji.db"


def make(folder) -> str:
    """An empty database for a folder; its address."""
    if ON_SERVER:
        server.make(folder)
    return url(folder)


def ready(folder) -> str:
    """The database of a folder, made when it is not there yet; its address."""
    if ON_SERVER and not server.has(folder):
        server.make(folder)
    return url(folder)


def keep(folder):
    """What stands in the database of a folder, to be given to others by `give`; nobody writes there meanwhile."""
    return server.keep(folder) if ON_SERVER else (folder / "xueji.db").read_bytes()


def give(kept, folder):
    """Let the database of a folder hold what was kept, and nothing else; nobody is connected to it."""
    if ON_SERVER:
        server.give(kept, folder)
    else:
        (folder / "xueji.db").write_bytes(kept)


def drop(folder):
    """Forget the database of a folder; files go with their folder."""
    if ON_SERVER:
        server.drop(folder)


def row(folder, sql, *values):
    """The first row of a statement in the database of a folder, from outside of the app; placeholders are `?`."""
    if ON_SERVER:
        return server.row(folder, sql.replace("?", "%s"), *values)
    from peewee import sqlite3  # noqa: PLC0415 -- a server needs none

    with sqlite3.connect(f"{folder}/xueji.db") as connection:
        return connection.execute(sql, values).fetchone()


def survives_power_cuts() -> bool:
    """Whether the database keeps what it has confirmed; a server for tests may be told not to, which is faster."""
    return not ON_SERVER or server.setting("fsync") == "on"


def contents(folder) -> bytes:
    """Everything that somebody who stole the database would have."""
    if not ON_SERVER:
        return b"".join(path.read_bytes() for path in sorted(Path(folder).glob("xueji.db*")))
    command = ["pg_dump", "--dbname", url(folder)]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return text + b"".join(bytes.fromhex(one.decode()) for one in re.findall(rb"\\\\x([0-9a-f]*)", text))


@contextmanager
def heard(database):
    """The statements that go over the connection which the next block of this thread gets."""
    statements = []
    with database.connection_context():
        connection = database.connection()
    if ON_SERVER:
        plain, connection.cursor_factory = connection.cursor_factory, _listening(connection.cursor_factory, statements)
    else:
        connection.set_trace_callback(statements.append)
    yield statements
    if ON_SERVER:
        connection.cursor_factory = plain
    else:
        connection.set_trace_callback(None)


def _listening(plain, statements):
    class Listening(plain):
        def execute(self, query, *more, **options):
            statements.append(query)
            return super().execute(query, *more, **options)

    return Listening
