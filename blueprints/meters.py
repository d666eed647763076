"""What is counted while requests are answered, and how Prometheus is told.

Each process counts in numbers of its own, which all of them can read: see deploy.board. A count is an addition in
memory, without a file, a label to look up, or a word about anybody.
"""

import threading
from array import array
from bisect import bisect_left

# The first numbers of a row belong to the server.
OURS, WIDTH = 16, 1 << 13
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
CLASSES = ("2xx", "3xx", "4xx", "5xx", "429")
COUNTED = {"saves": ("done", "incomplete", "refused"), "logins": ("ok", "failed", "locked")}
TOO_MANY = CLASSES.index("429")
NO_ROUTE = "", "other"
HELP = {
    "requests_total": (
        "counter",
        "Requests answered, by endpoint, method and class of status; 429, too many tries, apart",
    ),
    "request_seconds": ("histogram", "Seconds until the headers of the answer were there"),
    "saves_total": ("counter", "Saves of a tab: done, incomplete (kept, with something still wrong), refused"),
    "logins_total": ("counter", "Log-ins of students and staff; locked: not even compared"),
    "worker_restarts_total": ("counter", "Workers replaced, by reason"),
    "process_memory_bytes": ("gauge", "Resident memory of each process, shared pages included"),
    "outbox_waiting": ("gauge", "Letters that wait to be sent"),
    "outbox_oldest_seconds": ("gauge", "Age of the oldest letter that waits"),
    "sessions": ("gauge", "Sessions that were used within the idle time"),
    "database_bytes": ("gauge", "Size of the database with its journal"),
    "disk_free_bytes": ("gauge", "Free room beside the database"),
    "backup_age_seconds": ("gauge", "Time since the last copy was written and checked; missing before the first"),
    "attack_mode": ("gauge", "1 while every door asks for a verification code"),
}


class Meters:
    """The counts of this process, in one row of numbers among those of all."""

    def __init__(self, url_map):
        """Every route has a place for each class of status and for each step of the histogram, and one for the sum."""
        asked = {(rule.endpoint, method) for rule in url_map.iter_rules() for method in rule.methods}
        each = len(CLASSES) + len(SECONDS) + 2
        self.places = {pair: OURS + n * each for n, pair in enumerate([NO_ROUTE, *sorted(asked)])}
        after = OURS + each * len(self.places)
        names = [(name, outcome) for name, outcomes in COUNTED.items() for outcome in outcomes]
        self.outcomes = {pair: n for n, pair in enumerate(names, after)}
        if after + len(names) > WIDTH:
            raise ValueError("there are more routes than a row has room for")
        self.row, self.board, self.lock = array("d", bytes(8 * WIDTH)), None, threading.Lock()

    def share(self, board, n):
        """Count in the n-th row of a board from now on."""
        self.row, self.board = board.rows[n], board

    def answered(self, endpoint, method, status, seconds):
        """A request was answered."""
        at = self.places.get((endpoint, method), OURS)
        step = at + len(CLASSES) + bisect_left(SECONDS, seconds)
        # The threads of a process share its row.
        with self.lock:
            self.row[at + (TOO_MANY if status == 429 else min(status // 100, 5) - 2)] += 1
            self.row[step] += 1
            self.row[at + len(CLASSES) + len(SECONDS) + 1] += seconds

    def count(self, name, outcome):
        """Something else happened."""
        with self.lock:
            self.row[self.outcomes[name, outcome]] += 1

    def figures(self):
        """(name, labels, number) of everything that was counted, in all processes together."""
        rows = self.board.rows[1:] if self.board else [self.row]
        sums = [sum(some) for some in zip(*rows, strict=True)]
        for (endpoint, method), at in self.places.items():
            yield from _of_route({"endpoint": endpoint or "none", "method": method}, sums[at:])
        for (name, outcome), at in self.outcomes.items():
            yield f"{name}_total", {"outcome": outcome}, sums[at]
        yield from self.board.figures() if self.board else ()


def _of_route(labels, numbers):
    steps = numbers[len(CLASSES) : len(CLASSES) + len(SECONDS) + 1]
    if not any(steps):
        return
    for name, n in zip(CLASSES, numbers, strict=False):
        if n:
            yield "requests_total", {**labels, "status": name}, n
    for n, most in enumerate((*SECONDS, "+Inf"), 1):
        yield "request_seconds_bucket", {**labels, "le": str(most)}, sum(steps[:n])
    yield "request_seconds_sum", labels, numbers[len(CLASSES) + len(SECONDS) + 1]
    yield "request_seconds_count", labels, sum(steps)


def text(figures) -> str:
    """Figures in the text format of Prometheus."""
    families = {name: [] for name in HELP}
    for name, labels, number in figures:
        family = name if name in HELP else name.rpartition("_")[0]
        said = ",".join(f'{label}="{value}"' for label, value in labels.items())
        families[family].append(f"xueji_{name}{{{said}}} {number:.17g}" if said else f"xueji_{name} {number:.17g}")
    lines = []
    for name, some in families.items():
        kind, about = HELP[name]
        lines += [f"# HELP xueji_{name} {about}", f"# TYPE xueji_{name} {kind}", *some] if some else []
    return "\n".join(lines) + "\n"
