"""Where the tests keep their databases: files, or databases of the PostgreSQL server that XUEJI_DATABASE_URL names."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from psycopg import connect
from psycopg.conninfo import conninfo_to_dict

SERVER = os.environ.get("XUEJI_DATABASE_URL", "")
ON_SERVER = SERVER.startswith("postgresql:")
files_only = pytest.mark.skipif(ON_SERVER, reason="about SQLite's file, which a server does not have")


def url(folder) -> str:
    """The database that belongs to a folder."""
    return f"{SERVER.rpartition('/')[0]}/{name(folder)}" if ON_SERVER else f"sqlite:///{folder}/xueji.db"


def name(folder) -> str:
    """What the database of a folder is called on the server."""
    return "test_" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def make(folder) -> str:
    """An empty database for a folder; its address."""
    if ON_SERVER:
        drop(folder)
        _tell(f"CREATE DATABASE {name(folder)}")
    return url(folder)


def ready(folder) -> str:
    """The database of a folder, made when it is not there yet; its address."""
    if ON_SERVER and not _tell("SELECT 1 FROM pg_database WHERE datname = %s", name(folder)):
        make(folder)
    return url(folder)


def copy(source, target):
    """Give the folder `target` what the folder `source` has; nobody is connected to either."""
    if ON_SERVER:
        drop(target)
        _tell(f"CREATE DATABASE {name(target)} TEMPLATE {name(source)} STRATEGY FILE_COPY")
    else:
        shutil.copy(source / "xueji.db", target / "xueji.db")


def drop(folder):
    """Forget the database of a folder; files go with their folder."""
    if ON_SERVER:
        _tell(f"DROP DATABASE IF EXISTS {name(folder)} WITH (FORCE)")


def row(folder, sql, *values):
    """The first row of a statement in the database of a folder, from outside of the app; placeholders are `?`."""
    if ON_SERVER:
        with connect(url(folder), autocommit=True) as connection:
            done = connection.execute(sql.replace("?", "%s"), values)
            return done.fetchone() if done.description else None
    from peewee import sqlite3  # noqa: PLC0415 -- a server needs none

    with sqlite3.connect(f"{folder}/xueji.db") as connection:
        return connection.execute(sql, values).fetchone()


def contents(folder) -> bytes:
    """Everything that somebody who stole the database would have."""
    if not ON_SERVER:
        return b"".join(path.read_bytes() for path in sorted(Path(folder).glob("xueji.db*")))
    command = ["pg_dump", "--dbname", url(folder)]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return text + b"".join(bytes.fromhex(one.decode()) for one in re.findall(rb"\\\\x([0-9a-f]*)", text))


def _tell(statement, *values):
    given = conninfo_to_dict(SERVER) | {"dbname": "postgres"}
    with connect(**given, autocommit=True) as connection:
        done = connection.execute(statement, values)
        return done.fetchone() if done.description else None
