"""`backup` and `restore`: copies of the database that leave the machine encrypted."""

import os
import secrets
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Blueprint, current_app
from peewee import PeeweeException

from blueprints.commands import one_line_errors, say
from domain import clock, encrypted_files
from domain.encrypted_files import Unreadable
from domain.vault import read_key
from domain.words import N_, Invalid
from models import Student
from tables import copies, moving, store
from tables.copies import BadCopy
from tables.trouble import if_it_can_be

bp = Blueprint("copies", __name__, cli_group=None)
NAME = "xueji-{at:%Y%m%d-%H%M%S}.age"


@bp.cli.command("backup")
@click.argument("dest", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="DEST is a folder: leave so many copies in it, the newest.")
@one_line_errors
def backup(dest, keep):
    """Write a consistent, encrypted copy of the database to DEST while the server runs, and read it back.

    In a folder it gets a name with the time. The data key is not in it: keep that elsewhere, nothing opens it without.
    """
    folder = dest if dest.is_dir() else None
    dest = folder / NAME.format(at=clock.local(store.now())) if folder else dest
    if dest.exists():
        raise Invalid(N_("{file} is there already; nothing was written"), file=dest)
    n = write(dest)
    with if_it_can_be():
        copies.note_written()
    if keep and folder:
        forget_old(folder, keep)
    click.echo(say(N_("{file}: {n} students, checked"), file=dest, n=n))


def write(dest) -> int:
    """Write a copy that is whole when it has its name, and say how many students are in it."""
    with beside(dest) as plain, beside(dest) as sealed, beside(dest) as read_back:
        copies.write(plain)
        encrypted_files.encrypt(plain, sealed, recipients())
        plain.unlink()
        encrypted_files.decrypt(sealed, read_back, identities())
        n = copies.check(read_back)
        os.rename(sealed, dest)
    folder = os.open(dest.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return n


@contextmanager
def beside(path):
    """A name for a file of ours in the same folder, which is gone afterwards."""
    place = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    mask = os.umask(0o077)
    try:
        yield place
    finally:
        os.umask(mask)
        place.unlink(missing_ok=True)


def forget_old(folder, keep):
    """Delete all but the newest copies of a folder; other files stay."""
    for old in sorted(folder.glob("xueji-*.age"))[:-keep]:
        old.unlink()


def identities():
    """What opens a copy: the data key of this installation."""
    return [encrypted_files.identity(read_key(current_app.config["DATA_KEY"]))]


def recipients():
    """For whom a copy is written: this installation, and the key that the settings name."""
    named = current_app.config["BACKUP_RECIPIENT"]
    return [identities()[0].to_public(), *([encrypted_files.read_recipient(named)] if named else [])]


@bp.cli.command("restore")
@click.argument("src", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace a database that has students in it.")
@one_line_errors
def restore(src, overwrite):
    """Put the copy SRC in the place of the database. Stop the server first."""
    if not src.is_file():
        raise Invalid(N_("{file}: there is no such file"), file=src)
    present = Student.select().count()
    if present and not overwrite:
        raise Invalid(N_("the database has {n} students; stop the server and say --overwrite to replace it"), n=present)
    with beside(src) as plain:
        n = opened(src, plain)
        copies.put_back(plain)
    click.echo(say(N_("{file}: {n} students, restored"), file=src, n=n))


def opened(src, plain) -> int:
    """Decrypt a copy into `plain`, and say how many students are in it. Raises Invalid when it cannot be used."""
    try:
        if not encrypted_files.is_encrypted(src):
            raise Unreadable(str(src))
        encrypted_files.decrypt(src, plain, identities())
        return copies.check(plain)
    except (Unreadable, BadCopy):
        raise Invalid(N_("{file} is damaged, or was sealed with another data key"), file=src) from None


@contextmanager
def other_database(url):
    """Another database than the one in use, open while the block runs."""
    target = store.opened(url, Path(current_app.root_path))
    try:
        with target:
            yield target
    finally:
        target.close_all()


@bp.cli.command("move-database")
@click.argument("url")
@one_line_errors
def move_database(url):
    """Copy everything to the empty database at URL, such as postgresql://user@host/name, and compare. Stop the server.

    Then put the URL into XUEJI_DATABASE_URL. The old database stays as it is.
    """
    try:
        with other_database(url) as target:
            for table, n in moving.move(store.database.obj, target):
                click.echo(f"{table}: {n}")
    except store.BadDatabase as reason:
        raise Invalid(N_("{reason}"), reason=reason) from None
    except moving.NotEmpty:
        raise Invalid(N_("the database there is not empty; nothing was written")) from None
    except moving.Different as table:
        raise Invalid(N_("table {name} is not the same there; nothing was written"), name=table) from None
    except PeeweeException as reason:
        said = str(reason).partition("\n")[0]
        raise Invalid(N_("the database there does not take it, and nothing was written: {said}"), said=said) from None
