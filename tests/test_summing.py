"""The background work finds whoever is not summed up, does it bit by bit, and writes down how far all are each day."""

import pytest

from blueprints.summing import Summing
from models import Student
from tables import standing
from tables.standing import Standing
from tables.store import database, now
from tables.trend import Snapshot
from tests.people import LIN


@pytest.fixture(autouse=True)
def working(app):
    """A connection for the whole test, and a roster that is not of this very second."""
    with database.connection_context():
        Student.update(updated_at=1).execute()
        yield


def test_whoever_has_no_row_gets_one_and_the_day_is_written_down(app):
    Standing.delete().execute()
    Student.update(updated_at=now() - 5).execute()
    summing = Summing(app)

    summing.go_on()
    summing.go_on()

    assert Standing.select().count() == Student.select().count()
    assert sum(row.n for row in Snapshot) == Student.select().count()
    assert Snapshot.by_day(None, 30) == [(Snapshot.get().day, 0, "new", Student.select().count())]
    assert Snapshot.by_day(["語文與創作學系"], 30)[0][3] < Student.select().count()


def test_a_roster_row_that_changed_is_looked_at_again(app):
    Standing.update(judged_at=now() + 5, is_minor=True).execute()
    assert standing.stale(app.extensions["record"]) == []
    Student.update(updated_at=now() + 9).where(Student.student_no == LIN.account).execute()

    Summing(app).go_on()

    assert [Standing.get_by_id(LIN.account).is_minor, Standing.select().where(Standing.is_minor).count() > 1] == [0, 1]


def test_rows_of_another_record_another_code_or_another_day_are_made_anew(app):
    Standing.update(judged_at=now() + 5, version="of yesterday").execute()

    assert len(standing.stale(app.extensions["record"])) == Student.select().count()
    Summing(app).go_on()

    assert {row.version for row in Standing} == {standing.version(app.extensions["record"])}


def test_it_looks_again_after_ten_minutes_only(app):
    summing = Summing(app)
    summing.go_on()
    summing.go_on()
    Standing.delete().execute()

    summing.go_on()
    assert Standing.select().count() == 0

    summing.looked = (summing.looked[0], now() - 600)
    summing.go_on()
    assert Standing.select().count() == Student.select().count()


def test_a_day_has_one_count_however_often_it_is_taken(app):
    Snapshot.take()
    Standing.update(came_in=True).execute()
    Snapshot.take()

    assert [(came_in, state) for _, came_in, state, _ in Snapshot.by_day(None, 1)] == [(1, "new")]


def test_the_doctor_says_when_a_row_is_not_true(app):
    Standing.update(judged_at=now() + 5).execute()
    assert "0 students still to be judged anew, " in app.test_cli_runner().invoke(args=["doctor"]).output

    Standing.update(state="done").where(Standing.student == LIN.account).execute()

    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert f"not true of {LIN.account}" in said and Standing.get_by_id(LIN.account).state == "done"
