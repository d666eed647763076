"""What guessers get and what they cost others: `python -m tests.bench.guessing [flood|spray|timing]`."""

import http.client
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from peewee import sqlite3

from app import build_app
from domain import passwords
from domain.vault import Vault, read_key
from tests.bench import served
from tests.later import later

PASSWORD, WRONG = "Tangerine&Kite47", "Wrong&Kite99"
STUDENTS, PAIRS, ADDRESSES, EACH, READS = 1000, 200, 200, 50, 43
PROXY = {"XUEJI_TRUSTED_PROXIES": "1", "XUEJI_WORKERS": "2"}


class Knocker:
    """Somebody at the first door, from an address of their own, with what the browser keeps."""

    def __init__(self, port, folder, address):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.folder, self.headers, self.cookies, self.page = folder, {"X-Forwarded-For": address}, {}, ""
        self.token = ""

    def ask(self, method, path, **form):
        """The status, or the path one is led to."""
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        typed = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        self.connection.request(method, path, urlencode(form), {**self.headers, **typed, "Cookie": kept})
        reply = self.connection.getresponse()
        self.page = reply.read().decode()
        for line in reply.headers.get_all("Set-Cookie") or ():
            name, value = re.match("([^=]+)=([^;]*)", line).groups()
            self.cookies[name] = value
        return reply.headers["Location"] or reply.status

    def knock(self, account, password, reads=True):
        """Try a password once; whoever `reads` answers the code of the page, if there is one."""
        form = {"account": account, "password": password, "csrf_token": self.field("csrf_token")}
        code = self.field("captcha_id")
        if code:
            form |= {"captcha_id": code, "captcha": served.code_drawn(self.folder, code) if reads else "00000"}
        return self.ask("POST", "/intue/login", **form)

    def field(self, name):
        """The value of a hidden field of the page, the token as it was seen last; opens the door at first."""
        if not self.page:
            self.ask("GET", "/intue/login")
        found = re.search(f'name="{name}" value="([^"]*)"', self.page)
        if found and name == "csrf_token":
            self.token = found.group(1)
        return found.group(1) if found else self.token if name == "csrf_token" else ""

    def sign_in(self, account):
        """Whether one gets in with the right password, asked for a code or not: a form filled in twice at most."""
        self.page = ""
        first = self.knock(account, PASSWORD)
        return "/home" in (
            first,
            self.knock(account, PASSWORD) if first == 422 and 'id="captcha-e"' in self.page else "",
        )


def prepare(folder):
    """A roster of made-up students; their numbers. Half of them have a password of their own."""
    served.command(folder, "roster", "sample", STUDENTS, folder / "roster.csv")
    served.command(folder, "roster", "import", folder / "roster.csv")
    with sqlite3.connect(folder / "xueji.db") as connection:
        accounts = [number for (number,) in connection.execute("SELECT student_no FROM student ORDER BY student_no")]
        owners = [(passwords.hashed(PASSWORD), 1, number) for number in accounts[::2]][:1]
        rows = [(owners[0][0], 1, number) for number in accounts[::2]]
        connection.executemany("UPDATE student SET password = ?, password_at = ? WHERE student_no = ?", rows)
    return accounts


def locked(folder, accounts):
    """How many of the accounts are shut to strangers."""
    keys = Vault(read_key("0123456789abcdef" * 4))
    marks = [keys.index(f"login {account}") for account in accounts]
    with sqlite3.connect(folder / "xueji.db") as connection:
        rows = {bytes(key): n for key, n in connection.execute("SELECT key, n FROM lock")}
    return sum(rows.get(mark, 0) >= 5 for mark in marks)


def flood(folder):
    """10,000 tries on 1,000 accounts from one address, whose owner reads every code."""
    accounts = prepare(folder)
    with served.server(folder, **PROXY) as (_, port):
        knockers = [Knocker(port, folder, "203.0.113.7") for _ in range(8)]
        began = time.monotonic()

        def work(at):
            return Counter(knockers[at].knock(accounts[n % STUDENTS], WRONG) for n in range(at, 10_000, 8))

        with ThreadPoolExecutor(8) as crowd:
            replies = sum(crowd.map(work, range(8)), Counter())
        print(f"flood: {sum(replies.values())} tries in {time.monotonic() - began:.0f} s, replies {dict(replies)}")
    print(f"flood: {locked(folder, accounts)} accounts locked; passwords checked: at most {replies[422]}")


def spray(folder):
    """EACH tries from each of 200 addresses, who read 43 % of the codes, while others sign in."""
    accounts = prepare(folder)
    owners = accounts[::2]
    with served.server(folder, **PROXY) as (_, port):
        known = [Knocker(port, folder, f"10.1.{n}.1") for n in range(50)]
        assert all(one.sign_in(owners[n]) for n, one in enumerate(known))
        replies = Counter()

        def attack(at):
            knocker, found, dice = Knocker(port, folder, f"198.51.{at}.1"), Counter(), random.Random(at)
            for _ in range(EACH):
                found[knocker.knock(dice.choice(accounts), WRONG, reads=dice.randrange(100) < READS)] += 1
            return found

        def visit(n):
            return "known" if n < 50 else "new", (known[n] if n < 50 else Knocker(port, folder, f"10.2.{n}.1")).sign_in(
                owners[n]
            )

        with ThreadPoolExecutor(10) as crowd:
            attacks = [crowd.submit(attack, at) for at in range(ADDRESSES)]
            with ThreadPoolExecutor(2) as people:
                visits = Counter(people.map(visit, range(250)))
            replies = sum((one.result() for one in attacks), Counter())
    print(f"spray: replies {dict(replies)}, {locked(folder, accounts)} accounts locked; signed in: {dict(visits)}")


def timing(folder):
    """How well the clock tells apart accounts that are unknown, wrong, locked and without a password."""
    accounts, environ = prepare(folder), served.environment(folder, XUEJI_CAPTCHA="off")
    app, honest = build_app(environ), passwords.matches
    kinds = {"unknown": [f"4999{n:05}" for n in range(60)], "wrong": accounts[:120:2], "locked": accounts[200:320:2]}
    kinds["unopened"] = accounts[1:121:2]
    measure = Measure(app)
    for account in kinds["locked"]:
        for _ in range(5):
            measure.knock(account)
    print("timing:", {kind: f"AUC {value:.3f}" for kind, value in measure.compare(kinds).items()})
    later(2 * 24 * 3600)
    passwords.matches = lambda stored, typed: bool(stored) and honest(stored, typed)
    caught = measure.compare({kind: kinds[kind] for kind in ("unknown", "wrong")})
    print(
        "timing, canary that hashes for known accounts only:", {kind: f"{value:.3f}" for kind, value in caught.items()}
    )


class Measure:
    """Tries of passwords with the time they take, each from an address of its own."""

    def __init__(self, app):
        self.client, self.n = app.test_client(), 0
        page = self.client.get("/intue/login").get_data(as_text=True)
        self.token = re.search('name="csrf_token" value="([^"]*)"', page).group(1)

    def knock(self, account):
        """Seconds that a wrong password takes."""
        self.n += 1
        form = {"csrf_token": self.token, "account": account, "password": WRONG}
        began = time.perf_counter()
        address = f"10.{self.n // 62500}.{self.n // 250 % 250}.{self.n % 250}"
        reply = self.client.post("/intue/login", data=form, environ_base={"REMOTE_ADDR": address})
        took = time.perf_counter() - began
        assert reply.status_code == 422
        return took

    def compare(self, kinds):
        """{kind: AUC against unknown accounts} over interleaved tries, a few for each account."""
        took = {kind: [] for kind in kinds}
        for n in range(PAIRS):
            for kind, accounts in kinds.items():
                took[kind].append(self.knock(accounts[n % len(accounts)]))
        print("timing: medians in ms", {kind: round(1000 * statistics.median(some), 2) for kind, some in took.items()})
        return {kind: auc(took["unknown"], some) for kind, some in took.items() if kind != "unknown"}


def auc(some, others) -> float:
    """How often one of the others is greater than one of these: a half when nothing tells them apart."""
    return sum((b > a) + (b == a) / 2 for a in some for b in others) / (len(some) * len(others))


if __name__ == "__main__":
    for part in sys.argv[1:] or ("flood", "spray", "timing"):
        with tempfile.TemporaryDirectory() as place:
            {"flood": flood, "spray": spray, "timing": timing}[part](Path(place))
