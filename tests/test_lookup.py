"""Finding one's student number: who is found, what a miss says, and how often one may ask."""

import pytest

from models import Roster
from tables.store import database
from tables.tries import Tries
from tests.browser import Browser
from tests.later import a_quarter_of_an_hour_later
from tests.people import EVERYONE, HO, LIN, NGUYEN, RARE


def look_up(browser, person, **other):
    """Fill the form in for a person, with some of it different."""
    year, month, day = person.birthday
    typed = {
        "program": person.program, "id_number": person.id_number,
        "birth_date__y": year, "birth_date__m": month, "birth_date__d": day,
    }  # fmt: skip
    return browser.open("/lookup").submit(**typed | other)


def counted():
    """How many different things tries were counted for."""
    with database.connection_context():
        return Tries.select().count()


def found(browser):
    """The number on the page, or None."""
    place = browser.page.select_one("[data-student-no]")
    return place and place["data-student-no"]


@pytest.mark.parametrize("who", EVERYONE)
def test_every_new_student_finds_the_number(plain, who):
    person = EVERYONE[who]

    look_up(plain, person)

    assert plain.status == 200 and found(plain) == person.account
    assert person.account in plain.text("output")


def test_the_name_is_masked_and_nothing_else_about_the_person_is_told(plain):
    look_up(plain, LIN)

    shown = plain.text("main")
    assert "林○晴" in shown and "教育學系" in shown
    assert not [secret for secret in (LIN.name, LIN.id_number, "11-20", "yuching") if secret in shown]


@pytest.mark.parametrize(
    ("person", "masked"), [(NGUYEN, "N*** T*** L***"), (RARE, "𠮷○○瑜"), (HO, "何○軒")], ids=lambda it: str(it)[:12]
)
def test_names_of_every_shape_are_masked(plain, person, masked):
    assert masked in look_up(plain, person).text("dl")


@pytest.mark.parametrize(
    "typed",
    [
        {"id_number": "a223456781"},
        {"id_number": " Ａ２２３４５６７８１ "},
        {"birth_date__y": "96"},
        {"birth_date__y": "０９６", "birth_date__m": "１１", "birth_date__d": "２０"},
    ],
    ids=str,
)
def test_the_same_facts_typed_in_other_ways_find_the_same_number(plain, typed):
    assert found(look_up(plain, LIN, **typed)) == LIN.account


@pytest.mark.parametrize("date", ["2007-11-20", "20071120", "0961120", "96/11/20", "民國96年11月20日"])
def test_a_date_in_one_box_is_read_in_every_usual_form(plain, date):
    plain.open("/lookup")
    token = dict(plain.typed())["csrf_token"]

    plain.post("/lookup", {"csrf_token": token, "program": "學士班", "id_number": LIN.id_number, "birth_date": date})

    assert found(plain) == LIN.account


MISSES = {
    "another birthday": {"birth_date__d": "21"},
    "another programme": {"program": "碩士班"},
    "somebody else's number": {"id_number": "A123456789"},
    "a passport nobody has": {"id_number": "ZZ1234567"},
}


def test_every_miss_reads_the_same(app):
    pages = set()
    for address, typed in enumerate(MISSES.values()):
        browser = look_up(Browser(app, address=f"10.0.0.{address}"), LIN, **typed)
        assert (browser.status, found(browser)) == (200, None)
        pages.add(browser.text("body"))

    assert len(pages) == 1


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"program": ""}, "program"),
        ({"id_number": ""}, "id_number"),
        ({"id_number": "A123456780"}, "id_number"),
        ({"id_number": "<script>"}, "id_number"),
        ({"birth_date__y": "", "birth_date__m": "", "birth_date__d": ""}, "birth_date"),
        ({"birth_date__m": "13"}, "birth_date-m"),
        ({"birth_date__m": "2", "birth_date__d": "30"}, "birth_date-d"),
        ({"birth_date__y": "20O7"}, "birth_date-y"),
    ],
    ids=str,
)
def test_a_mistake_is_explained_beside_its_field_and_nothing_typed_is_lost(plain, typed, where):
    look_up(plain, LIN, **typed)

    kept = {
        name: plain.value(name) for name in ("program", "id_number", "birth_date-y", "birth_date-m", "birth_date-d")
    }
    expected = {"program": LIN.program, "id_number": LIN.id_number, "birth_date-y": "2007", "birth_date-m": "11"}
    expected |= {"birth_date-d": "20"} | {name.replace("__", "-"): value for name, value in typed.items()}
    assert kept == expected
    assert plain.status == 422 and list(plain.errors) == [where] and plain.title_says_error
    assert plain.error(where.partition("-")[0]) == plain.errors[where]


def test_the_sixth_look_up_for_one_person_in_a_quarter_of_an_hour_has_to_wait(app):
    browsers = [look_up(Browser(app, address=f"10.0.0.{n}"), LIN, birth_date__d="21") for n in range(5)]
    late = look_up(Browser(app, address="10.0.0.9"), LIN)

    assert [browser.status for browser in browsers] == [200] * 5
    assert late.status == 429 and found(late) is None
    assert look_up(Browser(app), RARE).status == 200


def test_after_the_quarter_of_an_hour_one_may_ask_again(app):
    for _ in range(6):
        look_up(Browser(app), LIN, birth_date__d="21")
    a_quarter_of_an_hour_later()

    assert found(look_up(Browser(app), LIN)) == LIN.account


def test_one_address_cannot_try_everybody(app):
    visitor = Browser(app, address="203.0.113.7")
    look_up(visitor, LIN)
    with database.connection_context():
        Tries.update(n=20).execute()

    assert look_up(visitor, RARE).status == 429
    assert look_up(Browser(app, address="203.0.113.8"), RARE).status == 200


def test_a_forged_forwarding_header_does_not_make_a_new_address(app):
    visitor = Browser(app, address="203.0.113.7")
    look_up(visitor, LIN)
    before = counted()
    token = dict(visitor.open("/lookup").typed())["csrf_token"]

    headers = {"X-Forwarded-For": "198.51.100.1", "X-Real-IP": "198.51.100.1", "Forwarded": "for=198.51.100.1"}
    form = {"csrf_token": token, "program": LIN.program, "id_number": LIN.id_number, "birth_date": "2007-11-20"}
    visitor.send("POST", "/lookup", data=form, headers=headers)

    assert counted() == before


def test_somebody_with_two_programmes_finds_the_number_of_each(app, students):
    first = next(one for one in students if one["student_no"] == LIN.account)
    with database.connection_context():
        Roster.take([{**first, "student_no": "211519999", "program": "碩士班"}])

    assert found(look_up(Browser(app), LIN)) == LIN.account
    assert found(look_up(Browser(app), LIN, program="碩士班")) == "211519999"
