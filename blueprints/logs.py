"""The log: a line for each request and each message, for people or as JSON. Nothing that is anybody's own is in it.

Requests are named by their route, never by the address that was asked for: that may hold the token of a link. What an
exception says is left out where it may quote what somebody typed.
"""

import json
import logging
import os
import re
import threading
import time
from contextlib import suppress
from traceback import StackSummary, walk_tb

from flask import has_request_context, request
from jinja2 import TemplateError
from peewee import InterfaceError, OperationalError

STDERR, LONGEST, CAUSES = 2, 2000, 5
ID = "xueji.request"
# The messages of these name files, types, and names of our own, and never a value.
SPEAKING = (OSError, OperationalError, InterfaceError, AttributeError, NameError, ImportError, TypeError, TemplateError)
SECURITY = "xueji.security"
# waitress names the address that was asked for.
ADDRESS = re.compile(r"(serving|servicing) .*", re.DOTALL)
ODD = re.compile(r"[^ -~\u00a0-\u2027\u202f-\u2065\u2070-\ud7ff\ue000-\ufefe\uff00-\uffef\U00010000-\U000dffff]")


class Text(logging.Formatter):
    """Lines for people; `is_open`: with everything that exceptions say."""

    is_open = True

    def format(self, record):
        """Time, level, message; below it where an exception came from."""
        at = f"{self.formatTime(record)} {record.levelname} {plain(words(record))}"
        mark = f" [{number}]" if (number := request_id(record)) else ""
        return at + mark + ("\n" + "\n".join(self.told(record)) if record.exc_info else "")

    def told(self, record):
        """The lines of an exception."""
        for error in causes(record.exc_info[1]):
            yield from (line.rstrip() for line in StackSummary.extract(walk_tb(error.__traceback__)).format())
            yield plain(summary(error, self.is_open))

    def request(self, number, method, route, status, seconds):
        """The line of a request."""
        at = time.strftime("%H:%M:%S")
        return f"{at} {method} {route} {status} {seconds * 1000:.1f} ms [{number}]"


class Json(logging.Formatter):
    """Lines for programs: one JSON object each."""

    def format(self, record):
        """Time, level, number of the request, message; of an exception its kind and where it came from."""
        told = {"at": stamp(record.created), "level": record.levelname.lower(), "pid": record.process}
        told |= {"request": number} if (number := request_id(record)) else {}
        if record.name == SECURITY:
            return json.dumps(told | {"event": json.loads(record.getMessage())}, ensure_ascii=False)
        told |= {"logger": record.name, "message": words(record)}
        if record.exc_info:
            told["errors"] = [
                {
                    "error": cut(summary(error)),
                    "stack": [f"{one.filename}:{one.lineno} {one.name}" for one in stack(error)],
                }
                for error in causes(record.exc_info[1])
            ]
        return json.dumps(told, ensure_ascii=False)

    def request(self, number, method, route, status, seconds):
        """The line of a request. All of it is ours, so nothing needs to be escaped."""
        return (
            f'{{"at": "{stamp(time.time())}", "level": "info", "pid": {os.getpid()}, "request": "{number}", '
            f'"method": "{method}", "route": "{route}", "status": {status}, "ms": {seconds * 1000:.1f}}}'
        )


class Writer(logging.Handler):
    """Writes each line with one call, so that those of several processes do not mix."""

    def emit(self, record):
        """Write a message."""
        try:
            self.put(self.format(record))
        except Exception:
            self.handleError(record)

    def put(self, line):
        """Write a line. A log that cannot be written stops no visitor."""
        with suppress(OSError):
            os.write(STDERR, f"{line}\n".encode(errors="backslashreplace"))

    def request(self, *about):
        """Write the line of a request."""
        self.put(self.formatter.request(*about))


def set_up(app):
    """Have everything that is logged written as the settings say, unless somebody else takes care of it, as pytest."""
    root, writer = logging.getLogger(), Writer()
    if not root.handlers:
        root.addHandler(writer)
        root.setLevel(logging.INFO)
    ours = next((one for one in root.handlers if isinstance(one, Writer)), None)
    app.extensions["xueji_log"] = ours
    if ours:
        ours.setFormatter(Json() if app.config["LOG"] == "json" else Text())
        ours.formatter.is_open = app.config["MODE"] == "demo"
        threading.excepthook = tell_of_thread


def tell_of_thread(died):
    """A thread that ends with an exception says so in the log, too, and not with everything that it holds."""
    error = (died.exc_type, died.exc_value, died.exc_traceback)
    logging.getLogger("xueji").error("thread %s ended", died.thread.name if died.thread else "", exc_info=error)


def request_id(record):
    """The number of the request that a message is about, if any."""
    given = getattr(record, "request", "")
    return given or (request.environ.get(ID, "") if has_request_context() else "")


def words(record):
    """The message, of a bearable length and without addresses."""
    text = record.getMessage()
    return cut(ADDRESS.sub(r"\1 a request", text) if record.name.startswith("waitress") else text)


def cut(text):
    """As much of a text as fits into a line."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def plain(text):
    """A text that makes no lines of its own, and does nothing to a terminal."""
    return ODD.sub(lambda one: ascii(one[0])[1:-1], text)


def stack(error):
    """Where an exception came from."""
    return StackSummary.extract(walk_tb(error.__traceback__), lookup_lines=False)


def causes(error):
    """An exception and those that led to it."""
    for _ in range(CAUSES):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def summary(error, is_open=False) -> str:
    """The kind of an exception, and what it says where that quotes nobody."""
    speaks = is_open or isinstance(error, SPEAKING)
    return f"{type(error).__qualname__}: {cut(str(error)) if speaks else '(not shown: it may quote what was typed)'}"


def stamp(at) -> str:
    """A time of UTC to the millisecond."""
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(at))}.{int(at % 1 * 1000):03}Z"
