"""A real server and a real Chromium for tests that need both: one of each for a module, a student for each test."""

import csv
import itertools
import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from domain import identity, passwords
from domain.roster_columns import COLUMNS
from tests.answers import begin, fill_all
from tests.bench import served
from tests.bench.wire import Wire
from tests.browser import Browser

PHONE, DESKTOP, NARROW = (360, 740), (1280, 800), (320, 640)
LOCALES = {"zh": "zh-TW", "en": "en-US"}
BIRTH_DATE, PROGRAM = "2007-05-20", "學士班"
KINDS = {
    "woman": {"prefix": "A2", "name_zh": "林予晴", "sex": "女", "overseas_kind": "無", "nationality": "中華民國"},
    "man": {"prefix": "A1", "name_zh": "𠮷田堃瑜", "sex": "男", "overseas_kind": "無", "nationality": "中華民國"},
    "overseas": {
        "prefix": "A90", "name_zh": "NGUYEN, THI LAN", "sex": "女", "overseas_kind": "外國學生", "nationality": "越南",
    },
    "minor": {
        "prefix": "A23", "name_zh": "撒韵‧瓦旦‧比黛古莉", "sex": "女", "overseas_kind": "無", "nationality": "中華民國",
        "birth_date": "2010-08-31", "group": "文學創作組",
    },
}  # fmt: skip
EACH = 40
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def installed_chromium():
    """The program to start, or None: what the system has comes before what Playwright downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="module")
def chromium():
    """A running Chromium. Where there is none, the tests that ask for it are skipped, or fail in CI."""
    program = installed_chromium()
    if program is None:
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server with students of every kind, which asks for no verification codes."""
    with serving(tmp_path_factory.mktemp("site"), XUEJI_CAPTCHA="off") as site:
        yield site


@contextmanager
def serving(folder, **settings):
    """A Site in `folder` while the block runs."""
    students = {kind: [row(kind, number) for number in range(EACH)] for kind in KINDS}
    with open(folder / "roster.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, [column.name for column in COLUMNS])
        rows.writeheader()
        rows.writerows(itertools.chain(*students.values()))
    served.command(folder, "roster", "import", folder / "roster.csv", **settings)
    with served.server(folder, **settings) as (_, port):
        yield Site(folder, port, students)


def row(kind, number):
    """A student as the roster has them; student numbers are unique for all kinds together."""
    about = {"birth_date": BIRTH_DATE, **KINDS[kind]}
    prefix, place = about.pop("prefix"), EACH * list(KINDS).index(kind) + number
    blank = dict.fromkeys((column.name for column in COLUMNS), "")
    return blank | {
        "student_no": f"41151{place:04}", "id_no": identity.completed(f"{prefix}{place:0{9 - len(prefix)}}"),
        "program": PROGRAM, "dept": "語文與創作學系", "class": "甲", "entry_year": "115", "entry_term": "1",
        "route": "申請入學", "identity": "一般生", "email": f"a{place}@example.com", **about,
    }  # fmt: skip


class Site:
    """A running installation."""

    def __init__(self, folder, port, students):
        self.folder, self.port, self.students = folder, port, students
        self.url = f"http://127.0.0.1:{port}"

    def student(self, kind):
        """A student of this kind who has not been here yet."""
        return self.students[kind].pop()

    def returning(self, kind, tabs=None):
        """Cookies of a student who has a password and has read the notice, with these tabs done; None: with all."""
        student = self.student(kind)
        wire = Wire(self.port)
        browser = Browser(wire)
        begin(browser, student["student_no"], passwords.initial(student)[0])
        fill_all(browser, tabs) if tabs is not None else fill_all(browser)
        wire.close()
        return [{"name": name, "value": value, "url": self.url} for name, value in wire.cookies.items()]


class Watch:
    """What a browser says and asks for while somebody uses it."""

    def __init__(self, context, url):
        self.complaints, self.abroad, self.requests = [], [], []
        context.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", lambda request: self._note(request, url))

    def _note(self, request, url):
        self.requests.append(request)
        if not request.url.startswith((url, "blob:", "data:")):
            self.abroad.append(request.url)
