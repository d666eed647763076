"""Databases of a PostgreSQL server, lent to the folders of tests.

Making one takes the server a third of a second. So folders borrow those that are there, and what stands in them is
exchanged, which takes a hundredth: what is in no table of ours cannot be told from a database made anew.
"""

import atexit
import hashlib
import itertools
import os
import re
import subprocess
from dataclasses import dataclass

from psycopg import connect

# What tables, indexes and columns there are: who changed them keeps the database.
SHAPE = """
SELECT (SELECT sum(hashtext(concat(relname, relkind))::bigint) FROM pg_class WHERE oid >= 16384),
       (SELECT sum(hashtext(concat(attname, atttypid, atttypmod, attnotnull))::bigint)
        FROM pg_attribute WHERE attrelid >= 16384)
"""
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
DUMP = ("pg_dump", "--no-owner", "--no-privileges", "--dbname")
OFTEN = 100
NUMBERS = itertools.count()


@dataclass(frozen=True)
class Kept:
    """What makes a database like the one it was taken from: its tables, and everything in them."""

    schema: str
    rows: str


class Server:
    """The databases that this process has on a server."""

    def __init__(self, url):
        self.url, self.lent, self.free, self._connections, self._given = url, {}, [], {}, 0

    def address(self, folder) -> str:
        """The address of the database of a folder."""
        return self._at(self.lent.get(str(folder)) or _name(folder))

    def has(self, folder) -> bool:
        """Whether there is a database for a folder."""
        known = self._tell("SELECT 1 FROM pg_database WHERE datname = %s", _name(folder))
        return str(folder) in self.lent or known is not None

    def make(self, folder):
        """An empty database for a folder alone."""
        self.drop(folder)
        self._tell(f"CREATE DATABASE {_name(folder)}")
        atexit.register(self._forget, _name(folder))

    def keep(self, folder) -> Kept:
        """Everything in the database of a folder."""
        parts = ("--schema-only",), ("--data-only", "--inserts", "--rows-per-insert=100")
        return Kept(*(_dumped(self.address(folder), *part) for part in parts))

    def give(self, kept, folder):
        """Let the database that a folder borrows, from now on at the latest, hold what was kept."""
        if str(folder) not in self.lent:
            self.lent[str(folder)] = self.free.pop() if self.free else self._another(kept)
        connection = self._to(self.lent[str(folder)])
        connection.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}")
        tables = [name for (name,) in connection.execute(TABLES).fetchall()]
        emptied = "".join(f'DELETE FROM public."{name}";' for name in tables)  # noqa: S608 -- names from the database
        connection.execute(f"BEGIN; SET session_replication_role = replica; {emptied} {kept.rows}; RESET ALL; COMMIT")
        self._given += 1
        if self._given % OFTEN == 0:
            connection.execute("VACUUM")

    def drop(self, folder):
        """Take back what a folder borrowed, or forget its own database."""
        name = self.lent.pop(str(folder), None)
        if name and self._to(name).execute(SHAPE).fetchone() == self.shape:
            self.free.append(name)
        else:
            self._forget(name or _name(folder))

    def row(self, folder, sql, *values):
        """The first row of a statement."""
        name = self.lent.get(str(folder))
        if name:
            done = self._to(name).execute(sql, values)
            return done.fetchone() if done.description else None
        with connect(self.address(folder), autocommit=True) as connection:
            done = connection.execute(sql, values)
            return done.fetchone() if done.description else None

    def setting(self, name) -> str:
        """A setting of the server."""
        return self._tell(f"SHOW {name}")[0]

    def _another(self, kept):
        name = f"lent_{os.getpid()}_{next(NUMBERS)}"
        self._forget(name)
        self._tell(f"CREATE DATABASE {name}")
        atexit.register(self._forget, name)
        connection = self._to(name)
        connection.execute(f"{kept.schema}; RESET ALL")
        self.shape = connection.execute(SHAPE).fetchone()
        return name

    def _forget(self, name):
        if name in self._connections:
            self._connections.pop(name).close()
        self._tell(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _at(self, name):
        return f"{self.url.rpartition('/')[0]}/{name}"

    def _to(self, name):
        if name not in self._connections:
            self._connections[name] = connect(self._at(name), autocommit=True)
        return self._connections[name]

    def _tell(self, statement, *values):
        done = self._to("postgres").execute(statement, values)
        return done.fetchone() if done.description else None


def _name(folder):
    return "test_" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def _dumped(address, *how):
    text = subprocess.run([*DUMP, address, *how], check=True, stdout=subprocess.PIPE, text=True).stdout
    # What psql alone understands.
    return re.sub(r"(?m)^\\(un)?restrict .*\n", "", text)
