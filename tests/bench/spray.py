"""Many addresses against many accounts while people log in: `python -m tests.bench.spray [ACCOUNTS] [eyes|work]`.

200 addresses try 50 passwords each on so many accounts (1,000 if not said, or 200). They read 43 of 100 pictures
(`eyes`), or do whatever work a page asks for (`work`). Meanwhile 50 owners log in on devices known before, and 200 on
new ones. For the counts it all happens in one moment. What counts is who gets in, not how fast: one process does
everything, with cheap hashes and proofs (and with `TMPDIR=/dev/shm` no disk).
"""

import random
import re
import sys
import tempfile
from collections import Counter
from itertools import count
from pathlib import Path

from argon2 import PasswordHasher

from app import build_app
from domain import captcha, passwords
from models import Student
from tables import tries
from tables.store import database, now
from tables.tries import Lock, Tries
from tables.visits import Captcha
from tests.bench import served

PASSWORD, WRONG = "Tangerine&Kite47", "Wrong&Kite99"
STUDENTS, ADDRESSES, EACH, READS, KNOWN, NEW = 1000, 200, 50, 43, 50, 200


class Visitor:
    """A browser at the first door, from an address of its own."""

    def __init__(self, app, address):
        self.client, self.place, self.page = app.test_client(), {"REMOTE_ADDR": address}, ""

    def knock(self, account, password, solve):
        """Fill the form in once; `solve` says what to send for a code, by its id and the bits that are asked for."""
        self.page = self.page or self.client.get("/intue/login", environ_base=self.place).get_data(as_text=True)
        form = {"account": account, "password": password, "csrf_token": self.field("csrf_token")}
        code = self.field("captcha_id")
        if code:
            form |= solve(code, int(re.search(r'data-prove="(\d+)"', self.page).group(1)))
        reply = self.client.post("/intue/login", data=form, environ_base=self.place)
        self.page = reply.get_data(as_text=True) if reply.status_code == 422 else ""
        return reply.headers.get("Location", reply.status_code)

    def field(self, name):
        """The value of a hidden field of the page."""
        found = re.search(f'name="{name}" value="([^"]*)"', self.page)
        return found.group(1) if found else ""

    def comes_in(self, account):
        """Whether the right password opens the account, and after how many times of filling in the form."""
        self.page = ""
        for times in (1, 2, 3):
            if self.knock(account, PASSWORD, work) == "/home":
                return times
        return None


def work(code, bits):
    """What a browser sends after its work."""
    nonce = next(n for n in count() if captcha.is_proof(code, str(n), bits == captcha.HARD_BITS))
    return {"captcha_id": f"{code}:{nonce}", "captcha": ""}


def hard_work(code, _):
    """What somebody sends who always does the most."""
    return work(code, captcha.HARD_BITS)


class Eyes:
    """Reads some pictures."""

    def __init__(self, dice):
        self.dice = dice

    def __call__(self, code, _):
        with database.connection_context():
            answer = Captcha.answer_of(code)
        return {"captcha_id": code, "captcha": answer if self.dice.randrange(100) < READS else "00000"}


def prepare(folder):
    """The app with a roster of made-up students who all have a password, and their numbers."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._NOBODY = passwords.hashed("nobody has this password")
    captcha.BITS, captcha.HARD_BITS = 2, 5
    moment, up = now(), tries.uptime()
    tries.now, tries.uptime = lambda: moment, lambda: up
    served.command(folder, "roster", "sample", STUDENTS, folder / "roster.csv")
    served.command(folder, "roster", "import", folder / "roster.csv")
    app = build_app(served.environment(folder))
    with database.connection_context():
        Student.update(password=passwords.hashed(PASSWORD), password_at=1).execute()
        accounts = [number for (number,) in Student.select(Student.student_no).order_by(Student.student_no).tuples()]
    return app, accounts


def attack(app, aimed_at, attackers_work):
    """Every try of every address, in the order in which they come."""
    knocks = []
    for at in range(ADDRESSES):
        dice, visitor = random.Random(at), Visitor(app, f"198.51.{at}.1")
        solve = hard_work if attackers_work else Eyes(dice)
        knocks += [(dice.random(), visitor, dice.choice(aimed_at), solve) for _ in range(EACH)]
    return sorted(knocks, key=lambda one: one[0])


def shut(accounts):
    """How many accounts are shut to strangers, and how many to those who work as well."""
    with database.connection_context():
        locked = Lock.shut_until([f"login {account}" for account in accounts], 5)
        closed = Tries.above([f"in all {account}" for account in accounts], 49)
    return len(locked), len(closed)


def run(folder, n, attackers_work):
    """The attack with visits in between."""
    app, accounts = prepare(folder)
    aimed_at = random.Random("aim").sample(accounts, n)
    known = [Visitor(app, f"10.1.{at}.1") for at in range(KNOWN)]
    assert all(one.comes_in(aimed_at[at]) for at, one in enumerate(known))
    people = [("known", at) for at in range(KNOWN)] + [("new", at) for at in range(NEW)]
    random.Random("people").shuffle(people)
    knocks, came, replies = attack(app, aimed_at, attackers_work), Counter(), Counter()
    gap = len(knocks) // len(people)
    for nth, (_, visitor, account, solve) in enumerate(knocks):
        replies[visitor.knock(account, WRONG, solve)] += 1
        if nth % gap == gap - 1:
            sort, at = people[nth // gap]
            person = known[at] if sort == "known" else Visitor(app, f"10.2.{at}.1")
            came[sort, person.comes_in(aimed_at[at % n])] += 1
    print(f"{n} accounts, attackers {'work' if attackers_work else 'read'}: replies {dict(replies)}")
    print(
        "  came in after so many forms:", {f"{sort} {times}": k for (sort, times), k in sorted(came.items(), key=str)}
    )
    print("  shut at the end: {} to strangers, {} to those who work as well".format(*shut(accounts)))


if __name__ == "__main__":
    wanted = [int(word) for word in sys.argv[1:] if word.isdigit()] or [STUDENTS, 200]
    ways = [word == "work" for word in sys.argv[1:] if not word.isdigit()] or [False, True]
    for n in wanted:
        for attackers_work in ways:
            with tempfile.TemporaryDirectory() as place:
                run(Path(place), n, attackers_work)
