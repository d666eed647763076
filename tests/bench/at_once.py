"""Eight students at once, each over a connection that stays open: what they send was recorded from them beforehand.

Times are those of clients on the same machine, which they share with the server.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle

from tests.bench.save import BROWSER, cpu_seconds, saves
from tests.bench.wire import Wire

STUDENTS = 8


def recorded(place, students=STUDENTS):
    """(saves, page) of each student: requests, one tab after the other, that change an answer each; one for a page."""
    people = []
    for _ in range(students):
        # Where no other single answer is right, a second save changes nothing.
        senders = [sender for _, sender in saves(place) if len(sender.raw) > 1]
        turns = zip(*(one.raw for one in senders), strict=True)
        with closing(senders[0].wire) as wire:
            page = wire.request("/record/contact?edit=1", "GET", BROWSER)
        people.append(([raw for turn in turns for raw in turn], page))
    return people


class Run:
    """Everybody sends the next of theirs (endless, by student) as soon as there is a reply, for so many seconds.

    They are spread over the ports of servers, whose masters have these process ids. Every reply must be a success.
    """

    def __init__(self, people, ports, masters, seconds):
        self.deadline, before = time.perf_counter() + seconds, list(map(cpu_seconds, masters))
        began = time.perf_counter()
        with ThreadPoolExecutor(len(people)) as pool:
            of_each = pool.map(self._send, people, cycle(ports))
            self.times = [one for times in of_each for one in times]
        self.rate = len(self.times) / (time.perf_counter() - began)
        spent = zip(map(cpu_seconds, masters), before, strict=True)
        self.cpu = [1000 * (after - then) / len(self.times) for after, then in spent]

    def _send(self, requests, port):
        times = []
        with closing(Wire(port)) as wire:
            while (began := time.perf_counter()) < self.deadline:
                wire.connection.sendall(next(requests))
                status = wire.reply()[1]
                assert status == 200, status
                times.append(time.perf_counter() - began)
        return times

    def milliseconds(self, percent) -> float:
        """How long so many of a hundred requests took at most."""
        return 1000 * statistics.quantiles(self.times, n=100, method="inclusive")[percent - 1]
