"""What can go wrong while a student fills in a tab: what they do, see, and find in the database in the end."""

import os
import signal
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
OTHER = {"email": "elsewhere@example.com"}
NET, SERVER, ENDED = "網路斷了", "系統出了問題", "登入已結束"


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

    def other(self):
        """The same student at another device."""
        return log_in(Browser(Wire(self.site.port)), self.person).open(f"{TAB}?edit=1")


def cut(how):
    """The line is cut at some moment of a save."""

    def act(scene):
        scene.line.next_save = how
        scene.press()
        scene.sees(NET)
        scene.sees_all()
        scene.notices_line()
        scene.sees_saved()

    return act


def stalled(scene):
    scene.line.next_save = "stall"
    scene.press()
    expect(scene.page.locator("#live")).to_have_text("儲存中…")
    scene.saw.append("儲存中…")
    scene.sees_saved()


def busy(scene):
    scene.line.next_save = "busy"
    scene.press()
    scene.sees(SERVER)
    scene.sees_all()
    scene.sees_saved()


def restarted(scene):
    scene.site.die()
    scene.press()
    scene.sees(NET)
    scene.sees_all()
    scene.site.rise()
    scene.notices_line()
    scene.sees_saved()


def offline(scene):
    scene.window.context.set_offline(True)
    scene.press()
    scene.sees(NET)
    scene.sees_all()
    scene.page.wait_for_timeout(scene.patience)
    scene.window.context.set_offline(False)
    scene.sees_saved()


def without_cookies(scene):
    scene.window.context.clear_cookies()
    scene.press()
    scene.sees(ENDED)
    scene.sees_all()
    scene.log_in_here()
    scene.press()
    scene.sees_saved()


def expired(scene):
    stored.row(scene.site.folder, "UPDATE session SET opened_at = 0 WHERE student_id = ?", scene.person.account)
    scene.press()
    scene.sees(ENDED)
    scene.sees_all()
    scene.log_in_here()
    scene.press()
    scene.sees_saved()


def password_changed(scene):
    new = "Harbour*Lantern82"
    elsewhere = scene.other().open("/password/change").submit(current=PASSWORD)
    elsewhere.submit(new=new, again=new)
    scene.press()
    scene.sees(ENDED)
    scene.sees_all()
    scene.log_in_here(new)
    scene.press()
    scene.sees_saved()


def reloaded(scene):
    scene.page.reload()
    scene.sees_all()
    scene.saw.append(scene.page.locator("#panel .note.warn h2").inner_text())
    scene.press()
    scene.sees_saved()


def gone_back(scene):
    scene.page.goto("/home")
    scene.page.go_back()
    scene.sees_all()
    scene.press()
    scene.sees_saved()


def from_cache(scene):
    """As a browser does that kept the page as it was: the event says so, and the form is the old one."""
    scene.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    scene.other().submit(**OTHER)
    scene.press()
    scene.sees_saved()
    assert scene.saved | OTHER == scene.saved


def tapped_twice(scene):
    before = scene.line.saves
    scene.page.locator("#save .btn").dblclick()
    scene.sees_saved()
    assert scene.line.saves == before + 1


def two_tabs(scene):
    beside = scene.window.context.new_page()
    beside.goto(f"{TAB}?edit=1")
    beside.locator("[name=email]").fill(OTHER["email"])
    beside.locator("#save .btn").click()
    beside.locator("#panel .note.ok").wait_for()
    scene.press()
    scene.sees_saved()
    assert scene.saved | OTHER == scene.saved


def two_devices(scene):
    scene.other().submit(**OTHER)
    scene.press()
    scene.sees_saved()
    assert scene.saved | OTHER == scene.saved


def clash(scene):
    scene.other().submit(mobile="0900000001", **OTHER)
    scene.press()
    scene.page.locator("form.clash").wait_for()
    scene.saw.append(
        scene.page.locator("form.clash tbody, form.clash table")
        .first.inner_text()
        .replace("\n", " ")
        .replace("\t", " · ")
    )
    assert scene.saved["mobile"] == "0900000001" and scene.draft["mobile"] == TYPED["mobile"]
    scene.page.locator("form.clash [value=mine]").click()
    scene.sees_saved()
    assert scene.saved | OTHER == scene.saved


def phone_dies(scene):
    scene.page.close()
    assert scene.draft == TYPED
    scene.page = scene.window.page = scene.window.context.new_page()
    scene.page.goto(TAB)
    scene.sees_all()
    scene.saw.append(scene.page.locator("#panel .note.warn h2").inner_text())
    scene.press()
    scene.sees_saved()


MISHAPS = {
    "cut before the request": cut("before"),
    "cut in the middle of the request": cut("during"),
    "cut after the request: saved, but nobody hears it": cut("after"),
    "a stall of 5 seconds": stalled,
    "503 from the proxy": busy,
    "server killed and started again": restarted,
    "offline for a while": offline,
    "cookies deleted": without_cookies,
    "session expired": expired,
    "password changed elsewhere": password_changed,
    "page reloaded": reloaded,
    "back button": gone_back,
    "an old form, as a cache of whole pages keeps it": from_cache,
    "double tap": tapped_twice,
    "two tabs of one browser": two_tabs,
    "two devices, different fields": two_devices,
    "two devices, the same field": clash,
    "the phone dies": phone_dies,
}
