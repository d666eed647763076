"""How fast exports are and how much memory they take: `python -m tests.bench.export [N …]` prints tables in Markdown.

Each database holds N made-up students with every tab filled in. The command runs in a process of its own, and starting
it counts; of the server, time is that of all its processes and memory that of the largest. Times are of the processor;
memory is what the kernel says was resident at most.
"""

import http.client
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from app import build_app
from domain.sheet import everything, merged
from models import SavedTab, Student, facts_of
from tables import chain, journal
from tables.store import database
from tests.answers import ANSWERS
from tests.bench import served
from tests.bench.wire import Wire
from tests.browser import Browser
from tests.offices import KAO, hire, in_list, sign_in

SIZES, EVENTS, AT_ONCE = (1_000, 10_000, 100_000), 100_000, 1000
SPLIT = {"pe_end": "2026-06", "pp_expiry": "2031-05-20", "photo": "0" * 32}
NAMED = {key: value["zh"] if isinstance(value, dict) else value for key, value in ANSWERS.items()}
KINDS = ("sex", "id_kind", "overseas_kind", "nationality", "age")


def main():
    """A table of exports, and a line about the log."""
    logging.disable(logging.INFO)
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    print("| students | export | students a second of the processor | MB at most |\n|---|---|---|---|")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            fill(folder, size)
            for ending in ("csv", "xlsx"):
                os.chdir(served.ROOT)
                seconds, megabytes = run(folder, f"{folder}/out.{ending}")
                report(size, f"command, {ending.upper()}", seconds, megabytes)
            report(size, "page, XLSX", *fetched(folder))
    verified()


def fill(folder, size):
    """A database with so many students who have done everything."""
    served.command(folder, "roster", "sample", size, f"{folder}/roster.csv")
    served.command(folder, "roster", "import", f"{folder}/roster.csv")
    app = build_app({name: value for name, value in served.environment(folder).items() if name.startswith("XUEJI_")})
    record, known = app.extensions["record"], {}
    for first in range(0, size, AT_ONCE):
        with database.atomic():
            for student in Student.select().order_by(Student.student_no).offset(first).limit(AT_ONCE):
                facts = facts_of(student.known)
                kind = tuple(facts[name] for name in KINDS)
                known[kind] = known.get(kind) or answers_of(record, facts)
                for tab, answers in known[kind].items():
                    SavedTab.keep(student.student_no, tab, answers)
    database.close_all()


def answers_of(record, facts):
    """What somebody with these facts would have saved in each tab."""
    saved = {}
    for tab in record:
        known = everything(record, saved, facts)
        if tab.when.holds(known):
            saved[tab.key] = merged(tab, {}, {**NAMED, **SPLIT}, known).answers, 1
    return {tab: answers for tab, (answers, _) in saved.items()}


def run(folder, path):
    """(seconds, MB) of the command."""
    program = [sys.executable, "-m", "flask", "--app", "app", "export", path]
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(program[0], program, served.environment(folder), file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    assert status == 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def fetched(folder):
    """(seconds, MB of the worker) of the same through the page, as a clerk who sees all departments."""
    with served.server(folder, XUEJI_CAPTCHA="off") as (process, port):
        build_app({n: v for n, v in served.environment(folder).items() if n.startswith("XUEJI_")})
        with database.connection_context():
            depts = [dept for (dept,) in Student.select(Student.dept).distinct().tuples()]
        wire = Wire(port)
        kao = hire(KAO.__class__(**{**KAO.__dict__, "depts": tuple(depts)}))
        member = in_list(kao)
        with database.connection_context():
            member.keep_password("Copper-Teapot-Window-9")
        browser = sign_in(Browser(wire), kao).open("/staff/export")
        typed = {**dict(browser.typed(browser.form("#order"))), "what": "all", "who": "complete", "reason": "bench"}
        workers = children(process.pid)
        began = sum(map(used_by, workers))
        assert fetch(port, wire.cookies, typed) > 1000
        database.close_all()
        return sum(map(used_by, workers)) - began, max(map(peak_of, workers))


def fetch(port, cookies, typed):
    """How many bytes the file has."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3600)
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", "/staff/export", urlencode(typed), headers)
    reply = connection.getresponse()
    assert reply.status == 200 and "attachment" in reply.headers["Content-Disposition"], reply.status
    size = 0
    while part := reply.read(1 << 16):
        size += len(part)
    connection.close()
    return size


def children(pid):
    """The processes that this one started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def used_by(pid):
    """Seconds of the processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_of(pid):
    """Megabytes that were resident at most."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def report(size, what, seconds, megabytes):
    """One line of the table."""
    print(f"| {size:,} | {what} | {size / seconds:,.0f} | {megabytes:.0f} |", flush=True)


def verified():
    """How many lines of the log are written and checked in a second."""
    with tempfile.TemporaryDirectory() as folder:
        build_app({n: v for n, v in served.environment(folder).items() if n.startswith("XUEJI_")})
        began = time.process_time()
        with database.atomic():
            for number in range(EVENTS):
                journal.note("signed-in", f"4115{number:05}", address="192.0.2.1", way="password")
        written = time.process_time()
        assert chain.verify() == (EVENTS, None)
        print(
            f"\nLog: {EVENTS / (written - began):,.0f} lines a second of the processor written in one transaction, "
            f"{EVENTS / (time.process_time() - written):,.0f} verified."
        )
        database.close_all()


if __name__ == "__main__":
    main()
