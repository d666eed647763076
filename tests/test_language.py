"""Two languages: which one is chosen, that it stays, and that no page mixes them."""

import re

import pytest

from tests.answers import begin, fill_tab
from tests.browser import Browser
from tests.people import LIN, NGUYEN

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# The school's own names in a page for readers of English: its people, places and what they wrote.
STUDENT_PAGES = ["/home", "/record", "/record/notice", "/password/change", "/privacy", "/accessibility"]


def language_of(app, accept, path="/"):
    """The language of a page for a browser that asks like this."""
    page = Browser(app)
    reply = page.send("GET", path, headers={"Accept-Language": accept})
    return re.search(r'<html lang="([^"]+)"', reply.get_data(as_text=True))[1]


@pytest.mark.parametrize(
    ("accept", "lang"),
    [
        ("", "zh-Hant-TW"), ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant-TW"), ("zh-CN", "zh-Hant-TW"), ("en-US,en", "en"),
        ("EN", "en"), ("vi,en;q=0.5", "en"), ("vi,id", "zh-Hant-TW"), ("fr;q=0.9,zh;q=0.1,en;q=0.5", "en"),
        ("*", "zh-Hant-TW"), ("<script>", "zh-Hant-TW"), ("en;q=abc", "zh-Hant-TW"), ("x" * 5000, "zh-Hant-TW"),
    ],
)  # fmt: skip
def test_the_browser_decides_the_first_time(app, accept, lang):
    assert language_of(app, accept) == lang


def test_what_was_chosen_is_remembered_and_goes_before_what_the_browser_asks_for(app):
    browser = Browser(app, lang="zh").open("/?lang=en")
    assert browser.page.html["lang"] == "en"

    assert browser.open("/lookup").page.html["lang"] == "en"
    assert browser.open("/lookup?lang=zh").page.html["lang"] == "zh-Hant-TW"
    assert browser.open("/").page.html["lang"] == "zh-Hant-TW"


@pytest.mark.parametrize("asked", ["fr", "", "../en", "en'", "zh-TW", "EN"])
def test_a_language_we_do_not_have_changes_nothing(app, asked):
    assert Browser(app).open("/", lang=asked).page.html["lang"] == "zh-Hant-TW"


def test_it_stays_through_logging_in_and_out(app):
    browser = begin(Browser(app, lang="zh").open("/?lang=en"), LIN)
    assert browser.page.html["lang"] == "en"

    assert browser.submit(form="header form").page.html["lang"] == "en"


def test_the_switch_leads_to_the_same_page_in_the_other_language(lin):
    lin.open("/record/contact?edit=1")
    heading = lin.heading

    lin.open(lin.page.select_one("a.lang")["href"])
    assert lin.path == "/record/contact" and lin.page.html["lang"] == "en" and lin.heading != heading

    lin.open(lin.page.select_one("a.lang")["href"])
    assert lin.path == "/record/contact" and lin.heading == heading


def test_the_switch_carries_nothing_strange_along(app):
    switch = Browser(app).open("/", notice='"><script>', next="//evil", edit="1").page.select_one("a.lang")["href"]

    assert switch == "?edit=1&lang=en"


def test_a_page_in_english_speaks_english_only(app):
    browser = begin(Browser(app, lang="en"), NGUYEN)
    tabs = [f"/record/{tab}" for tab in browser.tabs]
    fill_tab(browser, "bank")

    for path in [
        *STUDENT_PAGES,
        *tabs,
        "/",
        "/lookup",
        "/intue/login",
        "/portal/login",
        "/password/forgot",
        "/nothing",
    ]:
        browser.open(path)
        for tag in browser.page.select("[lang=zh-Hant-TW], .locked dd, select"):
            tag.decompose()
        assert not CHINESE.search(browser.text("body")), (path, CHINESE.search(browser.text("body")))


@pytest.mark.parametrize(("lang", "in_chinese"), [("zh", True), ("en", False)])
def test_an_error_is_said_in_the_language_of_the_page(app, lang, in_chinese):
    browser = begin(Browser(app, lang=lang), LIN).open("/record/contact")

    browser.submit(mobile="12", email="x", reg_zip="x")

    assert len(browser.errors) > 3
    assert all(bool(CHINESE.search(text)) is in_chinese for text in browser.errors.values())
