"""A student at a tab with something typed, a server that can die, and a bad line between them."""

import os
import signal
from contextlib import closing, contextmanager
from types import SimpleNamespace

from playwright.sync_api import expect

from domain.vault import Vault, read_key
from tests import stored
from tests.answers import log_in
from tests.bad_line import BadLine
from tests.bench import served
from tests.bench.wire import Wire
from tests.browser import Browser
from tests.live import Site, Window, take_roster
from tests.people import PASSWORD

TAB = "/record/contact"
TYPED = {"mobile": "0955123456", "reg_addr": "文化路 100 號 𠮷"}


class Stage(Site):
    """A server that can die, and a bad line to it."""

    def __init__(self, folder):
        settings = {"XUEJI_CAPTCHA": "off"}
        take_roster(folder, **settings)
        self.process, port = served.start(folder, **settings)
        super().__init__(folder, port)
        self.line, self.settings = BadLine(port), settings

    def die(self):
        """As of kill -9 of everything."""
        for pid in [*served.children(self.process), self.process.pid]:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def rise(self):
        """Start again."""
        self.process, self.port = served.start(self.folder, **self.settings)
        self.line.upstream = self.port

    def close(self):
        """Stop everything."""
        self.line.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Scene:
    """A student at a tab that was saved once, with two fields changed and not saved.

    `patience`: how many milliseconds somebody is offline.
    """

    def __init__(self, chromium, site, patience=1000):
        self.site, self.line, self.patience = site, site.line, patience
        line = site.line
        self.person, cookies = site.returning("woman", ["contact"])
        seen = SimpleNamespace(url=line.url)
        self.window = Window(chromium, seen)
        self.window.context.add_cookies([one | {"url": line.url} for one in cookies])
        self.page = self.window.page
        self.page.goto(f"{TAB}?edit=1")
        self.saw, self.changes = [], self.count()

    def type(self, **answers):
        """Type, and wait until the server knows."""
        with self.page.expect_response("**/draft"):
            self.window.fill(**(answers or TYPED))
        self.page.wait_for_function("!unsent().length")

    def press(self):
        """Press Save."""
        self.page.locator("#save .btn").click()

    def sees(self, words):
        """Wait until the bar says so, and note it."""
        alert = self.page.locator(".save.bad [role=alert]")
        expect(alert).to_contain_text(words, timeout=20_000)
        self.saw.append(alert.inner_text())

    def sees_all(self):
        """What was typed is in the fields."""
        for name, value in TYPED.items():
            expect(self.page.locator(f"[name={name}]")).to_have_value(value)

    def sees_saved(self):
        """The tab turns green."""
        note = self.page.locator("#panel .note.ok")
        expect(note).to_be_visible(timeout=30_000)
        self.saw.append(note.locator("h2").inner_text())

    def notices_line(self):
        """The phone has a network again."""
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def log_in_here(self, password=PASSWORD):
        """At the door that came into the page."""
        self.page.locator("#door [name=password]").fill(password)
        self.page.locator("#door .acts .btn").first.click()
        self.sees("已重新登入")

    def opened(self, table, column, place, key):
        """A sealed value of this student's, or {}."""
        sql = f"SELECT {column} FROM {table} WHERE student_id = ? AND {key} = ?"  # noqa: S608 -- names of our own
        row = stored.row(self.site.folder, sql, self.person.account, "contact")
        return Vault(read_key(served.DATA_KEY)).open_json(row[0], place) if row else {}

    @property
    def saved(self):
        """The answers in the database."""
        return self.opened("saved_tab", "answers", f"tab|contact|{self.person.account}", "tab")

    @property
    def draft(self):
        """What of the tab is a draft."""
        return self.opened("draft", "typed", f"draft|typed|{self.person.account}|contact", "place")

    def count(self):
        """How often the tab was changed."""
        sql = "SELECT COUNT(*) FROM history WHERE student_id = ? AND tab = ?"
        return stored.row(self.site.folder, sql, self.person.account, "contact")[0]

    @contextmanager
    def other(self):
        """The same student at another device, where the tab is open."""
        with closing(Wire(self.site.port)) as wire:
            yield log_in(Browser(wire), self.person).open(f"{TAB}?edit=1")
