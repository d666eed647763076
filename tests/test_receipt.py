"""The proof at the end: who, when, which tabs, and a code that belongs to these answers and no others."""

import re

import pytest

from models import SavedTab
from tables.store import database
from tests.answers import begin, fill_all, fill_tab
from tests.browser import Browser
from tests.people import LIN, NGUYEN, RARE


def code(browser):
    """The check code on the proof."""
    found = re.search(r"\b115-1-\d+-[0-9A-Z]{4}-[0-9A-Z]{4}\b", browser.open("/record/receipt").text("article"))
    assert found, browser.text()
    return found[0]


def test_the_proof_says_who_which_tabs_and_when(lin_done):
    shown = lin_done.open("/record/receipt").text("article")

    assert all(word in shown for word in (LIN.account, LIN.name, "學士班", "教育學系", "國立臺北教育大學"))
    assert shown.count("已完成") >= LIN.tabs and re.search(r"20\d\d 年 \d+ 月 \d+ 日", shown)
    assert LIN.id_number not in shown and "0912" not in shown


def test_it_is_not_there_before_every_tab_is_done(lin):
    fill_tab(lin, "basic")

    assert lin.open("/record/receipt").path == "/record"


def test_all_done_is_said_with_the_way_to_the_proof(lin_done):
    lin_done.open("/record")
    assert lin_done.page.select_one('main a[href="/record/receipt"]')

    lin_done.open("/home")
    assert lin_done.page.select_one('main a[href="/record/receipt"]') and lin_done.progress == (LIN.tabs, LIN.tabs)


def test_the_code_stays_the_same_until_an_answer_changes(lin_done):
    first = code(lin_done)
    assert code(lin_done) == first

    lin_done.open("/record/contact?edit=1").submit(mobile="0987654321")
    second = code(lin_done)
    assert second != first


def test_the_code_covers_the_answers_and_not_the_time_alone(lin_done):
    first = code(lin_done)
    with database.connection_context():
        answers, saved_at = SavedTab.of(LIN.account)["contact"]
        SavedTab.keep(LIN.account, "contact", {**answers, "mobile": "0987654321"})
        SavedTab.update(saved_at=saved_at).where(SavedTab.tab == "contact").execute()

    assert code(lin_done) != first


def test_two_students_have_different_codes(app):
    first = code(fill_all(begin(Browser(app), LIN)))

    assert code(fill_all(begin(Browser(app), RARE)))[-9:] != first[-9:]


def test_a_tab_that_turned_yellow_again_takes_the_proof_away(lin_done):
    lin_done.open("/record/contact?edit=1").submit(mobile="12")

    assert lin_done.open("/record/receipt").path == "/record"


@pytest.mark.parametrize(("person", "lang"), [(RARE, "zh"), (NGUYEN, "en")])
def test_a_name_stands_on_the_proof_as_the_school_wrote_it(app, person, lang):
    browser = fill_all(begin(Browser(app, lang=lang), person))

    assert person.name in browser.open("/record/receipt").text("article")


def test_the_code_says_the_same_in_both_languages(lin_done):
    chinese = code(lin_done)
    lin_done.open("/record/receipt?lang=en")

    assert code(lin_done) == chinese and lin_done.page.html["lang"] == "en"
