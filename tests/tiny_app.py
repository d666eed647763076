"""A WSGI app of a few lines, so that the server can be judged apart from Xueji."""

import os
import pathlib
import re
import threading
import time


class Tiny:
    """Answers with the process id that serves it; `/0.5` takes half a second, `/regex` keeps the whole process busy."""

    def __init__(self) -> None:
        self.extensions = {"xueji_background": tick} if os.environ.get("TICKS") else {}

    def __call__(self, environ, start_response):
        """Echo how much was posted and which forwarding header came through."""
        if environ["PATH_INFO"] == "/regex":
            re.match("(a+)+$", "a" * 40 + "b")
        time.sleep(float(environ["PATH_INFO"][1:] or 0))
        posted = len(environ["wsgi.input"].read())
        body = f"{os.getpid()} {posted} {environ.get('HTTP_X_FORWARDED_FOR', '-')}".encode()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]


def create_app() -> Tiny:
    """Make it, unless the file BROKEN names is there."""
    if os.path.exists(os.environ.get("BROKEN", "")):
        raise SystemExit("The key is too short.")
    return Tiny()


def tick(stop: threading.Event) -> None:
    """Write the background worker's process id down, then wait to be stopped."""
    pathlib.Path(os.environ["TICKS"]).write_text(str(os.getpid()))
    stop.wait()
    pathlib.Path(os.environ["TICKS"]).write_text("stopped")
