"""When a save does not get through: no connection, no session, too slow, pressed twice, or a photo that is none."""

import pytest
from playwright.sync_api import expect

from tests import stored
from tests.answers import a_photo
from tests.live import Window
from tests.people import PASSWORD

pytestmark = pytest.mark.browser
TAB = "**/record/status"


@pytest.fixture
def window(site, chromium):
    """The window of a woman who is about to save a tab in which everything is answered."""
    person, cookies = site.returning("woman")
    with Window(chromium, site) as window:
        window.person = person
        window.context.add_cookies(cookies)
        window.page.goto("/record/status")
        window.fill(indigenous="無", disability="無", new_immigrant="否", income="低收入戶")
        yield window


def posts(window):
    """How often something was sent to be saved."""
    return sum(one.method == "POST" and one.url.endswith("/status") for one in window.requests)


def alert(window):
    """What the bar says is wrong."""
    return window.page.locator(".save.bad [role=alert]")


def assert_all_is_still_there(window):
    assert window.page.locator("[name=income]").input_value() == "低收入戶"
    assert window.page.locator("[name=disability][value=無]").is_checked()


def log_in_here(window):
    """At the door that came into the page."""
    door = window.page.locator("#door form")
    assert door.locator("[name=account]").input_value() == window.person.account
    door.locator("[name=password]").fill(PASSWORD)
    door.locator(".acts .btn").first.click()
    expect(alert(window)).to_contain_text("已重新登入")


def is_saved(window):
    """Wait until the tab is green without anybody pressing anything."""
    expect(window.page.locator("#panel .note.ok")).to_be_visible(timeout=15_000)
    assert window.state("status") == "done"


def test_without_a_connection_the_bar_says_so_and_it_is_saved_when_there_is_one(window):
    window.context.set_offline(True)
    window.press()
    expect(alert(window)).to_contain_text("網路斷了")
    assert window.page.locator(".save .btn").inner_text() == "再存一次"
    assert_all_is_still_there(window)
    window.context.set_offline(False)
    is_saved(window)


def test_whoever_types_on_is_not_interrupted_by_a_save_of_its_own_accord(window):
    window.context.set_offline(True)
    window.press()
    expect(alert(window)).to_contain_text("網路斷了")
    window.fill(income="無")
    sent = posts(window)
    with window.page.expect_request("**/status/draft"):
        window.context.set_offline(False)
    assert posts(window) == sent and alert(window).is_visible()
    window.save()
    assert window.page.locator("#panel dd", has_text="低收入戶").count() == 0


def test_a_fault_of_the_server_is_no_fault_of_the_student(window):
    window.page.route(TAB, lambda route: route.fulfill(status=502, body="<html><h1>Bad Gateway</h1></html>"))
    window.press()
    expect(alert(window)).to_contain_text("系統出了問題")
    assert_all_is_still_there(window)
    window.page.unroute(TAB)
    is_saved(window)


@pytest.mark.parametrize("lost", ["session", "cookies"])
def test_after_logging_in_inside_of_the_page_one_press_saves(window, site, lost):
    if lost == "cookies":
        window.context.clear_cookies()
    else:
        stored.row(site.folder, "DELETE FROM session WHERE student_id = ?", window.person.account)
    window.press()
    expect(alert(window)).to_contain_text("登入已結束")
    assert_all_is_still_there(window)

    log_in_here(window)
    assert window.page.evaluate("document.activeElement.matches('#save .btn')")
    assert_all_is_still_there(window)
    window.save()
    assert window.state("status") == "done"
    assert window.page.locator("#panel dd", has_text="低收入戶").count() == 1


def test_pressing_twice_saves_once(window):
    held = window.hold(TAB)
    window.page.locator(".save .btn").dblclick()
    expect(window.page.locator(".save .btn")).to_contain_text("儲存中")
    window.press()
    held[0].continue_()
    expect(window.page.locator("#panel .note.ok")).to_be_visible()
    assert posts(window) == 1 and len(held) == 1


def test_a_slow_save_is_announced(window):
    held = window.hold(TAB)
    window.press()
    expect(window.page.locator("#live")).to_have_text("儲存中…")
    held[0].continue_()
    expect(window.page.locator("#live")).to_contain_text("已儲存")


def choose(window, name, buffer, kind="image/jpeg"):
    """Open the last tab and choose a file there."""
    window.page.goto("/record/photo")
    window.fill(photo={"name": name, "mimeType": kind, "buffer": buffer})


@pytest.fixture
def camera(site, chromium):
    """The window of a woman at the tab for her photo."""
    _, cookies = site.returning("woman")
    with Window(chromium, site) as window:
        window.context.add_cookies(cookies)
        yield window


def test_a_photo_is_shown_before_it_is_saved_and_sent_no_larger_than_needed(camera):
    large = a_photo(3000, 4000, "PNG")
    choose(camera, "portrait.png", large, "image/png")
    expect(camera.page.locator("#photo-file")).to_contain_text("portrait.png")
    expect(camera.page.locator("#photo-file")).to_contain_text("→")
    assert camera.page.locator("#photo-now").evaluate("image => image.naturalWidth") == 3000
    sent = camera.page.locator("#photo").evaluate("one => [one.files[0].type, one.files[0].size]")
    assert sent[0] == "image/jpeg" and sent[1] < 400_000
    camera.save()
    assert camera.state("photo") == "done"
    saved, ratio = camera.page.locator("#panel img"), "image => image.clientWidth / image.clientHeight"
    assert saved.get_attribute("src").startswith("blob:") and saved.evaluate(ratio) == 35 / 45
    assert not [one for one in camera.requests if one.url.endswith(".jpg")]
    camera.page.reload()
    assert saved.evaluate("image => image.decode().then(() => image.naturalWidth / image.naturalHeight)") == 35 / 45


def test_a_file_that_is_no_photo_is_refused_in_words_and_the_next_one_is_taken(camera):
    choose(camera, "letter.pdf", b"%PDF-1.7 a letter", "application/pdf")
    expect(camera.page.locator("#photo-now")).to_be_hidden()
    camera.save()
    assert "PDF" in camera.page.locator("#photo-e").inner_text()
    camera.fill(photo={"name": "me.jpg", "mimeType": "image/jpeg", "buffer": a_photo()})
    camera.save()
    assert camera.state("photo") == "done"


def test_a_file_that_is_far_too_large_is_refused_in_words(camera, tmp_path):
    film = tmp_path / "film.bin"
    film.write_bytes(bytes(12_000_000))
    camera.page.goto("/record/photo")
    camera.fill(photo=film)
    camera.press()
    expect(alert(camera)).to_contain_text("10 MB")
    camera.fill(photo={"name": "me.jpg", "mimeType": "image/jpeg", "buffer": a_photo()})
    camera.save()
    assert camera.state("photo") == "done"


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
def test_of_two_photos_both_are_seen_and_the_one_that_is_chosen_is_saved(site, chromium, script):
    _, cookies = site.returning("woman")
    with Window(chromium, site, java_script_enabled=script) as camera:
        camera.context.add_cookies(cookies)
        first, camera.page = camera.page, camera.context.new_page()
        choose(camera, "second.jpg", a_photo(600, 1200), "image/jpeg")
        second, camera.page = camera.page, first
        choose(camera, "first.jpg", a_photo(), "image/jpeg")
        camera.save()
        camera.page = second
        camera.save()

        seen = camera.page.locator("form.clash td img")
        assert seen.evaluate_all("all => Promise.all(all.map(one => one.decode())).then(() => all.length)") == 2
        assert camera.page.evaluate("document.documentElement.scrollWidth") <= 360
        mine = seen.last.get_attribute("src")
        camera.turn(camera.page.locator("form.clash [value=mine]"))
        assert camera.state("photo") == "done" and camera.page.locator("#photo-now").get_attribute("src") == mine
        assert not camera.complaints
