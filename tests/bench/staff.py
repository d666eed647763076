"""How long the pages of staff take when there are many students: `python -m tests.bench.staff` prints a table.

Processor time of one process with SQLite in it, so that whatever else the machine does counts little. A part of the
made-up students have filled in everything, a part some tabs, the rest never logged in. Each page is opened once cold
and then a few times.
"""

import statistics
import tempfile
import time
from pathlib import Path

from peewee import Database

from app import build_app
from domain import roster_sample
from models import Roster, SavedTab, Student
from tables import standing
from tables.standing import Shape, Standing
from tables.store import Settings, database, now
from tables.visits import SignIn
from tests.bench.served import environment
from tests.browser import Browser
from tests.cast import ANSWERS
from tests.offices import WU, employ, sign_in

SIZES, TIMES = (1_000, 100_000), 7
# How many tabs a student in a row of ten has saved; the sixth left half of the answers out.
SAVED = (9, 9, 9, 9, 5, 3, 1, 0, 0, 0)
DRAFT = 5


def main():
    """Measure both sizes, and print a table in Markdown."""
    found = [measured(n) for n in SIZES]
    print("| page | " + " | ".join(f"{n:,}: first | median, ms | queries" for n in SIZES) + " |")
    print("|---|" + "---|" * 3 * len(SIZES))
    for name in found[0]:
        cells = [f"{first:.0f} | {median:.0f} | {asked}" for first, median, asked in (one[name] for one in found)]
        print(f"| {name} | " + " | ".join(cells) + " |")


def measured(n):
    """{page: (first ms, median ms, queries)} with n students."""
    with tempfile.TemporaryDirectory() as folder:
        app = build_app({**environment(folder), "XUEJI_CAPTCHA": "off"})
        with database.connection_context():
            fill(app.extensions["record"], n)
            shapes, known = Standing.select(Standing.shape).distinct().count(), Student.get().known
        print(
            f"{n:,} students, {shapes} outlines, {Path(folder, 'xueji.db').stat().st_size / 2**20:.0f} MB", flush=True
        )
        browser = sign_in(Browser(app), employ(WU, has_phone=True))
        found = {name: timed(job) for name, job in pages(browser, known).items()}
        database.close_all()
    return found


def fill(record, n):
    """n students of the sample roster, with answers."""
    students = list(roster_sample.sample(n))
    numbers = [one["student_no"] for one in students]
    began = time.process_time()
    Roster.take(students)
    taken = time.process_time()
    standing.rebuild(record, numbers)
    print(f"import of {n:,}: {taken - began:.1f} s, summing up {time.process_time() - taken:.1f} s", flush=True)
    begun = [number for place, number in enumerate(numbers) if SAVED[place % 10]]
    with database.atomic():
        SavedTab._save.many([row for place, number in enumerate(numbers) for row in answers(number, place)])
        for number in begun:
            SignIn.insert(student=number, door="intue").execute()
    began = time.process_time()
    standing.rebuild(record, begun)
    took = time.process_time() - began
    print(f"judging {len(begun):,} with answers: {took:.1f} s, {1000 * took / len(begun):.2f} ms each", flush=True)


def answers(number, place):
    """The rows of the tabs that a student has saved."""
    for tab, given in list(ANSWERS.items())[: SAVED[place % 10]]:
        kept = dict(list(given.items())[: len(given) // 2]) if place % 10 == DRAFT else given
        yield number, tab, Settings.vault.seal_json(kept, f"tab|{tab}|{number}"), now(), 0, ""


def pages(browser, known):
    """What a clerk opens: {name: job}."""

    def get(path):
        return lambda: checked(browser.send("GET", path))

    token = dict(browser.open("/staff/students").typed(browser.form(".find")))["csrf_token"]

    def find(who):
        return lambda: follow(browser, {"csrf_token": token, "who": who})

    last = "/staff/students?after=" + known["student_no"][0] + "11599000"
    return {
        "dashboard": get("/staff"),
        "missing fields of a tab": get("/staff/progress/contact"),
        "list": get("/staff/students"),
        "list, far down": get(last),
        "list: complete": get("/staff/students?state=done"),
        "list: one field missing": get("/staff/students?missing=mobile"),
        "list: under 18": get("/staff/students?flag=minor"),
        "list: one department, one tab to fill": get("/staff/students?dept=教育學系&tab=bank.todo"),
        "search by a part of a name": find(known["name_zh"][1:]),
        "search by ID number": find(known["id_no"] or known["passport_no"]),
        "one student": get(f"/staff/students/{known['student_no']}"),
    }


def checked(reply):
    """The reply, which must be a page."""
    assert reply.status_code == 200, reply.status
    return reply


def follow(browser, typed):
    """Search, and open the page that the search leads to."""
    reply = browser.send("POST", "/staff/students/find", data=typed)
    assert reply.status_code == 302, reply.status
    return checked(browser.send("GET", reply.headers["Location"]))


def timed(job):
    """(ms of the first time, median ms, queries) of a page."""
    asked, run, taken = [], Database.execute_sql, []

    def count(self, sql, params=None, *more):
        asked.append(sql)
        return run(self, sql, params, *more)

    Shape._opened.clear()
    Database.execute_sql = count
    for _ in range(TIMES):
        asked.clear()
        began = time.process_time()
        job()
        taken.append((time.process_time() - began) * 1000)
    Database.execute_sql = run
    return taken[0], statistics.median(taken[1:]), len(asked)


if __name__ == "__main__":
    main()
