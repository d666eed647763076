"""One tab in a real browser: what appears while typing, what happens when saving goes wrong, and where one is after."""

import pytest
from playwright.sync_api import expect

from tests.live import Window

pytestmark = pytest.mark.browser
FOCUSED = "document.activeElement.id"


@pytest.fixture
def window(site, chromium):
    """The window of a woman who has a password, has read the notice and has filled in the first tab."""
    person, cookies = site.returning("woman", ["basic"])
    with Window(chromium, site) as window:
        window.person = person
        window.context.add_cookies(cookies)
        yield window


@pytest.fixture
def plain_window(site, chromium):
    """The same without JavaScript."""
    _, cookies = site.returning("woman", ["basic"])
    with Window(chromium, site, java_script_enabled=False) as window:
        window.context.add_cookies(cookies)
        yield window


def shown(window, name):
    return window.page.locator(f"main [name={name}]").first.is_visible()


def test_a_field_appears_as_soon_as_an_answer_asks_for_it_and_is_gone_again(window):
    window.page.goto("/record/status")
    assert not shown(window, "tribe")
    window.fill(indigenous="平地原住民")
    assert shown(window, "tribe")
    window.fill(indigenous="無")
    assert not shown(window, "tribe")


def test_without_a_script_the_fields_that_are_asked_for_stand_there_after_saving(plain_window):
    window = plain_window
    window.page.goto("/record/status")
    assert not shown(window, "tribe")
    window.fill(indigenous="平地原住民", disability="無", new_immigrant="否")
    window.save()
    assert shown(window, "tribe") and not shown(window, "new_immigrant_origin")
    assert window.page.locator("#esum a").evaluate_all("all => all.map(one => one.hash)") == ["#tribe"]


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
def test_the_bar_counts_fields_and_not_boxes_nor_what_is_hidden(request, script):
    window = request.getfixturevalue("window" if script else "plain_window")
    window.page.goto("/record/status")
    window.fill(disability="無")
    assert window.page.locator(".full").is_hidden()
    window.fill(indigenous="無", new_immigrant="否")
    assert window.page.locator(".full").is_visible()


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
def test_nothing_that_was_typed_is_lost_when_something_is_wrong(request, script):
    window = request.getfixturevalue("window" if script else "plain_window")
    typed = {"mobile": "12", "email": "no at sign", "reg_addr": "𠮷祥路 <b>1</b> 號", "reg_dist": "大安"}
    window.page.goto("/record/contact")
    window.fill(**typed, reg_city="臺北市")
    window.save()
    assert {name: window.page.locator(f"[name={name}]").input_value() for name in typed} == typed
    assert window.page.locator("[name=reg_city]").input_value() == "臺北市"
    assert window.page.locator("#mobile").get_attribute("aria-invalid") == "true"
    described = window.page.locator("#mobile").get_attribute("aria-describedby").split()
    assert window.page.locator(f"#{described[-1]}").is_visible()


def test_an_error_of_the_summary_leads_to_its_field(window):
    window.page.goto("/record/contact")
    window.save()
    assert window.page.evaluate(FOCUSED) == "esum"
    window.page.locator("#esum a").last.click()
    target = window.page.locator("#esum a").last.get_attribute("href")[1:]
    assert window.page.evaluate(FOCUSED) == target
    box, bar = window.page.locator(f"#{target}").bounding_box(), window.page.locator("#save").bounding_box()
    assert box["y"] + box["height"] <= bar["y"]


def test_tabs_change_without_a_new_page_and_back_leads_back(window):
    page = window.page
    page.goto("/record/contact")
    page.evaluate("document.body.dataset.same = 1")
    window.turn(page.locator("[data-tab=status]"))
    assert page.locator("body[data-same]").count()
    assert page.url.endswith("/record/status") and page.title().startswith("身分與權益，待填")
    assert page.locator("#tabs [aria-current=page]").get_attribute("data-tab") == "status"
    assert page.evaluate(FOCUSED) == "ph" and page.locator("#ph").inner_text() == "身分與權益"
    page.go_back()
    expect(page.locator("#ph")).to_have_text("通訊資料")
    assert page.url.endswith("/record/contact") and page.title().startswith("通訊資料，待填")


def test_the_title_says_error_and_then_done(window):
    page = window.page
    page.goto("/record/bank")
    window.save()
    assert page.title().startswith("錯誤：匯款帳戶，待填")
    window.fill(acct_kind="尚未開戶")
    window.save()
    assert page.title().startswith("匯款帳戶，已完成")
    assert page.locator("#live").inner_text() == "匯款帳戶已儲存，已完成 2／7 頁"


def test_a_green_tab_is_changed_in_its_place_or_left_as_it_was(window):
    page = window.page
    page.goto("/record/basic")
    assert not page.locator("#panel form").count()
    page.evaluate("document.body.dataset.same = 1")
    window.turn(page.locator("#panel a[href$='?edit=1']"))
    window.turn(page.locator("#panel .backlink"))
    assert not page.locator("#panel form").count() and page.url.endswith("/record/basic")
    window.turn(page.locator("#panel a[href$='?edit=1']"))
    window.fill(name_en_first="YU-QING")
    window.save()
    assert page.locator("#panel dd", has_text="YU-QING").count() and page.url.endswith("/record/basic")
    assert page.locator("body[data-same]").count()


def test_the_other_language_keeps_the_place_and_the_tab(window):
    window.page.goto("/record/basic")
    window.turn(window.page.locator("[data-tab=status]"))
    window.page.locator("header .lang").click()
    assert window.page.locator("h1").inner_text() == "Status and entitlements"
    assert window.page.locator("html").get_attribute("lang") == "en"
    window.page.goto("/")
    assert window.page.locator("html").get_attribute("lang") == "en"


def test_districts_of_the_chosen_county_are_offered(window):
    page = window.page
    page.goto("/record/contact")
    window.fill(reg_city="連江縣")
    offered = page.locator("#reg_dist-towns option")
    expect(offered).to_have_count(4)
    assert page.locator("#reg_dist").get_attribute("list") == "reg_dist-towns"
    window.fill(reg_city="嘉義市")
    expect(offered).to_have_count(2)
    assert not [one.url for one in window.requests if "reg_dist=" in one.url]


def test_what_is_typed_is_kept_while_it_is_typed_and_may_be_left(window):
    page = window.page
    page.goto("/record/contact")
    with page.expect_request("**/contact/draft") as sent:
        window.fill(reg_addr="和平東路 𠮷")
    assert "mobile" not in sent.value.post_data and sent.value.response().status == 200
    expect(page.locator("#save small")).to_contain_text("草稿")
    window.turn(page.locator("[data-tab=bank]"))
    window.turn(page.locator("[data-tab=contact]"))
    assert page.locator("[name=reg_addr]").input_value() == "和平東路 𠮷"
    assert "草稿" in page.locator("#panel .note.warn").inner_text()


def test_a_save_sends_what_was_changed_and_nothing_else(window):
    window.page.goto("/record/basic?edit=1")
    window.fill(name_en_first="YU-QING")
    window.save()
    sent = next(one for one in reversed(window.requests) if one.method == "POST")
    names = {pair.partition("=")[0] for pair in sent.post_data.split("&")}
    assert names == {"csrf_token", "drawn", "rev", "part", "do", "name_en_first"}


def test_what_could_not_be_sent_is_asked_about_before_the_page_is_left(window):
    page, asked = window.page, []
    page.goto("/record/status")
    window.context.set_offline(True)
    window.fill(disability="無")
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator("[data-tab=bank]").click()
    page.wait_for_timeout(500)
    expect(page.locator("#ph")).to_have_text("身分與權益")
    assert asked == ["剛才填的還沒送到系統，確定要離開嗎？"]
    window.context.set_offline(False)
    window.turn(page.locator("[data-tab=bank]"))
    assert page.locator("#ph").inner_text() == "匯款帳戶" and len(asked) == 1
    window.turn(page.locator("[data-tab=status]"))
    assert page.locator("[name=disability][value=無]").is_checked()


def test_whoever_saves_data_has_no_drafts_sent_and_is_asked(window):
    page, asked = window.page, []
    page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    page.goto("/record/status")
    window.fill(disability="無")
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    window.turn(page.locator("[data-tab=bank]"))
    assert len(asked) == 1 and page.locator("#ph").inner_text() == "匯款帳戶"
    assert not [one for one in window.requests if one.method == "POST"]
