"""What is summed up about a student is what judging the whole record would say."""

import pytest

from domain import roster_sample
from domain.outline import RETURNED, TO_FILL, Outline, outline, read
from domain.sheet import progress
from models import Roster, SavedTab, Student, facts_of
from tables import standing
from tables.returns import Return
from tables.standing import Shape, Standing
from tables.store import database
from tests.answers import begin, fill_all, fill_tab, first_password, log_in
from tests.browser import Browser
from tests.people import EVERYONE, LIN, MARTIN, MINOR, NGUYEN


@pytest.fixture
def record(app):
    """The record."""
    return app.extensions["record"]


def row(person):
    """What is kept of somebody."""
    with database.connection_context():
        return Standing.get_by_id(person.account)


def kept(person):
    """(how far, in words; the outline as text) as it is kept."""
    with database.connection_context():
        found = Standing.get_by_id(person.account)
        return found.state, str(found.outline)


def truth(record, person):
    """The same as judging all answers says."""
    with database.connection_context():
        student, saved = Student.get_by_id(person.account), SavedTab.of(person.account)
        returned = Return.of(person.account)
    facts = {**facts_of(student.known), "notice_version": record.notice.version, "last_login": ""}
    short = outline(progress(record, saved, facts, returned=returned))
    return short.state, str(short)


def make_anew(record, person):
    """Make the row of somebody anew."""
    with database.connection_context():
        standing.rebuild(record, [person.account])


@pytest.mark.parametrize("who", EVERYONE)
def test_it_is_true_before_and_after_every_save(app, record, who):
    person = EVERYONE[who]
    browser = begin(Browser(app), person)
    assert kept(person) == truth(record, person) and kept(person)[0] == "new"

    tab = next(iter(browser.open("/record").tabs))
    browser.open(f"/record/{tab}").submit()
    assert kept(person) == truth(record, person) and kept(person)[0] == "begun"

    fill_tab(browser, tab)
    assert kept(person) == truth(record, person) and kept(person)[1].startswith("[1,")
    begun = row(person).__data__

    make_anew(record, person)
    assert row(person).__data__ == begun | {"judged_at": row(person).judged_at}

    fill_all(browser)
    assert kept(person) == truth(record, person) and kept(person)[0] == "done"


def test_it_is_true_of_everybody_before_anything_was_saved(record):
    assert [kept(person) for person in EVERYONE.values()] == [truth(record, person) for person in EVERYONE.values()]


def test_students_who_are_alike_are_judged_once_and_rightly(record):
    people = list(roster_sample.sample(400))
    with database.connection_context():
        Roster.take(people)
        standing.rebuild(record, [one["student_no"] for one in people])
        rows = {row.student_id: (row.state, str(row.outline)) for row in Standing}

    fresh = {one["student_no"]: outline(progress(record, {}, standing.facts(record, one))) for one in people}
    assert {number: rows[number] for number in fresh} == {no: (one.state, str(one)) for no, one in fresh.items()}
    assert len({text for _, text in rows.values()}) < 30


def test_an_answer_that_asks_for_more_is_seen_at_once(lin):
    lin.open("/record/status").submit(indigenous="平地原住民", disability="無", new_immigrant="否")

    with database.connection_context():
        assert len(Standing.get_by_id(LIN.account).outline.tabs["status"][1]) == 1


def test_nobody_reads_in_the_database_what_somebody_lacks(app, record):
    with database.connection_context():
        shapes, students = list(Shape.select()), Student.select().count()

    assert 0 < len(shapes) < students
    assert not [shape for shape in shapes if b"contact" in bytes(shape.outline)]


def test_who_chose_a_password_came_in_and_an_initial_one_is_not_enough(app, record):
    browser = log_in(Browser(app), LIN, LIN.first)
    assert not row(LIN).came_in

    browser.submit(new="Tangerine&Kite47", again="Tangerine&Kite47")
    assert row(LIN).came_in

    make_anew(record, LIN)
    assert row(LIN).came_in and not row(MINOR).came_in


def test_whoever_logs_in_came_in_though_the_row_said_otherwise(app, record):
    first_password(Browser(app), LIN)
    with database.connection_context():
        Standing.update(came_in=False).execute()

    log_in(Browser(app), LIN)

    assert row(LIN).came_in


def test_who_is_under_age_or_has_no_number_stands_in_the_row(record):
    assert [row(one).is_minor for one in (LIN, MINOR)] == [False, True]
    assert [row(one).lacks_number for one in (LIN, NGUYEN, MARTIN)] == [False, False, True]


def test_a_number_that_the_student_gives_is_one(app, record):
    browser = fill_tab(begin(Browser(app), MARTIN), "passport", has_ui="已有", ui_no="A800123450", arc_expiry__y="2031",
                       arc_expiry__m="5", arc_expiry__d="20")  # fmt: skip

    assert browser.status == 200, browser.errors
    assert not row(MARTIN).lacks_number

    make_anew(record, MARTIN)
    assert not row(MARTIN).lacks_number


def test_a_returned_tab_stands_in_the_row_until_it_is_saved_well(record, lin_done):
    with database.connection_context():
        Return.make(LIN.account, "bank", "T1001", reason="Please check the account")
    make_anew(record, LIN)
    assert kept(LIN) == truth(record, LIN) and row(LIN).state == "begun"

    fill_tab(lin_done, "bank")

    assert kept(LIN) == truth(record, LIN) and row(LIN).state == "done"


def test_a_save_of_somebody_without_a_row_makes_it(lin):
    with database.connection_context():
        Standing.delete().execute()

    fill_tab(lin, "bank")

    assert kept(LIN)[1].startswith("[1,") and row(LIN).came_in


def test_saving_the_same_again_writes_nothing_here(lin_done):
    with database.connection_context():
        Standing.update(judged_at=1).execute()

    fill_tab(lin_done, "bank?edit=1")

    assert row(LIN).judged_at == 1


def test_an_outline_knows_what_is_returned_and_what_is_missing():
    short = Outline(1, 3, True, {"a": (RETURNED, []), "b": (TO_FILL, ["x"]), "c": ("done", [])})

    assert short.returned == 1 and short.state == "begun"
    assert short.lacks("x") and not short.lacks("y")
    assert [short.state_of(key) for key in "abcd"] == [RETURNED, TO_FILL, "done", ""]
    assert str(read(str(short))) == str(short)
