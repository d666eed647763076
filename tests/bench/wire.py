"""A client that counts every byte that comes down the wire, and loads what pages link to as a browser does."""

import gzip
import re
import socket
from collections import namedtuple
from urllib.parse import urlsplit

import brotli
from bs4 import BeautifulSoup
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

Transfer = namedtuple("Transfer", "method path status size type fragment")
DECODE = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


class Wire:
    """One browser's connection. `transfers` has every reply that came, with its size: status line, headers and body.

    It stands in for an app where `tests.browser.Browser` wants one, and keeps cookies and what may be cached.
    """

    def __init__(self, port, encoding="br"):
        self.connection, self.encoding = socket.create_connection(("127.0.0.1", port), timeout=20), encoding
        self.transfers, self.cookies, self.cached = [], {}, set()

    def test_client(self):
        """Itself."""
        return self

    def open(self, target, method="GET", headers=None, environ_base=None, **more):  # noqa: ARG002
        """Send a request, and load what the page that comes links to."""
        reply = self.ask(target, method, headers or {}, **more)
        if reply.mimetype == "text/html":
            for path in linked(reply.get_data(as_text=True)):
                if path not in self.cached:
                    self.ask(path, "GET", {})
        return reply

    def close(self):
        """Hang up."""
        self.connection.close()

    def weight(self, since=0, counted=lambda _: True):
        """(bytes, requests) of what came after the first `since` replies."""
        sizes = [one.size for one in self.transfers[since:] if counted(one)]
        return sum(sizes), len(sizes)

    def ask(self, target, method, headers, **more):
        self.connection.sendall(self.request(target, method, headers, **more))
        raw, status, fields, body = self.reply()
        reply = Response(DECODE[fields.get("content-encoding", "")](body), status, content_type=fields["content-type"])
        if "location" in fields:
            reply.headers["Location"] = fields["location"]
        if "max-age" in fields.get("cache-control", ""):
            self.cached.add(target)
        fragment = "HX-Request" in headers
        self.transfers.append(Transfer(method, urlsplit(target).path, status, raw, reply.mimetype, fragment))
        return reply

    def request(self, target, method, headers, **more):
        environ = EnvironBuilder(method=method, **more).get_environ()
        body = environ["wsgi.input"].read()
        lines = {"Host": "127.0.0.1", "Accept-Encoding": self.encoding, **headers}
        if self.cookies:
            lines["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body:
            lines |= {"Content-Type": environ["CONTENT_TYPE"], "Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body

    def reply(self):
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines[1:])]
        self._keep_cookies(value for name, value in fields if name == "set-cookie")
        length = int(dict(fields).get("content-length", 0))
        while len(body) < length:
            body += self._more()
        return len(head) + 4 + len(body), int(lines[0].split()[1]), dict(fields), body

    def _more(self):
        received = self.connection.recv(65536)
        assert received, "the server hung up"
        return received

    def _keep_cookies(self, lines):
        for line in lines:
            name, value = re.match("([^=]+)=([^;]*)", line).groups()
            self.cookies[name] = value


def linked(html):
    """The addresses a browser loads for a page or fragment: style, scripts, pictures."""
    page = BeautifulSoup(html, "html.parser")
    shown = page.select("link[rel=stylesheet], script[src], img[src]")
    found = [one.get("href") or one.get("src") for one in shown]
    return dict.fromkeys(path for path in found if path and not path.startswith("data:"))
