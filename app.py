"""Xueji 學籍: new students look up their number, log in, and complete their academic record."""

import os
from pathlib import Path

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from blueprints import (
    access,
    activity,
    assets,
    audit,
    background,
    captcha,
    commands,
    copies,
    corrections,
    counter,
    doors,
    drafts,
    failures,
    freezing,
    in_force,
    initial,
    language,
    locks,
    logs,
    lookup,
    metrics,
    outbox,
    own_mailbox,
    pages,
    passwords,
    portal,
    purging,
    record,
    reporting,
    security,
    staff,
    towns,
    upkeep,
    views,
    watching,
)
from domain import settings
from domain.record_file import BadRecord
from domain.settings import BadSettings
from domain.vault import Vault, read_key
from tables import trouble, waiting
from tables.schema import prepare
from tables.store import BadDatabase, Settings, connect, database

# fmt: off
PAGES = (
    activity, assets, captcha, corrections, doors, drafts, freezing, initial, lookup, metrics, own_mailbox, pages,
    passwords, portal, record, towns, *staff.PAGES,
)
COMMANDS = (audit, commands, copies, counter, locks, purging, upkeep, *staff.COMMANDS)
# fmt: on


class Xueji(Flask):
    """Flask without coroutines: it asks of every function of every request whether it is one, and ours never are."""

    def ensure_sync(self, func):
        """The function as it is."""
        return func


class NotYet(SystemExit):
    """What stands in the way may pass by itself: the server tries again."""

    may_pass = True


def create_app(environ=os.environ):
    """The application, as the environment configures it; what stands in its way is said in one sentence.

    No connection to the database is left open: whoever builds it may go on in several processes.
    """
    try:
        app = build_app(environ)
        database.close_all()
        return app
    except (BadSettings, BadRecord, BadDatabase) as reason:
        raise SystemExit(f"Xueji cannot start: {reason}") from None
    except trouble.ERRORS as reason:
        if not trouble.is_trouble(reason):
            raise
        raise NotYet(f"Xueji cannot start: the database cannot be used: {str(reason).strip()}") from None


def build_app(environ):
    """The application, part by part, in the order in which requests meet them."""
    app = Xueji(__name__, static_folder=None)
    app.config.from_mapping(settings.read(environ, Path(app.root_path)))
    logs.set_up(app)
    reporting.set_up(app)
    language.set_up(app)
    open_database(app)
    access.set_up(app)
    security.set_up(app)
    failures.set_up(app)
    in_force.set_up(app, lambda: dress(app))
    for part in (*PAGES, *COMMANDS):
        app.register_blueprint(part.bp)
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)
    watching.set_up(app)
    app.extensions["xueji_background"] = background.side_by_side(outbox.background(app), background.importing(app))
    return app


def dress(app):
    """Make the pages in both languages, with the words of the record in force."""
    language.make_environments(
        app, views.site, asset=assets.asset, in_words=views.in_words, demo=app.config["MODE"] == "demo"
    )


def open_database(app):
    """Make what is missing, refuse a key that does not fit, and take connections from a pool for each request."""
    Settings.vault = Vault(read_key(app.config["DATA_KEY"]))
    Settings.campus_mail = app.config["CAMPUS_MAIL"]
    connect(app.config["DATABASE_URL"], Path(app.root_path))
    with database.connection_context():
        prepare()
    app.before_request(be_patient)
    app.teardown_request(lambda _error: database.is_closed() or database.close())


def be_patient():
    """Who only looks, or types a draft, waits less for the database than who saves.

    The first question to it takes a connection.
    """
    is_brief = request.method in ("GET", "HEAD") or request.endpoint == "drafts.keep"
    waiting.be_patient(waiting.MOMENT if is_brief else None)
