"""Where the columns are named: below titles, over two rows with merged cells, in one of several sheets."""

import pytest

from domain import roster_header
from domain.roster_columns import TO_CORRECT, guess, is_clear
from domain.words import Invalid

STUDENT = ["411510001", "林予晴", "0961120", "學士班"]


def header(*rows):
    """The header found in one sheet, and the number of the first row below it."""
    table = roster_header.table([("名冊", list(enumerate(map(list, rows), 1)))])
    return table.header, table.rows[0][0]


def test_names_merged_downwards_beside_names_below_a_common_one():
    found = header(["學號", "姓名", "就讀", ""], ["", "", "學制", "系所"], [*STUDENT[:2], "學士班", "教育學系"])

    assert found == (["學號", "姓名", "學制", "系所"], 3)


def test_a_lower_row_with_more_names_takes_the_others_from_the_row_above():
    found = header(
        ["學號", "就讀", "", "", ""], ["", "學制", "系所", "組別", "班級"], ["411510001", "學士班", "x", "y", "甲"]
    )

    assert found == (["學號", "學制", "系所", "組別", "班級"], 3)


def test_a_title_right_above_the_header_is_left_where_it_is():
    assert header(["115 學年度新生名冊", ""], ["", "學號", "姓名"], ["1", *STUDENT]) == (["", "學號", "姓名"], 3)


def test_a_student_right_below_the_header_is_no_second_header():
    assert header(["學號", "姓名", "備註"], ["411510001", "林予晴", "班級"]) == (["學號", "姓名", "備註"], 2)


def test_a_strange_name_beside_a_second_row_is_kept():
    found = header(["學號", "姓名", "備註", "就讀"], ["", "", "", "學制"], STUDENT)

    assert found == (["學號", "姓名", "備註", "學制"], 3)


def test_every_other_sheet_that_names_columns_is_told():
    rows = [(1, ["學號", "姓名"]), (2, STUDENT)]

    table = roster_header.table([("說明", [(1, ["請看"])]), ("學士", rows), ("碩士", rows), ("統計", [])])

    assert (table.sheet, table.other_sheets, table.header_row) == ("學士", ["碩士"], 1)


def test_more_columns_than_any_roster_has_are_refused():
    with pytest.raises(Invalid) as caught:
        header(["學號", *map(str, range(roster_header.MAX_COLUMNS))], STUDENT)

    assert caught.value.values == {"limit": roster_header.MAX_COLUMNS}


def test_columns_are_guessed_by_name_and_the_others_left_out():
    columns = guess(["學號", "備註", "", "姓名"], filled=[2])

    assert {place: column and column.name for place, column in columns.items()} == {
        0: "student_no", 1: None, 2: None, 3: "name_zh",
    }  # fmt: skip
    assert not is_clear(["學號", "備註", "", "姓名"], columns)


def test_the_column_that_we_added_ourselves_is_nothing_to_ask_about():
    named = ["學號", "姓名", TO_CORRECT]

    assert is_clear(named, guess(named))


def test_blank_cells_by_the_million_are_cut_off_and_a_filled_one_among_them_is_refused():
    blank = [""] * 1_000_000
    assert header(["學號", "姓名", *blank], STUDENT)[0][:3] == ["學號", "姓名", ""]
    assert len(header(["學號", "姓名", *blank], STUDENT)[0]) == roster_header.MAX_CELLS

    with pytest.raises(Invalid) as refused:
        header(["學號", "姓名"], [*STUDENT, *blank, "x"])
    assert refused.value.values == {"row": 2, "limit": roster_header.MAX_CELLS}
