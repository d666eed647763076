"""Looking after an installation: `doctor`, `backup` and `restore`."""

import shutil
import sys
from pathlib import Path

import click
from flask import Blueprint, current_app

from blueprints.commands import one_line_errors, say
from domain.words import N_, Invalid
from tables import store
from tables.letterbox import REFUSED, SENT, Mail

bp = Blueprint("upkeep", __name__, cli_group=None)
LEAST_FREE = 500 * 1024 * 1024
SHOWN = 5


@bp.cli.command("doctor")
def doctor():
    """Check configuration, database, mail and disk: one line each, exit status 1 when something is wrong."""
    findings = [*configuration(), database_version(), durability(), *mail(), disk()]
    for is_well, line in findings:
        click.echo(f"{'ok  ' if is_well else 'BAD '} {line}")
    if not all(is_well for is_well, _ in findings):
        sys.exit(1)


def configuration():
    """The settings that stop nothing but matter."""
    settings = current_app.config
    yield True, f"mode: {settings['MODE']}"
    yield True, "keys: present, and the data key fits the database"
    yield True, f"record: {settings['RECORD_FILE']} is sound"
    https = settings["MODE"] == "demo" or settings["BASE_URL"].startswith("https://")
    yield https, f"address: {settings['BASE_URL']}" + ("" if https else " is not https: links and cookies are not safe")


def database_version():
    """Whether this SQLite may be used with WAL."""
    version = store.sqlite3.sqlite_version
    sound = store.is_sound(store.sqlite3.sqlite_version_info)
    return sound, f"sqlite: {version}" + ("" if sound else " can corrupt WAL databases; running without WAL, slower")


def durability():
    """Whether a commit is on the disk when it is acknowledged."""
    journal = store.database.execute_sql("PRAGMA journal_mode").fetchone()[0]
    synchronous = store.database.execute_sql("PRAGMA synchronous").fetchone()[0]
    well = (journal, synchronous) in (("wal", 2), ("delete", 3)) and store.is_writable()
    return (
        well,
        f"database: {store.database.database}, journal {journal}, synchronous {synchronous}, schema {store.SCHEMA}",
    )


def mail():
    """Letters that wait, and those that wait in vain."""
    settings, waiting = current_app.config, list(Mail.waiting())
    stuck = [one for one in waiting if one.is_stuck]
    server = settings["MAIL_SERVER"] or f"files in {settings['MAIL_FOLDER']}"
    oldest = max((one.age for one in waiting), default=0) // 60
    said = next((f": {one.words}" for one in stuck if one.words), "")
    yield not stuck, f"mail: {server}, {len(waiting)} waiting, the oldest for {oldest} min, {len(stuck)} stuck{said}"
    yield from refused_mail()


def refused_mail():
    """Letters refused for good in the last day, with the server's words; BAD when more are refused than sent."""
    closed = Mail.select().where(Mail.closed_at > store.now() - 86400).order_by(Mail.id.desc())
    refused = list(closed.where(Mail.state == REFUSED))
    sent = closed.where(Mail.state == SENT).count()
    yield len(refused) <= sent, f"mail refused for good in the last day: {len(refused)}, sent: {sent}"
    for one in refused[:SHOWN]:
        yield True, f"mail refused for good: letter {one.id} ({one.kind}): {one.words}"


def disk():
    """Room beside the database."""
    free = shutil.disk_usage(Path(store.database.database).parent).free
    return free > LEAST_FREE, f"disk: {free // 2**20} MB free beside the database"


@bp.cli.command("backup")
@click.argument("dest", type=click.Path(path_type=Path))
@one_line_errors
def backup(dest):
    """Write a consistent copy of the database to DEST while the server runs. The data key is not in it."""
    if dest.exists():
        raise Invalid(N_("{file} is there already; nothing was written"), file=dest)
    store.database.execute_sql("VACUUM INTO ?", (str(dest),))
    dest.chmod(0o600)
    click.echo(say(N_("{file}: {n} students, checked"), file=dest, n=checked(dest)))


@bp.cli.command("restore")
@click.argument("src", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace a database that has students in it.")
@one_line_errors
def restore(src, overwrite):
    """Put the copy SRC in the place of the database. Stop the server first."""
    n = checked(src)
    present = store.database.execute_sql("SELECT count(*) FROM student").fetchone()[0]
    if present and not overwrite:
        raise Invalid(N_("the database has {n} students; stop the server and say --overwrite to replace it"), n=present)
    copy = store.sqlite3.connect(f"file:{src}?mode=ro", uri=True)
    copy.backup(store.database.connection())
    copy.close()
    click.echo(say(N_("{file}: {n} students, restored"), file=src, n=n))


def checked(path):
    """How many students a copy holds. Raises Invalid when it is not a sound copy sealed with the same key."""
    if not path.is_file():
        raise Invalid(N_("{file}: there is no such file"), file=path)
    copy = store.sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        facts = dict(copy.execute("SELECT name, value FROM fixed")) if sound else {}
        students = copy.execute("SELECT count(*) FROM student").fetchone()[0] if sound else 0
    except store.sqlite3.DatabaseError:
        raise Invalid(N_("{file} is no sound copy of a Xueji database"), file=path) from None
    finally:
        copy.close()
    if not sound or facts.get("key") != store.Settings.vault.code("which key", 20):
        raise Invalid(N_("{file} is damaged, or was sealed with another data key"), file=path)
    return students
