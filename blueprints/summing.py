"""The background work that keeps what is summed up about students true, and writes down how far they are each day."""

import time

from tables import standing
from tables.store import now
from tables.trend import Snapshot

LOOK_EVERY, AT_ONCE, SECONDS = 600, 5000, 1


class Summing:
    """What is still to be summed up. An interrupted run goes on where it stopped: rows say what they were made by."""

    def __init__(self, app):
        self.app, self.left, self.looked = app, [], (None, 0)

    def go_on(self):
        """Sum up for about a second. When nothing is left, look again after ten minutes, or when the day changes."""
        record = self.app.extensions["record"]
        version, at = standing.version(record), now()
        if not self.left and (version != self.looked[0] or at - self.looked[1] >= LOOK_EVERY):
            self.left = standing.stale(record, AT_ONCE)
            if not self.left:
                Snapshot.take()
                self.looked = version, at
        until = time.monotonic() + SECONDS
        while self.left and time.monotonic() < until:
            some, self.left = self.left[: standing.BATCH], self.left[standing.BATCH :]
            standing.rebuild(record, some)
