"""From the look-up to the proof: every kind of student, in both languages, with htmx and without."""

import pytest

from tests.answers import fill, fill_all, log_in
from tests.browser import Browser
from tests.people import EVERYONE, PASSWORD

WAYS = [("zh", False), ("en", True)]


@pytest.mark.parametrize(("lang", "htmx"), WAYS, ids=["Chinese without JavaScript", "English with htmx"])
@pytest.mark.parametrize("who", EVERYONE)
def test_a_new_student_goes_from_the_look_up_to_the_proof(app, who, lang, htmx):
    person, browser = EVERYONE[who], Browser(app, htmx=htmx, lang=lang)

    year, month, day = person.birthday
    browser.open("/lookup").submit(
        program=person.program, id_number=person.id_number, birth_date__y=year, birth_date__m=month, birth_date__d=day
    )
    assert browser.page.select_one("[data-student-no]")["data-student-no"] == person.account

    log_in(browser, person, person.first)
    assert browser.path == "/password/first"
    browser.submit(new=PASSWORD, again=PASSWORD)
    assert browser.path == "/home" and browser.progress == (0, person.tabs)

    fill(browser.open("/record"))
    assert browser.path == "/record/basic" and list(browser.tabs.values()) == ["todo"] * person.tabs

    fill_all(browser)
    assert set(browser.tabs.values()) == {"done"} and browser.progress == (person.tabs, person.tabs)

    browser.open("/record/receipt")
    assert browser.path == "/record/receipt" and person.account in browser.text("article")
