"""What a page has already does not come again, and nothing is shown that is no longer so."""

import io

import pytest

from tests.answers import a_photo, fill, fill_tab, log_in
from tests.browser import Browser
from tests.conftest import at
from tests.people import LIN

MAIN = {"HX-Request": "true", "HX-Target": "main#main"}


@pytest.fixture
def phone(app, moments, tmp_path):
    """LIN's phone, with htmx, at the first tab."""
    phone = Browser(app, htmx=True)
    at(moments["begun"], phone, tmp_path)
    return phone.open("/record/basic")


def tab(browser, key):
    """Tap on a tab of the strip, and give what came."""
    link = browser.page.select_one(f"#tabs [data-tab={key}]")
    browser._show(
        browser.send("GET", link["hx-get"], headers=browser.already.headers(browser.page, "#panel")), fragment="#panel"
    )
    return browser.reply.get_data(as_text=True)


def test_a_long_list_comes_once_and_is_whole_in_every_form(phone):
    assert tab(phone, "contact").count("<option") < 70
    assert len(phone.page.select("#mail_country option")) > 240

    fill(phone, mail_country="JP" if phone.page.select("option[value=JP]") else "日本")
    assert phone.status == 200 and "日本" in phone.text("#panel")


def test_a_page_that_has_no_list_yet_gets_it(phone):
    phone.open("/record/bank")

    assert tab(phone, "contact").count("<option") > 240


def test_opening_a_tab_sends_the_two_tabs_that_look_otherwise_now(phone):
    assert tab(phone, "bank").count("data-tab=") == 2
    assert [one["data-tab"] for one in phone.page.select("#tabs [aria-current]")] == ["bank"]


def test_a_tab_that_was_saved_elsewhere_is_green_here_too(app, phone):
    laptop = Browser(app)
    log_in(laptop, LIN)
    fill_tab(laptop, "status")

    assert tab(phone, "bank").count("data-tab=") == 3
    assert phone.tabs["status"] == "done" and phone.progress[0] == 1


def test_of_a_page_for_main_only_main_comes_with_its_title(phone):
    reply = phone.send("GET", "/record", headers=MAIN)

    text = reply.get_data(as_text=True)
    assert text.lstrip().startswith("<title>") and text.rstrip().endswith("</main>") and text.count("<main") == 1
    assert "Content-Security-Policy" not in reply.headers


@pytest.mark.parametrize("path", ["/record", "/record/basic", "/home", "/record/receipt"])
def test_whoever_is_not_signed_in_any_more_gets_a_whole_page(app, path):
    stranger = Browser(app)

    reply = stranger.send("GET", path, headers=MAIN)
    while reply.status_code == 302:
        reply = stranger.send("GET", reply.headers["Location"], headers=MAIN)

    assert reply.status_code == 200 and reply.data == b""
    assert reply.headers["HX-Redirect"].startswith("/intue/login?next=")


def test_whoever_saves_data_gets_a_link_in_the_place_of_the_photo(phone):
    phone.open("/record/photo").submit(files={"photo": (io.BytesIO(a_photo()), "me.jpg")})

    sparing = phone.send("GET", "/record/photo", headers={"Save-Data": "on"}).get_data(as_text=True)
    change = phone.send("GET", "/record/photo?edit=1", headers={"Save-Data": "on"}).get_data(as_text=True)
    usual = phone.send("GET", "/record/photo").get_data(as_text=True)

    assert 'src="/record/photo/' in usual
    assert 'src="/record/photo/' not in sparing + change and 'href="/record/photo/photo/' in sparing


def test_the_gate_leads_to_the_first_yellow_tab(app):
    newcomer = Browser(app, htmx=True)
    log_in(newcomer, LIN, LIN.first).submit(new="Violet-Harbor-Maple-7", again="Violet-Harbor-Maple-7")

    newcomer.click("繼續")
    assert newcomer.path == "/record/notice"
    fill(newcomer)
    assert newcomer.path == "/record/basic" and newcomer.page.select_one("html body header .menu")


def test_the_first_page_names_its_style_sheet_in_the_head_of_the_reply_and_no_later_one_does(app):
    browser = Browser(app).open("/intue/login")
    style = browser.page.select_one("link[rel=stylesheet]")["href"]

    assert browser.reply.headers["Link"] == f"<{style}>;rel=preload;as=style"
    assert "Link" not in browser.open("/lookup").reply.headers


def test_what_is_kept_by_caches_does_not_differ_by_cookie(app):
    browser = Browser(app).open("/intue/login")
    style = browser.page.select_one("link[rel=stylesheet]")["href"]

    assert browser.send("GET", style).headers["Vary"] == "Accept-Encoding"
