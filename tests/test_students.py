"""The list of students: filters, pages, and the search that keeps ID numbers out of addresses and logs."""

import logging

import pytest

from models import Roster, Student
from tables import standing
from tables.recovery import Freeze
from tables.returns import Return
from tables.store import database
from tests.answers import begin, fill_tab, log_in
from tests.browser import Browser
from tests.offices import KAO, WU, YEH, employ, sign_in
from tests.people import CHEN, LIN, MARTIN, MINOR, NGUYEN, RARE


@pytest.fixture
def wu(app):
    """The registrar's office, without JavaScript."""
    return sign_in(Browser(app), employ(WU, has_phone=True))


@pytest.fixture
def kao(app):
    """The office of two departments, with htmx."""
    return sign_in(Browser(app, htmx=True), employ(KAO))


def numbers(browser):
    """The student numbers of the list."""
    return [link.get_text() for link in browser.page.select("#results td.num a")]


def everyone():
    """All student numbers."""
    with database.connection_context():
        return sorted(number for (number,) in Student.select(Student.student_no).tuples())


def test_everybody_is_listed_in_order(wu):
    wu.open("/staff/students")

    assert numbers(wu) == everyone()[:50] and f"{len(everyone())} 位學生" in wu.text("#results")


def test_a_department_sees_its_own_only(kao):
    kao.open("/staff/students")

    with database.connection_context():
        own = [one.student_no for one in Student.seen_by(KAO.depts)]
    assert numbers(kao) == sorted(own) and MARTIN.name not in kao.text()


@pytest.mark.parametrize(
    ("filters", "there", "not_there"),
    [
        ({"flag": "minor"}, MINOR, LIN),
        ({"flag": "numberless"}, MARTIN, NGUYEN),
        ({"kind": "外國學生"}, NGUYEN, LIN),
        ({"program": "學士班"}, LIN, None),
        ({"tab": "military.none"}, LIN, CHEN),
        ({"tab": "military.todo"}, CHEN, LIN),
        ({"tab": "passport.todo"}, NGUYEN, LIN),
        ({"missing": "mobile"}, LIN, None),
        ({"missing": "mil_state"}, CHEN, LIN),
        ({"state": "away"}, LIN, None),
        ({"state": "open"}, LIN, None),
        ({"q": "4115100"}, LIN, CHEN),
        ({"q": "予晴"}, LIN, CHEN),
        ({"q": "𠮷田"}, RARE, LIN),
        ({"no": [LIN.account]}, LIN, CHEN),
    ],
)
def test_a_filter_leaves_those_it_names(wu, filters, there, not_there):
    path = "/staff/students?" + "&".join(f"{name}={one}" for name, value in filters.items() for one in as_list(value))

    found = numbers(wu.open(path))

    assert there.account in found and (not_there is None or not_there.account not in found)


def as_list(value):
    """A value or several as several."""
    return value if isinstance(value, list) else [value]


def test_how_far_somebody_is_can_be_asked_for(app, lin_done, wu):
    fill_tab(begin(Browser(app), CHEN), "basic")
    begin(Browser(app), MINOR)

    found = {
        state: numbers(wu.open(f"/staff/students?state={state}")) for state in ("done", "begun", "new", "returned")
    }

    assert found == {"done": [LIN.account], "begun": [CHEN.account], "new": [MINOR.account], "returned": []}
    assert "1/8" in wu.open(f"/staff/students?q={CHEN.account}").text("tbody")
    assert CHEN.account in numbers(wu.open("/staff/students?tab=basic.done"))


def test_a_returned_tab_can_be_asked_for(app, lin_done, wu):
    with database.connection_context():
        Return.make(LIN.account, "bank", WU.account, reason="請改用本人帳戶")
        standing.rebuild(app.extensions["record"], [LIN.account])

    assert numbers(wu.open("/staff/students?tab=bank.returned")) == [LIN.account]
    assert "退回 1 頁" in wu.open("/staff/students?state=returned").text("tbody")


def test_frozen_and_locked_accounts_can_be_asked_for(app, wu):
    with database.connection_context():
        Freeze.insert(student=CHEN.account).execute()
    begin(Browser(app), LIN)
    stranger = Browser(app, address="203.0.113.9")
    [log_in(stranger, LIN, "Wrong&Kite99") for _ in range(6)]

    assert numbers(wu.open("/staff/students?flag=frozen")) == [CHEN.account]
    assert numbers(wu.open("/staff/students?flag=locked")) == [LIN.account]


@pytest.mark.parametrize(
    "path", ["?program=x&dept=y", "?tab=nothing.todo", "?tab=basic", "?missing=nothing", "?flag=x"]
)
def test_what_no_filter_knows_does_no_harm(wu, path):
    assert wu.open(f"/staff/students{path}").status == 200


def test_pages_go_forth_and_back(app, wu, monkeypatch):
    monkeypatch.setattr("tables.roll.PAGE", 3)
    wu.open("/staff/students")
    assert numbers(wu) == everyone()[:3]

    wu.click("下一頁").click("下一頁")
    assert numbers(wu) == everyone()[6:9]

    wu.click("上一頁")
    assert numbers(wu) == everyone()[3:6]

    wu.click("第一頁")
    assert numbers(wu) == everyone()[:3] and "上一頁" not in wu.text()


def test_with_htmx_only_the_results_come(kao):
    kao.open("/staff/students")

    reply = kao.send("GET", "/staff/students?state=done", headers={"HX-Request": "true"})

    text = reply.get_data(as_text=True)
    assert text.lstrip().startswith('<section id="results"') and "<h1" not in text and 'id="live"' in text


@pytest.mark.parametrize("typed", [LIN.id_number, f" {LIN.id_number.lower()} ", LIN.account])
def test_a_whole_number_leads_to_the_student(wu, typed):
    wu.open("/staff/students").submit(".find", who=typed)

    assert LIN.account in wu.path if typed != LIN.account else LIN.account in numbers(wu)


def test_a_name_leads_to_the_list(wu):
    wu.open("/staff/students").submit(".find", who="予晴")

    assert numbers(wu) == [LIN.account]


def test_an_id_number_is_in_no_address_and_no_log(wu, caplog):
    caplog.set_level(logging.INFO)
    wu.open("/staff/students")

    replies = [wu.open("/staff/students").submit(".find", who=one) for one in ("A123456789", "ZZ99999999", "900000001")]

    assert [one.status for one in replies] == [422] * 3
    assert wu.path == "/staff/students/find" and "?" not in wu.url
    assert wu.value("who") == "900000001" and "沒有這個號碼" in wu.errors["who"]
    assert "A123456789" not in caplog.text and "student-searched" in caplog.text


def test_nobody_finds_a_student_of_another_department(app):
    yeh = sign_in(Browser(app), employ(YEH))

    assert yeh.open("/staff/students").submit(".find", who=LIN.id_number).status == 422


def test_two_numbers_of_one_person_are_listed(app, students, wu):
    lin = next(one for one in students if one["student_no"] == LIN.account)
    with database.connection_context():
        Roster.take([lin | {"student_no": "411599901", "program": "碩士班"}])
        standing.rebuild(app.extensions["record"], ["411599901"])

    wu.open("/staff/students").submit(".find", who=LIN.id_number)

    assert numbers(wu) == [LIN.account, "411599901"]


def test_nothing_found_says_what_to_try(wu):
    assert "沒有符合的學生" in wu.open("/staff/students?q=無此人").text()


def test_a_list_asks_the_database_a_fixed_number_of_times(app, wu, statements, monkeypatch):
    monkeypatch.setattr("tables.roll.PAGE", 2)
    wu.open("/staff/students?missing=mobile")
    few = statements(lambda: wu.open("/staff/students?missing=mobile"))
    monkeypatch.setattr("tables.roll.PAGE", 50)

    assert statements(lambda: wu.open("/staff/students?missing=mobile")) == few <= 12
