"""Retention: whose time is over, that they are gone for good, and that nothing new is forgotten."""

import re

import pytest
from peewee import BlobField, ForeignKeyField

from domain import clock
from models import Photo, SavedTab, Student
from tables import chain, retention
from tables.exports import ExportRun, Handover
from tables.journal import Event
from tables.letterbox import Mail, OwnMailbox
from tables.store import Table, connected, database, now
from tests.answers import begin, fill_all, fill_tab
from tests.browser import Browser
from tests.offices import PASSWORD, WU, employ, sign_in
from tests.people import CHEN, LIN, NGUYEN, RARE
from tests.stored import files_only
from tests.test_export_page import take
from tests.test_log import five_minutes_pass, lines_of

NAMES_SOMEBODY = re.compile(r"student|account|about|person|owner|number|mailbox|^(by|to|who)$")
MONTH = 31 * 86400


@pytest.fixture
def wu(app):
    """A registrar."""
    return sign_in(Browser(app), employ(WU, has_phone=True))


def months_pass(n=7):
    """Whatever was saved, imported or exported was so many months ago."""
    with connected():
        SavedTab.update(saved_at=SavedTab.saved_at - n * MONTH).execute()
        Student.update(updated_at=Student.updated_at - n * MONTH).execute()
        ExportRun.update(began_at=ExportRun.began_at - n * MONTH, ended_at=ExportRun.ended_at - n * MONTH).execute()


def remaining():
    """Who is there."""
    with connected():
        return {number for (number,) in Student.select(Student.student_no).tuples()}


def run(app, *words):
    """What a command prints."""
    seen = app.test_cli_runner().invoke(args=list(words))
    database.close_all()
    assert seen.exit_code == 0, seen.output
    return seen.output


@pytest.mark.parametrize(
    ("at", "months", "before"),
    [
        ("2026-08-31T10:00", 6, "2026-02-28T10:00"),
        ("2026-01-15T00:00", 1, "2025-12-15T00:00"),
        ("2028-02-29T12:00", 48, "2024-02-29T12:00"),
        ("2026-03-31T12:00", 12, "2025-03-31T12:00"),
    ],
)
def test_months_are_those_of_the_calendar(at, months, before):
    assert clock.months_before(clock.seconds(at), months) == clock.seconds(before)


def test_whoever_is_complete_and_unchanged_for_long_is_due(app, lin_done):
    fill_tab(begin(Browser(app), NGUYEN), "basic")
    assert "would remove 0 students" in run(app, "purge", "--dry-run")

    months_pass()

    told = run(app, "purge", "--dry-run")
    assert "would remove 1 students" in told and "教育學系: 1" in told and "photo: 1" in told
    assert "would remove 0 students" in run(app, "purge", "--dry-run", "--months", "12")
    assert len(remaining()) == 14


def test_a_change_begins_the_time_anew(app, lin_done):
    months_pass()
    lin_done.open("/record/contact?edit=1").submit(mobile="0955666777")

    assert "would remove 0 students" in run(app, "purge", "--dry-run")


def test_who_saves_while_the_list_is_looked_at_stays(app, lin_done, wu):
    take(wu, what="all", who="all", handover="1")
    months_pass()
    with connected():
        dues = retention.due(app.extensions["record"], 6)
    lin_done.open("/record/contact?edit=1").submit(mobile="0955666777")

    with connected():
        retention.purge(dues, lambda *_n, **_marks: None)

    assert remaining() == {LIN.account}


def test_whoever_was_handed_over_is_due_complete_or_not(app, wu):
    take(wu, what="all", who="all", handover="1")
    months_pass()

    assert "would remove 14 students" in run(app, "purge", "--dry-run")


def test_whoever_changed_something_after_the_handover_is_not(app, wu):
    nguyen = fill_tab(begin(Browser(app), NGUYEN), "basic")
    take(wu, what="all", who="all", handover="1")
    months_pass()
    fill_tab(nguyen, "contact")

    assert "would remove 13 students" in run(app, "purge", "--dry-run")


def test_a_handover_that_was_taken_back_or_never_finished_does_not_count(app, wu):
    take(wu, what="all", who="all", handover="1")
    wu.open("/staff/export").submit(form="#runs form")
    months_pass()
    assert "would remove 0 students" in run(app, "purge", "--dry-run")

    with connected():
        ExportRun.update(is_handover=True, state="broken off").execute()
    assert "would remove 0 students" in run(app, "purge", "--dry-run")
    with connected():
        assert Handover.select().count() == 14


def everything_of(number):
    """Whatever a grep through the files of the database could find of somebody: names and sealed values."""
    with connected():
        student = Student.get_by_id(number)
        sealed = [bytes(row.answers) for row in SavedTab.select().where(SavedTab.student == number)]
        sealed += [bytes(row.jpeg) for row in Photo.select().where(Photo.student == number)]
        return [student.name_zh.encode(), bytes(student.roster), bytes(student.id_index), *sealed]


def found_in(folder, things):
    """How many of these things stand in any file of the database."""
    raw = b"".join(path.read_bytes() for path in folder.glob("xueji.db*"))
    return sum(any(piece in raw for piece in (one[:40], one[-40:])) for one in things)


@files_only
def test_what_is_removed_is_gone_from_the_files(app, tmp_path):
    fill_all(begin(Browser(app), RARE))
    with connected():
        OwnMailbox.keep(RARE.account, "rare@example.com")
    months_pass()
    things = everything_of(RARE.account)
    assert found_in(tmp_path, things) == len(things) > 9

    run(app, "purge")

    assert RARE.account not in remaining() and len(remaining()) == 13
    assert found_in(tmp_path, things) == 0


def test_every_table_is_free_of_whoever_was_removed_and_nobody_else(app, lin_done):
    fill_all(begin(Browser(app), CHEN))
    months_pass()
    with connected():
        SavedTab.update(saved_at=now()).where(SavedTab.student == CHEN.account).execute()
        mails = Mail.select().count()

    run(app, "purge")

    with connected():
        left = {
            table.__name__: table.select().where(key == LIN.account).count() for table, key in retention.belonging()
        }
        assert set(left.values()) == {0} and len(left) >= 10
        assert SavedTab.select().where(SavedTab.student == CHEN.account).count() > 5
        assert 0 < Mail.select().count() < mails


def test_the_log_remembers_counts_and_fingerprints_and_no_numbers(app, lin_done):
    months_pass()

    run(app, "purge", "--months", "3")

    (line,) = lines_of("purged")
    assert (line["n"], line["months"], line["marks_1"]) == ("1", "3", retention.mark_of(LIN.account))
    assert LIN.account not in str(line)
    with connected():
        assert chain.verify().problem is None
        assert Event.select().where(Event.account == LIN.account).count() > 0


def test_a_lot_has_as_many_fingerprints_as_students(app):
    numbers = [f"4115{place:05}" for place in range(retention.AT_ONCE)]

    marks = retention._marks(numbers)

    assert sum(len(line.split()) for line in marks.values()) == 100
    assert max(map(len, marks.values())) <= 300


@pytest.mark.parametrize("table", Table.__subclasses__(), ids=lambda table: table.__name__)
def test_no_table_is_forgotten_by_retention(table):
    """Whoever adds a table: let it go with the student (a foreign key that cascades), clean it in
    tables/retention.py, or write there why it stays."""
    keys = [field for field in table._meta.sorted_fields if isinstance(field, ForeignKeyField)]
    of_student = [key for key in keys if key.rel_model is Student]
    others = [field for field in table._meta.sorted_fields if field not in keys]
    suspicious = [one.name for one in others if isinstance(one, BlobField) or NAMES_SOMEBODY.search(one.name)]
    is_said = table._meta.table_name in {*retention.KEPT, *retention.CLEANED}

    assert all(key.on_delete == "CASCADE" for key in of_student)
    assert table is Student or of_student or is_said or not suspicious, suspicious


def test_the_page_shows_who_and_what_before_anything_is_removed(lin_done, wu):
    months_pass()
    wu.open("/staff/retention")
    assert wu.value("months") == "6" and wu.page.select_one("#purge") is None

    wu.open("/staff/retention", months="6")

    seen = wu.text("#list")
    assert "會刪除 1 位學生" in seen and "教育學系 1" in seen and "照片 1" in seen and LIN.account in seen
    assert len(remaining()) == 14


def test_after_that_they_can_be_removed_for_a_reason(lin_done, wu):
    months_pass()
    wu.open("/staff/retention", months="6").submit(form="#purge", n="1", reason="已移交滿半年")

    assert "已永久刪除 1 位學生" in wu.text() and LIN.account not in remaining()
    (line,) = lines_of("purged")
    assert (line["reason"], line["n"]) == ("已移交滿半年", "1")


@pytest.mark.parametrize(
    ("answers", "control"),
    [({"n": "2"}, "n"), ({"n": ""}, "n"), ({"reason": ""}, "reason"), ({"seen": "x"}, "list")],
)
def test_nothing_is_removed_unless_all_of_it_is_right(lin_done, wu, answers, control):
    months_pass()
    wu.open("/staff/retention", months="6")

    wu.submit(form="#purge", **{"n": "1", "reason": "已移交", **answers})

    assert wu.status == 422 and wu.errors.keys() == {control} and len(remaining()) == 14


def test_a_list_that_changed_since_it_was_seen_is_shown_again(lin_done, wu):
    months_pass()
    wu.open("/staff/retention", months="6")
    with connected():
        SavedTab.update(saved_at=now()).execute()

    wu.submit(form="#purge", n="1", reason="已移交")

    assert wu.errors.keys() == {"list"} and len(remaining()) == 14


def test_the_password_is_asked_for_before_anything_is_removed(lin_done, wu):
    months_pass()
    wu.open("/staff/retention", months="6")
    five_minutes_pass()

    wu.submit(form="#purge", n="1", reason="已移交")
    assert wu.errors.keys() == {"current"} and len(remaining()) == 14
    wu.submit(form="#purge", n="1", reason="已移交", current=PASSWORD)
    assert len(remaining()) == 13


@pytest.mark.parametrize("months", ["0", "121", "x", "-1", "", "9999"])
def test_months_that_are_none_are_refused(wu, months):
    assert wu.open("/staff/retention", months=months).status == 422 and wu.errors.keys() == {"months"}
