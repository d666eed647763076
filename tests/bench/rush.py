"""The enrolment rush: `python -m tests.bench.rush [STUDENTS [SECONDS]]`, 2000 students who arrive within 600 seconds.

Each looks the number up, logs in, sets a password, reads the notice and fills in every tab, with pauses for thinking,
from an address of their own. What they send was recorded from one of them. Times are those of a client on the same
machine, which it shares with the server.
"""

import asyncio
import csv
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from domain import identity
from domain.roster_columns import COLUMNS
from tests.answers import a_photo, begin, fill
from tests.bench import served
from tests.bench.memory import held, processes
from tests.bench.weight import BIRTH_DATE, PROGRAM, row
from tests.bench.wire import Wire
from tests.browser import FORM, Browser
from tests.people import PASSWORD, Person

STUDENTS, SECONDS, THINK = 2000, 600, 4.0
HIDDEN = re.compile(r'name="(csrf_token|rev|drawn)" value="([^"]*)"')
HTMX = {"HX-Request": "true"}
PHOTO_END = "\r\n--x--\r\n"


def main(students=STUDENTS, seconds=SECONDS):
    """Let them come, and print what they met in Markdown."""
    with site(students) as (process, port):
        plan = recorded(port, person(0))
        seen = asyncio.run(everybody(port, plan, students, seconds))
        memory = {name: held(pid).pss for name, pid in processes(process.pid).items()}
    report(seen, memory, students, seconds)


@contextmanager
def site(students):
    """A server with so many students, and one more for the recording."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/roster.csv", "w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, [column.name for column in COLUMNS], restval="")
            rows.writeheader()
            rows.writerows(known(number) for number in range(students + 1))
        settings = {"XUEJI_CAPTCHA": "off", "XUEJI_WORKERS": "2", "XUEJI_LOG": "json"}
        served.command(folder, "roster", "import", f"{folder}/roster.csv", **settings)
        log = Path(folder, "log").open("w")  # noqa: SIM115 -- closed when the server has gone
        process, port = served.start(folder, log=log, **settings)
        try:
            yield process, port
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()
            log.close()


def known(number):
    """A student as the roster has her."""
    return row("woman", number) | {"student_no": f"4115{number:05}", "id_no": identity.completed(f"A2{number:07}")}


def person(number):
    """The same as somebody who logs in."""
    about = known(number)
    return Person(
        account=about["student_no"], first=about["id_no"][-5:] + "@Ntue", name=about["name_zh"],
        id_number=about["id_no"], birthday=tuple(BIRTH_DATE.split("-")), tabs=7,
    )  # fmt: skip


def recorded(port, somebody) -> dict:
    """{tab: what its form says when everything is answered}, gone through by one student."""
    wire = Wire(port)
    browser = begin(Browser(wire, htmx=True), somebody).open("/record")
    plan = {}
    for tab in list(browser.tabs):
        fill(browser.open(f"/record/{tab}"))
        assert browser.status == 200, (tab, browser.errors)
        browser.open(f"/record/{tab}", edit=1)
        plan[tab] = [pair for pair in browser.typed() if pair[0] not in ("csrf_token", "rev", "drawn")]
    wire.close()
    return plan


class Visit:
    """One student at one phone; `seen` collects (what it was, seconds, status) of every request."""

    def __init__(self, port, number, plan, seen):
        self.port, self.number, self.plan, self.seen = port, number, plan, seen
        self.somebody, self.cookies, self.hidden, self.streams = person(number), {}, {}, None

    async def come(self):
        """Everything, from the home page to the last tab."""
        y, m, d = self.somebody.birthday
        await self.get("page", "/")
        await self.get("page", "/lookup")
        birth = {"birth_date-y": y, "birth_date-m": m, "birth_date-d": d}
        await self.post("lookup", "/lookup", {"program": PROGRAM, "id_number": self.somebody.id_number, **birth})
        await self.get("page", "/intue/login")
        await self.post("login", "/intue/login", {"account": self.somebody.account, "password": self.somebody.first})
        await self.get("page", "/password/first")
        await self.post("password", "/password/first", {"new": PASSWORD, "again": PASSWORD})
        await self.get("page", "/record/notice")
        await self.post("save", "/record/notice", {"ack": "yes"})
        for tab, typed in self.plan.items():
            await self.get("tab", f"/record/{tab}", HTMX)
            if tab == "photo":
                await self.send_photo(f"/record/{tab}")
            else:
                await self.post("save", f"/record/{tab}", [*typed, ("do", "save")], HTMX)
        await self.get("page", "/record/receipt")
        self.streams[1].close()

    async def get(self, what, path, headers=None):
        """Look at a page, and keep what its form hides."""
        await self.ask(what, "GET", path, b"", headers or {})
        await asyncio.sleep(random.expovariate(1 / THINK))

    async def post(self, what, path, typed, headers=None):
        """Send a form with what the page before hid in it."""
        pairs = [*self.hidden.items(), *(typed.items() if isinstance(typed, dict) else typed)]
        await self.ask(what, "POST", path, urlencode(pairs).encode(), {"Content-Type": FORM, **(headers or {})})

    async def send_photo(self, path):
        """The same with a picture."""
        part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
        texts = "".join(part.format(name, "", value) for name, value in [*self.hidden.items(), ("do", "save")])
        head = part.format("photo", '; filename="me.jpg"\r\nContent-Type: image/jpeg', "").removesuffix("\r\n")
        body = texts.encode() + head.encode() + a_photo() + PHOTO_END.encode()
        await self.ask("photo", "POST", path, body, {"Content-Type": "multipart/form-data; boundary=x", **HTMX})

    async def ask(self, what, method, path, body, headers):
        """One request; whatever it sets is kept."""
        if self.streams is None or self.streams[1].is_closing():
            here = (f"127.{1 + self.number // 62500}.{self.number // 250 % 250}.{1 + self.number % 250}", 0)
            self.streams = await asyncio.open_connection("127.0.0.1", self.port, local_addr=here)
        lines = {"Host": "127.0.0.1", "Accept-Encoding": "identity", "Content-Length": str(len(body)), **headers}
        if self.cookies:
            lines["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.streams[1].write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        status, fields, text = await self.reply()
        self.seen.append((what, time.perf_counter() - began, status))
        if "connection: close" in fields.lower():
            self.streams[1].close()
        for name, value in re.findall(r"(?im)^set-cookie: ([^=]+)=([^;\r]*)", fields):
            self.cookies[name] = value
        self.hidden |= dict(HIDDEN.findall(text))

    async def reply(self):
        """(status, header fields, body) as text."""
        fields = (await self.streams[0].readuntil(b"\r\n\r\n")).decode("latin-1")
        length = int((re.search(r"(?im)^content-length: (\d+)", fields) or [0, 0])[1])
        return int(fields.split()[1]), fields, (await self.streams[0].readexactly(length)).decode("utf-8", "replace")


async def everybody(port, plan, students, seconds):
    """All of them, each at a moment of her own."""
    seen = []

    async def one(number):
        await asyncio.sleep(random.random() * seconds)
        await Visit(port, number, plan, seen).come()

    await asyncio.gather(*map(one, range(1, students + 1)))
    return seen


def report(seen, memory, students, seconds):
    """Print it."""
    failed = Counter((what, status) for what, _, status in seen if status not in (200, 302))
    print(f"{students:,} students within {seconds} s, {len(seen):,} requests; failed: {dict(failed) or 'none'}\n")
    print("| what | requests | median, ms | 95 %, ms | 99 %, ms | longest, ms |\n|---|---|---|---|---|---|")
    for what in dict.fromkeys(what for what, *_ in seen):
        times = sorted(1000 * took for one, took, _ in seen if one == what)
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        print(f"| {what} | {len(times):,} | {cuts[49]:.0f} | {cuts[94]:.0f} | {cuts[98]:.0f} | {times[-1]:.0f} |")
    print("\nPSS at the end, MB: " + ", ".join(f"{name} {size:.0f}" for name, size in memory.items()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
