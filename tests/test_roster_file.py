"""Real files as offices send them: every encoding, delimiter and workbook, and those nobody should open."""

import datetime
import io
import zipfile
import zlib

import pytest
import xlsxwriter

from domain import roster, roster_file, spreadsheet
from domain.words import Invalid

HEADER = ["學號", "姓名", "出生日期"]
LINES = "學號,姓名,出生日期\n411510001,林予晴,0961120\n"
ROWS = [(2, ["411510001", "林予晴", "0961120"])]


@pytest.fixture
def saved(tmp_path):
    """Put bytes in a file and return its path."""

    def save(content, name="roster.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return save


@pytest.fixture
def workbook(tmp_path):
    """Write rows, by sheet, into a real XLSX file and return its path; None leaves a cell out."""

    def write(*sheets, hide=()):
        path = tmp_path / "roster.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d"}) as book:
            for place, rows in enumerate(sheets):
                sheet = book.add_worksheet()
                [sheet.write(at, column, cell) for at, row in enumerate(rows) for column, cell in enumerate(row)]
                if place in hide:
                    sheet.hide()
                else:
                    sheet.activate()
        return path

    return write


def refusal(path):
    with pytest.raises(Invalid) as caught:
        roster_file.read(path)
    return caught.value


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp950", "big5", "big5hkscs"]
)
def test_the_same_roster_in_every_encoding(saved, encoding):
    table = roster_file.read(saved(LINES.encode(encoding)))

    assert (table.header, table.rows) == (HEADER, ROWS)
    assert not table.disputed_big5


def test_utf16_with_the_big_end_first_is_told_by_its_mark(saved):
    assert roster_file.read(saved(b"\xfe\xff" + LINES.encode("utf-16-be"))).rows == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["𠮷田堃", "陶喆", "兀\ufa0c", "\uf90a城", "\ue123"])
def test_rare_characters_arrive_as_they_were_sent(saved, encoding, name):
    content = LINES.replace("林予晴", name).encode(encoding)

    assert roster_file.read(saved(content)).rows[0][1][1] == name


def test_big5_beyond_the_common_characters_is_read_and_marked_as_disputed(saved):
    table = roster_file.read(saved(LINES.replace("林予晴", "游錫堃").encode("big5hkscs")))

    assert table.rows[0][1][1] == "游錫堃"
    assert table.disputed_big5


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_usual_delimiter_and_line_end(saved, delimiter, line_end):
    content = LINES.replace(",", delimiter).replace("\n", line_end).encode()

    assert roster_file.read(saved(content)).rows == ROWS


def test_titles_and_blank_lines_above_the_header_keep_the_row_numbers_of_the_file(saved):
    content = f"115 學年度新生名冊,,\n\n{LINES},,\n\n411510002,陳柏安,0970305\n".encode()

    table = roster_file.read(saved(content))

    assert table.header == HEADER
    assert [number for number, _ in table.rows] == [4, 7]


def test_commas_quotes_and_line_ends_inside_quotation_marks_belong_to_the_cell(saved):
    content = b'student_no,name,birth\n1,"MARTIN, ""C""",x\n2,"a\nb",y\n3,c,z\n'

    assert roster_file.read(saved(content)).rows == [
        (2, ["1", 'MARTIN, "C"', "x"]),
        (3, ["2", "a\nb", "y"]),
        (4, ["3", "c", "z"]),
    ]


def test_a_number_protected_from_excel_by_a_formula_is_read_as_text(saved):
    assert roster_file.read(saved(LINES.replace("0961120", '="0961120"').encode())).rows == ROWS


def test_a_quotation_mark_left_open_names_the_row_it_opens_in(saved):
    assert refusal(saved(LINES.replace("林", '"林').encode())).values == {"row": 2}


def test_a_character_in_no_encoding_names_its_line(saved):
    content = LINES.encode("cp950") + b"411510002,\xff\xff,0970305\n"

    assert refusal(saved(content)).values == {"line": 3}


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfa\n\xff", b"\xff\xfe" + "學號\n".encode("utf-16-le") + b"\x42\xd8"])
def test_a_file_that_breaks_the_encoding_it_declares_is_refused(saved, content):
    assert "no known encoding" in refusal(saved(content)).message


def test_a_nul_among_the_text_names_its_line(saved):
    broken = refusal(saved(LINES.replace("林", "\0").encode()))

    assert "not text" in broken.message
    assert broken.values == {"line": 2}


@pytest.mark.parametrize("content", [b"", b"\n\n , \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_called_empty(saved, content):
    assert "empty" in refusal(saved(content)).message


def test_a_file_without_any_known_column_is_told_what_is_expected(saved):
    unknown = refusal(saved(b"a,b\n1,2\n"))

    assert unknown.values == {"names": "學號, 姓名, 出生日期, 學制, 系所"}


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"\x89PNG\r\n", b"<html>", b"{\\rtf1"])
def test_another_kind_of_file_is_told_what_to_save_it_as(saved, content):
    assert "CSV nor XLSX" in refusal(saved(content, "roster.xlsx")).message


def test_more_bytes_or_rows_than_any_school_has_are_refused(saved):
    assert refusal(saved(b"x" * (roster_file.MAX_BYTES + 1))).values == {"limit": 20}
    assert refusal(saved(LINES.encode() + b"1,2,3\n" * roster_file.MAX_ROWS)).values == {"limit": 200_000}


def test_a_missing_file_or_a_folder_is_one_clear_sentence(tmp_path):
    assert refusal(tmp_path / "nothing.csv").values["reason"] == "No such file or directory"
    assert refusal(tmp_path).values["reason"] == "Is a directory"


def test_a_workbook_shows_its_cells_as_a_person_sees_them(workbook):
    numbers = [411510001, "林予晴", datetime.date(2007, 11, 20), True, 95.5, datetime.datetime(2007, 11, 20, 8, 30)]

    table = roster_file.read(workbook([[*HEADER, "a", "b", "c"], numbers]))

    assert table.rows == [(2, ["411510001", "林予晴", "2007-11-20", "True", "95.5", "2007-11-20 08:30:00"])]


@pytest.mark.parametrize("name", ["𠮷田堃", "兀\ufa0c", "\uf90a城"])
def test_rare_characters_in_a_workbook_arrive_as_they_were_sent(workbook, name):
    assert roster_file.read(workbook([HEADER, ["1", name, "x"]])).rows[0][1][1] == name


def test_a_workbook_keeps_its_row_numbers_past_titles_and_gaps(workbook):
    table = roster_file.read(
        workbook([["新生名冊"], [], [None, *HEADER], [], [None, "411510001", "林予晴", "0961120"]])
    )

    assert [number for number, _ in table.rows] == [5]
    assert roster.check(table).problems[-1].row == 5


def test_the_first_visible_sheet_with_a_header_is_the_roster(workbook):
    secret, notes, empty, students = [HEADER, ["9", "x", "y"]], [["說明"]], [], [HEADER, ["1", "a", "b"]]

    table = roster_file.read(workbook(secret, notes, empty, students, hide=[0]))

    assert table.rows == [(2, ["1", "a", "b"])]


def test_an_empty_workbook_is_called_empty(workbook):
    assert "empty" in refusal(workbook([])).message


def test_a_cell_at_the_far_end_of_the_sheet_is_found_before_it_fills_the_memory(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "far.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "學號")
        sheet.write(1_048_575, 16_383, "x")

    far = refusal(tmp_path / "far.xlsx")

    assert far.values == {"rows": 1_048_576, "columns": 16_384}


@pytest.mark.parametrize("cell", [b'r="xfd1048576"', b"r = 'XFD1048576'"])
def test_a_far_cell_is_found_however_its_place_is_written(tmp_path, saved, cell):
    with xlsxwriter.Workbook(tmp_path / "near.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["學號", "x"])
    with zipfile.ZipFile(tmp_path / "near.xlsx") as near:
        parts = {name: near.read(name).replace(b'r="B1"', cell) for name in near.namelist()}

    assert refusal(saved(archive(**parts))).values["columns"] == 16_384


def test_formatting_down_to_the_last_row_is_harmless(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "formatted.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    assert roster_file.read(tmp_path / "formatted.xlsx").header[:3] == HEADER


def test_a_workbook_with_more_rows_than_any_school_has_is_refused(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "tall.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(roster_file.MAX_ROWS, 0, "1")

    assert refusal(tmp_path / "tall.xlsx").values == {"limit": 200_000}


def archive(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        [file.writestr(name.replace("__", "."), text) for name, text in parts.items()]
    return content.getvalue()


def test_a_compression_bomb_is_refused_by_what_it_declares(saved):
    bomb = archive(**{"xl/workbook.xml": b"0" * (spreadsheet.MAX_UNPACKED + 1)})

    assert len(bomb) < 1_000_000
    assert "unpacks" in refusal(saved(bomb)).message


def test_a_bomb_that_lies_about_its_size_is_refused_too(saved):
    honest = archive(**{"xl/workbook.xml": b"0" * 5_000_000})
    size, lie = (5_000_000).to_bytes(4, "little"), (5_000).to_bytes(4, "little")

    assert "damaged" in refusal(saved(honest.replace(size, lie))).message


def test_thousands_of_parts_are_refused(saved):
    parts = {f"xl/{place}.xml": b"" for place in range(spreadsheet.MAX_PARTS)}

    assert "unpacks" in refusal(saved(archive(**parts, **{"xl/workbook.xml": b""}))).message


def test_an_archive_of_something_else_is_told_what_to_save_it_as(saved):
    assert "CSV nor XLSX" in refusal(saved(archive(**{"word/document.xml": b""}))).message


@pytest.mark.parametrize("keep", [10, 200, 3_000])
def test_half_a_workbook_is_called_damaged(saved, workbook, keep):
    assert "damaged" in refusal(saved(workbook([HEADER]).read_bytes()[:keep])).message


def test_a_workbook_that_is_not_xml_inside_is_called_damaged(saved):
    assert "damaged" in refusal(saved(archive(**{"xl/workbook.xml": b"<x"}))).message


def test_an_old_workbook_cut_short_is_called_damaged(saved):
    assert "damaged" in refusal(saved(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "roster.xls")).message


def test_an_endless_text_shared_by_many_cells_is_cut(workbook):
    table = roster_file.read(workbook([HEADER, ["1", "x" * 30_000, "y"]]))

    assert len(table.rows[0][1][1]) == spreadsheet.TEXT_LENGTH
    assert any(problem.column == "姓名" for problem in roster.check(table).problems)


def test_a_part_of_the_archive_that_cannot_be_unpacked_is_called_damaged(saved):
    content = bytearray(archive(**{"xl/workbook.xml": bytes(range(256)) * 40}))
    content[30 + len("xl/workbook.xml")] |= 0b110

    with pytest.raises(zlib.error):
        zipfile.ZipFile(io.BytesIO(content)).testzip()
    assert "damaged" in refusal(saved(bytes(content))).message
