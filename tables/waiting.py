"""How long somebody waits for SQLite's one write lock, so that writers who wait leave threads to those who only read.

While another connection holds the lock, SQLite asks us again and again whether to go on waiting. The writers of one
process stand in a line: the first `MOST` of them wait for as long as their patience lasts. Those behind give up once
the first has waited for a moment, because then somebody holds the lock for long, and none of them would get anywhere
but every one would take a thread.
"""

import threading
import time
from contextlib import contextmanager

# Half of the threads that a worker has unless told otherwise.
MOST = 2
MOMENT, LONGEST = 0.5, 5.0
# Who did not ask for so long is not waiting any more.
GONE = 0.1

# Thread: (since when it waits, when it asked last).
line = {}


class _Patience(threading.local):
    seconds = None


_patience = _Patience()


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
    """Wait a little, unless this thread has waited enough; `times` it has done so for the same lock."""
    me, at = threading.get_ident(), time.monotonic()
    since = at if times == 0 else line[me][0]
    line[me] = since, at
    ahead = [begun for begun, asked in list(line.values()) if begun < since and at - asked < GONE]
    longest = LONGEST if _patience.seconds is None else _patience.seconds
    if at - since >= longest or (len(ahead) >= MOST and at - min(ahead) > MOMENT):
        del line[me]
        return False
    # Who came first asks most often.
    time.sleep(min(0.001 * (times + 1), 0.01) * (1 + len(ahead)))
    return True
