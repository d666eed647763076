"""Copies of the whole database: written while it serves, looked through, put back."""

import os
import subprocess

from peewee import sqlite3
from psycopg.conninfo import conninfo_to_dict

from tables.store import Fixed, Settings, database, is_server, now

# The names libpq takes from the environment: a password in the arguments could be read by everybody on the machine.
PG_NAMES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


LAST = "copied at"


class BadCopy(Exception):
    """The file is no sound copy of a database of ours, or was sealed with another data key."""


def write(path):
    """Write a consistent copy to the new file `path`, while others go on reading and writing."""
    _write_dump(path) if is_server() else _write_file(path)


def check(path) -> int:
    """How many students a copy holds, after looking through all of it. Raises BadCopy."""
    try:
        facts, students = _read_dump(path) if is_server() else _read_file(path)
    except (sqlite3.DatabaseError, subprocess.CalledProcessError):
        raise BadCopy(str(path)) from None
    if facts.get("key") != Settings.vault.code("which key", 20):
        raise BadCopy(str(path))
    return students


def note_written():
    """Keep the time at which a copy was written and found sound."""
    row = Fixed.insert(name=LAST, value=str(now()))
    row.on_conflict(conflict_target=[Fixed.name], preserve=[Fixed.value]).execute()


def last_written() -> int | None:
    """When that was; None before the first time."""
    row = Fixed.get_or_none(Fixed.name == LAST)
    return row and int(row.value)


def put_back(path):
    """Put a copy in the place of the database."""
    if is_server():
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--dbname", _name(), path)
        return
    copy = _opened(path)
    copy.backup(database.connection())
    copy.close()


# One step: in steps, a copy begins anew whenever somebody writes, and under load never ends (sqlite.org/backup.html).
def _write_file(path):
    copy = sqlite3.connect(str(path))
    database.connection().backup(copy, pages=-1)
    # A copy in WAL mode would leave files beside it wherever it is opened.
    copy.execute("PRAGMA journal_mode = delete")
    copy.close()


def _read_file(path):
    copy = _opened(path)
    try:
        sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        facts = dict(copy.execute("SELECT name, value FROM fixed")) if sound else {}
        return facts, copy.execute("SELECT count(*) FROM student").fetchone()[0] if sound else 0
    finally:
        copy.close()


def _opened(path):
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _write_dump(path):
    _run("pg_dump", "--format=custom", "--no-owner", "--file", path)


def _read_dump(path):
    """The rows of two tables as text: reading them back checks that the whole file can be unpacked."""
    _run("pg_restore", "--file", os.devnull, path)
    facts = dict(_rows(path, "fixed"))
    return facts, len(_rows(path, "student"))


def _rows(path, table):
    text = _run("pg_restore", "--data-only", "--table", table, "--file", "-", path).decode()
    _, begun, rest = text.partition("FROM stdin;\n")
    rows, ended, _ = rest.partition("\\.\n")
    return [line.split("\t") for line in rows.splitlines()] if begun and ended else []


def _name():
    return conninfo_to_dict(database.database)["dbname"]


def _run(program, *words):
    given = conninfo_to_dict(database.database)
    environment = {PG_NAMES[name]: value for name, value in given.items() if name in PG_NAMES}
    command = [program, *map(str, words)]
    return subprocess.run(command, env=os.environ | environment, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603
