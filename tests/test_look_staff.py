"""What can be measured of the look of staff pages, with something in every list: on a narrow phone and at a desk."""

import pytest

from blueprints.letters import RESET
from tests.bench.wire import Wire
from tests.live import DESKTOP, NARROW, Window, serving
from tests.live_staff import registrar_cookies, sign_in_over
from tests.record_copies import Copy
from tests.seasons import reopen, wave
from tests.staff_routes import STAFF_ROUTES
from tests.test_axe import WIDE
from tests.test_look import BIG_TEXT
from tests.test_record_pages import put_in_force
from tests.test_retention import months_pass
from tests.test_staff_mail import SAID, letter
from tests.tour_season import inside

pytestmark = pytest.mark.browser
FILES = ("/staff/import/template.xlsx", "/staff/record/file")
PAGES = [path for method, path in STAFF_ROUTES if method == "GET" and "<" not in path and path not in FILES]
# Of one student, one tab, one letter; and the lists that are made on demand.
MORE = (
    "/staff/students/{0}", "/staff/students/{0}/reopen", "/staff/returns/{0}/contact", "/staff/accounts/{0}",
    "/staff/progress/contact", "/staff/record/tabs/military", f"/staff/settings/letters/{RESET.key}",
    "/staff/retention?months=6", "/staff/reminders/preview?what=any",
)  # fmt: skip
UNFOLD = "document.querySelectorAll('main details').forEach(one => { one.open = true })"
# Links of tables that a thumb would miss, and labels of cells that are no heading of the table.
WRONG = """() => [
    ...[...document.querySelectorAll('.tw :is(th, td) > a')]
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44),
    ...[...document.querySelectorAll('[data-th]')].filter(one => ![...one.closest('table').querySelectorAll('thead th')]
        .some(head => head.textContent === one.dataset.th)),
].map(one => one.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module")
def site(program, tmp_path_factory):
    """A server in which every list of the office has something."""
    with serving(tmp_path_factory.mktemp("office"), XUEJI_CAPTCHA="off") as site:
        yield site


@pytest.fixture(scope="module")
def season(site, chromium):
    """(a student who is done, cookies of the registrar) after a season in which everything happened."""
    person, _ = site.returning("woman", None)
    wire = Wire(site.port)
    put_in_force(sign_in_over(wire, site), Copy().text.encode() + b"\n#")
    wire.close()
    cookies = registrar_cookies(site)
    with Window(chromium, site) as window:
        window.context.add_cookies(cookies)
        hand_over(window)
    with inside(site):
        months_pass()
        letter(words=SAID)
        wave("學士班", program="學士班", dept="語文與創作學系", grace=5)
        reopen(person, 3600)
    return person, cookies


def hand_over(window):
    """Everybody goes to the registry, so that all are due for removal half a year later."""
    window.page.goto("/staff/export")
    window.fill(what="all", handover="1", reason="移交校務系統")
    with window.page.expect_download():
        window.page.locator("#order .btn").last.click()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_sticks_out_of_the_pages_of_staff(site, chromium, season, lang):
    person, cookies = season
    with Window(chromium, site, lang, size=NARROW, reduced_motion="reduce") as window:
        window.context.add_cookies(cookies)
        for path in (*PAGES, *(one.format(person.account) for one in MORE)):
            window.page.set_viewport_size(NARROW)
            assert window.page.goto(path).ok, path
            window.page.evaluate(UNFOLD)
            assert window.page.evaluate(WIDE) + window.page.evaluate(WRONG) == [], path
            window.page.set_viewport_size(DESKTOP)
            assert window.page.evaluate(WIDE) == [], path
            window.page.evaluate(BIG_TEXT)
            assert window.page.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"], path
