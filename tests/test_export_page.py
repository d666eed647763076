"""The page Export: who gets which students in which form, and what is written down about it."""

import csv
import hashlib
import io
import json
import zipfile
from urllib.parse import unquote

import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

from domain import roster, roster_file
from models import Roster, SavedTab, Student
from tables.exports import AT_ONCE, ExportRun, Handover
from tables.store import database, now
from tests.answers import begin, fill_all, fill_tab
from tests.browser import Browser
from tests.offices import KAO, PASSWORD, WU, YEH, employ, sign_in
from tests.people import CHEN, HO, LIN, RARE
from tests.test_log import five_minutes_pass, lines_of

HERE = {"reason": "開學典禮", "kind": "csv"}


@pytest.fixture
def wu(app):
    """A registrar at the page."""
    return sign_in(Browser(app), employ(WU, has_phone=True)).open("/staff/export")


def take(browser, form="#order", **answers):
    """Fill in the form; the file as bytes."""
    browser.open("/staff/export").submit(form=form, **{**HERE, **answers})
    return browser.reply.get_data()


def table(raw, encoding="utf-8-sig"):
    """The rows of a CSV file, each by the headings."""
    return list(csv.DictReader(io.StringIO(raw.decode(encoding), newline="")))


def numbers(rows):
    """Who is in it."""
    return [row["學號"] for row in rows]


def test_the_progress_list_has_everybody_and_no_answers(app, lin_done, wu):
    rows = table(take(wu, what="progress", who="all"))

    assert len(rows) == 14 and rows[0].keys() >= {"學號", "姓名", "學制", "系所", "完成狀態", "最後存檔", "照片"}
    (lin,) = [row for row in rows if row["學號"] == LIN.account]
    assert (lin["完成狀態"], lin["照片"], lin["兵役"]) == ("已完成", "已完成", "")
    assert "someone@example.com" not in wu.reply.get_data(as_text=True)


def test_only_those_who_have_finished_are_in_it_when_that_is_asked_for(app, lin_done, wu):
    fill_tab(begin(Browser(app), HO), "basic")

    assert numbers(table(take(wu, what="all", who="complete"))) == [LIN.account]


def test_a_row_holds_what_the_student_said(app, lin_done, wu):
    (row,) = table(take(wu, what="all", who="complete"))

    assert (row["中文姓名"], row["緊急聯絡人姓名"], row["行動電話"][-9:]) == ("林予晴", "林大山", "912345678")


@pytest.mark.parametrize(("dates", "birth"), [("iso", "2007-11-20"), ("roc", "096/11/20"), ("roc7", "0961120")])
def test_dates_are_written_as_the_other_system_wants_them(app, lin_done, wu, dates, birth):
    (row,) = table(take(wu, what="all", who="complete", dates=dates))

    assert row["出生日期"] == birth


def test_an_excel_file_keeps_numbers_as_texts(app, lin_done, wu):
    lin_done.open("/record/bank?edit=1").submit(acct_kind="郵局", post_no="00012345678901", acct_self="yes")

    raw = take(wu, what="all", who="complete", kind="xlsx")

    head, row = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()
    seen = dict(zip(head, row, strict=True))
    assert wu.reply.mimetype.endswith("spreadsheetml.sheet")
    assert (seen["學號"], seen["身分證字號或統一證號"]) == (LIN.account, LIN.id_number)
    assert "00012345678901" in row and b"<f>" not in zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml")


def test_filters_choose_the_students(app, wu):
    of_dept = numbers(table(take(wu, what="progress", who="all", dept="教育學系")))
    of_program = table(take(wu, what="progress", who="all", program="碩士班"))

    assert LIN.account in of_dept and len(of_dept) < 14
    assert {row["學制"] for row in of_program} == {"碩士班"}


def test_a_clerk_gets_the_students_of_their_own_departments_only(app):
    yeh = sign_in(Browser(app), employ(YEH))

    rows = table(take(yeh, what="progress", who="all"))

    assert {row["系所"] for row in rows} == {"語文與創作學系"}
    assert yeh.open("/staff/export").page.select_one("#handover") is None


def test_a_clerk_who_asks_for_another_department_gets_nothing(app):
    kao = sign_in(Browser(app), employ(KAO)).open("/staff/export")
    typed = {**dict(kao.typed(kao.form("#order"))), **HERE, "what": "progress", "who": "all", "dept": "音樂學系"}

    assert kao.post("/staff/export", typed).status == 422
    assert kao.errors.keys() == {"dept"}


@pytest.mark.parametrize(
    ("answers", "control"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"changed": "1"}, "changed"),
        ({"handover": "1", "what": "photos"}, "handover"),
        ({"program": "博士班", "who": "complete"}, "what"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(wu, answers, control):
    take(wu, **{"what": "progress", "program": "學士班", **answers})

    assert wu.status == 422 and wu.errors.keys() == {control} and wu.title_says_error
    assert wu.value("program") == answers.get("program", "學士班") and wu.value("kind") == "csv"
    with database.connection_context():
        assert ExportRun.select().count() == 0


@pytest.mark.parametrize("what", ["", "list:nothing", "mapping:9", "mapping:x", "list:", "roster"])
def test_what_is_not_offered_is_not_given(wu, what):
    typed = {**dict(wu.typed(wu.form("#order"))), **HERE, "what": what}

    assert wu.post("/staff/export", typed).status == 422 and wu.errors.keys() == {"what"}


def test_the_password_is_asked_for_again_after_five_minutes(wu):
    five_minutes_pass()
    take(wu, what="progress")
    assert wu.status == 422 and wu.errors.keys() == {"current"} and wu.value("reason") == "開學典禮"

    wu.submit(form="#order", current="Wrong-Kite-99")
    assert wu.status == 422

    wu.submit(form="#order", current=PASSWORD)
    assert len(table(wu.reply.get_data())) == 14


def test_each_export_is_written_down_with_count_and_fingerprint_but_not_its_contents(app, lin_done, wu):
    raw = take(wu, what="all", who="complete")

    begun, done = lines_of("export-begun")[0], lines_of("export-finished")[0]
    assert begun["reason"] == "開學典禮" and begun["form"] == "csv"
    assert (done["n"], done["sha256"]) == ("1", hashlib.sha256(raw).hexdigest())
    assert LIN.id_number not in json.dumps([begun, done])
    seen = wu.open("/staff/export").text("#runs")
    assert "開學典禮" in seen and hashlib.sha256(raw).hexdigest()[:16] in seen


def many(n):
    """A roster of made-up students beside the others."""
    first = roster.check(roster_file.read("deploy/demo-roster.csv")).students[0]
    with database.connection_context():
        Roster.take([{**first, "student_no": f"9{place:05}", "id_no": ""} for place in range(n)])


def test_an_export_that_is_broken_off_is_written_down_as_such_and_leaves_the_connection_whole(wu):
    many(3 * AT_ONCE)
    typed = {**dict(wu.typed(wu.form("#order"))), **HERE, "what": "progress", "who": "all"}
    reply = wu.send("POST", "/staff/export", data=typed, buffered=False)
    next(iter(reply.response))
    reply.close()

    assert database.is_closed() and lines_of("export-finished") == []
    assert lines_of("export-broken-off")[0].keys() == {"run", "name", "n"}
    assert "中斷" in wu.open("/staff/export").text("#runs")


def test_students_come_in_lots_and_every_one_once(wu):
    many(AT_ONCE + 5)

    rows = numbers(table(take(wu, what="progress", who="all")))

    assert len(rows) == len(set(rows)) == AT_ONCE + 5 + 14 and rows == sorted(rows)


def a_minute_passes():
    """Whatever was saved or exported, was a minute ago."""
    with database.connection_context():
        SavedTab.update(saved_at=SavedTab.saved_at - 60).execute()
        Student.update(updated_at=Student.updated_at - 60).execute()
        ExportRun.update(began_at=ExportRun.began_at - 30).execute()


def test_only_those_who_changed_since_the_last_time(app, lin_done, wu):
    take(wu, what="all", who="complete")
    a_minute_passes()
    take(wu, what="all", who="complete", changed="1")
    assert wu.status == 422 and wu.errors.keys() == {"what"}

    lin_done.open("/record/contact?edit=1").submit(mobile="0955666777")
    assert numbers(table(take(wu, what="all", who="complete", changed="1"))) == [LIN.account]


def test_a_change_of_the_roster_counts_and_an_export_of_something_else_does_not(app, lin_done, wu):
    take(wu, what="all", who="complete")
    a_minute_passes()
    with database.connection_context():
        Student.update(updated_at=now()).where(Student.student_no == LIN.account).execute()
    take(wu, what="progress", who="all")

    assert numbers(table(take(wu, what="all", who="complete", changed="1"))) == [LIN.account]
    take(wu, what="all", who="complete", changed="1", dept="教育學系")
    assert wu.errors.keys() == {"changed"}


def test_photos_are_named_by_student_number(app, lin_done, wu):
    raw = take(wu, what="photos", who="all")

    archive = zipfile.ZipFile(io.BytesIO(raw))
    assert archive.namelist() == [f"{LIN.account}.jpg"] and archive.testzip() is None
    assert Image.open(io.BytesIO(archive.read(f"{LIN.account}.jpg"))).format == "JPEG"
    assert wu.reply.headers["Content-Disposition"].startswith('attachment; filename="xueji--')
    assert unquote(wu.reply.headers["Content-Disposition"]).partition("''")[2].startswith("xueji-照片-")


def test_the_file_for_the_registry_is_remembered_student_by_student(app, lin_done, wu):
    take(wu, what="all", who="complete", handover="1")

    with database.connection_context():
        assert [row.student_id for row in Handover.select()] == [LIN.account]
    assert "已移交" in wu.open("/staff/export").text("#runs")
    wu.submit(form="#runs form")
    with database.connection_context():
        assert not ExportRun.get().is_handover and Handover.select().count() == 1
    wu.submit(form="#runs form")
    assert (len(lines_of("export-taken-back")), len(lines_of("export-handed-over"))) == (1, 1)


def test_the_deferment_list_has_men_who_asked_for_it_whether_or_not_all_else_is_done(app, wu):
    chen = begin(Browser(app), CHEN)
    fill_tab(chen, "contact")
    fill_tab(chen, "military")

    (row,) = table(take(wu, what="list:deferment", who="all"))

    assert (row["學號"], row["出生日期"], row["兵役狀況"]) == (CHEN.account, "0970305", "未役（申請緩徵）")
    take(wu, what="list:recall", who="all")
    assert wu.errors == {"what": "沒有符合的學生，請減少條件。"}


def test_the_overseas_list_has_all_overseas_students(app, wu):
    fill_tab(begin(Browser(app), HO), "passport")

    rows = {row["學號"]: row for row in table(take(wu, what="list:overseas", who="all"))}

    assert HO.account in rows and rows[HO.account]["護照號碼（學生填）"] == "C1234567"
    assert LIN.account not in rows and all(row["境外生類別"] != "無" for row in rows.values())


def test_who_has_finished_is_in_the_file_of_everybody_as_well(app, wu):
    fill_all(begin(Browser(app), RARE))

    assert RARE.account in numbers(table(take(wu, what="all", who="all")))


def test_an_export_that_a_server_left_behind_counts_as_broken_off(wu):
    take(wu, what="progress", who="all")
    with database.connection_context():
        ExportRun.update(state="running", began_at=now() - 7 * 3600).execute()

    assert "中斷" in wu.open("/staff/export").text("#runs")
