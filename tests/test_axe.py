"""Every page and state is open to everybody: axe finds nothing on the whole tour, and the console stays silent."""

from pathlib import Path

import axe_playwright_python
import pytest

from tests import tour, tour_exports, tour_returns, tour_season, tour_students
from tests.live import DESKTOP, PHONE, Window, serving

pytestmark = pytest.mark.browser
SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """options => axe.run(document, options).then(found => found.violations.map(
    one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 160)).slice(0, 3).join(' | ')}`))"""
OPTIONS = {
    "runOnly": TAGS,
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,
}
# What a phone would have to be pushed sideways for: the page, and tables that are lists there.
WIDE = """() => [document.documentElement, ...document.querySelectorAll('.stack')]
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.outerHTML.slice(0, 160))"""
STORED = "[localStorage.length, sessionStorage.length]"
LEGS = {
    "public": (tour.public, "zh"),
    "public in English": (tour.front, "en"),
    "waves and reminders": (tour_season.season, "zh"),
    "waves and reminders in English": (tour_season.season, "en"),
    "first day": (tour.first_day, "zh"),
    "first day of a minor in English": (lambda site, window: tour.first_day(site, window, "minor"), "en"),
    "tabs": (tour.every_tab, "zh"),
    "tabs of an overseas student in English": (lambda site, window: tour.every_tab(site, window, "overseas"), "en"),
    "saving": (tour.saving, "zh"),
    "export, log, retention": (tour_exports.leaving, "zh"),
    "export, log, retention in English": (tour_exports.leaving, "en"),
    "students, to staff": (tour_students.students, "zh"),
    "students, to staff, in English": (tour_students.students, "en"),
    "returns and corrections": (tour_returns.at_the_office, "zh"),
    "returns and corrections in English": (tour_returns.at_the_office, "en"),
}
# What Chromium itself says when a connection is broken off on purpose.
OFFLINE = ("net::ERR_FAILED", "Failed to fetch")


@pytest.fixture(scope="module")
def site(program, tmp_path_factory):
    """A server that asks for verification codes, as it does for everybody."""
    with serving(tmp_path_factory.mktemp("axe")) as site:
        yield site


@pytest.mark.parametrize("leg", LEGS)
def test_nobody_is_kept_out(site, chromium, leg):
    states, lang = LEGS[leg]
    with Window(chromium, site, lang, reduced_motion="reduce") as window:
        window.context.add_init_script(SCRIPT)
        for state in states(site, window):
            window.page.wait_for_load_state()
            for size in (PHONE, DESKTOP) if looks_different(state) and lang == "zh" else (PHONE,):
                window.page.set_viewport_size(size)
                assert window.page.evaluate(RUN, OPTIONS) == [], f"{state}, {size['width']} px, {lang}"
            window.page.set_viewport_size(PHONE)
            assert window.page.evaluate(WIDE) == [], f"{state}, {lang}"
            assert window.page.evaluate(STORED) == [0, 0], f"{state} keeps something in the browser"
        assert [one for one in window.complaints if not any(words in one for words in OFFLINE)] == []
        assert window.abroad == []


@pytest.mark.parametrize("colours", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=str)
def test_nobody_is_kept_out_by_colours(site, chromium, colours):
    _, cookies = site.returning("woman", ["bank"])
    with Window(chromium, site, reduced_motion="reduce", **colours) as window:
        window.context.add_init_script(SCRIPT)
        window.page.goto("/portal/login")
        assert window.page.evaluate(RUN, OPTIONS) == []
        window.context.add_cookies(cookies)
        for path in ("/record", "/record/basic", "/record/bank"):
            window.page.goto(path)
            assert window.page.evaluate(RUN, OPTIONS) == [], path
        window.page.goto("/record/contact")
        window.save()
        assert window.page.evaluate(RUN, OPTIONS) == [], "mistakes"


def looks_different(state):
    """Whether a state is laid out anew on a wide screen; forms filled in are as they were when empty."""
    return not state.endswith((": mistakes", ": changing"))
