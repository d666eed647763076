"""When a worker is worn out: it keeps too much memory, has answered enough, or a request does not come to its end.

It goes on answering; the master starts another one in its place and dismisses it when that one answers.
"""

import os
import sys
import threading
import time
import traceback
from collections import namedtuple
from contextlib import suppress

from deploy.board import resident

# XUEJI_WORKER_MEMORY in MB, XUEJI_WORKER_REQUESTS, XUEJI_REQUEST_SECONDS: (name, default, most). 0: without limit.
LIMITS = {
    "memory": ("XUEJI_WORKER_MEMORY", 150, 1 << 20),
    "requests": ("XUEJI_WORKER_REQUESTS", 0, 10**9),
    "stuck": ("XUEJI_REQUEST_SECONDS", 120, 86400),
}
LONG = 3  # seconds of a reply that is not to be broken off for the worker's own sake
STAYS = 20  # seconds for which too much memory must be held: a large picture needs it for a moment only

Limits = namedtuple("Limits", LIMITS)
Turn = namedtuple("Turn", "began last")


def limits() -> Limits:
    """As the environment says; deploy.server has looked through it."""
    return Limits(*(int(os.environ.get(name) or default) for name, default, _ in LIMITS.values()))


class Strain:
    """What a worker has borne so far."""

    def __init__(self) -> None:
        self.limits, self.served, self.under_way = limits(), 0, {}
        # What it begins with is not its fault, however low the limit.
        self._limit, self._heavy_since = max(self.limits.memory << 20, int(1.3 * resident())), None

    def begin(self) -> None:
        """This thread begins a request."""
        self.under_way[threading.get_ident()] = Turn(time.monotonic(), time.monotonic())

    def go_on(self) -> None:
        """This thread has sent a part of its reply."""
        began, _ = self.under_way[threading.get_ident()]
        self.under_way[threading.get_ident()] = Turn(began, time.monotonic())

    def end(self) -> None:
        """This thread has answered."""
        self.served += 1
        self.under_way.pop(threading.get_ident(), None)

    def verdict(self) -> str:
        """Why this worker should be replaced, or ""."""
        if self.stuck():
            return "stuck"
        is_heavy = self.is_heavy()
        if self.is_busy_for_long():
            return ""
        if self.limits.requests and self.served >= self.limits.requests:
            return "requests"
        return "memory" if is_heavy else ""

    def is_busy_for_long(self) -> bool:
        """Whether a long reply is on its way, such as an export, which would be broken off."""
        return any(time.monotonic() - turn.began > LONG for turn in list(self.under_way.values()))

    def is_heavy(self) -> bool:
        """Whether it has had too much memory for a while."""
        now = time.monotonic()
        if not self.limits.memory or resident() <= self._limit:
            self._heavy_since = None
            return False
        self._heavy_since = now if self._heavy_since is None else self._heavy_since
        return now - self._heavy_since >= STAYS

    def stuck(self) -> list:
        """The threads whose request takes too long without a byte of an answer."""
        limit, now = self.limits.stuck, time.monotonic()
        return [thread for thread, turn in list(self.under_way.items()) if limit and now - turn.last > limit]

    def tell(self, reason: str) -> None:
        """Say why, and where a request is stuck: files, lines and names of functions, no values."""
        with suppress(OSError):  # a log on a full disk
            self._tell(reason)

    def _tell(self, reason):
        print(f"xueji: worker {os.getpid()} asks to be replaced ({reason})", file=sys.stderr, flush=True)
        for thread in self.stuck():
            if frame := sys._current_frames().get(thread):
                stack = "".join(traceback.format_stack(frame))
                print(f"xueji: a request is stuck here\n{stack}", end="", file=sys.stderr, flush=True)
