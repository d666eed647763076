"""Faults told to a Sentry, when the settings name one: what broke and where, and nothing of whom it befell.

An event is made anew from what is known to be ours. Forms, cookies, addresses, headers and the values of variables are
not taken out of it: they never get in.
"""

import logging
import socket

from flask import has_request_context, request

from blueprints.logs import SPEAKING, cut, request_id
from domain.settings import BadSettings

PACKAGE = "sentry-sdk==2.75.0"
FRAME = ("filename", "function", "lineno", "module", "context_line", "in_app")


def set_up(app):
    """Report errors from now on, if that is wanted. Raises BadSettings when it is not possible."""
    dsn = app.config["SENTRY_DSN"]
    if not dsn:
        return
    try:
        import sentry_sdk  # noqa: PLC0415 -- nobody needs the package who does not want this
        from sentry_sdk.integrations.logging import EventHandler  # noqa: PLC0415
        from sentry_sdk.utils import BadDsn  # noqa: PLC0415
    except ImportError:
        raise BadSettings(f"XUEJI_SENTRY_DSN: this needs a package: .venv/bin/pip install {PACKAGE}") from None
    try:
        sentry_sdk.init(dsn, before_send=scrubbed, **OPTIONS)
    except BadDsn:
        raise BadSettings("XUEJI_SENTRY_DSN: this is not the address of a project, such as https://…@host/1") from None
    root = logging.getLogger()
    if not any(isinstance(one, EventHandler) for one in root.handlers):
        root.addHandler(EventHandler(level=logging.ERROR))


OPTIONS = {
    "default_integrations": False,
    "auto_enabling_integrations": False,
    "include_local_variables": False,
    "max_request_body_size": "never",
    "max_breadcrumbs": 0,
    "auto_session_tracking": False,
    "send_client_reports": False,
    "server_name": "",
    "shutdown_timeout": 2,
}


def scrubbed(event, hint):
    """A new event of what may leave: the text of the message without what was put into it, kinds, frames, the route."""
    record = hint.get("log_record")
    kept = {name: event[name] for name in ("event_id", "timestamp", "platform", "level", "logger") if name in event}
    kept["logentry"] = {"message": cut(str(record.msg)) if record else ""}
    kept["tags"] = {"host": socket.gethostname(), "request": request_id(record) if record else "", **where()}
    errors = event.get("exception", {}).get("values", [])
    kept["exception"] = {"values": [without_values(one, hint) for one in errors]}
    return kept


def where():
    """The route and method of the request, if there is one."""
    if not has_request_context():
        return {}
    return {"route": request.url_rule.rule if request.url_rule else "", "method": request.method}


def without_values(error, hint):
    """One exception: its kind, where it came from, and what it says if that quotes nobody."""
    raised = hint.get("exc_info", (None, None, None))[1]
    speaks = isinstance(raised, SPEAKING) and error.get("type") == type(raised).__name__
    frames = error.get("stacktrace", {}).get("frames", [])
    said = {"type": error.get("type"), "module": error.get("module"), "value": cut(str(raised)) if speaks else ""}
    return said | {"stacktrace": {"frames": [{name: one.get(name) for name in FRAME} for one in frames]}}
