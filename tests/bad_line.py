"""A bad line between a browser and a server: it passes requests on, until it is told what shall go wrong."""

import socket
import time
from contextlib import closing, suppress
from threading import Thread

BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\nContent-Length: 22\r\nConnection: close\r\n\r\n"
STALL = 5  # seconds


class BadLine:
    """Listens on a port of its own. `next_save`: what happens to the next save, and to that one only.

    before: the line is cut before anything of it has passed. during: when half of it has. after: when the server has
    answered and nobody has heard it. stall: it is held up. busy: a proxy says 503. `is_cut`: nothing passes at all.
    """

    def __init__(self, port):
        self.upstream, self.next_save, self.is_cut, self.saves = port, "", False, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        Thread(target=self._listen, daemon=True).start()

    def close(self):
        """Hang up."""
        self._listener.close()

    def _listen(self):
        with suppress(OSError):
            while True:
                visitor, _ = self._listener.accept()
                Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor):
        with closing(visitor), suppress(OSError):
            head = _head(visitor)
            if head and not self.is_cut:
                self._pass_on(visitor, head)

    def _pass_on(self, visitor, head):
        is_save = head.startswith(b"POST /record/") and b"/draft " not in head.partition(b"\r\n")[0]
        mishap, self.next_save = (self.next_save, "") if is_save else ("", self.next_save)
        self.saves += is_save
        if mishap == "before":
            return
        body = _body(visitor, head)
        if mishap == "busy":
            visitor.sendall(BUSY + b"<h1>503 no server</h1>")
            return
        if mishap == "stall":
            time.sleep(STALL)
        with socket.create_connection(("127.0.0.1", self.upstream)) as server:
            if mishap == "during":
                server.sendall((head + body)[: -max(1, len(body) // 2)])
                return
            server.sendall(head + body)
            reply = _head(server)
            reply = reply.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + _body(server, reply)
        if mishap != "after":
            visitor.sendall(reply)


def _head(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        if not (byte := connection.recv(1)):
            return b""
        head += byte
    return head


def _body(connection, head):
    lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
    missing = next((int(value) for name, _, value in lines if name == b"content-length"), 0)
    body = b""
    while len(body) < missing:
        body += connection.recv(missing - len(body))
    return body
