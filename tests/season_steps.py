"""The season of the registrar's office, one step after the other, with one student whom it follows all the way."""

import io

from python_calamine import CalamineWorkbook

from domain import clock, passwords
from tables import chain
from tables.store import database, now
from tests.answers import begin, fill_all, fill_tab
from tests.offices import letters
from tests.people import Person
from tests.rosters import bring_in, csv_of, numbers, people
from tests.seasons import DAY
from tests.test_export_page import take
from tests.test_photo_grid import boxes
from tests.test_retention import months_pass, remaining
from tests.test_returns import REASON, return_tab

ROWS = people(6)
KNOWN = ROWS[4]
FIRST, SECOND = passwords.initial(KNOWN)
XU = Person(
    account=KNOWN["student_no"], first=FIRST, second=SECOND, name=KNOWN["name_zh"], id_number=KNOWN["id_no"],
    birthday=tuple(KNOWN["birth_date"].split("-")), tabs=7,
)  # fmt: skip
CASE = f"/staff/returns/{XU.account}/contact"


def import_the_roster(office):
    """A file is looked at and confirmed, and everybody in it is there."""
    bring_in(office, csv_of(ROWS))

    assert "已匯入 6 人" in office.text(".note.ok") and XU.account in numbers()


def set_a_wave(office):
    """The record of one department is open from yesterday, for a week."""
    opens, closes = (f"{clock.local(now() + days * DAY):%Y-%m-%dT%H:%M}" for days in (-1, 7))
    words = {"name_zh": "特教系", "name_en": "Special Education", "dept": KNOWN["dept"]}
    office.open("/staff/waves").click("新增梯次").submit(**words, opens=opens, closes=closes, grace="24")

    assert "已新增梯次" in office.text(".note.ok") and "特教系" in office.text("#waves")


def start_slowly(student):
    """The student comes in, reads until when it is open, and does one tab."""
    begin(student, XU)
    closes = clock.local(now() + 7 * DAY)
    assert f"{closes.month} 月 {closes.day} 日" in student.open("/home").text()

    fill_tab(student, "basic")
    assert student.open("/record").progress[0] == 1


def remind(office):
    """Whoever of the department has tabs to fill gets a letter, and the student is among them."""
    office.open("/staff/reminders").submit(dept=KNOWN["dept"])
    assert XU.account in office.text("#who tbody")

    office.submit("#send")
    assert "已排入寄送" in office.text(".note.ok")
    assert any(XU.account in to for to, _, _ in letters())


def finish(student, office):
    """The student does the rest; the office sees it on the page of the student."""
    fill_all(student)

    done, total = student.open("/record").progress
    assert done == total == XU.tabs
    assert f"{total}／{total}" in office.open(f"/staff/students/{XU.account}").text()


def return_and_accept(student, office):
    """One tab goes back with a reason, is corrected, and the correction is accepted."""
    return_tab(office, path=CASE)
    assert REASON in student.open("/record/contact").text("#panel .note.bad")

    student.submit(mobile="0987654321")
    office.open("/staff/returns").click(XU.name).submit("form[action$=close]")
    assert "已接受補正" in office.text(".note.ok") and student.open("/record").tabs["contact"] == "done"


def approve_the_photo(student, office):
    """The photo of the student is ticked among those that wait."""
    mine = [one for one in boxes(office.open("/staff/photos")) if one.startswith(XU.account)]

    office.submit(good=mine)

    assert "已核可 1 張照片" in office.text(".note.ok") and "已經審查通過" in student.open("/record/photo").text()


def hand_over(office):
    """Those who are complete go to the registry as a workbook, with the answer as it was corrected."""
    raw = take(office, what="all", who="complete", kind="xlsx", handover="1", reason="移交校務系統")

    _, row = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()
    assert {XU.account, XU.id_number, "0987654321"} <= set(row)


def purge(office):
    """Half a year later the student is removed, nobody else, and the log is whole."""
    months_pass()
    before = remaining()

    office.open("/staff/retention", months="6").submit(form="#purge", n="1", reason="已移交滿半年")

    assert "已永久刪除 1 位學生" in office.text() and before - remaining() == {XU.account}
    with database.connection_context():
        assert chain.verify().problem is None
