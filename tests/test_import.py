"""A roster through the pages: upload, columns, preview, confirm, done, undo, and who may see what of it."""

import io

import pytest
import python_calamine

from domain.roster_columns import TO_CORRECT
from tables.journal import Event
from tables.store import database
from tests.browser import Browser
from tests.conftest import ROOT
from tests.offices import KAO, WU, Officer, employ, sign_in
from tests.rosters import ZH, bring_in, csv_of, numbers, people, registrar, upload

TSAI = Officer(account="T1002", name="蔡組員", email="tsai@mail.ntue.edu.tw", role=WU.role)
DEMO = (ROOT / "deploy" / "demo-roster.csv").read_text("utf-8-sig")


@pytest.fixture
def wu(app):
    """A registrar at a browser."""
    return registrar(Browser(app))


@pytest.fixture
def tsai(app):
    """Another registrar."""
    return sign_in(Browser(app), employ(TSAI, has_phone=True))


def with_errors():
    """Four students: a sound one, two with the same number, and one with a bad ID number and no name."""
    first, second, third, fourth = people(4)
    bad = {**fourth, "id_no": "B22345678", "passport_no": "", "name_zh": ""}
    return csv_of([first, second, {**third, "student_no": second["student_no"]}, bad])


def logged(what):
    """How often something stands in the security log."""
    with database.connection_context():
        return Event.select().where(Event.what == what).count()


def rows_of(reply):
    """The cells of a workbook that came as a download."""
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(reply.get_data())) as book:
        return book.get_sheet_by_index(0).to_python()


def test_a_good_file_goes_from_upload_to_preview_to_done(wu):
    upload(wu, csv_of(people(3)))

    assert wu.heading == "匯入預覽" and "新增 3" in wu.text(".stats")
    assert not {"900000000"} & numbers()
    wu.submit("form[action$='/write']")
    assert wu.heading == "匯入完成" and "已匯入 3 人" in wu.text(".note")
    assert {one["student_no"] for one in people(3)} <= numbers()


def test_the_same_file_again_has_nothing_to_import(wu):
    bring_in(wu, csv_of(people(3)))

    upload(wu, csv_of(people(3)))

    assert "沒有變 3" in wu.text(".stats") and "沒有要匯入的" in wu.text()
    assert not wu.page.select("form[action$='/write']")


def test_old_and_new_values_are_shown_side_by_side_and_id_numbers_masked(wu):
    text = DEMO.replace("林予晴", "林雨晴").replace("A223456781", "A223456790")

    upload(wu, text.encode())

    assert "會更新 1" in wu.text(".stats")
    changes = wu.text("#changes")
    assert "姓名：林予晴 → 林雨晴" in changes and "身分證字號：A2******81 → A2******90" in changes
    assert "A223456781" not in str(wu.page) and "A223456790" not in str(wu.page)


def test_every_bad_cell_is_named_with_row_column_value_and_what_to_do(wu):
    upload(wu, with_errors())

    rows = [row.get_text(" ", strip=True) for row in wu.page.select("#problems tbody tr")]
    assert [row.split()[:2] for row in rows] == [["3", "學號"], ["4", "學號"], ["5", "姓名"], ["5", "身分證字號"]]
    assert "B2*****78" in rows[3] and "少 1 碼" in rows[3] and "B22345678" not in str(wu.page)
    assert "什麼都還沒寫入" in wu.text(".note.bad") and "900000000" not in numbers()


def test_the_file_to_correct_has_its_bad_cells_in_their_rows_and_what_to_do_beside_them(wu):
    upload(wu, with_errors())

    reply = wu.send("GET", wu.path + "/errors.xlsx")

    rows = rows_of(reply)
    assert rows[0][:2] == ["學號", "姓名"] and rows[0][-1] == TO_CORRECT
    assert rows[4][2] == "B22345678" and "姓名：這一格不能空白" in rows[4][-1] and rows[1][-1] == ""
    assert logged("roster-errors-downloaded") == 1


def test_the_corrected_file_is_read_with_the_column_that_we_added_to_it(wu):
    upload(wu, with_errors())
    marked = wu.send("GET", wu.path + "/errors.xlsx").get_data()

    wu.submit("form[enctype]", files={"file": (io.BytesIO(marked), "errors.xlsx")})

    assert wu.heading == "匯入預覽" and "4 格有錯誤" in wu.text("#problems")


def test_the_sound_rows_can_be_imported_without_the_others_when_that_is_meant(wu):
    upload(wu, with_errors())

    wu.submit("form[action$='/write']")

    assert "已匯入 1 人" in wu.text(".note") and "有錯誤的 3 列沒有匯入" in wu.text()
    assert {"900000000", "900000001", "900000003"} & numbers() == {"900000000"}
    assert wu.send("GET", wu.path + "/errors.xlsx").status_code == 200


def test_a_confirmation_that_does_not_say_so_leaves_a_file_with_errors_alone(wu):
    upload(wu, with_errors())
    typed = [pair for pair in wu.typed(wu.form("form[action$='/write']")) if pair[0] != "do"]

    wu.post(wu.path + "/write", typed)

    assert wu.heading == "匯入預覽" and "900000000" not in numbers()


def test_a_preview_that_is_no_longer_the_one_that_was_seen_is_not_written(wu):
    upload(wu, csv_of(people(2)))
    typed = dict(wu.typed(wu.form("form[action$='/write']")))

    wu.post(wu.path + "/write", typed | {"check": "1"})

    assert wu.heading == "匯入預覽" and "900000000" not in numbers()


def test_an_id_number_of_another_student_is_a_bad_cell(wu):
    bring_in(wu, csv_of(people(1)))

    upload(wu, csv_of([{**people(1)[0], "student_no": "955500001"}]))

    assert "同一學制的學生 900000000 已經用了這個身分證字號" in wu.text("#problems")


def test_unknown_columns_are_asked_for_and_the_answer_is_remembered(wu):
    header = {**ZH, "student_no": "stuNo", "email": "聯絡"}

    upload(wu, csv_of(people(2), header))
    assert wu.heading == "對應欄位" and "stuNo" in wu.text("#columns")
    wu.submit("form[action$='/columns']", c0="student_no")
    assert wu.heading == "匯入預覽" and "略過的欄位：聯絡" in wu.text()
    wu.submit("form[action$='/cancel']")

    assert upload(wu, csv_of(people(2), header)).heading == "匯入預覽"


def test_a_column_chosen_twice_and_one_missing_are_pointed_out(wu):
    upload(wu, csv_of(people(2), {**ZH, "student_no": "stuNo"}))

    wu.submit("form[action$='/columns']", c1="dept")

    assert wu.status == 422 and wu.title_says_error
    assert wu.errors["columns"].endswith("請選擇檔案裡是哪一欄")
    assert wu.errors["c6"] == wu.error("c6") == "系所 選了兩次，請把其中一欄改成略過"
    assert wu.value("c1") == "dept"


def test_the_columns_can_be_looked_at_again_from_the_preview(wu):
    upload(wu, csv_of(people(2)))

    wu.click("看每一欄當成什麼").submit("form[action$='/columns']", c16="")

    assert "略過的欄位：電子郵件" in wu.text()


@pytest.mark.parametrize(("content", "words"), [(b"", "檔案是空的"), (b"%PDF-1", "CSV"), (b"a,b\n1,2\n", "學號")])
def test_a_file_that_is_no_roster_is_refused_on_the_same_page(wu, content, words):
    upload(wu, content)

    assert wu.status == 422 and words in wu.error("file") and wu.title_says_error


def test_no_file_at_all_is_asked_for(wu):
    wu.open("/staff/import").submit(files={})

    assert wu.status == 422 and wu.error("file") == "請先選擇名單檔案。"


def test_an_empty_roster_can_be_downloaded_and_holds_every_column(wu):
    assert rows_of(wu.send("GET", "/staff/import/template.xlsx"))[0] == list(ZH.values())


def test_two_registrars_cannot_import_at_once_and_the_second_is_told_who_does(wu, tsai):
    tsai.open("/staff/import")
    upload(wu, csv_of(people(2)))

    tsai.submit(files={"file": (io.BytesIO(csv_of(people(2))), "b.csv")})

    assert tsai.status == 409 and "吳專員 T1001" in tsai.text(".note")
    assert tsai.send("GET", wu.path).status_code == 404
    assert wu.open("/staff/import").heading == "匯入預覽"


def test_an_import_that_somebody_left_behind_can_be_closed_by_a_colleague(wu, tsai):
    upload(wu, csv_of(people(2)))

    tsai.open("/staff/import").submit("form[action$='/cancel']")

    assert tsai.has_field("file") and logged("roster-import-cancelled") == 1
    assert "上傳檔案" in wu.open(wu.path).text(".steps [aria-current]")


def test_clerks_of_departments_are_not_shown_the_way(app):
    kao = sign_in(Browser(app), employ(KAO))

    assert "匯入名單" not in kao.open("/staff").text("body") and kao.open("/staff/import").status == 403


def test_whatever_is_done_stands_in_the_log_without_any_id_number(wu):
    bring_in(wu, csv_of(people(2)))

    with database.connection_context():
        lines = [f"{event.what} {event.account} {event.details}" for event in Event.select()]
    whats = [line.split()[0] for line in lines]
    assert [what for what in whats if what.startswith("roster")] == [
        "roster-uploaded", "roster-import-confirmed", "roster-imported"
    ]  # fmt: skip
    assert not [line for line in lines for one in people(2) if one["id_no"] and one["id_no"] in line]
