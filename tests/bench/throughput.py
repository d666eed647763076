"""Tab saves a second of eight students at once: `python -m tests.bench.throughput` compares us with a bare app.

Both get the same requests, on the production server with the same workers and threads, turn about in one run. What the
driver alone can do is in between: a loop in one process that puts one durable row after the other into a file.
"""

import statistics
import tempfile
import time
from itertools import cycle

from tests.bench import bare
from tests.bench.at_once import Run, recorded
from tests.bench.save import WORKERS, bare_server
from tests.bench.weight import installation

ROUNDS, SECONDS = 9, 3
BARE = "a bare app"


def main():
    """Measure, and print a table in Markdown."""
    with installation(**WORKERS) as place, bare_server() as (process, port), tempfile.TemporaryDirectory() as folder:
        people = [saves for saves, _ in recorded(place)]
        ours, theirs = (list(map(cycle, people)) for _ in range(2))
        said, bare.here.connection = bodies(people), bare.opened(f"{folder}/loop.db")
        jobs = {
            BARE: lambda: over_wire(theirs, port, process),
            "Xueji": lambda: over_wire(ours, place.port, place.process),
            "sqlite3 in a loop": lambda: in_a_loop(said),
        }
        report([{name: job() for name, job in jobs.items()} for _ in range(ROUNDS + 1)][1:])


def over_wire(people, port, process):
    """(saves a second, milliseconds of CPU for each) of a server."""
    run = Run(people, [port], [process.pid], SECONDS)
    return run.rate, run.cpu[0]


def bodies(people):
    """What the students say, without end, as an app would have read it."""
    return cycle([bare.answers_in(raw.partition(b"\r\n\r\n")[2]) for turn in zip(*people, strict=True) for raw in turn])


def in_a_loop(said):
    """The same of the driver alone, in this process."""
    began, cpu, times = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() < began + SECONDS:
        answers = next(said)
        bare.keep(answers["csrf_token"], answers)
        times += 1
    return times / (time.perf_counter() - began), 1000 * (time.process_time() - cpu) / times


def report(rounds):
    """Medians of the rounds, and what they are of the bare app's."""
    print(f"| | saves a second | of {BARE}'s | ms of CPU | over {BARE}'s |\n|---|---|---|---|---|")
    medians = {name: [statistics.median(one[name][n] for one in rounds) for n in (0, 1)] for name in rounds[0]}
    for name, (rate, cpu) in medians.items():
        print(f"| {name} | {rate:,.0f} | {rate / medians[BARE][0]:.2f} | {cpu:.2f} | {cpu / medians[BARE][1]:.1f} |")
    print("\nRounds:", ", ".join(f"{one:.2f}" for one in sorted(one["Xueji"][0] / one[BARE][0] for one in rounds)))


if __name__ == "__main__":
    main()
