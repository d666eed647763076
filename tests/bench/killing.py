"""kill -9 at random moments while students save: `python -m tests.bench.killing [ROUNDS]` says what was lost.

All worker processes at once, whose places the master fills; and then, as often, the master and all, after which the
server is started again as systemd would. The canary is a server that forgets every third save.
"""

import os
import random
import signal
import socket
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bench import served
from tests.bench.savers import judge, savers, saving
from tests.live import Site, take_roster

SETTINGS = {"XUEJI_CAPTCHA": "off", "XUEJI_WORKERS": "2"}
STUDENTS, ROUNDS = 8, 100


class Killed(Site):
    """A server that is killed again and again, and comes back on the same port."""

    def __init__(self, folder, **settings):
        super().__init__(Path(folder), free_port())
        self.settings = {**SETTINGS, **settings, "PORT": str(self.port)}
        self.start()

    def start(self):
        """Start it, and wait until it answers."""
        with open(self.folder / "server.log", "a") as log:
            self.process, _ = served.start(self.folder, log, **self.settings)

    def kill_workers(self):
        """Kill every worker; the master has to see to it."""
        kill(served.children(self.process))

    def kill_all(self):
        """Kill everything, and start it again."""
        self.kill()
        self.start()

    def kill(self):
        """Kill everything."""
        kill([self.process.pid, *served.children(self.process)])
        self.process.communicate()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def kill(pids):
    """SIGKILL, to all of them before anybody can do anything about it."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def killed(**settings):
    """An installation with a roster that can be killed."""
    with tempfile.TemporaryDirectory() as folder, installed(folder, **settings) as site:
        yield site


@contextmanager
def installed(folder, **settings):
    """The same in a folder that is there."""
    take_roster(Path(folder))
    site = Killed(folder, **settings)
    try:
        yield site
    finally:
        site.process.terminate()
        site.process.communicate()


def strike(site, people, way, rounds):
    """Kill so many times at random moments while they save; (Verdict, integrity, longest wait, replies cut off)."""
    for one in people:
        one.client.longest = 0
    with saving(people):
        for _ in range(rounds):
            time.sleep(random.uniform(0.2, 1.2))
            before = progress(people)
            getattr(site, way)()
            wait_for(lambda before=before: progress(people) > before)
    verdict, sound = judge(site.folder, people)
    return verdict, sound, max(one.client.longest for one in people), sum(one.client.broken for one in people)


def progress(people):
    """How many saves were confirmed so far."""
    return sum(len(one.confirmed) for one in people)


def wait_for(condition, seconds=30):
    """Until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def main(rounds):
    """Strike, and print a table in Markdown; the exit status says whether all is well."""
    rows = [("canary: forgets every third", "kill_workers", 2, {"XUEJI_APP": "tests.bench.canaries:forgetful"})]
    rows += [("all workers", "kill_workers", rounds, {}), ("master and all", "kill_all", rounds, {})]
    print("| killed | rounds | confirmed | lost | double | integrity | longest wait, s | replies cut off |")
    print("|---|---|---|---|---|---|---|---|")
    results = []
    for name, way, times, settings in rows:
        with killed(**settings) as site, savers(site, STUDENTS) as people:
            verdict, sound, longest, broken = strike(site, people, way, times)
        results.append(verdict)
        cells = (name, times, verdict.confirmed, len(verdict.lost), verdict.double, sound, f"{longest:.1f}", broken)
        print("|", " | ".join(map(str, cells)), "|", flush=True)
    canary, *others = results
    return not canary.lost or any(one.lost or one.double for one in others)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
