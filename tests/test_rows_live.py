"""Rows of a group in a real browser, with a script and without: added, typed in, taken out, and where one is after."""

import pytest
from playwright.sync_api import expect

from tests.live import PHONE, Window, serving
from tests.record_copies import Copy

pytestmark = pytest.mark.browser
ROWS, FOCUSED = "/record/emergency", "document.activeElement.id"


@pytest.fixture(scope="module")
def place(program, tmp_path_factory):
    """A server whose record asks for relatives."""
    folder = tmp_path_factory.mktemp("rows")
    record = Copy().set("relatives", need='"optional"').write(folder)
    with serving(folder, XUEJI_CAPTCHA="off", XUEJI_RECORD_FILE=str(record)) as place:
        yield place


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def window(place, chromium, request):
    """A woman at the tab with relatives, once with a script and once without."""
    _, cookies = place.returning("woman")
    with Window(chromium, place, size=PHONE, java_script_enabled=request.param) as window:
        window.context.add_cookies(cookies)
        window.page.goto(ROWS)
        yield window
        assert window.complaints == []


def rows(window, number):
    """Wait for so many rows."""
    expect(window.page.locator(".rowset")).to_have_count(number)


def add(window, number, **answers):
    """Press the button for one more, and type."""
    window.page.get_by_role("button", name="新增親屬").click()
    rows(window, number)
    window.fill(**{f"relatives__{number}__{name}": answer for name, answer in answers.items()})


def test_rows_are_added_filled_in_taken_out_and_saved(window):
    window.fill(ec1_name="林大山", ec1_rel="父", ec1_mobile="0922333444")
    add(window, 1, rel_name="王小美", rel_kind="母")
    add(window, 2, rel_name="林小弟", rel_kind="子女")
    window.page.get_by_role("button", name="移除親屬 1").click()
    rows(window, 1)
    assert window.page.locator("#relatives-1-rel_name").input_value() == "林小弟"
    assert window.page.locator("#ec1_name").input_value() == "林大山"

    window.save()
    assert "親屬 1 姓名\n林小弟" in window.text("#panel").replace("\t", "") and "王小美" not in window.text("#panel")


def test_enter_in_a_row_saves_the_tab(window):
    add(window, 1, rel_name="王小美")
    window.turn(Enter(window.page.locator("#relatives-1-rel_name")))

    assert window.page.locator("#relatives-1-rel_kind").get_attribute("aria-invalid") == "true"


class Enter:
    """The Enter key in a control, in the place of a click."""

    def __init__(self, control):
        self.control = control

    def click(self):
        """Press it."""
        self.control.press("Enter")


@pytest.mark.parametrize("window", [True], indirect=True)
def test_the_focus_goes_to_the_new_row_and_back_to_the_button_and_both_are_announced(window):
    add(window, 1)
    expect(window.page.locator("#relatives-1-rel_name")).to_be_focused()
    assert window.page.locator("#live").inner_text() == "已新增親屬 1"

    window.page.get_by_role("button", name="移除親屬 1").click()
    rows(window, 0)
    expect(window.page.get_by_role("button", name="新增親屬")).to_be_focused()
    assert window.page.locator("#live").inner_text() == "已移除"


@pytest.mark.parametrize("window", [True], indirect=True)
def test_a_field_of_a_row_appears_with_its_own_answer_at_once(window):
    add(window, 1, rel_kind="其他親屬")
    add(window, 2, rel_kind="母")

    assert window.page.locator("#relatives-1-rel_other").is_visible()
    assert window.page.locator("#relatives-2-rel_other").is_hidden()


@pytest.mark.parametrize("window", [True], indirect=True)
def test_without_a_connection_the_bar_says_so_and_nothing_is_lost(window):
    window.fill(ec1_name="林大山")
    window.context.set_offline(True)
    window.page.get_by_role("button", name="新增親屬").click()

    expect(window.page.locator("#save.bad")).to_be_visible()
    assert window.page.locator("#ec1_name").input_value() == "林大山"
    window.complaints.clear()
