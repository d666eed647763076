"""Looking after an installation: `doctor` says how it is."""

import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Blueprint, current_app

from blueprints import in_force, language
from tables import chain, copies, schema, standing, store, trouble
from tables.letterbox import REFUSED, SENT, Mail

bp = Blueprint("upkeep", __name__, cli_group=None)
LEAST_FREE = 500 * 1024 * 1024
LARGEST_JOURNAL = 64
OLDEST_COPY = 26
ASKED_OF_SERVER = ("fsync", "synchronous_commit")
SHOWN = 5
LOG_LINES = 20_000
CHECKED, MOST = 20, 1_000_000
BAD_VERSION = "a newer version cannot be read by this program"


@bp.cli.command("doctor")
def doctor():
    """Check configuration, database, mail and disk: one line each, exit status 1 when something is wrong."""
    findings = [one for part in PARTS for one in looked(part)]
    for is_well, line in findings:
        click.echo(f"{'ok  ' if is_well else 'BAD '} {line}")
    if not all(is_well for is_well, _ in findings):
        sys.exit(1)


def looked(part):
    """What a part finds; where it needs a database that cannot be used, that."""
    try:
        found = part()
        return [found] if isinstance(found, tuple) else list(found)
    except trouble.ERRORS as error:
        if not trouble.is_trouble(error):
            raise
        return [(False, f"{part.__name__.replace('_', ' ')}: the database cannot be used: {str(error).strip()}")]


@bp.cli.command("schema")
def show_schema():
    """Say which migration of the database was the last."""
    click.echo(schema.version())


def configuration():
    """The settings that stop nothing but matter."""
    settings = current_app.config
    yield True, f"mode: {settings['MODE']}"
    yield True, "keys: present, and the data key fits the database"
    yield record_in_force()
    https = settings["MODE"] == "demo" or settings["BASE_URL"].startswith("https://")
    yield https, f"address: {settings['BASE_URL']}" + ("" if https else " is not https: links and cookies are not safe")


def record_in_force():
    """Which record counts: the version that was applied last, or the file; and what is odd about it."""
    here = in_force.follower()
    if here.version is None:
        return here.is_newest, f"record: {here.path}, {'no version was applied' if here.is_newest else BAD_VERSION}"
    said = f"record: version {here.version.id}, applied by {here.version.by}"
    changed = f"; {here.path} was changed since and does not count" if here.has_file_changed else ""
    return here.is_newest, said + changed + ("" if here.is_newest else f"; {BAD_VERSION}")


def database_version():
    """Which database this is; whether this SQLite may be used with WAL."""
    if store.is_server():
        return True, f"postgresql: {store.database.execute_sql('SHOW server_version').fetchone()[0]}"
    version = store.sqlite3.sqlite_version
    sound = store.is_sound(store.sqlite3.sqlite_version_info)
    return sound, f"sqlite: {version}" + ("" if sound else " can corrupt WAL databases; running without WAL, slower")


def durability():
    """Whether a commit is on the disk when it is acknowledged."""
    if store.is_server():
        return server_durability()
    journal = store.database.execute_sql("PRAGMA journal_mode").fetchone()[0]
    synchronous = store.database.execute_sql("PRAGMA synchronous").fetchone()[0]
    problem = trouble.what_stops_writing()
    said = f"journal {journal}, synchronous {synchronous}, schema {schema.version()}"
    well = (journal, synchronous) in (("wal", 2), ("delete", 3)) and not problem
    return well, f"database: {store.database.database}, {said}{stopped(problem)}"


def log_chain():
    """Whether the last lines of the security log are as they were written; `audit verify` looks at all of them."""
    verdict = chain.verify(LOG_LINES)
    said = language.say(verdict.problem, "en") if verdict.problem else f"the last {verdict.n} lines are in their place"
    return verdict.problem is None, f"log: {said}"


def server_durability():
    """The same of a PostgreSQL server: `fsync` is its own setting, `synchronous_commit` ours."""
    fsync, synchronous = (store.database.execute_sql(f"SHOW {name}").fetchone()[0] for name in ASKED_OF_SERVER)
    problem, said = trouble.what_stops_writing(), f"synchronous_commit {synchronous}, schema {schema.version()}"
    well = (fsync, synchronous) == ("on", "on") and not problem
    return well, f"database: fsync {fsync}, {said}{stopped(problem)}"


def stopped(problem):
    """What is added to the line of a database that cannot be written."""
    return f"; nothing can be saved: {problem}" if problem else ""


def file():
    """Whether the file is sound, and its journal of a usual size."""
    if store.is_server():
        return
    verdict = store.database.execute_sql("PRAGMA quick_check(1)").fetchone()[0]
    yield verdict == "ok", f"file: {'sound' if verdict == 'ok' else f'damaged, restore a copy: {verdict}'}"
    size = store.journal_size() >> 20
    said = ": somebody has been reading for long, such as another program; it grows until that ends"
    yield size <= LARGEST_JOURNAL, f"journal: {size} MB" + (said if size > LARGEST_JOURNAL else "")


def mail():
    """Letters that wait, and those that wait in vain."""
    settings, waiting = current_app.config, list(Mail.waiting())
    is_real = settings["MODE"] == "production"
    stuck = [one for one in waiting if one.is_stuck]
    server = settings["MAIL_SERVER"] or ("no server is set" if is_real else f"files in {settings['MAIL_FOLDER']}")
    oldest = max((one.age for one in waiting), default=0) // 60
    said = next((f": {one.words}" for one in stuck if one.words), "")
    well = not stuck and bool(settings["MAIL_SERVER"] or not is_real)
    yield well, f"mail: {server}, {len(waiting)} waiting, the oldest for {oldest} min, {len(stuck)} stuck{said}"
    yield from refused_mail()


def refused_mail():
    """Letters refused for good in the last day, with the server's words; BAD when more are refused than sent."""
    closed = Mail.select().where(Mail.closed_at > store.now() - 86400).order_by(Mail.id.desc())
    refused = list(closed.where(Mail.state == REFUSED))
    sent = closed.where(Mail.state == SENT).count()
    yield len(refused) <= sent, f"mail refused for good in the last day: {len(refused)}, sent: {sent}"
    for one in refused[:SHOWN]:
        yield True, f"mail refused for good: letter {one.id} ({one.kind}): {one.words}"


def sums():
    """Whether what is summed up about students is what judging their answers gives."""
    record = current_app.extensions["record"]
    left, (n, wrong) = len(standing.stale(record, MOST)), standing.differing(record, CHECKED)
    said = f", not true of {', '.join(wrong)}" if wrong else ""
    return not wrong, f"summed up: {left} students still to be judged anew, {n} of the others checked{said}"


def disk():
    """Room beside the database; where that is on a server, beside the program."""
    place = current_app.root_path if store.is_server() else Path(store.database.database).parent
    free = shutil.disk_usage(place).free
    return free > LEAST_FREE, f"disk: {free // 2**20} MB free at {place}"


def backup():
    """When the last copy was written; where people's data is kept for good it must be of today."""
    at, is_asked = copies.last_written(), current_app.config["MODE"] == "production"
    hours = (store.now() - at) // 3600 if at else None
    said = "no copy was written yet" if at is None else f"the last copy was written and checked {hours} h ago"
    return not is_asked or (at is not None and hours < OLDEST_COPY), f"backup: {said}"


def watching():
    """Who is told how it goes."""
    settings = current_app.config
    asked = "this machine" + (" and whoever has the token" if settings["METRICS_TOKEN"] else "")
    faults = f"the Sentry at {urlsplit(settings['SENTRY_DSN']).hostname}" if settings["SENTRY_DSN"] else "the log only"
    return True, f"watching: log as {settings['LOG']}, /metrics for {asked}, faults to {faults}"


PARTS = (configuration, database_version, durability, file, log_chain, sums, mail, disk, backup, watching)
