"""The export: one row for each student who has finished, with nothing in it that a spreadsheet would run or change."""

import csv
import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from domain import export
from domain.streams import harmless
from domain.words import Invalid
from models import SavedTab
from tables.store import database
from tests.answers import begin, fill_all, fill_tab
from tests.browser import Browser
from tests.people import HO, LIN, NGUYEN
from tests.record_copies import Copy


def exported(app, path):
    """The rows that the command writes, each by the keys of the fields."""
    result = app.test_cli_runner().invoke(args=["export", str(path)])
    database.close_all()
    assert result.exit_code == 0, result.output
    head, *rows = read(path)
    plan = export.everything(app.extensions["record"])
    assert head == plan.header
    return [dict(zip([column.field.key for column, _ in plan.columns], row, strict=True)) for row in rows]


def read(path):
    """Every row of the file, as a spreadsheet would show it."""
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


@pytest.fixture(params=[".csv", ".xlsx"])
def path(tmp_path, request):
    """Where to."""
    return tmp_path / f"out{request.param}"


def test_only_who_has_finished_is_in_it(app, lin_done, path):
    fill_tab(begin(Browser(app), NGUYEN), "basic")

    (row,) = exported(app, path)

    assert row["student_no"] == LIN.account


def test_a_row_holds_what_the_school_knows_and_what_the_student_said(app, lin_done, path):
    (row,) = exported(app, path)

    assert (row["name_zh"], row["id_no"], row["birth_date"]) == ("林予晴", LIN.id_number, "2007-11-20")
    assert (row["name_en_last"], row["reg_city"], row["pe_level"]) == ("LIN", "臺北市", "高中")
    assert (row["ec1_name"], row["email"]) == ("林大山", "someone@example.com")


def test_headings_are_unique_so_that_no_column_hides_another(app, lin_done, path):
    exported(app, path)

    headings = read(path)[0]
    assert len(headings) == len(set(headings)) and "學號" in headings and "緊急聯絡人姓名" in headings


def test_zeros_at_the_beginning_stay(app, lin_done, path):
    lin_done.open("/record/bank?edit=1").submit(acct_kind="郵局", post_no="00012345678901", acct_self="yes")

    (row,) = exported(app, path)

    assert row["mobile"].endswith("0912345678") and row["post_no"] == "00012345678901"


FORMULAS = ["=1+1", "+886912345678", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("typed", FORMULAS)
def test_no_cell_is_a_formula_to_a_spreadsheet(app, lin_done, path, typed):
    with database.connection_context():
        answers, _ = SavedTab.of(LIN.account)["education"]
        SavedTab.keep(LIN.account, "education", {**answers, "pe_school": typed.strip()})

    (row,) = exported(app, path)

    wanted = typed.strip() if path.suffix == ".xlsx" else "'" + typed.strip()
    assert row["pe_school"] == wanted
    if path.suffix == ".xlsx":
        assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["\t=1", "\r=1", "\n=1", "=", "+", "-", "@"])
def test_a_text_that_begins_like_a_formula_is_made_harmless(text):
    assert harmless(text) == "'" + text and harmless("a" + text) == "a" + text


@pytest.mark.parametrize("name", ["𠮷田", "\uf90a山", 'a"b,c', "a\u3000b", "撒韵‧瓦旦"])
def test_rare_names_and_punctuation_arrive_as_they_are(app, lin_done, path, name):
    lin_done.open("/record/emergency?edit=1").submit(ec1_name=name)

    assert exported(app, path)[0]["ec1_name"] == name


def test_a_student_from_overseas_has_the_columns_of_that_tab(app, tmp_path):
    fill_all(begin(Browser(app), HO))

    (row,) = exported(app, tmp_path / "out.csv")

    assert (row["pp_no"], row["overseas_kind"]) == ("C1234567", "港澳生")
    assert row["reg_city"] == "" and row["mil_state"] == ""


def test_switched_off_fields_and_photos_are_not_in_it(app, lin_done, path):
    (row,) = exported(app, path)

    assert "blood_type" not in row and "photo" not in row


def test_a_field_that_no_longer_applies_is_empty(app, lin_done, path):
    lin_done.open("/record/bank?edit=1").submit(acct_kind="郵局", post_no="00012345678901", acct_self="yes")
    lin_done.open("/record/bank?edit=1").submit(acct_kind="尚未開戶")

    assert exported(app, path)[0]["post_no"] == ""


def test_whoever_is_asked_something_new_is_not_in_it_until_it_is_answered(app, lin_done, started, tmp_path, path):
    need = {"need": '"required"', "missing": '{zh = "請填寫出生地", en = "Enter your place of birth"}'}

    assert exported(started(RECORD_FILE=Copy().set("birthplace", **need).write(tmp_path)), path) == []


def test_many_students_come_in_the_order_of_their_numbers(app, lin_done, tmp_path):
    fill_all(begin(Browser(app), NGUYEN))

    assert [row["student_no"] for row in exported(app, tmp_path / "out.csv")] == [LIN.account, NGUYEN.account]


def test_another_ending_is_refused(app, tmp_path):
    with pytest.raises(Invalid):
        export.write(app.extensions["record"], [], tmp_path / "out.pdf")
