"""Waits until the server behind a Unix socket says that it is well: `python healthy.py SOCKET SECONDS`."""

import http.client
import socket
import sys
import time
from contextlib import closing


class OverFile(http.client.HTTPConnection):
    """A connection through a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        """Open it."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def is_healthy(path) -> bool:
    """Whether /healthz answers 200."""
    try:
        with closing(OverFile(path)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
    except OSError:
        return False


def main(path, seconds) -> int:
    """The exit status: 0 as soon as it is well, 1 when it is not after so many seconds."""
    until = time.monotonic() + float(seconds)
    while not is_healthy(path):
        if time.monotonic() > until:
            return 1
        time.sleep(0.2)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
