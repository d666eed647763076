"""What staff meet at a real server, page after page, as tests.tour has it for students."""

from contextlib import closing, contextmanager

from domain.vault import Vault, read_key
from tables.store import Settings, connect, database
from tables.waves import Wave
from tests import stored
from tests.bench.wire import Wire
from tests.browser import Browser
from tests.conftest import ROOT, SETTINGS
from tests.offices import WU, employ, sign_in
from tests.seasons import DAY, wave

HIRED = set()


@contextmanager
def inside(site):
    """Work on the database of a running installation."""
    Settings.vault = Vault(read_key(SETTINGS["XUEJI_DATA_KEY"]))
    connect(stored.url(site.folder), ROOT)
    yield
    database.close_all()


def at_desk(site):
    """Cookies of WU, the registrar, signed in all the way. Needs `inside`."""
    if site.folder not in HIRED:
        HIRED.add(employ(WU, has_phone=True) and site.folder)
    with closing(Wire(site.port)) as wire:
        sign_in(Browser(wire), WU)
    return [{"name": name, "value": value, "url": site.url} for name, value in wire.cookies.items()]


def season(site, window):
    """Waves, one student reopened, reminders."""
    page = window.page
    with inside(site):
        window.context.add_cookies(at_desk(site))
        account = site.person("man").account
        yield from waves(page, window)
        page.goto(f"/staff/students/{account}/reopen")
        yield "reopen"
        window.press("開放填寫" if window.lang == "zh" else "Open the record")
        yield "reopen: nothing"
        yield from reminders(page)


def waves(page, window):
    """The list without and with waves, and the form."""
    with database.connection_context():
        Wave.delete().execute()
    page.goto("/staff/waves")
    yield "waves: none"
    one = wave("學士班", program="學士班", dept="語文與創作學系", closes=9 * DAY, grace=5, reminds=True)
    wave("碩士班", program="碩士班", opens=DAY, lookup=DAY // 2)
    page.goto("/staff/waves")
    yield "waves"
    page.locator("#waves form button").first.click()
    first = "碩士班" if window.lang == "zh" else "Master's"
    page.wait_for_selector(f'#waves tbody tr:first-child td:text-is("{first}")')
    yield "waves: moved"
    for path in ("new", str(one.id), f"{one.id}/delete", "none"):
        page.goto(f"/staff/waves/{path}")
        yield f"wave: {path}"
    page.goto("/staff/waves/new")
    window.press()
    yield "wave: mistakes"
    page.goto("/lookup")
    yield "look-up that is not open"
    page.goto("/")
    yield "home with waves"


def reminders(page):
    """The choice, the list, another group in it, and the word that letters are on their way."""
    page.goto("/staff/reminders")
    yield "reminders"
    page.locator("main form button").click()
    page.wait_for_selector("#who")
    yield "reminders: who and what"
    page.locator("#who .stats a").nth(1).click()
    page.wait_for_selector("#who a:nth-child(2)[aria-current]")
    yield "reminders: another group"
    page.goto("/staff/reminders?done=3")
    yield "reminders: sent"
