"""Whether the clock tells who exists: `python -m tests.bench.timing [PATH …]`.

200 interleaved pairs at each of the five places where a stranger names somebody. Each sort of account is compared with
one that nobody has: AUC, a half when the clock tells nothing apart, and how often Argon2 was called. At the end a
server that hashes only for those who exist, which must be caught.
"""

import re
import statistics
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

from argon2 import PasswordHasher

from app import build_app
from blueprints import guard
from domain import identity, passwords
from models import Student
from tables.staff import Staff
from tables.store import database
from tables.tries import Lock
from tests.bench import served

PAIRS, STUDENTS, EACH, WRONG = 200, 1000, 60, "Wrong&Kite99"
BLANK = [f"4999{n:05}" for n in range(EACH)]
calls = count()


def forms(accounts):
    """{place: {sort: forms to send}}; the sort that comes first is nobody's."""
    known = [student.known for student in Student.select().where(Student.student_no.in_(accounts[: 4 * EACH]))]
    known = [one for one in known if one["id_no"]][: 2 * EACH]
    nobodys = [identity.completed(f"O19{n:06}") for n in range(EACH)]
    doors = {"unknown": BLANK, "wrong": accounts[:EACH], "locked": accounts[EACH : 2 * EACH]}
    doors["no password yet"] = accounts[-EACH:]
    login = {sort: [{"account": one, "password": WRONG} for one in numbers] for sort, numbers in doors.items()}
    return {
        "/intue/login": login,
        "/portal/login": login,
        "/lookup": {
            "unknown": [looked_up(one, "2001-02-03", known[0]["program"]) for one in nobodys],
            "another birthday": [looked_up(one["id_no"], "2001-02-03", one["program"]) for one in known[:EACH]],
        },
        "/password/forgot": {
            "unknown": [{"id_number": one, "email": "a499900000@grad.ntue.edu.tw"} for one in nobodys],
            "another mailbox": [{"id_number": one["id_no"], "email": "x@example.com"} for one in known[:EACH]],
            "known": [
                {"id_number": one["id_no"], "email": f"a{one['student_no']}@grad.ntue.edu.tw"} for one in known[EACH:]
            ],
        },
        "/staff/activate": {
            "unknown": [{"account": f"X{n:04}", "id_last4": "6789"} for n in range(EACH)],
            "another ID": [{"account": f"T{n:04}", "id_last4": "1111"} for n in range(EACH)],
            "known": [{"account": f"T{n:04}", "id_last4": "6789"} for n in range(EACH, 2 * EACH)],
        },
    }


def looked_up(id_number, day, program):
    """A look-up."""
    parts = dict(zip(("birth_date-y", "birth_date-m", "birth_date-d"), day.split("-"), strict=True))
    return {"id_number": id_number, "program": program, **parts}


class Measure:
    """Forms sent with the time they take, each from an address of its own."""

    def __init__(self, app):
        self.client, self.n = app.test_client(), 0
        page = self.client.get("/intue/login").get_data(as_text=True)
        self.token = re.search('name="csrf_token" value="([^"]*)"', page).group(1)

    def send(self, path, form):
        """(seconds, calls of Argon2)."""
        self.n += 1
        place = {"REMOTE_ADDR": f"10.{self.n // 62500}.{self.n // 250 % 250}.{self.n % 250}"}
        before, began = next(calls), time.perf_counter()
        reply = self.client.post(path, data={"csrf_token": self.token, **form}, environ_base=place)
        took = time.perf_counter() - began
        assert reply.status_code in (200, 422), reply.status_code
        return took, next(calls) - before - 1

    def compare(self, path, sorts):
        """One line: the AUC of each sort against the first over interleaved tries, and the calls of Argon2."""
        took, hashes = {sort: [] for sort in sorts}, set()
        for n in range(PAIRS):
            # Who comes first changes, so that nobody always follows the same neighbour.
            for sort in sorted(sorts, key=lambda sort: hash((n, sort))):
                seconds, hashed = self.send(path, sorts[sort][n % len(sorts[sort])])
                took[sort].append(seconds)
                hashes.add(hashed)
        nobodys, *others = sorts
        medians = {sort: round(1000 * statistics.median(some), 1) for sort, some in took.items()}
        found = {sort: round(auc(took[nobodys], took[sort]), 3) for sort in others}
        print(f"{path}: AUC {found}, Argon2 {sorted(hashes)} times each, medians {medians} ms", flush=True)


def auc(some, others) -> float:
    """How often one of the others is greater than one of these: a half when nothing tells them apart."""
    return sum((b > a) + (b == a) / 2 for a in some for b in others) / (len(some) * len(others))


def counting(verify):
    """The same, counted."""

    def counted(*given):
        next(calls)
        return verify(*given)

    return counted


def prepare(folder):
    """The app with students, most of whom have a password, and staff."""
    served.command(folder, "roster", "sample", STUDENTS, folder / "roster.csv")
    served.command(folder, "roster", "import", folder / "roster.csv")
    app = build_app(served.environment(folder, XUEJI_CAPTCHA="off"))
    with database.connection_context(), database.atomic():
        accounts = [number for (number,) in Student.select(Student.student_no).order_by(Student.student_no).tuples()]
        own = Student.update(password=passwords.hashed("Tangerine&Kite47"), password_at=1)
        own.where(Student.student_no.not_in(accounts[-EACH:])).execute()
        for n in range(2 * EACH):
            Staff.add(f"T{n:04}", {"email": f"t{n}@mail.ntue.edu.tw", "id_last4": "6789"}, name="X", role="registrar")
        for account in accounts[EACH : 2 * EACH]:
            for _ in range(guard.PER_ACCOUNT):
                Lock.attempt(f"login {account}", guard.PER_ACCOUNT, 24 * 3600)
        return app, forms(accounts)


def main():
    """Measure, and print a line for each place."""
    with tempfile.TemporaryDirectory() as folder:
        app, places = prepare(Path(folder))
        PasswordHasher.verify = counting(PasswordHasher.verify)
        measure, honest = Measure(app), passwords.matches
        for path, sorts in places.items():
            if sys.argv[1:] and path not in sys.argv[1:]:
                continue
            forget()
            measure.compare(path, sorts)
        forget()
        passwords.matches = lambda stored, typed: bool(stored) and honest(stored, typed)
        print("a server that hashes for those who exist only:")
        door = places["/intue/login"]
        measure.compare("/intue/login", {sort: door[sort] for sort in ("unknown", "wrong")})


def forget():
    """What was tried at the place before does not count at the next."""
    with database.connection_context():
        Lock.delete().where(Lock.n < guard.PER_ACCOUNT).execute()


if __name__ == "__main__":
    main()
