"""A new version of the record in a real browser, served by two processes that both follow; every page open to all."""

import time
from urllib.request import urlopen

import pytest

from tests.live import DESKTOP, PHONE, Window, serving
from tests.live_staff import registrar_cookies
from tests.record_copies import Copy
from tests.test_axe import OPTIONS, RUN, SCRIPT

pytestmark = pytest.mark.browser
HOURS = "週一至週六 9:00–12:00"
# Seconds after which every process has looked.
PATIENCE = 1.5
PAGES = (
    "/staff/record", "/staff/record/tabs/contact", "/staff/record/tabs/emergency", "/staff/settings/office",
    "/staff/settings/contacts", "/staff/settings/notice", "/staff/settings/letters",
)  # fmt: skip


@pytest.fixture(scope="module")
def place(program, tmp_path_factory):
    """A server of two processes."""
    with serving(tmp_path_factory.mktemp("record"), XUEJI_CAPTCHA="off", XUEJI_WORKERS="2") as place:
        yield place


@pytest.fixture(scope="module")
def cookies(place):
    """Those of a registrar."""
    return registrar_cookies(place)


def feet(place):
    """What the home page says of the hours, asked over a connection of its own each time."""
    return [HOURS in urlopen(f"{place.url}/").read().decode() for _ in range(12)]  # noqa: S310 -- our own server


def test_a_version_is_brought_tried_and_put_into_force_in_every_process(place, cookies, chromium, tmp_path):
    record = Copy().replace("週一至週五 8:30–12:00、13:30–17:00", HOURS)
    path = record.set("relatives", need='"optional"').write(tmp_path)
    with Window(chromium, place, size=DESKTOP) as window:
        window.context.add_cookies(cookies)
        page = window.page
        page.goto("/staff/record")
        window.fill(file=str(path), comment="服務時間")
        window.press("檢查檔案")
        page.wait_for_selector("#count")
        draft = page.url

        page.goto(f"{draft}/as/foreign/emergency")
        page.get_by_role("button", name="新增親屬").click()
        page.wait_for_selector("#relatives-1")
        window.save()
        assert page.locator("#relatives-1-rel_name").count() == 0 and page.locator("#esum").is_visible()
        assert feet(place) == [False] * 12

        page.goto(draft)
        window.press("立即啟用")
        page.wait_for_selector(".note.ok")
        assert window.complaints == []
    time.sleep(PATIENCE)
    assert feet(place) == [True] * 12


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nobody_is_kept_out_of_these_pages(place, cookies, chromium, lang):
    with Window(chromium, place, lang, size=PHONE) as window:
        window.context.add_cookies(cookies)
        window.context.add_init_script(SCRIPT)
        letter = 'main a[href^="/staff/settings/letters/"]'
        found = {path: window.page.goto(path) and window.page.evaluate(RUN, OPTIONS) for path in PAGES}
        window.page.locator(letter).first.click()
        window.page.wait_for_url("**/letters/*")
        found["letter"] = window.page.evaluate(RUN, OPTIONS)

        assert found == dict.fromkeys(found, []) and window.complaints == []
