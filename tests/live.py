"""A real server and a real Chromium for tests that need both, and a student of their own for each of them."""

import csv
import os
import shutil
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from domain import identity, passwords
from domain.roster_columns import COLUMNS
from tests.answers import begin, fill_all, fill_tab
from tests.bench import served
from tests.bench.wire import Wire
from tests.browser import Browser, as_offered
from tests.people import Person

PHONE, DESKTOP, NARROW = ({"width": width, "height": height} for width, height in ((360, 740), (1280, 800), (320, 640)))
LOCALES = {"zh": "zh-TW", "en": "en-US"}
EACH = 60
DEPT, STAFF_PASSWORD = "語文與創作學系", "Copper-Teapot-Window-9"
ROSTER = {
    "woman": {"prefix": "A2", "name_zh": "林予晴", "sex": "女"},
    "man": {"prefix": "A1", "name_zh": "𠮷田堃瑜", "sex": "男"},
    "minor": {"prefix": "B2", "name_zh": "撒韵‧瓦旦‧比黛古莉", "sex": "女", "birth_date": "2010-08-31"},
    "overseas": {
        "prefix": "A90", "name_zh": "NGUYEN, THI LAN", "sex": "女", "overseas_kind": "外國學生", "nationality": "越南",
    },
}  # fmt: skip
TABS = {"woman": 7, "man": 8, "minor": 7, "overseas": 8}
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def installed_chromium():
    """The program to start, or None."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def program():
    """The installed Chromium. Where there is none, whoever needs it is skipped, or fails when one is required."""
    if installed_chromium() is None:
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)("no Chromium is installed")
    return installed_chromium()


@pytest.fixture(scope="module")
def chromium(program):
    """A running Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(program, tmp_path_factory):
    """A server with students of every kind, which asks for no verification codes."""
    with serving(tmp_path_factory.mktemp("site"), XUEJI_CAPTCHA="off") as site:
        yield site


@contextmanager
def serving(folder, **settings):
    """A Site in `folder` while the block runs."""
    take_roster(folder, **settings)
    with served.server(folder, **settings) as (_, port):
        yield Site(folder, port)


def take_roster(folder, **settings):
    """Write the roster of these students into the database of a folder."""
    with open(folder / "roster.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, [column.name for column in COLUMNS], restval="")
        rows.writeheader()
        rows.writerows(row(kind, number) for kind in ROSTER for number in range(EACH))
    served.command(folder, "roster", "import", folder / "roster.csv", **settings)


def row(kind, number):
    """A student as the roster has them; student numbers are unique for all kinds together."""
    place = EACH * list(ROSTER).index(kind) + number
    common = {
        "student_no": f"41151{place:04}", "birth_date": "2007-05-20", "program": "學士班", "dept": DEPT,
        "class": "甲", "overseas_kind": "無", "nationality": "中華民國", "entry_year": "115", "entry_term": "1",
        "route": "申請入學", "identity": "一般生",
    }  # fmt: skip
    about = {**common, **ROSTER[kind]}
    prefix = about.pop("prefix")
    return about | {"id_no": identity.completed(f"{prefix}{place:0{9 - len(prefix)}}")}


class Site:
    """A running installation."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        self.url = f"http://127.0.0.1:{port}"
        self._used, self._clerks = dict.fromkeys(ROSTER, 0), 0

    def person(self, kind):
        """A student of this kind who has not been here yet."""
        known = row(kind, self._used[kind])
        self._used[kind] += 1
        first, second = passwords.initial(known)
        return Person(
            account=known["student_no"], first=first, second=second, name=known["name_zh"], id_number=known["id_no"],
            birthday=tuple(known["birth_date"].split("-")), tabs=TABS[kind],
        )  # fmt: skip

    def returning(self, kind, tabs=()):
        """(person, cookies) of one who has a password and has read the notice, with some tabs done; None: with all."""
        person = self.person(kind)
        with closing(Wire(self.port)) as wire:
            browser = begin(Browser(wire), person)
            if tabs is None:
                fill_all(browser)
            for tab in tabs or ():
                fill_tab(browser, tab)
        return person, [{"name": name, "value": value, "url": self.url} for name, value in wire.cookies.items()]

    def clerk(self):
        """Cookies of a clerk who sees the department of all these students."""
        self._clerks += 1
        words = ("staff", "add", f"T9{self._clerks:03}", "clerk@example.com", "--name", "高助教", "--dept", DEPT)
        link = next(line for line in served.command(self.folder, *words).split() if "/staff/activate/" in line)
        with closing(Wire(self.port)) as wire:
            Browser(wire).open(urlsplit(link).path).submit(new=STAFF_PASSWORD, again=STAFF_PASSWORD)
            Browser(wire).open("/staff/login").submit(account=words[2], password=STAFF_PASSWORD)
        return [{"name": name, "value": value, "url": self.url} for name, value in wire.cookies.items()]

    def code(self, page):
        """What a person would read in the picture on the page; "" where there is none."""
        drawn = page.locator("[name=captcha_id]")
        return served.code_drawn(self.folder, drawn.input_value()) if drawn.count() else ""


class Window:
    """A browser window of somebody's own; whatever its console says and whichever host it asks is noted."""

    def __init__(self, chromium, site, lang="zh", size=PHONE, **more):
        self.context = chromium.new_context(base_url=site.url, locale=LOCALES[lang], viewport=size, **more)
        self.context.set_default_timeout(8000)
        self.lang, self.complaints, self.abroad, self.requests = lang, [], [], []
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("request", lambda request: self._note(request, site.url))
        self.page = self.context.new_page()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def _hear(self, said):
        if said.type in ("error", "warning") and "the server responded with a status of" not in said.text:
            self.complaints.append(f"{said.text} at {self.page.url}")

    def _note(self, request, home):
        self.requests.append(request)
        if not request.url.startswith((f"{home}/", "blob:", "data:")):
            self.abroad.append(request.url)

    def fill(self, **answers):
        """Give answers to fields of the page by name; `__` stands for a hyphen. Choices by value, files as a path."""
        for name, answer in answers.items():
            for one in answer if isinstance(answer, list) else [answer]:
                self._give(name.replace("__", "-"), one)

    def _give(self, name, answer):
        control = self.page.locator(f'main [name="{name}"]')
        shape = control.first.evaluate("one => one.type")
        if shape in ("radio", "checkbox"):
            self.page.locator(f'main [name="{name}"][value="{answer}"]').check()
        elif shape == "select-one":
            codes = control.evaluate("one => [...one.options].map(o => o.value)")
            control.select_option(as_offered(answer, codes))
        elif shape == "file":
            control.set_input_files(answer)
        else:
            control.fill(answer)

    def press(self, words=None):
        """Press the main button, or the one that says these words; unless htmx sends the form, wait for a page."""
        main = self.page.locator("main .save .btn, main .acts button.btn")
        button = (self.page.get_by_role("button", name=words) if words else main).first
        brings = button.evaluate(
            "button => button.form?.getAttribute('hx-target') || !button.form?.matches('[hx-post]')"
        )
        if brings in (True, "#main"):
            self.go(button)
        else:
            button.click()

    def go(self, control):
        """Click something that brings another page, whole or only what is in main, and wait for it."""
        self.page.evaluate("document.querySelector('main').dataset.old = 1")
        control.click()
        self.page.wait_for_selector("main:not([data-old])")

    def save(self):
        """Press Save and wait for the panel that comes in the place of the one that is there."""
        self.turn(self.page.locator("main .save .btn"))

    def turn(self, control):
        """Click something that brings another panel, as a fragment or with a page, and wait for it."""
        self.page.locator("#panel").evaluate("panel => { panel.dataset.old = 1 }")
        control.click()
        self.page.wait_for_selector("#panel:not([data-old])")

    def hold(self, pattern):
        """Keep requests for these addresses waiting: a list that they will be in, to be continued or broken off."""
        held = []
        self.page.route(pattern, lambda route: held.append(route))  # noqa: PLW0108 -- Playwright marks what it gets
        return held

    def state(self, tab):
        """What the link of a tab says of it."""
        return self.page.locator(f"#tabs [data-tab={tab}]").get_attribute("data-state")

    def text(self, selector):
        """The words that are to be seen in a part of the page."""
        return self.page.locator(selector).inner_text()
