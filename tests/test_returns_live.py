"""In a real browser: photos approved with the keyboard, and a tab from returned over corrected to accepted."""

import pytest

from tests.live import DESKTOP, Window

pytestmark = pytest.mark.browser


@pytest.fixture
def clerk(chromium, site):
    """A clerk at a desk."""
    with Window(chromium, site, size=DESKTOP) as window:
        window.context.add_cookies(site.clerk())
        yield window


def test_photos_are_ticked_and_approved_without_a_mouse(clerk, site):
    for _ in range(3):
        site.returning("woman", ["photo"])
    page = clerk.page
    page.goto("/staff/photos")
    boxes = page.locator("[name=good]")
    before = boxes.count()

    boxes.first.focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Space", "ArrowLeft"):
        page.keyboard.press(key)
    assert boxes.nth(1).evaluate("box => box == document.activeElement")
    assert [boxes.nth(at).is_checked() for at in range(3)] == [True, False, True]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("退回")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    page.wait_for_selector(".note.ok")
    assert "已核可 2 張照片" in clerk.text(".note.ok") and boxes.count() == before - 2
    assert clerk.complaints == []


def test_a_returned_tab_is_corrected_and_accepted(clerk, site, chromium):
    person, cookies = site.returning("woman", ["contact"])
    case = f"/staff/returns/{person.account}/contact"
    clerk.page.goto(case)
    clerk.fill(reason="手機請填本人的。")
    clerk.press()
    clerk.press()

    with Window(chromium, site) as student:
        student.context.add_cookies(cookies)
        student.page.goto("/record/basic")
        student.turn(student.page.locator("[data-tab=contact]"))
        assert student.state("contact") == "returned" and "手機請填本人的。" in student.text("#panel .note.bad")
        student.fill(mobile="0987654321")
        student.save()
        assert student.state("contact") == "done" and student.complaints == []

    clerk.page.goto(case)
    assert (clerk.text("del"), clerk.text("ins")) == ("0912345678", "0987654321")
    clerk.press("接受補正")
    assert "已接受補正" in clerk.text(".note.ok") and clerk.complaints == []
