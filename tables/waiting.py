"""How long somebody waits for SQLite's one write lock, so that writers who wait leave threads to those who only read.

While another connection holds the lock, SQLite asks us again and again whether to go on waiting. The writers of one
process stand in a line, and the first in it tries again. The first `MOST` give up when nobody of the line has got the
lock for as long as their patience lasts; those behind already after a moment of that, because then somebody else holds
it for long, and every one of them would only take a thread.
"""

import os
import threading
import time
from contextlib import contextmanager

# Half of the threads that a worker has.
MOST = max(1, int(os.environ.get("XUEJI_THREADS") or 4) // 2)
MOMENT, LONGEST = 2.0, 5.0
# Until the first tries again. A save holds the lock for a few milliseconds: a longer sleep would leave it unused.
PAUSE = 0.001
# How often whoever is not the first looks at the line, and when one who does not look has left it, with the lock.
LOOK, GONE = 0.05, 0.3


class _Line:
    """Who waits, in the order in which they came: {thread: [since when, when it looked last]}."""

    def __init__(self):
        self.turn = threading.Condition()
        self.waiting = {}
        self.progress = 0.0

    def join(self, me, at):
        """Stand at the end, or stay where one is."""
        self.waiting.setdefault(me, [at, at])[1] = at
        for other, (_, looked) in list(self.waiting.items()):
            if at - looked > GONE:
                self.leave(other, at)

    def leave(self, me, at=None):
        """Go, with the lock (at a time) or without it."""
        self.waiting.pop(me, None)
        self.progress = at or self.progress
        self.turn.notify_all()

    def is_enough(self, me, at) -> bool:
        """Whether this thread has waited long enough for somebody to get on."""
        begun, place = self.waiting[me][0], list(self.waiting).index(me)
        first = next(iter(self.waiting.values()))[0]
        if place >= MOST and at - max(first, self.progress) > MOMENT:
            return True
        return at - max(begun, self.progress) >= _longest()

    def is_first(self, me) -> bool:
        """Whether it is this thread's turn."""
        return next(iter(self.waiting)) == me


class _Patience(threading.local):
    seconds = None


_line, _patience = _Line(), _Patience()


def _longest():
    return LONGEST if _patience.seconds is None else _patience.seconds


def watch(connection):
    """Let the waits of a connection be decided here. A driver that cannot do that goes on with its own time-out."""
    if hasattr(connection, "set_busy_handler"):
        connection.set_busy_handler(may_wait)


def be_patient(seconds):
    """How long this thread waits from now on (None: as long as usual)."""
    _patience.seconds = seconds


@contextmanager
def patience(seconds):
    """The same for a block."""
    before = _patience.seconds
    be_patient(seconds)
    try:
        yield
    finally:
        be_patient(before)


def may_wait(times) -> bool:
    """Wait for this thread's turn to try again, and say whether there is one; `times` it has tried before."""
    me = threading.get_ident()
    with _line.turn:
        if times == 0:
            _line.waiting.pop(me, None)
        while True:
            at = time.monotonic()
            _line.join(me, at)
            if _line.is_enough(me, at):
                _line.leave(me)
                return False
            if _line.is_first(me):
                break
            _line.turn.wait(LOOK)
    time.sleep(PAUSE)
    return True


def got_it(has_lock=False):
    """What this thread asked for is done, which may have been to wait in line; `has_lock`: it can write now."""
    me = threading.get_ident()
    if me in _line.waiting or (has_lock and _line.waiting):
        with _line.turn:
            _line.leave(me, time.monotonic())
