"""The production server: run it from the repository root as `python -m deploy.server`.

SIGTERM or SIGINT stops it, SIGHUP renews its workers one after another, with the settings as they are then. HOST and
PORT say where it listens (a HOST that begins with `/` or `unix:` is a Unix socket), unless systemd hands a socket over;
XUEJI_WORKERS and XUEJI_THREADS how many requests it answers at once; deploy.strain has what wears a worker out.
"""

import os
import socket
import stat
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

from deploy import strain, thrift
from deploy.master import Master, say
from deploy.worker import build_app

BACKLOG = 1024
PAUSE = 2.0  # seconds until a start that failed for now is tried again
FIRST_HANDED = 3  # SD_LISTEN_FDS_START


def main() -> int:
    """Listen, serve until told to stop, tidy up; returns the exit status."""
    host = os.environ.get("HOST") or "127.0.0.1"
    try:
        port, workers = look_through_settings()
        listener = handed_over() or listen(host, port)
    except ValueError as error:
        sys.exit(f"xueji: {error}")
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno > 0 else error.strerror  # getaddrinfo counts downwards
        sys.exit(f"xueji: cannot listen on {host} (port {port}): {reason}")
    address = address_of(listener)
    try:
        app = built()
        return Master(listener, workers, f"Xueji 學籍: {address}", app).run() if app else 1
    finally:
        if path := socket_path(host):
            path.unlink(missing_ok=True)


def built():
    """The app, for all workers before they part; None when there is none, after saying why."""
    thrift.give_back_what_is_freed()
    try:
        app = build_patiently()
    except SystemExit as refusal:
        print(refusal.code, file=sys.stderr)
    except Exception:
        traceback.print_exc()
    else:
        thrift.share_what_is_there()
        return app
    say("it does not start (the reason is above): giving up")
    return None


def build_patiently():
    """The app. What may pass by itself, such as a database that is not there yet, is waited for."""
    while True:
        try:
            return build_app()
        except SystemExit as refusal:
            if not getattr(refusal, "may_pass", False):
                raise
            say(f"{refusal.code}; trying again")
            time.sleep(PAUSE)


def look_through_settings() -> tuple[int, int]:
    """(port, number of web workers), when these and the limits of deploy.strain are numbers; else ValueError."""
    for name, default, most in strain.LIMITS.values():
        number(name, default=default, most=most)
    workers = number("XUEJI_WORKERS", default=min(8, max(2, os.cpu_count() or 2)), most=64)
    return number("PORT", default=8000, most=65535), workers


def number(name: str, *, default: int, most: int) -> int:
    """Read a whole number from the environment; ValueError says what is wrong with it."""
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise ValueError(f"{name} must be a whole number up to {most}, not {text!r}")
    return int(text)


def socket_path(host: str) -> Path | None:
    """The file of a Unix socket, or None when `host` is a network address."""
    path = host.removeprefix("unix:")
    return Path(path) if path.startswith("/") else None


def handed_over() -> socket.socket | None:
    """The socket that systemd holds open for us across restarts (sd_listen_fds(3)), or None."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    return socket.socket(fileno=FIRST_HANDED)


def listen(host: str, port: int) -> socket.socket:
    """Open the socket that all workers share; OSError when somebody else has it."""
    if path := socket_path(host):
        return listen_on_file(path)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def listen_on_file(path: Path) -> socket.socket:
    """Open a Unix socket for the web server's group; one that a dead server left behind is replaced."""
    listener = socket.socket(socket.AF_UNIX)
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.stat().st_mode) and listener.connect_ex(str(path)) != 0:
            path.unlink()
    mask = os.umask(0o117)
    try:
        listener.bind(str(path))
    finally:
        os.umask(mask)
    listener.listen(BACKLOG)
    return listener


def address_of(listener: socket.socket) -> str:
    """What to type into a browser (or into the proxy's configuration)."""
    if listener.family == socket.AF_UNIX:
        return f"unix:{listener.getsockname()}"
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    sys.exit(main())
