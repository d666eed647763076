"""A written import taken back: who is removed, who gets the former data back, and who stays and why."""

import pytest

from models import SavedTab, Student, open_roster, route_mark
from tables import import_write
from tables.journal import Event
from tables.standing import Standing
from tables.store import database, now
from tests.answers import begin, fill_tab, first_password, log_in
from tests.browser import Browser
from tests.conftest import ROOT
from tests.people import LIN, PASSWORD, Person
from tests.rosters import a_day_later, bring_in, csv_of, numbers, people, registrar

DEMO = (ROOT / "deploy" / "demo-roster.csv").read_text("utf-8-sig")
CHANGED = DEMO.replace("林予晴", "林雨晴").encode()
NEW = {
    "student_no": "955510001", "name_zh": "周大華", "id_no": "A123456789", "birth_date": "2007-01-31",
    "program": "學士班", "dept": "教育學系",
}  # fmt: skip
ZHOU = Person(
    account="955510001", first="A1234567890131", name="周大華", id_number="A123456789", birthday=("2007", "1", "31"),
    tabs=8,
)  # fmt: skip


@pytest.fixture
def wu(app):
    """A registrar at a browser."""
    return registrar(Browser(app))


def undo(browser):
    """Press the button of the page that says the import is done."""
    return browser.submit("form[action$='/undo']")


def name_of(number):
    """What the roster calls a student."""
    with database.connection_context():
        student = Student.get_by_id(number)
        return student.name_zh, open_roster(number, student.roster)["name_zh"]


def test_new_students_go_and_changed_ones_are_as_before(wu):
    bring_in(wu, csv_of([NEW, *people(3)]))
    bring_in(wu, CHANGED)
    assert name_of(LIN.account) == ("林雨晴", "林雨晴")

    undo(wu)
    assert name_of(LIN.account) == ("林予晴", "林予晴") and "恢復原本資料 1 人" in wu.text(".note")
    wu.open("/staff/import").open(wu.page.select("table a")[-1]["href"])
    undo(wu)

    assert "移除 4 人" in wu.text(".note") and not {"900000000", ZHOU.account} & numbers()


def test_what_waves_and_exports_go_by_follows_an_import_and_its_undoing(wu):
    before, begun = columns_of(LIN.account), now()
    bring_in(wu, csv_of([{**before[0], "route": "繁星推薦入學"}]))
    known, mark, updated_at = columns_of(LIN.account)
    assert (known["route"], mark) == ("繁星推薦入學", route_mark("繁星推薦入學")) and updated_at >= begun

    undo(wu)

    assert columns_of(LIN.account)[:2] == before[:2] and columns_of(LIN.account)[2] >= begun


def columns_of(number):
    """(roster, mark of the route, time of the last change) of a student."""
    with database.connection_context():
        student = Student.get_by_id(number)
        return student.known, bytes(student.route_mark), student.updated_at


def test_a_student_who_has_logged_in_or_answered_stays_and_is_named_with_the_reason(app, wu):
    bring_in(wu, csv_of([NEW, *people(2)]))
    first_password(Browser(app), ZHOU)

    undo(wu)

    assert "移除 2 人" in wu.text(".note") and "沒有動的 1 人" in wu.text(".note")
    assert f"{ZHOU.account} 已經登入並設定密碼" in wu.text("#left")
    assert log_in(Browser(app), ZHOU, PASSWORD).heading


def test_answers_keep_a_new_student_too(app, wu):
    bring_in(wu, csv_of([NEW]))
    fill_tab(begin(Browser(app), ZHOU), "basic")

    assert f"{ZHOU.account} 已經填過資料" in undo(wu).text("#left")


def test_somebody_who_was_changed_again_keeps_the_later_change(wu):
    bring_in(wu, CHANGED)
    first = wu.path
    bring_in(wu, CHANGED.decode().replace("林雨晴", "林語晴").encode())

    undo(wu.open(first))

    assert f"{LIN.account} 這次匯入之後又改過" in wu.text("#left") and name_of(LIN.account)[0] == "林語晴"


def test_undoing_never_touches_passwords_or_answers(app, wu):
    lin = begin(Browser(app), LIN)
    fill_tab(lin, "basic")
    before = saved()
    bring_in(wu, CHANGED)
    assert saved() == before

    undo(wu)

    assert saved() == before
    assert log_in(Browser(app), LIN, PASSWORD).open("/record/basic").tabs["basic"] == "done"


def saved():
    """Every answer as it is stored, and every password."""
    with database.connection_context():
        answers = [(one.student_id, one.tab, bytes(one.answers), one.saved_at) for one in SavedTab.select()]
        return answers, [(one.student_no, one.password, one.wrong_guesses) for one in Student.select()]


def test_after_a_day_an_import_can_no_longer_be_undone(wu):
    bring_in(wu, csv_of(people(2)))
    typed, path = wu.typed(wu.form("form[action$='/undo']")), wu.path

    a_day_later()
    wu.post(f"{path}/undo", typed)

    assert "900000000" in numbers() and not wu.page.select("form[action$='/undo']")


def test_undoing_is_logged_by_itself_with_who_and_how_many(wu):
    bring_in(wu, CHANGED)
    undo(wu)

    with database.connection_context():
        events = {event.what: event for event in Event.select().where(Event.account == "T1001")}
    assert '"restored": "1"' in events["roster-import-undone"].details and "roster-undo-confirmed" in events
    assert events["roster-restored"].about == events["roster-changed"].about == LIN.account


def test_of_more_students_than_anybody_reads_lines_of_the_log_list_the_numbers(wu, monkeypatch):
    monkeypatch.setattr(import_write, "MOST_NOTED", 0)
    monkeypatch.setattr(import_write, "DETAILS", 1)
    changed = people(import_write.IN_A_DETAIL + 1)
    bring_in(wu, csv_of(changed))
    bring_in(wu, csv_of([{**one, "class": "9"} for one in changed]))
    undo(wu)

    with database.connection_context():
        told = [event.told for event in Event.select().where(Event.what.in_(["roster-changed", "roster-restored"]))]
    listed = [number for one in told for number in one["students_1"].split()]
    assert len(told) == 4 and listed == [one["student_no"] for one in changed] * 2


def test_the_summaries_of_students_follow_the_import_and_its_undoing(wu):
    bring_in(wu, csv_of(people(2)))
    with database.connection_context():
        assert Standing.select().where(Standing.student.in_(["900000000", "900000001"])).count() == 2

    undo(wu)

    with database.connection_context():
        assert not Standing.select().where(Standing.student.in_(["900000000", "900000001"])).count()


def test_an_undone_import_cannot_be_undone_again(wu):
    bring_in(wu, csv_of(people(2)))
    typed, path = wu.typed(wu.form("form[action$='/undo']")), wu.path
    undo(wu)

    wu.post(f"{path}/undo", typed)

    assert wu.heading == "已復原匯入" and "移除 2 人" in wu.text(".note")
