"""A copy of a large database while a student saves: `python -m tests.bench.backup [STUDENTS]`, and how it is put back.

Of 200,000 students, unless told otherwise, as the school knows them, which is a database of 200 MB.
"""

import sys
import tempfile
import time
from pathlib import Path

from app import build_app
from tables.store import database
from tests.bench import scale, served
from tests.bench.importing import Saver

STUDENTS, CALM = 200_000, 10


def main():
    """Measure, and print a table in Markdown."""
    students = int(sys.argv[1]) if len(sys.argv) > 1 else STUDENTS
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        made, copy = prepare(folder, students), Path(folder, "copy.age")
        print(f"A database of {made / 2**20:,.0f} MB with {students:,} students.\n")
        print("| | seconds | MB | saves meanwhile: median, 95 %, longest |\n|---|---|---|---|")
        with served.server(folder, XUEJI_CAPTCHA="off") as (_, port):
            saver = Saver(port)
            saver.start()
            while saver.is_alive() and not saver.took:
                time.sleep(0.2)
            step("nothing, for comparison", saver, lambda: time.sleep(CALM))
            step("backup, checked", saver, lambda: served.command(folder, "backup", copy), copy)
            saver.is_over = True
            saver.join()
        step("restore, into an empty installation", None, lambda: served.command(other, "restore", copy), copy)
        print("\n" + served.command(other, "doctor", **{"XUEJI_MODE": "demo"}))


def prepare(folder, students) -> int:
    """The database, and how many bytes it has."""
    served.command(folder, "demo")
    app = build_app(served.environment(folder))
    with database.connection_context():
        scale.fill(app.extensions["record"], students)
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close_all()
    return Path(folder, "xueji.db").stat().st_size


def step(name, saver, job, written=None):
    """Do it, and print how long it took and how saves fared."""
    if saver:
        saver.report()
    began = time.monotonic()
    job()
    took, size = time.monotonic() - began, f"{written.stat().st_size / 2**20:,.0f}" if written else ""
    print(f"| {name} | {took:.1f} | {size} | {saver.report() if saver else ''} |", flush=True)


if __name__ == "__main__":
    main()
