"""What a tab save costs: `python -m tests.bench.save` prints CPU time per request, ours over that of a bare app.

Beside both stands the bare app as a view of the frameworks that Xueji is made with (tests/bench/framework.py). All run
on the production server, turn about in one run, so that whatever else the machine does falls on all. CPU time is what
the scheduler gave to all threads of the worker processes, system calls included.
"""

import os
import statistics
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from tests.answers import fill
from tests.bench import served
from tests.bench.weight import begin, installation
from tests.bench.wire import Wire
from tests.browser import FORM

ROUNDS, SAVES = 7, 300
WORKERS = {"XUEJI_WORKERS": "2"}
BROWSER = {"HX-Request": "true", "Accept-Encoding": "gzip, deflate, br"}


class Sender:
    """One keep-alive connection that sends two forms to an address in turn, so that each save changes an answer."""

    def __init__(self, wire, path, bodies, headers):
        self.wire, self.bodies = wire, bodies
        self.raw = [wire.request(path, "POST", headers, data=body, content_type=FORM) for body in bodies]

    def send(self, times):
        """Send so many, one after the other; every reply must be a success."""
        for number in range(times):
            status = self.status(self.raw[number % len(self.raw)])
            assert status == 200, status

    def status(self, raw):
        """The status of the reply to one request."""
        self.wire.connection.sendall(raw)
        return self.wire.reply()[1]


def cpu_seconds(master) -> float:
    """Time on a processor so far, in user code and in the kernel, of the processes that `master` has started.

    The scheduler's own count: the ticks of /proc/<pid>/stat are too coarse for a request of a tenth of a millisecond.
    What those had that are gone counts as well, in ticks.
    """
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    threads = [thread for child in children for thread in Path(f"/proc/{child}/task").glob("*/schedstat")]
    gone = map(int, Path(f"/proc/{master}/stat").read_text().rpartition(")")[2].split()[13:15])
    return sum(map(_ran, threads)) / 1e9 + sum(gone) / os.sysconf("SC_CLK_TCK")


def _ran(thread):
    try:
        return int(thread.read_text().split()[0])
    # It has ended.
    except OSError:
        return 0


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
            yield tab, in_turn(wire, f"/record/{tab}", browser.form(), browser.typed())


def in_turn(wire, path, form, typed):
    """A Sender of the two bodies of a tab."""

    def status(body):
        wire.connection.sendall(wire.request(path, "POST", BROWSER, data=body, content_type=FORM))
        return wire.reply()[1]

    return Sender(wire, path, two_bodies(status, form, typed), BROWSER)


def two_bodies(send, form, typed):
    """Two saves of a tab that can take turns: the first answer that can be another and as good, and that other.

    A page sends what was changed in it, and nothing else of what it holds. `send` gives the status of the reply to a
    body. Where no answer can be another there is one body, that changes nothing.
    """
    about = [pair for pair in typed if pair[0] in ("csrf_token", "drawn", "rev")] + [("part", "1"), ("do", "save")]
    for name, value in typed:
        for other in others(form, name, value):
            before, after = (urlencode([*about, (name, one)]) for one in (value, other))
            if send(after) == 200:
                return [before, after]
            # What is not good is kept as well.
            send(before)
    return [urlencode(about)]


def others(form, name, value):
    """What could be answered in the place of `value`: another choice, or another last letter or digit."""
    choices = form.select(f'[name="{name}"] option[value], input[type=radio][name="{name}"]')
    if choices:
        return [one["value"] for one in choices if one["value"] not in ("", value)]
    return [value[:-1] + last for last in "1A"] if value and name not in ("csrf_token", "drawn", "rev") else []


@contextmanager
def bare_server(module="bare"):
    """A bare app of this folder on the same server, as (process, port)."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"XUEJI_APP": f"tests.bench.{module}:create_app", "BARE_DATABASE": f"{folder}/bare.db"}
        with served.server(folder, **settings, **WORKERS) as (process, port):
            yield process, port


def bare_sender(port, bodies, come_in=lambda _: {}):
    """A Sender of these bodies to a bare app.

    `come_in` gives the header fields that its requests need, and under "" the token that the bodies need.
    """
    wire = Wire(port)
    headers = come_in(wire)
    token = headers.pop("", None)
    bodies = [urlencode(dict(parse_qsl(body)) | ({"csrf_token": token} if token else {})) for body in bodies]
    return Sender(wire, "/", bodies, headers)


def through_the_door(wire):
    """Sign in to tests/bench/framework.py."""
    token = wire.ask("/", "GET", {}).get_data(as_text=True)
    return {"": token, "Cookie": "; ".join(f"{name}={value}" for name, value in wire.cookies.items())}


def main():
    """Measure, and print a table in Markdown."""
    with installation(**WORKERS) as place, bare_server() as bare, bare_server("framework") as framework:
        ours = dict(saves(place))
        bodies = next(iter(ours.values())).bodies
        others = {
            "bare": (bare[0], bare_sender(bare[1], bodies)),
            "framework": (framework[0], bare_sender(framework[1], bodies, through_the_door)),
        }
        rounds = [one_round(place, ours, others) for _ in range(ROUNDS + 1)][1:]
    print("| save of | ms of CPU | over a bare app |\n|---|---|---|")
    base = statistics.median(one["bare"] for one in rounds)
    for name in rounds[0]:
        ratios = [one[name] / one["bare"] for one in rounds]
        print(f"| {name} | {base * statistics.median(ratios):.2f} | {statistics.median(ratios):.1f} |")
    means = [statistics.mean(one[name] for name in ours) / one["bare"] for one in rounds]
    print(f"| **mean** | {base * statistics.median(means):.2f} | **{statistics.median(means):.1f}** |")
    print(f"\nRounds: {', '.join(f'{one:.1f}' for one in sorted(means))}")


def one_round(place, ours, others):
    """Milliseconds per request of each, once round: {name: ms}. The other apps are asked between ours."""
    costs, beside = {}, {name: [] for name in others}
    for tab, sender in ours.items():
        for name, other in others.items():
            beside[name].append(cost(*other))
        costs[tab] = cost(place.process, sender)
    return {**{name: statistics.mean(some) for name, some in beside.items()}, **costs}


if __name__ == "__main__":
    main()
