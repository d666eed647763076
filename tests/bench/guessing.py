"""What guessers get and what they cost others: `python -m tests.bench.guessing [flood|token|storm]`."""

import http.client
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlencode

from peewee import sqlite3

from app import build_app
from domain import passwords
from domain.vault import Vault, read_key
from models import Student
from tables.recovery import ResetLink
from tables.store import database
from tests.bench import served
from tests.bench.save import cpu_seconds, saves
from tests.bench.weight import installation, row

PASSWORD, WRONG = "Tangerine&Kite47", "Wrong&Kite99"
STUDENTS, THREADS, CROWD, LOG_INS, ROUNDS, SAVES = 1000, 50, 8, 10, 5, 50
PROXY = {"XUEJI_TRUSTED_PROXIES": "1"}


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
    with served.server(folder, **PROXY, XUEJI_WORKERS="2") as (_, port):
        knockers = [Knocker(port, folder, "203.0.113.7") for _ in range(8)]
        began = time.monotonic()

        def work(at):
            return Counter(knockers[at].knock(accounts[n % STUDENTS], WRONG) for n in range(at, 10_000, 8))

        with ThreadPoolExecutor(8) as crowd:
            replies = sum(crowd.map(work, range(8)), Counter())
        print(f"flood: {sum(replies.values())} tries in {time.monotonic() - began:.0f} s, replies {dict(replies)}")
    print(f"flood: {locked(folder, accounts)} accounts locked; passwords checked: at most {replies[422]}")


def token(folder):
    """One reset link, used a thousand times at once by threads that stand in for processes."""
    prepare(folder)
    build_app(served.environment(folder))
    with database.connection_context():
        student = Student.select().first()
        link, gate = ResetLink.make(student.student_no), threading.Barrier(THREADS)

    def work(_):
        with database.connection_context():
            gate.wait()
            return sum(ResetLink.take(link) is not None for _ in range(1000 // THREADS))

    with ThreadPoolExecutor(THREADS) as crowd:
        print(f"token: of 1,000 uses {sum(crowd.map(work, range(THREADS)))} won")


def storm(_):
    """Log-ins at full speed, what each costs, and what they do to the saves of somebody who is in, in turns without."""
    with installation(XUEJI_WORKERS="2", **PROXY) as place:
        _, save = next(saves(place))
        people = [Knocker(place.port, Path(place.folder), f"10.3.{n}.1") for n in range(CROWD)]
        give_passwords(place.folder)
        accounts = [row("man", n + 1)["student_no"] for n in range(CROWD)]
        cpu, began = cpu_seconds(place.process.pid), time.monotonic()
        log_in(people, accounts)
        took, cpu = time.monotonic() - began, cpu_seconds(place.process.pid) - cpu
        n = CROWD * LOG_INS
        print(f"storm: {n / took:.1f} log-ins a second, {1000 * cpu / n:.0f} ms of CPU each")
        quiet, loud = [], []
        for _ in range(ROUNDS):
            quiet += timed(save)
            # In a process of their own, so that they do not share an interpreter with the saves.
            storming = get_context("fork").Process(target=log_in, args=(people, accounts))
            storming.start()
            loud += timed(save, lambda crowd=storming: not crowd.is_alive())
            storming.join()
    for name, some in (("alone", quiet), ("in a storm", loud)):
        cuts = statistics.quantiles(some, n=20)
        print(f"storm: {len(some)} saves {name}: median {1000 * cuts[9]:.1f} ms, p95 {1000 * cuts[18]:.1f} ms")


def give_passwords(folder):
    """Everybody who has no password yet has the same one."""
    with sqlite3.connect(f"{folder}/xueji.db") as connection:
        connection.execute("UPDATE student SET password = ? WHERE password IS NULL", [passwords.hashed(PASSWORD)])


def log_in(people, accounts):
    """Everybody at once, each again and again."""

    def work(at):
        for _ in range(LOG_INS):
            people[at].cookies.clear()
            assert people[at].sign_in(accounts[at])

    with ThreadPoolExecutor(CROWD) as crowd:
        list(crowd.map(work, range(CROWD)))


def timed(save, is_over=None):
    """Seconds that saves took, one after the other: fifty, or until it is over."""
    took = []
    while not is_over() if is_over else len(took) < SAVES:
        began = time.perf_counter()
        save.send(1)
        took.append(time.perf_counter() - began)
    return took


if __name__ == "__main__":
    parts = {"flood": flood, "token": token, "storm": storm}
    for part in sys.argv[1:] or parts:
        with tempfile.TemporaryDirectory() as place:
            parts[part](Path(place))
