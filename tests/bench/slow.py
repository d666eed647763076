"""Whether slow phones hold up everybody else: `python -m tests.bench.slow [SLOW [CADDY …]]` prints a table in Markdown.

500 visitors send their headers or a form a few bytes a second, or take their page as slowly, through each configuration
that is shipped, and 100 straight at the server, while others come one after the other with a new connection each.
Further programs of Caddy, newer ones, are given by their paths. The canary is a server with eight threads that wait for
what they read, behind Caddy without a configuration of ours: it must stand still.
"""

import resource
import socket
import socketserver
import ssl
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from blueprints.assets import ASSETS, asset
from tests import proxies
from tests.bench import served

SLOW, DIRECT, SECONDS, PATIENCE = 500, 100, 8, 5
HEAD = "{} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: phone\r\n"
FORM = (
    HEAD.format("POST /intue/login")
    + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 30000\r\n\r\n"
)
LARGE = asset(max(ASSETS, key=lambda name: len(ASSETS[name].plain)))
# (what is sent at once, what is sent every second, whether it is read slowly).
KINDS = {
    "headers": (HEAD.format("GET /"), "X-A: b\r\n", False),
    "bodies": (FORM, "account=1", False),
    # A script of 35 KB and more, ten times: more than fits on the way.
    "readers": ((HEAD.format(f"GET {LARGE}") + "\r\n") * 10, "", True),
}
PLAIN = "xueji.example.edu.tw {\n\treverse_proxy unix//run/xueji/http.sock\n}\n"


CANARY = "canary: eight threads behind plain Caddy"
HEADING = """| way in | slow | there to the end | good visits | failures | median ms | p95 ms |
|---|---|---|---|---|---|---|"""


class Slow:
    """Many slow visitors at once, kept up by one thread."""

    def __init__(self, connect, kind, number):
        self.opening, self.drop, self.reads = KINDS[kind]
        self.sockets, self.over = [self.begin(connect) for _ in range(number)], threading.Event()
        self.thread = threading.Thread(target=self.go_on)
        self.thread.start()

    def begin(self, connect):
        """A connection with a beginning."""
        one = connect()
        one.sendall(self.opening.encode())
        return one

    def go_on(self):
        """A few bytes from or to each of them every second; who is hung up on stays away."""
        while not self.over.wait(1):
            for one in list(self.sockets):
                try:
                    one.settimeout(0.001)
                    one.recv(64) if self.reads else one.send(self.drop.encode())
                except (TimeoutError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    continue
                except OSError:
                    self.sockets.remove(one)

    def end(self):
        """Go away; how many were there to the end."""
        self.over.set()
        self.thread.join()
        for one in self.sockets:
            one.close()
        return len(self.sockets)


def connector(port, trust=None):
    """Opens connections with a small window; with TLS when there is somebody to trust."""

    def connect():
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plain.settimeout(20 * PATIENCE)
        plain.connect(("127.0.0.1", port))
        return trust.wrap_socket(plain, server_hostname="localhost") if trust else plain

    return connect


def visit(port, trust, patience):
    """Seconds of a page and of a form, each with a new connection, as (seconds or None when it failed)."""
    for method, path, body, good in (("GET", "/intue/login", None, 200), ("POST", "/healthz", b"x" * 500, 405)):
        kind, more = (HTTPSConnection, {"context": trust}) if trust else (HTTPConnection, {})
        connection, began = kind("localhost", port, timeout=patience, **more), time.perf_counter()
        try:
            connection.request(method, path, body=body)
            reply = connection.getresponse()
            reply.read()
            yield time.perf_counter() - began if reply.status == good else None
        except (OSError, HTTPException):
            yield None
        finally:
            connection.close()


def measure(port, kind, number, trust=None, seconds=SECONDS, patience=PATIENCE):  # noqa: PLR0913
    """(seconds of each good visit, failures, slow ones that were there to the end)."""
    slow = Slow(connector(port, trust), kind, number) if number else None
    took, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        took += visit(port, trust, patience)
    good = [one for one in took if one is not None]
    return good, len(took) - len(good), slow.end() if slow else 0


class Eight(WSGIServer):
    """Eight threads, each of which waits for what it reads and writes: as many servers are."""

    address_family = socket.AF_UNIX
    pool = ThreadPoolExecutor(8)

    def server_bind(self):
        """A Unix socket has no name of a host."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", 0
        self.setup_environ()

    def process_request(self, request, client_address):
        """In one of the threads."""
        self.pool.submit(self.handle_all, request, client_address)

    def handle_all(self, request, client_address):
        """Answer one request."""
        with suppress(OSError):
            self.finish_request(request, client_address)
        self.shutdown_request(request)


class Quiet(WSGIRequestHandler):
    """Says nothing."""

    timeout = 60

    def address_string(self):
        """Nobody in particular."""
        return ""

    def log_message(self, *_):
        """Say nothing."""


def page(environ, start_response):
    """Read everything, then answer as Xueji does."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    status = "405 Method Not Allowed" if environ["PATH_INFO"] == "/healthz" else "200 OK"
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "10000")])
    return [b"x" * 10_000]


@contextmanager
def eight_threads(path):
    """The canary, at a Unix socket."""
    with Eight(str(path), Quiet) as server:
        server.set_app(page)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield
        server.shutdown()


def row(name, kind, number, outcome):
    """A line of the table."""
    good, failures, left = outcome
    p95 = f"{statistics.quantiles(good, n=20)[-1] * 1000:.0f}" if len(good) > 1 else "-"
    median = f"{statistics.median(good) * 1000:.0f}" if good else "-"
    print(f"| {name} | {kind} | {left} of {number} | {len(good)} | {failures} | {median} | {p95} |", flush=True)


def shipped(folder, authority, upstream, caddies):
    """{name: context that gives a port} of what is shipped."""
    yield "nginx.conf", proxies.nginx(folder, authority, upstream)
    yield "Caddyfile-2.6.2, Caddy 2.6.2", proxies.caddy(folder, authority, upstream, "Caddyfile-2.6.2")
    for program in caddies:
        yield f"Caddyfile, {program}", proxies.caddy(folder, authority, upstream, program=program)


def straight(folder, log):
    """Rows of those who come without a proxy."""
    with served.server(folder, log=log, XUEJI_WORKERS="2") as (_, port):
        row("bin/serve", "nobody", 0, measure(port, "", 0))
        for kind in KINDS:
            row("bin/serve", kind, DIRECT, measure(port, kind, DIRECT))


def through_proxies(folder, log, number, caddies):
    """Rows of those who come through what is shipped, and of the canary."""
    authority, upstream = proxies.Authority(folder), folder / "xueji.sock"
    with served.server(folder, log=log, XUEJI_WORKERS="2", XUEJI_TRUSTED_PROXIES="1", HOST=f"unix:{upstream}"):
        for name, way in shipped(folder, authority, upstream, caddies):
            with way as port:
                for kind in KINDS:
                    row(name, kind, number, measure(port, kind, number, authority.trust))
    canary = folder / "canary.sock"
    with eight_threads(canary), proxies.caddy(folder, authority, canary, PLAIN) as port:
        row(CANARY, "bodies", number, measure(port, "bodies", number, authority.trust))


def main():
    """Measure, and print."""
    number, caddies = int(sys.argv[1]) if len(sys.argv) > 1 else SLOW, sys.argv[2:]
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    print(HEADING)
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "wb") as log:
        straight(Path(folder), log)
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "wb") as log:
        through_proxies(Path(folder), log, number, caddies)


if __name__ == "__main__":
    main()
