"""Many who do the same thing at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tables.store import database


def at_once(times, act):
    """What so many threads get who do it at the same time."""
    together = threading.Barrier(times)

    def one(_):
        with database.connection_context():
            together.wait()
            return act()

    with ThreadPoolExecutor(times) as crowd:
        return list(crowd.map(one, range(times)))
