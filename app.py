"""Xueji 學籍: new students look up their number, log in, and complete their academic record."""

import logging
import os
from pathlib import Path

from flask import Flask, g
from werkzeug.middleware.proxy_fix import ProxyFix

from blueprints import (
    access,
    assets,
    captcha,
    commands,
    doors,
    language,
    lookup,
    pages,
    passwords,
    portal,
    record,
    security,
    views,
)
from domain import record_file, settings
from domain.vault import Vault, read_key
from store import Settings, connect, database

BLUEPRINTS = (assets.bp, captcha.bp, commands.bp, doors.bp, lookup.bp, pages.bp, passwords.bp, portal.bp, record.bp)


def create_app(environ=os.environ):
    """The application, as the environment configures it. Raises BadSettings or BadRecord in plain words."""
    app = Flask(__name__)
    app.config.from_mapping(settings.read(environ, Path(app.root_path)))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    app.extensions["record"] = record_file.load(app.config["RECORD_FILE"])
    Settings.vault = app.extensions["vault"] = Vault(read_key(app.config["DATA_KEY"]))
    Settings.campus_mail = app.config["CAMPUS_MAIL"]
    open_database(app)
    for part in (language, access, security):
        part.set_up(app)
    app.before_request(lambda: setattr(g, "site", views.site()))
    language.make_environments(app, asset=assets.asset, demo=app.config["MODE"] == "demo")
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)
    return app


def open_database(app):
    """Connections come from a pool for each request and go back after it."""
    app.extensions["database"] = connect(app.config["DATABASE_URL"])
    app.before_request(lambda: database.connect(reuse_if_open=True) and None)
    app.teardown_request(lambda _error: database.is_closed() or database.close())
