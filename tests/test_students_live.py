"""The list and the page of a student in a real browser: parts are exchanged, addresses change, nothing is lost."""

import pytest

from tests.live import DESKTOP, Window
from tests.live_staff import registrar_cookies

pytestmark = pytest.mark.browser


@pytest.fixture
def window(site, chromium):
    """The registrar's office at a desktop."""
    with Window(chromium, site, size=DESKTOP) as window:
        window.context.add_cookies(registrar_cookies(site))
        yield window
        assert window.complaints == [] and window.abroad == []


def test_a_filter_exchanges_the_results_and_the_address_and_says_how_many(site, window):
    site.returning("man", ["basic"])
    page = window.page
    page.goto("/staff/students")
    page.evaluate("document.documentElement.dataset.old = 1")

    page.locator("#state").select_option("begun")
    page.locator(".filter .btn").click()

    page.wait_for_url("**/staff/students?**state=begun**")
    page.wait_for_selector("#results tbody tr")
    assert page.locator("#results tbody tr").count() < 50
    assert page.locator("#live").inner_text() == page.locator("#results .head b").inner_text()
    assert page.evaluate("document.documentElement.dataset.old") == "1"
    page.reload()
    assert page.locator("#state").input_value() == "begun"


def test_another_tab_of_a_student_comes_into_the_page(site, window):
    person, _ = site.returning("woman", ["basic"])
    page = window.page
    page.goto(f"/staff/students/{person.account}")

    window.turn(page.locator("[data-tab=basic]"))

    assert page.url.endswith("/tab/basic") and "YU-CHING" in window.text("#panel")
    assert page.evaluate("document.activeElement.id") == "ph"
    assert page.locator("[data-tab=basic]").get_attribute("aria-current") == "page"
    assert page.locator("#history").is_visible()
