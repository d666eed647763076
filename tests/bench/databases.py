"""SQLite and PostgreSQL side by side: `python -m tests.bench.databases`, each with one app server and with two.

Both databases hold the same students, who send the same. All servers run on this machine all the time, a PostgreSQL of
the bench's own among them; they are asked in turn, once in every round.
"""

import statistics
from contextlib import ExitStack
from itertools import cycle, repeat
from pathlib import Path

from peewee import fn

from models import SavedTab
from tests.bench import served
from tests.bench.at_once import Run, recorded
from tests.bench.postgresql_stops import cluster
from tests.bench.save import WORKERS
from tests.bench.savers import looking_into
from tests.bench.weight import installation

ROUNDS, SECONDS = 6, 2
SERVERS = {1: "one app server", 2: "two app servers"}


class Side:
    """A database and as many servers on it as there can be; `postmaster` is the process of PostgreSQL."""

    def __init__(self, url, servers, recorded, postmaster=None):
        saves, pages = zip(*recorded, strict=True)
        self.url, self.servers, self.beside = url, servers, [postmaster] if postmaster else []
        self.sent = {"save": list(map(cycle, saves)), "tab page": list(map(repeat, pages))}
        self.revs, self.saves = self.changes(), 0

    def run(self, what, n):
        """The students at n of the servers: (Run, ms of CPU of the servers for each, the same of the database)."""
        masters = [process.pid for process, _ in self.servers[:n]]
        run = Run(self.sent[what], [port for _, port in self.servers[:n]], masters + self.beside, SECONDS)
        self.saves += len(run.times) if what == "save" else 0
        return run, sum(run.cpu[:n]), sum(run.cpu[n:])

    def changes(self):
        """How many saves in this database have changed an answer."""
        with looking_into(self.url):
            return SavedTab.select(fn.SUM(SavedTab.rev)).scalar()

    def check(self):
        """Everything that was confirmed is there, and nothing twice."""
        assert self.changes() - self.revs == self.saves


def main():
    """Measure, and print tables in Markdown."""
    with ExitStack() as stack:
        sides = filled(stack)
        rounds = {what: [one_round(sides, what) for _ in range(ROUNDS + 1)][1:] for what in ("save", "tab page")}
        for side in sides.values():
            side.check()
    for what, runs in rounds.items():
        report(what, runs)


def filled(stack):
    """{name of the database: Side}, both with students who are done with everything."""
    place, (url, cluster_) = stack.enter_context(installation(**WORKERS)), stack.enter_context(cluster())
    sent = recorded(place)
    place.process.terminate()
    place.process.wait()
    served.command(place.folder, "move-database", url)
    postmaster = int(Path(cluster_, "postmaster.pid").read_text().split()[0])
    return {
        "SQLite": Side(*on(stack, place.folder, f"sqlite:///{place.folder}/xueji.db"), sent),
        "PostgreSQL": Side(*on(stack, place.folder, url), sent, postmaster),
    }


def on(stack, folder, url):
    """(address of the database, servers on it)."""
    settings = {"XUEJI_DATABASE_URL": url, **WORKERS}
    return url, [stack.enter_context(served.server(folder, **settings)) for _ in SERVERS]


def one_round(sides, what):
    """Each in turn: {name: what Side.run gives}."""
    return {f"{name}, {SERVERS[n]}": side.run(what, n) for n in SERVERS for name, side in sides.items()}


def report(what, rounds):
    """Medians of the rounds, and of what each was of the first in the same round."""
    print(f"| {what} | a second | of the first | p50, ms | p99, ms | ms of CPU: app | database |\n|" + "---|" * 7)
    first = next(iter(rounds[0]))
    for name in rounds[0]:
        run, app, database = zip(*(one[name] for one in rounds), strict=True)
        ratio = statistics.median(one[name][0].rate / one[first][0].rate for one in rounds)
        p50, p99 = ([one.milliseconds(percent) for one in run] for percent in (50, 99))
        rate, *more = map(statistics.median, ([one.rate for one in run], p50, p99, app, database))
        print(f"| {name} | {rate:.0f} | {ratio:.2f} | {' | '.join(f'{one:.1f}' for one in more)} |")
    print()


if __name__ == "__main__":
    main()
