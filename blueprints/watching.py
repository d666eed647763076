"""Around every request: it gets a number, is counted and timed, and has its line in the log."""

import base64
import logging
import os
import re
from time import perf_counter

from flask import current_app, request

from blueprints import language
from blueprints.logs import ID
from blueprints.meters import Meters
from domain.words import N_

log = logging.getLogger("xueji")
WRONG = N_("Something went wrong on our side")
METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{5,63}", re.ASCII)


def set_up(app):
    """Watch an app that has all its routes."""
    app.extensions["xueji_meters"] = Meters(app.url_map)
    app.wsgi_app = Watched(app)


class Watched:
    """The app with somebody who watches."""

    def __init__(self, app):
        self.inner, self.trusts = app.wsgi_app, bool(app.config["TRUSTED_PROXIES"])
        self.meters, self.log = app.extensions["xueji_meters"], app.extensions["xueji_log"]

    def __call__(self, environ, start_response):
        """Answer; whatever fails even while an error page is made is a plain sentence."""
        began, number, status, rule = perf_counter(), self.number_for(environ), 500, None
        environ[ID] = number

        def start(line, headers, exc_info=None):
            nonlocal status, rule
            # Afterwards Flask forgets which request it was.
            seen = environ.get("werkzeug.request")
            status, rule = int(line[:3]), seen and seen.url_rule
            return start_response(line, headers, exc_info)

        try:
            body = self.inner(environ, start)
        except Exception:
            log.exception("fault, without a page", extra={"request": number})
            body = last_resort(start, number)
        self.note((number, environ["REQUEST_METHOD"]), rule, status, perf_counter() - began)
        return body

    def number_for(self, environ):
        """That of a proxy which is trusted, or a new one that can be read out over the telephone."""
        given = environ.get("HTTP_X_REQUEST_ID") if self.trusts else None
        return given if given and SANE.fullmatch(given) else base64.b32encode(os.urandom(5)).decode()

    def note(self, asked, rule, status, seconds):
        """Count it, and write its line. `asked`: (number, method)."""
        number, method = asked
        self.meters.answered(rule and rule.endpoint, method, status, seconds)
        if self.log:
            self.log.request(
                number, method if method in METHODS else "other", rule.rule if rule else "-", status, seconds
            )


def last_resort(start, number):
    """What is said when nothing else can be."""
    body = " / ".join([*(language.say(WRONG, lang) for lang in ("zh", "en")), number]).encode()
    start(
        "500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    )
    return [body]


def request_number() -> str:
    """The number of the present request."""
    return request.environ.get(ID, "")


def count(name, outcome):
    """Something happened that is worth a figure of its own."""
    current_app.extensions["xueji_meters"].count(name, outcome)
