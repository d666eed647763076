"""A power cut at any moment: `python -m tests.bench.powercut [POINTS]` says which confirmed saves would be gone.

strace writes down what the processes of a real server tell the system to write, to sync and to send while students
save. From that, the disk as a power cut would leave it is made anew for many moments, three times each: with what was
written since the last sync of its file all there, all gone, and gone by the toss of a coin. Each is opened as the
program would open it, and asked for every save that had been confirmed by then. The canary is a server with
`synchronous=NORMAL`. Not modelled: torn sectors, and disks that lie.
"""

import random
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tables.store import database
from tests.bench import served
from tests.bench.killing import killed
from tests.bench.savers import NUMBER_SENT, compare, looking_into, savers, saving

STUDENTS, SAVES, POINTS = 4, 400, 300
FILES = ("xueji.db", "xueji.db-wal")
TRACED = "pwrite64,ftruncate,fsync,fdatasync,sendto"
CALL = re.compile(r"(\d+) +(\w+)\(\d+<((?:\\x..)*)>(?:, )?(.*)")
RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>")
VARIANTS = {"all kept": lambda: True, "none kept": lambda: False, "by chance": lambda: random.random() < 0.5}


@dataclass
class Call:
    """What a process told the system: which lines of the trace it began and ended on, the file, and the rest."""

    name: str
    file: str
    rest: str
    began: int
    ended: int = sys.maxsize


@contextmanager
def traced(site, record):
    """strace looks at every process of a server while the block runs."""
    command = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={TRACED}", "-o", str(record)]
    pids = served.children(site.process)
    command += [word for pid in pids for word in ("-p", str(pid))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        try:
            for _ in pids:
                assert "attached" in tracer.stderr.readline(), "strace may not look"
            yield
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.stderr.read()


def read(record):
    """The calls of a trace, in the order in which they began."""
    calls, under_way = [], {}
    for number, line in enumerate(record.read_text("latin-1").splitlines()):
        if found := CALL.match(line):
            pid, name, path, rest = found.groups()
            calls.append(Call(name, unescaped(path).decode().rpartition("/")[2], rest, number))
            under_way[pid] = calls[-1]
        elif found := RESUMED.match(line):
            pid = found[1]
        else:
            continue
        if "<unfinished" not in line[-20:]:
            assert " = -1 " not in line[-60:], line[-60:]
            under_way[pid].ended = number
    return calls


def unescaped(text):
    """The bytes of what strace wrote as hex."""
    return bytes.fromhex(text.replace("\\x", ""))


class Disk:
    """One file: how it was, what was done to it, and what of that is safe at a moment."""

    def __init__(self, before, calls):
        self.before = before
        self.changes = [(call, *change(call)) for call in calls if call.name in ("pwrite64", "ftruncate")]
        self.syncs = [call for call in calls if call.name in ("fsync", "fdatasync")]

    def after(self, moment, keeps):
        """What the file holds when the power goes at a line of the trace; `keeps` decides on what was not safe."""
        done = [sync.began for sync in self.syncs if sync.ended <= moment]
        safe, content = max(done, default=-1), bytearray(self.before)
        for call, offset, data in self.changes:
            if call.began <= moment and (call.ended < safe or keeps()):
                apply(content, offset, data)
        return content


def change(call):
    """(offset, bytes) of a write, (length, None) of a cut."""
    if call.name == "ftruncate":
        return int(re.match(r"\d+", call.rest)[0]), None
    text, _, rest = call.rest[1:].partition('"')
    return int(rest.split(",")[2].split(")")[0].split("<")[0]), unescaped(text)


def apply(content, offset, data):
    """Write into a file, or cut it."""
    length = offset if data is None else offset + len(data)
    content.extend(bytes(max(0, length - len(content))))
    if data is None:
        del content[offset:]
    else:
        content[offset:length] = data


def confirmations(calls):
    """{number of a save: on which line of the trace its confirmation began to be sent}."""
    first = {}
    for call in calls:
        if call.name == "sendto":
            for number in NUMBER_SENT.findall(unescaped(call.rest[1:].partition('"')[0])):
                first.setdefault(int(number), call.began)
    return first


def record_saves(site, people, saves, record):
    """Trace a server while students save: ({file: Disk}, [(account, {number: line})], last line)."""
    with traced(site, record):
        before = {name: (site.folder / name).read_bytes() for name in FILES}
        with saving(people, saves // len(people)) as threads:
            for thread in threads:
                thread.join()
    calls = read(record)
    told = confirmations(calls)
    confirmed = [(one.account, {number: told[number] for number in one.confirmed}) for one in people]
    assert any(told for _, told in confirmed), "nothing was saved"
    disks = {name: Disk(before[name], [call for call in calls if call.file == name]) for name in FILES}
    return disks, confirmed, max(call.began for call in calls)


def lost_at(folder, disks, confirmed, moment, keeps):
    """(saves confirmed by then that are gone, whether the database is sound) after a power cut."""
    for name, disk in disks.items():
        (folder / name).write_bytes(disk.after(moment, keeps))
    (folder / "xueji.db-shm").unlink(missing_ok=True)
    with looking_into(f"sqlite:///{folder}/xueji.db"):
        sound = database.execute_sql("PRAGMA integrity_check").fetchone()[0] == "ok"
        lost = [compare(account, {n for n, at in told.items() if at <= moment})[0] for account, told in confirmed]
    return sum(map(len, lost)), sound


def cut(saves, points, **settings):
    """{variant: (states, states that lose something, most lost, states that are damaged)}."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with killed(XUEJI_WORKERS="1", **settings) as site, savers(site, STUDENTS) as people:
            disks, confirmed, last = record_saves(site, people, saves, folder / "trace")
        moments = sorted(random.sample(range(last), min(points, last)))
        table = {}
        for variant, keeps in VARIANTS.items():
            states = [lost_at(folder, disks, confirmed, moment, keeps) for moment in moments]
            losses = [lost for lost, _ in states]
            table[variant] = len(states), sum(map(bool, losses)), max(losses), sum(not sound for _, sound in states)
    return table


def main(points):
    """Cut the power, and print a table in Markdown; the exit status says whether all is well."""
    print("| server | unsynced writes | states | that lose a confirmed save | most lost | damaged |")
    print("|---|---|---|---|---|---|")
    tables = []
    for name, settings in (("canary: NORMAL", {"XUEJI_APP": "tests.bench.canaries:hasty"}), ("ours: FULL", {})):
        tables.append(cut(SAVES, points, **settings))
        for variant, row in tables[-1].items():
            print(f"| {name} | {variant} |", " | ".join(map(str, row)), "|", flush=True)
    canary, ours = tables
    found = any(lossy for _, lossy, *_ in canary.values())
    return not found or any(lossy or damaged for _, lossy, _, damaged in ours.values())


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else POINTS))
