"""Exports in Big5, columns saved by the office, and files that can be read in again."""

import csv
import io

import pytest

from blueprints import downloads
from domain import roster, roster_file
from domain.streams import spelled, unwritable
from models import Roster, Student
from tables.exports import ExportMapping, ExportRun
from tables.store import database
from tests.answers import begin, fill_all
from tests.browser import Browser
from tests.offices import KAO, WU, employ, sign_in
from tests.people import LIN, RARE
from tests.test_export_page import numbers, table, take
from tests.test_log import lines_of


@pytest.fixture
def wu(app):
    """A registrar at the page."""
    return sign_in(Browser(app), employ(WU, has_phone=True)).open("/staff/export")


@pytest.mark.parametrize(
    ("text", "missing", "written"),
    [
        ("𠮷田堃瑜", "𠮷堃", "[U+20BB7]田[U+5803]瑜"),
        ("林予晴", "", "林予晴"),
        ("\uf90a", "\uf90a", "[U+F90A]"),
        ("喆峯煊", "喆峯煊", "[U+5586][U+5CEF][U+714A]"),
        ("堃堃", "堃", "[U+5803][U+5803]"),
        ("", "", ""),
    ],
)
def test_what_big5_lacks_is_written_as_a_number_and_never_as_a_question_mark(text, missing, written):
    assert (unwritable(text), spelled(text)) == (missing, written)
    assert "?" not in spelled(text).encode("cp950").decode("cp950")


def test_big5_first_shows_exactly_which_cells_it_cannot_hold(app, wu):
    fill_all(begin(Browser(app), RARE))

    take(wu, what="all", who="complete", kind="big5")

    assert wu.status == 422 and wu.heading == "Big5 沒有的字"
    cells = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in wu.page.select("tbody tr")]
    assert cells == [[RARE.account, "中文姓名", RARE.name, "𠮷堃"]]
    with database.connection_context():
        assert ExportRun.select().count() == 0


def test_after_the_list_it_can_be_had_in_big5_or_in_utf8(app, wu):
    fill_all(begin(Browser(app), RARE))

    take(wu, what="all", who="complete", kind="big5")
    wu.submit(form="#as-big5")
    (row,) = table(wu.reply.get_data(), "cp950")
    assert row["中文姓名"] == "[U+20BB7]田[U+5803]瑜" and wu.reply.content_type == "text/csv; charset=big5"

    take(wu, what="all", who="complete", kind="big5")
    wu.submit(form="#as-utf8")
    (row,) = table(wu.reply.get_data())
    assert row["中文姓名"] == RARE.name


def test_the_list_itself_can_be_downloaded(app, wu):
    fill_all(begin(Browser(app), RARE))
    take(wu, what="all", who="complete", kind="big5")

    wu.submit(form="#as-list")

    (row,) = table(wu.reply.get_data())
    assert list(row.values()) == [RARE.account, "中文姓名", RARE.name, "𠮷堃"]
    assert lines_of("export-begun")[0]["form"] == "gaps"


def test_nobody_goes_round_the_list(app, wu):
    fill_all(begin(Browser(app), RARE))
    take(wu, what="progress", who="complete", kind="big5")
    typed = dict(wu.typed(wu.form("#as-big5")))

    assert wu.post("/staff/export", {**typed, "what": "all"}).status == 422
    assert wu.post("/staff/export", {**typed, "pass": ""}).status == 422
    assert numbers(table(wu.post("/staff/export", typed).reply.get_data(), "cp950")) == [RARE.account]


def test_a_heading_that_big5_lacks_is_in_the_list_too(wu):
    keep(wu, "堃", "roster.student_no")
    wu.open(f"/staff/export/columns/{mapping_id()}").submit(form="#columns-form", **{"h-roster.student_no": "堃號"})

    take(wu, what=f"mapping:{mapping_id()}", who="all", kind="big5")

    assert "堃號" in wu.text("tbody") and wu.status == 422
    wu.submit(form="#as-big5")
    assert table(wu.reply.get_data(), "cp950")[0].keys() == {"[U+5803]號"}


def test_where_big5_holds_everything_the_file_comes_at_once(app, lin_done, wu):
    (row,) = table(take(wu, what="all", who="complete", kind="big5"), "cp950")

    assert row["中文姓名"] == "林予晴"


def keep(browser, name, *keys, **more):
    """Put together columns."""
    return browser.open("/staff/export/columns/new").submit(form="#columns-form", name=name, add=list(keys), **more)


def test_saved_columns_come_in_their_order_under_their_headings(app, lin_done, wu):
    keep(wu, "校務系統", "roster.student_no", "field.mobile", "roster.birth_date", dates="roc7")
    number = mapping_id()
    wu.open(f"/staff/export/columns/{number}")
    assert {wu.value("n-field.mobile"), wu.value("n-roster.student_no")} <= {"10", "20", "30"}
    wu.submit(
        form="#columns-form",
        **{"n-roster.birth_date": "1", "n-roster.student_no": "2", "n-field.mobile": "3", "h-field.mobile": "手機"},
    )

    raw = take(wu, what=f"mapping:{number}", who="complete")

    head, row = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert head == ["出生日期", "學號", "手機"]
    assert row == ["0961120", LIN.account, "0912345678"]
    assert [noted["name"] for noted in lines_of("mapping-kept")] == ["校務系統", "校務系統"]


def test_no_name_of_columns_ends_the_name_of_the_file_early():
    reply = downloads.download([], 'xueji-a"; b\r\nc.csv', "csv")

    assert reply.headers["Content-Disposition"].startswith('attachment; filename="xueji-a bc.csv"; filename*=')


def mapping_id():
    """The number of the only saved columns."""
    with database.connection_context():
        return ExportMapping.get().id


def test_a_column_without_a_number_is_out_and_ticks_can_be_added_before_saving(wu):
    keep(wu, "校務系統", "roster.student_no", "roster.dept")
    wu.open(f"/staff/export/columns/{mapping_id()}")

    wu.submit(form="#columns-form", button=("do", "more"), add=["roster.email"], **{"n-roster.dept": ""})
    assert wu.has_field("n-roster.email") and not wu.has_field("n-roster.dept")
    wu.submit(form="#columns-form")

    with database.connection_context():
        assert [key for key, _ in ExportMapping.get().pairs] == ["roster.student_no", "roster.email"]


@pytest.mark.parametrize(
    ("name", "keys", "control"),
    [
        ("", ["roster.student_no"], "name"),
        ("校務系統", ["roster.student_no"], "name"),
        ("另一個", [], "columns"),
        ("另一個", ["roster.student_no", "field.student_no"], "columns"),
    ],
)
def test_columns_that_cannot_be_kept_say_why(wu, name, keys, control):
    keep(wu, "校務系統", "roster.student_no")

    keep(wu, name, *keys)

    assert wu.status == 422 and wu.errors.keys() == {control} and wu.value("name") == name


def test_columns_that_are_not_needed_any_more_go(wu):
    keep(wu, "銀行", "roster.student_no")
    wu.open(f"/staff/export/columns/{mapping_id()}").submit(form="#remove")

    assert "銀行" not in wu.text() and lines_of("mapping-removed") == [{"name": "銀行"}]


def test_a_clerk_uses_the_columns_of_the_office(app, wu):
    keep(wu, "校務系統", "roster.student_no")
    kao = sign_in(Browser(app), employ(KAO))

    rows = table(take(kao, what=f"mapping:{mapping_id()}", who="all"))

    assert rows[0].keys() == {"學號"} and LIN.account in numbers(rows)


def test_a_column_that_the_record_no_longer_has_is_left_out(app, wu):
    keep(wu, "校務系統", "roster.student_no")
    with database.connection_context():
        ExportMapping.update(columns='[["field.gone", "x"], ["roster.student_no", "學號"]]').execute()

    assert table(take(wu, what=f"mapping:{mapping_id()}", who="all"))[0].keys() == {"學號"}
    assert wu.open(f"/staff/export/columns/{mapping_id()}").status == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("dates", ["iso", "roc", "roc7"])
def test_what_the_roster_said_can_be_read_in_again_and_is_the_same(wu, tmp_path, kind, dates):
    columns = [f"roster.{name}" for name in roster_file_columns()]
    keep(wu, "名單", *columns, dates=dates)
    path = tmp_path / f"again.{kind}"
    path.write_bytes(take(wu, what=f"mapping:{mapping_id()}", who="all", kind=kind))

    found = roster.check(roster_file.read(path))

    with database.connection_context():
        changes = [change for _, change in Roster.sort(found.students)]
        assert Student.select().count() == 14 and changes == [Roster.SAME] * 14 and not found.problems


def roster_file_columns():
    """The names of all columns of a roster."""
    return [column.name for column in roster.COLUMNS]
