"""Students who save a tab again and again, each time with another number in it, and what became of their saves.

A save counts as confirmed when its reply has come whole. One whose reply did not come is sent again as it was, as a
person would press the button again.
"""

import itertools
import re
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from bs4 import BeautifulSoup

from domain.vault import Vault, read_key
from models import SavedTab
from tables.history import History
from tables.store import Settings, connect, database
from tests import stored
from tests.answers import begin, fill_tab
from tests.bench import served
from tests.bench.wire import Wire
from tests.browser import Browser
from tests.people import PASSWORD

TAB, FIELD = "contact", "reg_addr"
WORDS = "和平東路 {} 號"
NUMBER = re.compile("和平東路 ([0-9]+) 號")
NUMBER_SENT = re.compile(NUMBER.pattern.encode())
# What a person does not wait for.
LONGEST = 60


class Steady(Wire):
    """A connection that is made anew, and a request that is sent again, until there is a reply."""

    def __init__(self, port, encoding=""):
        super().__init__(port, encoding)
        self.port, self.longest, self.broken = port, 0.0, 0

    def ask(self, target, method, headers, **more):
        """Ask until somebody answers."""
        begun = time.monotonic()
        while True:
            try:
                reply = super().ask(target, method, headers, **more)
                self.longest = max(self.longest, time.monotonic() - begun)
                self.transfers.clear()
                return reply
            # Whatever of a reply comes before the end of a connection may end in the middle of a line.
            except (OSError, AssertionError, ValueError, KeyError, IndexError):
                if time.monotonic() - begun > LONGEST:
                    raise
                self.broken += 1
                self.reconnect(begun)

    def reconnect(self, begun):
        """Another connection, as soon as somebody listens."""
        self.connection.close()
        while True:
            try:
                fresh = Wire(self.port)
                self.connection = fresh.connection
                return
            except OSError:
                if time.monotonic() - begun > LONGEST:
                    raise
                time.sleep(0.05)


class Saver(Browser):
    """A student at the tab. Pages are taken as they are: other tests look whether they are sound."""

    def __init__(self, port, number):
        super().__init__(Steady(port))
        self.numbers, self.reads, self.kept = itertools.count(number * 1_000_000 + 1), Counter(), []
        self.confirmed, self.statuses, self.slowest = set(), Counter(), 0.0

    def _show(self, answer, fragment=False, headers=None):
        while answer.status_code in (301, 302, 303):
            answer = self.send("GET", answer.headers["Location"], headers=headers or {})
        self.status, self.reply = answer.status_code, answer
        if not fragment:
            self.page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        return self

    def close(self):
        """Hang up."""
        self.client.close()

    def save(self):
        """Open the tab to change it, and save another number; the status of the reply."""
        self.open(f"/record/{TAB}", edit=1)
        self.reads[self.status] += 1
        if self.path == "/intue/login":
            self.submit(account=self.account, password=PASSWORD)
            return self.status
        if self.status != 200 or self.path != f"/record/{TAB}":
            return self.status
        return self.send_number(next(self.numbers))

    def send_number(self, number):
        """Fill a number into the form that is open, and send it."""
        begun = time.monotonic()
        self.submit(**{FIELD: WORDS.format(number)})
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.statuses[self.status] += 1
        # A plain form is confirmed by a redirect, or led to the door when the session is over.
        if self.url.endswith("saved=1") if not self.htmx else self.status == 200:
            self.confirmed.add(number)
        elif self.status == 503 and not self.htmx:
            self.kept.append((FIELD, WORDS.format(number)) in self.typed())
        return self.status

    def go_on(self, stop, most=None):
        """Save until told to stop, or so many times."""
        for _ in range(most) if most else itertools.count():
            if stop.is_set():
                return
            if self.save() == 503:
                stop.wait(0.2)


@contextmanager
def savers(site, how_many):
    """Students who have filled in the tab once."""
    with ExitStack() as people:
        made = [people.enter_context(closing(Saver(site.port, number + 1))) for number in range(how_many)]
        for one in made:
            one.account = (person := site.person("woman")).account
            fill_tab(begin(one, person), TAB)
            assert one.status == 200, one.status
            one.htmx = True
        yield made


@contextmanager
def saving(people, most=None):
    """They save while the block runs, and end with the reply to what they sent last."""
    stop = threading.Event()
    failed = []

    def go_on(one):
        try:
            one.go_on(stop, most)
        except Exception as reason:  # noqa: BLE001 -- it is raised below, in the thread that looks
            failed.append(reason)

    threads = [threading.Thread(target=go_on, args=(one,), daemon=True) for one in people]
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        if not most:
            stop.set()
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]


class Verdict:
    """What the database has of what was confirmed to some people."""

    def __init__(self, people):
        self.confirmed = sum(len(one.confirmed) for one in people)
        self.lost, self.double = set(), 0
        for one in people:
            lost, double = compare(one.account, one.confirmed)
            self.lost |= lost
            self.double += double

    def __str__(self):
        return f"{self.confirmed} confirmed, {len(self.lost)} lost, {self.double} double"


def compare(account, confirmed):
    """(numbers that were confirmed and are not there, how many stand there twice) of one student."""
    there = Counter(saved_numbers(account))
    latest = number_in(SavedTab.of(account).get(TAB, ({}, 0))[0].get(FIELD, ""))
    lost = confirmed - set(there)
    if confirmed and latest < max(confirmed):
        lost.add(max(confirmed))
    return lost, sum(n - 1 for n in there.values())


def saved_numbers(account):
    """The number of every save that the history of a student tells of."""
    told = (changes.get(FIELD) for _, _, _, changes in History.of(account, 10**9))
    return [number_in(new) for _, new in filter(None, told) if number_in(new)]


def number_in(text):
    """The number of a save, or 0."""
    found = NUMBER.fullmatch(text)
    return int(found[1]) if found else 0


@contextmanager
def looking_into(url):
    """The tables of an installation, while it runs or afterwards."""
    Settings.vault = Vault(read_key(served.DATA_KEY))
    if database.obj:
        database.close_all()
    connect(url, Path("/"))
    try:
        with database.connection_context():
            yield
    finally:
        database.close_all()


def judge(folder, people):
    """(Verdict, what the check of the whole database says)."""
    with looking_into(stored.url(folder)):
        verdict = Verdict(people)
        sound = "ok" if stored.ON_SERVER else database.execute_sql("PRAGMA integrity_check").fetchone()[0]
    return verdict, sound
