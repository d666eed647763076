"""What the server's processes hold in memory: `python -m tests.bench.memory [REQUESTS]` prints tables in Markdown.

PSS of /proc/<pid>/smaps_rollup: each page counts for as many parts as there are processes that share it, so that the
sum is what the whole server takes. Eight students save all their tabs and look at pages in turn, each time with a new
connection, so that both workers are used; now and then somebody comes for the first time.
"""

import sys
from collections import namedtuple
from itertools import cycle, islice
from pathlib import Path

from tests.bench.save import saves
from tests.bench.weight import begin, installation
from tests.bench.wire import Wire

STUDENTS, WARM, REQUESTS, NEW_EVERY = 8, 2000, 20_000, 500
PAGES = ("/record", "/record/basic", "/record/contact?edit=1", "/home", "/")

Held = namedtuple("Held", "rss pss private")


def held(pid) -> Held:
    """Megabytes that a process holds now."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kb = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return Held(kb["Rss"] / 1024, kb["Pss"] / 1024, (kb["Private_Dirty"] + kb["Private_Clean"]) / 1024)


def is_linux() -> bool:
    """Whether this can be measured here."""
    return Path("/proc/self/smaps_rollup").exists()


def processes(master) -> dict:
    """{name: process id} of the server; the workers for the web come first, and the one for the background last."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    *web, background = sorted(map(int, children))
    return {"master": master, **{f"web worker {n}": pid for n, pid in enumerate(web, 1)}, "background": background}


class Crowd:
    """Students who save and look, one request at a time, at connections of their own."""

    def __init__(self, place, students):
        self.place, self.people = place, []
        for _ in range(students):
            # A form that says too little the second time is no save.
            senders = [sender for _, sender in saves(place) if sender.status(sender.raw[0]) == 200]
            wire = senders[0].wire
            looks = [wire.request(path, "GET", {"Accept-Encoding": "gzip, br"}) for path in PAGES]
            self.people.append((senders, looks))
        self.turns = cycle(list(self.requests()))
        self.sent, self.wire, self.at_it = 0, Wire(place.port), None

    def requests(self):
        """(person, raw request) of everything that they do in one round."""
        for person, (senders, looks) in enumerate(self.people):
            yield from ((person, raw) for sender in senders for raw in sender.raw)
            yield from ((person, raw) for raw in looks)

    def send(self, times):
        """So many requests."""
        for person, raw in islice(self.turns, times):
            if person != self.at_it:
                self.wire.close()
                self.wire, self.at_it = Wire(self.place.port), person
            self.wire.connection.sendall(raw)
            status = self.wire.reply()[1]
            assert status in (200, 302), status
            self.sent += 1
            if self.sent % NEW_EVERY == 0:
                self.come_in()

    def come_in(self):
        """Somebody new looks up the number, logs in and sets a password: hashes of 19 MB."""
        browser, wire = self.place.browser()
        begin(self.place, browser, self.place.student("woman"))
        assert browser.status == 200, browser.status
        wire.close()


def table(before, after):
    """Both moments side by side, with what the two workers and everybody hold in all."""
    print("| process | RSS | PSS | of it private | PSS at the end |\n|---|---|---|---|---|")
    for name, one in before.items():
        print(f"| {name} | {one.rss:.0f} | {one.pss:.1f} | {one.private:.1f} | {after[name].pss:.1f} |")
    for name, chosen in (("both web workers", web(before)), ("**all**", list(before))):
        sums = [sum(moment[one].pss for one in chosen) for moment in (before, after)]
        print(f"| {name} | | {sums[0]:.1f} | | {sums[1]:.1f} |")


def web(moment):
    """The names of the workers for the web."""
    return [name for name in moment if name.startswith("web")]


def both(moment) -> float:
    """The PSS of both workers for the web."""
    return sum(moment[name].pss for name in web(moment))


def growth(before, after) -> float:
    """By what part the resident memory of the workers has grown."""
    return sum(after[name].rss for name in web(before)) / sum(before[name].rss for name in web(before)) - 1


def measure(requests=REQUESTS, warm=WARM, students=STUDENTS):
    """({name: Held} when the server is warm, and after so many requests more)."""
    with installation(XUEJI_WORKERS="2") as place:
        crowd, moments = Crowd(place, students), []
        for times in (warm, requests):
            crowd.send(times)
            moments.append({name: held(pid) for name, pid in processes(place.process.pid).items()})
    return moments


def main():
    """Measure, and print."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    before, after = measure(requests)
    table(before, after)
    print(f"\nMB after {WARM:,} requests, and after {requests:,} more; the workers grew by {growth(before, after):.1%}")


if __name__ == "__main__":
    main()
