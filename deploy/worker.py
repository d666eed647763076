"""A worker process: builds the app and answers requests through waitress, or does the background work.

waitress reads a request completely, and keeps a reply until it is fetched, without occupying a thread: slow phones wait
for nobody but themselves.
"""

import ctypes
import importlib
import logging
import os
import resource
import signal
import socket
import struct
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge

GRACE = 10.0  # seconds for requests that are under way when a worker leaves
QUIET = 1.0  # seconds without a word after which a leaving worker hangs up
HEADER_LIMIT = 30.0  # seconds to send the headers of one request
BODY_LIMIT = 600.0  # seconds to send all of it: a photograph over a bad line
MEGABYTE = 1 << 20
HELD_LIMIT = 256 * MEGABYTE  # all bodies one worker holds in memory
NOTHING_TO_DO = 64  # exit status: the app has no background work
TRY_AGAIN = 75  # exit status: the app cannot start now, and what stands in its way may pass

LIMITS = {
    "asyncore_use_poll": True,  # select() fails beyond file descriptor 1023
    "connection_limit": 1000,
    "channel_timeout": 60,
    "cleanup_interval": 10,
    "max_request_header_size": 16 << 10,
    "max_request_body_size": 32 * MEGABYTE,
    "inbuf_overflow": 33 * MEGABYTE,  # personal files stay in memory, not in the temporary directory
    "ident": None,
    "expose_tracebacks": False,
    "log_socket_errors": False,  # visitors who hang up are no news
}

TOO_LARGE = Path(__file__).with_name("too-large.html").read_bytes()

announcement = struct.Struct("=i")


def announced(message: bytes) -> list[int]:
    """The process ids of workers that said they are ready."""
    return [pid for (pid,) in announcement.iter_unpack(message)]


class Duty:
    """Whether to go on: until SIGTERM comes or the master has gone."""

    def __init__(self, master: int, announce: int) -> None:
        self.master, self.announce, self.dismissed = master, announce, False

    @property
    def over(self) -> bool:
        """True when it is time to leave."""
        return self.dismissed or os.getppid() != self.master

    def begin(self) -> None:
        """Take leave of the master's signal handling and follow it when it dies."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, self.dismiss)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for signum in (signal.SIGINT, signal.SIGHUP):  # a terminal sends these to us too: the master decides
            signal.signal(signum, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        with suppress(OSError, AttributeError):  # prctl(2), PR_SET_PDEATHSIG: Linux only, `over` serves elsewhere
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)

    def dismiss(self, *_: object) -> None:
        """Only take note, so that no signal interrupts a request half-way."""
        self.dismissed = True

    def ready(self) -> None:
        """Tell the master."""
        with suppress(BrokenPipeError):
            os.write(self.announce, announcement.pack(os.getpid()))


def live(duty: Duty, listener: socket.socket | None) -> NoReturn:
    """Be a web worker on `listener`, or the background worker without one; ends the process."""
    status = 1
    try:
        duty.begin()
        app = build_app()
        status = answer(app, listener, duty) if listener else work(app, duty)
    except SystemExit as refusal:
        if isinstance(refusal.code, str):
            print(refusal.code, file=sys.stderr)
        status = TRY_AGAIN if getattr(refusal, "may_pass", False) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def build_app():
    """Call the factory that XUEJI_APP names (`module:function`)."""
    module, _, factory = os.environ.get("XUEJI_APP", "app:create_app").partition(":")
    return getattr(importlib.import_module(module), factory)()


def work(app, duty: Duty) -> int:
    """Run the app's background work in a thread; it gets an event that is set when it should return."""
    job = getattr(app, "extensions", {}).get("xueji_background")
    if not callable(job):
        return NOTHING_TO_DO
    stop = threading.Event()
    thread = threading.Thread(target=job, args=(stop,), daemon=True)
    thread.start()
    duty.ready()
    while thread.is_alive() and not duty.over:
        thread.join(0.5)
    stop.set()
    thread.join(GRACE)
    return 0 if duty.over else 1


def answer(app, listener: socket.socket, duty: Duty) -> int:
    """Serve until the duty is over, then finish what is under way."""
    sockets: dict = {}
    server = create_server(app, map=sockets, sockets=[listener], **LIMITS, **settings(app))
    server.channel_class, server.leaving = Channel, False
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    allow_many_connections()
    duty.ready()
    next_look = 0.0
    while not duty.over:
        turn(sockets)
        if time.time() >= next_look:
            next_look = time.time() + 1
            drop_the_greedy(server)
    finish(server, sockets)
    return 0


def settings(app) -> dict:
    """Threads from the environment; forwarding headers pass only where the app has been told to trust a proxy."""
    proxies = getattr(app, "config", {}).get("TRUSTED_PROXIES", os.environ.get("XUEJI_TRUSTED_PROXIES"))
    threads = int(os.environ.get("XUEJI_THREADS") or 4)
    return {"threads": threads, "clear_untrusted_proxy_headers": not int(proxies or 0)}


def allow_many_connections() -> None:
    """Room for every connection and the files it needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * LIMITS["connection_limit"]
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def turn(sockets: dict) -> None:
    """Look at every socket once; half a second at most, so that a dismissal is noticed."""
    wasyncore.loop(timeout=0.5, use_poll=True, map=sockets, count=1)


def finish(server: BaseWSGIServer, sockets: dict) -> None:
    """Accept nobody new, and hang up on each visitor who has been answered."""
    wasyncore.dispatcher.close(server)
    server.leaving = True
    deadline = time.time() + GRACE
    while server.active_channels and time.time() < deadline:
        for channel in list(server.active_channels.values()):
            channel.will_close = channel.will_close or channel.is_idle()
        turn(sockets)
    server.task_dispatcher.shutdown(timeout=1)


def drop_the_greedy(server: BaseWSGIServer) -> None:
    """Hang up on requests that never end, and on the largest when all of them fill the memory."""
    channels = list(server.active_channels.values())
    for channel in channels:
        if channel.is_overdue():
            channel.will_close = True
    if sum(map(Channel.held, channels)) > HELD_LIMIT:
        max(channels, key=Channel.held).will_close = True


class Refusal(ErrorTask):
    """What a visitor gets whose request is not taken; a body that is too large is refused unread, with a page."""

    def execute(self) -> None:
        """Write the reply and hang up."""
        if not isinstance(self.request.error, RequestEntityTooLarge):
            super().execute()
            return
        self.status = "413 Content Too Large"
        self.response_headers += [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
        self.response_headers += [("Content-Security-Policy", "default-src 'none'")]
        self.set_close_on_finish()
        self.content_length = len(TOO_LARGE)
        self.write(TOO_LARGE)


class LastWord(WSGITask):
    """A reply that says goodbye when the worker is leaving, so that the visitor's next request goes elsewhere."""

    def build_response_header(self) -> bytes:
        """Add `Connection: close` while leaving (RFC 9112 section 9.6)."""
        if self.channel.server.leaving:
            self.set_close_on_finish()
        return super().build_response_header()


class Channel(HTTPChannel):
    """A visitor's connection that knows since when it has been receiving the present request."""

    task_class, error_task_class = LastWord, Refusal
    began = 0.0

    def received(self, data: bytes) -> bool:
        """Note when a request begins."""
        if self.request is None:
            self.began = time.time()
        return super().received(data)

    def is_overdue(self) -> bool:
        """True when the request has been arriving for too long, however steadily."""
        request = self.request
        limit = BODY_LIMIT if request and request.headers_finished else HEADER_LIMIT
        return request is not None and time.time() - self.began > limit

    def is_idle(self) -> bool:
        """True when nothing is under way and nothing was said lately."""
        busy = self.requests or self.request or self.total_outbufs_len
        return not busy and time.time() - self.last_activity > QUIET

    def held(self) -> int:
        """Bytes of request bodies kept in memory for this visitor."""
        return sum(request.body_bytes_received for request in [self.request, *self.requests] if request)
