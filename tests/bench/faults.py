"""What users see while something is broken: `python -m tests.bench.faults` prints a table.

Students save all the time, half of them with htmx and half as plain forms, others only read, and somebody logs in. Then
something breaks for a while and is mended. Counted are the replies to saves, the slowest other page, and what became of
every save that was confirmed. The canary forgets every third save. Needs root (mount) and strace.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager, nullcontext
from subprocess import CalledProcessError

from tests.answers import first_password
from tests.bench import breakage, served
from tests.bench.killing import installed, progress, wait_for
from tests.bench.savers import Saver, judge, savers, saving

STUDENTS, READERS, LASTS = 8, 2, 10
PAGES = ("/", "/privacy", "/intue/login", "/record", "/record/contact", "/home")
SYNCS, WRITES = "fsync,fdatasync", "pwrite64,ftruncate,fallocate"


class Reader(threading.Thread):
    """Somebody who is signed in and opens one page after the other: how long the slowest took, and every status."""

    def __init__(self, site, cookies, stop):
        super().__init__(daemon=True)
        self.browser, self.stop = Saver(site.port, 0), stop
        self.browser.client.cookies = dict(cookies)
        self.slowest, self.statuses = 0.0, Counter()

    def run(self):
        """Read until told to stop."""
        while not self.stop.is_set():
            for path in PAGES:
                begun = time.monotonic()
                self.statuses[self.browser.open(path).status] += 1
                self.slowest = max(self.slowest, time.monotonic() - begun)


@contextmanager
def reading(site, people):
    """Some read while the block runs."""
    stop = threading.Event()
    readers = [Reader(site, one.client.cookies, stop) for one in people[:READERS]]
    for reader in readers:
        reader.start()
    try:
        yield readers
    finally:
        stop.set()
        for reader in readers:
            reader.join()
            reader.browser.close()


class Seen:
    """What was seen while something was broken, and after it was mended. Every second student has no JavaScript."""

    def __init__(self, site, people, fault, lasts, asks_doctor=True):
        self.site, self.people, self.alarms = site, people, "not asked"
        for one in people[::2]:
            one.htmx = False
        with saving(people):
            wait_for(lambda: progress(people) > len(people))
            for one in people:
                one.statuses.clear()
                one.slowest = 0
            with fault:
                self.look(lasts, asks_doctor)
            mended, before = time.monotonic(), progress(people)
            wait_for(lambda: progress(people) >= before + len(people))
            self.again = time.monotonic() - mended
        self.verdict, self.sound = judge(site.folder, people)

    def look(self, lasts, asks_doctor):
        """Count while it is broken."""
        ends = time.monotonic() + lasts
        with reading(self.site, self.people) as readers, closing(Saver(self.site.port, 99)) as newcomer:
            time.sleep(lasts / 2)
            self.health = newcomer.send("GET", "/healthz").status_code
            self.log_in = first_password_status(newcomer, self.site.person("man"))
            if asks_doctor:
                self.alarms = alarms(self.site)
            time.sleep(max(0, ends - time.monotonic()))
        self.saves = sum((one.statuses for one in self.people), Counter())
        self.slowest_save = max(one.slowest for one in self.people)
        self.pages = sum((reader.statuses for reader in readers), Counter())
        self.slowest_page = max(reader.slowest for reader in readers)

    @property
    def is_well(self):
        """Whether nothing confirmed was lost, nobody saw a fault, and what was typed came back."""
        replies = {*self.saves, *self.pages, self.log_in}
        kept = all(all(one.kept) for one in self.people)
        return not self.verdict.lost and not self.verdict.double and self.sound == "ok" and kept and 500 not in replies

    def cells(self):
        """A row of the table."""
        kept = [is_kept for one in self.people for is_kept in one.kept]
        return (
            said(self.saves), f"{self.slowest_save:.1f}", f"{sum(kept)}/{len(kept)}", said(self.pages),
            f"{self.slowest_page:.2f}", self.log_in, self.health, self.alarms, f"{self.again:.1f}", self.verdict,
        )  # fmt: skip


def first_password_status(browser, person):
    """The status of a first log-in."""
    try:
        return first_password(browser, person).status
    # Where the door did not open there is no form for a new password.
    except AssertionError:
        return browser.status


def alarms(site):
    """How many lines of `doctor` say BAD, or that it could not even begin."""
    try:
        served.command(site.folder, "doctor")
    except CalledProcessError as failed:
        bad = [line for line in failed.stdout.splitlines() if line.startswith("BAD") and "disk:" not in line]
        return f"{len(bad)} BAD" if bad else "cannot start"
    return "none"


def said(counts):
    """Statuses in words."""
    return ", ".join(f"{n} × {status}" for status, n in sorted(counts.items())) or "none"


def on_a_usual_disk(name, fault, lasts=LASTS, **settings):
    """One fault on an installation of its own."""
    with tempfile.TemporaryDirectory() as folder, installed(folder, **settings) as site:
        return name, see(site, fault(site), lasts)


def see(site, fault, lasts=LASTS):
    """What students see of it."""
    with savers(site, STUDENTS) as people:
        return Seen(site, people, fault, lasts)


def on_a_full_disk():
    """A disk of 24 MB, in memory."""
    with tempfile.TemporaryDirectory() as folder, breakage.small_disk(folder, 24), installed(folder) as site:
        return "disk full", see(site, breakage.full(site))


def on_a_disk_that_shuts():
    """An ext4 that the system makes read-only."""
    with tempfile.TemporaryDirectory() as folder, breakage.real_disk(folder) as image, installed(folder) as site:
        return "disk shut by the system, mended with fsck and a start", see(site, breakage.shut(site, image))


@contextmanager
def wrong(clock, seconds):
    """The clock of the server is so many seconds off."""
    clock.set(seconds)
    try:
        yield
    finally:
        clock.set(0)


def with_a_clock_set(name, seconds):
    """The server's clock is set, and later set right."""
    with tempfile.TemporaryDirectory() as folder:
        clock = breakage.Clock(folder)
        with installed(folder, **clock.settings) as site:
            return name, see(site, wrong(clock, seconds))


FAULTS = [
    lambda: on_a_usual_disk("nothing, for comparison", lambda _: nullcontext()),
    lambda: on_a_usual_disk("fsync fails (EIO)", lambda site: breakage.failing(site, SYNCS, "EIO")),
    lambda: on_a_usual_disk("writes fail (ENOSPC)", lambda site: breakage.failing(site, WRITES, "ENOSPC")),
    lambda: on_a_usual_disk("writes fail (EROFS)", lambda site: breakage.failing(site, WRITES, "EROFS")),
    lambda: on_a_usual_disk("locked for 10 s", breakage.held),
    lambda: with_a_clock_set("clock 2 h back, then right", -7200),
    lambda: with_a_clock_set("clock 40 days ahead, then right", 40 * 86400),
    on_a_full_disk,
    on_a_disk_that_shuts,
]
COLUMNS = (
    "broken", "saves", "slowest save, s", "plain forms that came back", "other pages", "slowest other page, s",
    "first log-in", "/healthz", "doctor", "saves again after, s", "confirmed saves",
)  # fmt: skip


def row(name, seen):
    """A row of the table."""
    return f"| {name} | " + " | ".join(map(str, seen.cells())) + " |"


def main():
    """Break everything once, and print a table in Markdown; the exit status says whether all was well."""
    print("|", " | ".join(COLUMNS), "|\n|" + "---|" * len(COLUMNS))
    forgetful = {"XUEJI_APP": "tests.bench.canaries:forgetful"}
    canary = on_a_usual_disk("canary: forgets every third", breakage.held, 2, **forgetful)
    print(row(*canary), flush=True)
    is_well = not canary[1].is_well
    for fault in FAULTS:
        name, seen = fault()
        print(row(name, seen), flush=True)
        is_well &= seen.is_well
    return not is_well


if __name__ == "__main__":
    sys.exit(main())
