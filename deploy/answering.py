"""How a web worker answers: through waitress, which reads a request completely, and keeps a reply until it is fetched,
without occupying a thread: slow phones wait for nobody but themselves.
"""

import logging
import os
import resource
import socket
import time
from pathlib import Path

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge

from deploy.strain import Strain

GRACE = 10.0  # seconds for requests that are under way when a worker leaves
QUIET = 1.0  # seconds without a word after which a leaving worker hangs up
HEADER_LIMIT = 30.0  # seconds to send the headers of one request
BODY_LIMIT = 600.0  # seconds to send all of it: a photograph over a bad line
MEGABYTE = 1 << 20
HELD_LIMIT = 256 * MEGABYTE  # all bodies one worker holds in memory

LIMITS = {
    "asyncore_use_poll": True,  # select() fails beyond file descriptor 1023
    "connection_limit": 1000,
    "channel_timeout": 60,
    "cleanup_interval": 10,
    "max_request_header_size": 16 << 10,
    "max_request_body_size": 32 * MEGABYTE,
    "inbuf_overflow": 33 * MEGABYTE,  # personal files stay in memory, not in the temporary directory
    "outbuf_overflow": 33 * MEGABYTE,
    "ident": None,
    "expose_tracebacks": False,
    "log_socket_errors": False,  # visitors who hang up are no news
}

PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_VIA")
TOO_LARGE = Path(__file__).with_name("too-large.html").read_bytes()


def answer(app, listener: socket.socket, duty) -> int:
    """Serve until the duty is over, then finish what is under way."""
    sockets: dict = {}
    server = create_server(app, map=sockets, sockets=[listener], **LIMITS, **settings(app))
    server.channel_class, server.leaving, server.strain = Channel, False, Strain()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    allow_many_connections()
    duty.ready()
    next_look = 0.0
    while not duty.over:
        turn(sockets)
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + 1
            drop_the_greedy(server)
            duty.beat()
            duty.complain(server.strain)
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
    deadline = time.monotonic() + GRACE
    while server.active_channels and time.monotonic() < deadline:
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

    def get_environment(self) -> dict:
        """Note whether a proxy passed the request on, before its headers go that nobody here trusts."""
        environ = super().get_environment()
        environ["xueji.proxied"] = any(name in environ for name in PROXIES)
        return environ

    def execute(self) -> None:
        """Answer, and note when that began and that it is done."""
        strain = self.channel.server.strain
        strain.begin()
        try:
            super().execute()
        finally:
            strain.end()

    def write(self, data: bytes) -> None:
        """A long reply goes on: that is no request which is stuck."""
        if self.wrote_header:
            self.channel.server.strain.go_on()
        super().write(data)

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
            self.began = time.monotonic()
        return super().received(data)

    def is_overdue(self) -> bool:
        """True when the request has been arriving for too long, however steadily."""
        request = self.request
        limit = BODY_LIMIT if request and request.headers_finished else HEADER_LIMIT
        return request is not None and time.monotonic() - self.began > limit

    def is_idle(self) -> bool:
        """True when nothing is under way and nothing was said lately."""
        busy = self.requests or self.request or self.total_outbufs_len
        return not busy and time.time() - self.last_activity > QUIET

    def held(self) -> int:
        """Bytes of request bodies kept in memory for this visitor."""
        return sum(request.body_bytes_received for request in [self.request, *self.requests] if request)
