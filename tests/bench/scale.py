"""What more students cost: `python -m tests.bench.scale [SIZE …]`, 1,000, 100,000 and 1,000,000 unless told otherwise.

Processor time of one process with SQLite in it, and the size of the database. Up to 100,000 students have filled in as
tests.bench.staff says; beyond that only the school has written, since sealing answers for a million takes an hour.
"""

import statistics
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from app import build_app
from domain import roster_sample
from models import Roster
from tables import standing
from tables.store import database
from tests.answers import begin
from tests.bench import staff
from tests.bench.served import environment
from tests.browser import FORM, Browser, urlencode
from tests.offices import WU, employ, sign_in
from tests.people import PASSWORD, Person

# In every ten, one who has not begun.
UNFILLED = staff.SAVED.index(0)
SIZES, TIMES, MOST_FILLED, LOT = (1_000, 100_000, 1_000_000), 15, 100_000, 20_000


def main(sizes):
    """Measure, and print a table in Markdown."""
    found = {n: measured(n) for n in sizes}
    print("| | " + " | ".join(f"{n:,} students" for n in sizes) + " |\n|---|" + "---|" * len(sizes))
    for name in next(iter(found.values())):
        print(f"| {name} | " + " | ".join(found[n][name] for n in sizes) + " |")


def measured(n):
    """{what: milliseconds of processor time, or bytes} with n students."""
    with tempfile.TemporaryDirectory() as folder:
        app = build_app({**environment(folder), "XUEJI_CAPTCHA": "off", "XUEJI_LOG": "json"})
        with database.connection_context():
            fill(app.extensions["record"], n)
            database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        size = Path(folder, "xueji.db").stat().st_size
        found = {name: f"{timed(job):.1f} ms" for name, job in jobs(app, n).items()}
        database.close_all()
    return found | {"database, a student": f"{size / n:,.0f} bytes", "database": f"{size / 2**20:,.0f} MB"}


def fill(record, n):
    """n students; a part of them has filled in, if there are not too many."""
    if n <= MOST_FILLED:
        staff.fill(record, n)
        return
    lot = []
    for one in roster_sample.sample(n):
        lot.append(one)
        if len(lot) == LOT:
            take(record, lot)
            lot = []
    take(record, lot)


def take(record, lot):
    """Some rows of the roster."""
    Roster.take(lot)
    standing.rebuild(record, [one["student_no"] for one in lot])


def jobs(app, n):
    """What is measured: {name: job}. Logging in includes the page of the door, and what the client makes of it."""
    # A student number is as long as there are many.
    known = next(islice(roster_sample.sample(n), UNFILLED, None))
    first = known["id_no"][-5:] + "@Ntue"
    somebody = Person(
        account=known["student_no"], first=first, name=known["name_zh"], id_number=known["id_no"],
        birthday=tuple(known["birth_date"].split("-")), program=known["program"], tabs=7,
    )  # fmt: skip
    student = begin(Browser(app, htmx=True), somebody)
    clerk = sign_in(Browser(app), employ(WU, has_phone=True))
    tab = student.open("/record/bank", edit=1)
    about = [pair for pair in tab.typed() if pair[0] in ("csrf_token", "rev", "drawn")]
    y, m, d = somebody.birthday
    asked = {"program": somebody.program, "id_number": somebody.id_number, "birth_date": f"{y}-{m}-{d}"}
    lookup = Browser(app).open("/lookup")
    kinds = iter(["尚未開戶", "郵局"] * TIMES)
    return {
        "save of a tab": lambda: save(student, [*about, ("part", "1"), ("acct_kind", next(kinds))]),
        "page of a tab": lambda: student.send("GET", "/record/contact?edit=1"),
        "log in": lambda: log_in(Browser(app).open("/intue/login"), somebody),
        "look up": lambda: lookup.send("POST", "/lookup", data=with_token(lookup, **asked)),
        "dashboard": lambda: clerk.send("GET", "/staff"),
        "one student, for a clerk": lambda: clerk.send("GET", f"/staff/students/{somebody.account}"),
    }


def save(student, typed):
    """Save what was changed."""
    return student.send(
        "POST", "/record/bank", data=urlencode(typed), content_type=FORM, headers={"HX-Request": "true"}
    )


def log_in(door, somebody):
    """At a door that was opened."""
    return door.send("POST", "/intue/login", data=with_token(door, account=somebody.account))


def with_token(browser, **typed):
    """A form of the page that is open."""
    return {"csrf_token": browser.page.select_one("[name=csrf_token]")["value"], "password": PASSWORD, **typed}


def timed(job):
    """Milliseconds of processor time, the median of several times after a first one."""
    took = []
    for _ in range(TIMES):
        began = time.process_time()
        status = job().status_code
        took.append(1000 * (time.process_time() - began))
        assert status in (200, 302, 422), status
    return statistics.median(took[1:])


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or SIZES)
