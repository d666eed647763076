"""The least that a durable save can cost: a WSGI app that keeps the body of each POST in one row of SQLite."""

import os
import threading

from peewee import sqlite3

from store import durable_pragmas

UPSERT = "INSERT INTO saved VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body"
here = threading.local()


def create_app():
    """The app; BARE_DATABASE names its file."""
    connection().execute("CREATE TABLE IF NOT EXISTS saved (id INTEGER PRIMARY KEY, body BLOB)")
    return save


def connection():
    """This thread's connection, with the same pragmas as Xueji's: a commit is on the disk when it returns."""
    if not hasattr(here, "connection"):
        here.connection = sqlite3.connect(os.environ["BARE_DATABASE"], isolation_level=None)
        for name, value in durable_pragmas().items():
            here.connection.execute(f"PRAGMA {name} = {value}")
    return here.connection


def save(environ, start_response):
    """Keep what was posted, then say so."""
    connection().execute(UPSERT, (environ["wsgi.input"].read(),))
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "6")])
    return [b"Saved."]
