"""Rows of a group in a student's hands: added, taken out, saved, refused and shown, with htmx and without."""

import pytest

from models import SavedTab
from tables.store import database
from tests.answers import log_in
from tests.browser import Browser
from tests.people import LIN
from tests.record_copies import Copy

ROWS = "/record/emergency"
MOTHER = {"rel_name": "王小美", "rel_kind": "母"}


@pytest.fixture
def start(lin, started, tmp_path):
    """Start again with relatives switched on, and log LIN in."""

    def restart(**settings):
        copy = Copy().set("relatives", **{"need": '"optional"', **settings})
        browser = Browser(started(RECORD_FILE=copy.write(tmp_path)), htmx=lin.htmx)
        return log_in(browser, LIN).open(ROWS)

    return restart


@pytest.fixture
def browser(start):
    """LIN at the tab with relatives, none of whom she has entered."""
    return start()


def legends(browser):
    """The names of the rows that stand there."""
    return [legend.get_text(strip=True) for legend in browser.page.select(".rowset legend")]


def kept():
    """What is stored of the rows, without blanks."""
    with database.connection_context():
        answers = SavedTab.of(LIN.account).get("emergency", ({}, None))[0]
    return {key: value for key, value in answers.items() if key.startswith("relatives-") and value}


def add(browser, **answers):
    """One more relative with these answers."""
    number = len(legends(browser)) + 1
    return browser.press("新增親屬").type(**{f"relatives__{number}__{name}": one for name, one in answers.items()})


def test_the_default_record_asks_for_no_relatives(lin):
    assert not lin.open(ROWS).page.select(".rowset, [name=relatives]")


def test_a_row_comes_with_a_button_and_nothing_is_saved_by_it(browser):
    add(browser)

    assert browser.status == 200 and legends(browser) == ["親屬 1"] and not browser.errors
    assert kept() == {} and browser.tabs["emergency"] == "todo"


def test_a_row_more_is_no_draft_that_could_be_discarded(browser):
    assert browser.open(ROWS).press("新增親屬").page.select("fieldset.rowset")
    assert not browser.page.select("[value=discard]")


def test_what_a_row_needs_is_marked_before_the_row_is_begun(browser):
    add(browser)

    marked = [one["name"] for one in browser.page.select(".rowset [required]")]
    assert marked == ["relatives-1-rel_name", "relatives-1-rel_kind", "relatives-1-rel_other"]


def test_what_was_typed_stays_when_a_row_is_added_or_taken_out(browser):
    browser.type(ec1_name="林大山", ec1_mobile="12")
    add(add(browser, **MOTHER), rel_name="林小弟")
    browser.press("移除親屬 1")

    assert legends(browser) == ["親屬 1"] and browser.value("relatives-1-rel_name") == "林小弟"
    assert (browser.value("ec1_name"), browser.value("ec1_mobile")) == ("林大山", "12")


def test_rows_are_saved_with_the_tab_and_come_back_with_it(browser):
    add(add(browser, **MOTHER), rel_name="林小弟", rel_kind="其他親屬").submit()

    assert kept() == {
        "relatives-1-rel_name": "王小美",
        "relatives-1-rel_kind": "母",
        "relatives-2-rel_name": "林小弟",
        "relatives-2-rel_kind": "其他親屬",
    }
    assert legends(browser.open(ROWS)) == ["親屬 1", "親屬 2"] and browser.value("relatives-2-rel_name") == "林小弟"


def test_an_error_in_a_row_is_at_its_control_and_says_in_the_summary_which_row(browser):
    add(add(browser, **MOTHER), rel_kind="父").submit()

    assert browser.status == 422 and browser.errors["relatives-2-rel_name"] == "親屬 2：請填寫親屬姓名"
    assert browser.error("relatives-2-rel_name") == "請填寫親屬姓名" and not browser.error("relatives-1-rel_name")


def test_a_field_of_a_row_appears_when_an_answer_of_that_row_asks_for_it(browser):
    add(add(browser, **MOTHER), rel_name="林小弟", rel_kind="其他親屬").submit()

    assert browser.has_field("relatives-2-rel_other")
    boxes = {box["id"]: box["data-when"] for box in browser.page.select(".rowset [data-when]")}
    assert boxes["relatives-2-rel_other-f"] == "relatives-2-rel_kind=其他親屬"


def test_a_row_taken_out_is_gone_after_saving(browser):
    add(add(browser, **MOTHER), rel_name="林小弟", rel_kind="子女").submit()
    browser.open(ROWS).press("移除親屬 1").submit()

    assert kept() == {"relatives-1-rel_name": "林小弟", "relatives-1-rel_kind": "子女"}


def test_the_last_row_can_be_taken_out_too(browser):
    add(browser, **MOTHER).submit()
    browser.open(ROWS).press("移除親屬 1").submit()

    assert kept() == {} and legends(browser) == []


def test_there_are_no_more_rows_than_there_may_be(start):
    browser = add(add(start(max="2"), **MOTHER))

    assert legends(browser) == ["親屬 1", "親屬 2"] and "新增親屬" not in browser.text()
    browser.press("移除親屬 2")
    assert "新增親屬" in browser.text()


def test_a_row_more_that_the_page_did_not_offer_is_not_given(start):
    browser = add(add(start(max="2"), **MOTHER))
    browser.post(ROWS, [*browser.typed(), ("do", "add:relatives")])

    assert len(legends(browser)) == 2


def test_a_required_group_shows_its_rows_at_once(start):
    browser = start(need='"required"', min="1")
    assert legends(browser) == ["親屬 1"]

    browser.submit()
    assert browser.error("relatives-1-rel_name") == "請填寫親屬姓名"


@pytest.mark.parametrize("asked", ["add:nothing", "remove:relatives:9", "remove:relatives:x", "add", "no:relatives"])
def test_a_button_that_is_not_there_breaks_nothing(browser, asked):
    add(browser, **MOTHER)
    reply = browser.send("POST", ROWS, data=dict([*browser.typed(), ("do", asked)]))

    assert reply.status_code in (200, 422)


def test_enter_saves_and_does_not_take_a_row_out(browser):
    assert add(browser).form().select_one("button")["value"] == "save"


def test_the_summary_names_each_row(browser):
    add(browser, **MOTHER)
    browser.submit(ec1_name="林大山", ec1_rel="父", ec1_mobile="0922333444")

    assert browser.tabs["emergency"] == "done" and "親屬 1 姓名 王小美" in browser.open(ROWS).text("#panel")
