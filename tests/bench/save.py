"""What a tab save costs: `python -m tests.bench.save` prints CPU time per request, ours over that of a bare app.

Both run on the production server with the same workers and threads, turn about in one run, so that whatever else the
machine does falls on both. CPU time is what the scheduler gave to all threads of the worker processes, system calls
included.
"""

import statistics
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.answers import fill
from tests.bench import served
from tests.bench.weight import begin, installation
from tests.bench.wire import Wire

ROUNDS, SAVES = 7, 300


class Sender:
    """One keep-alive connection that sends the same request again and again."""

    def __init__(self, wire, path, body, headers):
        content_type = "application/x-www-form-urlencoded"
        self.wire, self.body = wire, body
        self.raw = wire.request(path, "POST", headers, data=body, content_type=content_type)

    def send(self, times):
        """Send it so many times, one after the other; every reply must be a success."""
        for _ in range(times):
            self.wire.connection.sendall(self.raw)
            _, status, _, _ = self.wire.reply()
            assert status == 200, status


def cpu_seconds(master) -> float:
    """Time on a processor so far, in user code and in the kernel, of the processes that `master` has started.

    The scheduler's own count: the ticks of /proc/<pid>/stat are too coarse for a request of a tenth of a millisecond.
    """
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    threads = [thread for child in children for thread in Path(f"/proc/{child}/task").glob("*/schedstat")]
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def cost(process, sender, times=SAVES) -> float:
    """Milliseconds of CPU time per request."""
    before = cpu_seconds(process.pid)
    sender.send(times)
    return (cpu_seconds(process.pid) - before) / times * 1000


def saves(place):
    """(tab, Sender) of a complete save of each tab, as a browser with htmx sends it; the student is done with all."""
    browser, wire = place.browser()
    begin(place, browser, place.student("woman"))
    for tab in list(browser.tabs):
        fill(browser.open(f"/record/{tab}"))
        assert browser.status == 200, (tab, browser.errors)
        browser.open(f"/record/{tab}", edit=1)
        if not browser.form().has_attr("enctype"):
            yield tab, Sender(wire, f"/record/{tab}", urlencode(browser.typed()), {"HX-Request": "true"})


@contextmanager
def bare_server(body):
    """The bare app on the same server, as (process, Sender of this body)."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"XUEJI_APP": "tests.bench.bare:create_app", "BARE_DATABASE": f"{folder}/bare.db"}
        with served.server(folder, **settings) as (process, port):
            yield process, Sender(Wire(port), "/", body, {})


def main():
    """Measure, and print a table in Markdown."""
    with installation(XUEJI_WORKERS="2") as place:
        ours = dict(saves(place))
        body = next(iter(ours.values())).body
        with bare_server(body) as (bare, bare_sender):
            rounds = [one_round(place, ours, bare, bare_sender) for _ in range(ROUNDS + 1)][1:]
    print("| save of | ms of CPU | over a bare app |\n|---|---|---|")
    base = statistics.median(one["bare"] for one in rounds)
    for name in rounds[0]:
        ratios = [one[name] / one["bare"] for one in rounds]
        print(f"| {name} | {base * statistics.median(ratios):.2f} | {statistics.median(ratios):.1f} |")
    means = [statistics.mean(one[name] for name in ours) / one["bare"] for one in rounds]
    print(f"| **mean** | {base * statistics.median(means):.2f} | **{statistics.median(means):.1f}** |")
    print(f"\nRounds: {', '.join(f'{one:.1f}' for one in sorted(means))}")


def one_round(place, ours, bare, bare_sender):
    """Milliseconds per request of each, once round: {name: ms}. The bare app is asked between ours."""
    costs, bares = {}, []
    for tab, sender in ours.items():
        bares.append(cost(bare, bare_sender))
        costs[tab] = cost(place.process, sender)
    return {"bare": statistics.mean(bares), **costs}


if __name__ == "__main__":
    main()
