"""One cell at a time: what is understood, what is kept as it is, what is refused and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import roster_cells as cells
from domain.words import Invalid


def refusal(check, text):
    with pytest.raises(Invalid) as caught:
        check(text)
    return caught.value


@pytest.mark.parametrize(
    "name",
    [
        *("𠮷田堃瑜", "陶喆", "\uf90a城武", "兀\ufa0c", "撒韵‧瓦旦‧比黛古莉", "Kulas·Umau", "O'BRIEN, PATRICK"),
        *("葛󠄀城", "e\u0301", "é", "\u200dक", "欧阳（备注）", "\U00031350"),
    ],
)
def test_a_name_comes_back_byte_for_byte(name):
    assert cells.name(cells.trimmed(f"\u3000 {name}\t")) == name


@given(st.text(st.characters(categories=["L", "Mn", "Nd"]), min_size=1, max_size=50))
def test_no_letter_of_any_script_is_ever_changed(name):
    assert cells.name(cells.trimmed(name)) == name


@pytest.mark.parametrize(
    ("name", "code", "position"),
    [
        *(("王\ue123明", "U+E123", 2), ("\U000f0001明", "U+F0001", 1), ("王明\U0010fffd", "U+10FFFD", 3)),
        *(("王\x00明", "U+0000", 2), ("王\n明", "U+000A", 2), ("王\u202e明", "U+202E", 2), ("\ufeff王", "U+FEFF", 1)),
        *(("王\u200b明", "U+200B", 2), ("王\ud842", "U+D842", 2), ("王\ufffd", "U+FFFD", 2), ("王\x85", "U+0085", 2)),
    ],
)
def test_a_character_that_cannot_travel_is_named_by_place_and_code(name, code, position):
    assert refusal(cells.name, name).values == {"position": position, "code": code}


def test_private_lost_and_invisible_characters_get_different_advice():
    assert "font" in refusal(cells.name, "\ue000").message
    assert "UTF-8" in refusal(cells.name, "\ufffd").message
    assert "delete" in refusal(cells.name, "\x07").message


@pytest.mark.parametrize("name", ["游錫?", "游錫？", "游錫□", "游錫*", "游錫〓", "游錫&#22531;"])
def test_a_mark_in_the_place_of_a_lost_character_is_noticed(name):
    lost = refusal(cells.name, name)

    assert lost.values["position"] == 3
    assert "UTF-8" in lost.message


def test_fifty_characters_fit_in_a_name_and_a_long_one_counts_as_people_count():
    assert cells.name("𠮷" * 50) == "𠮷" * 50
    assert refusal(cells.name, "𠮷" * 51).values == {"limit": 50, "length": 51}


def test_a_programme_of_the_schools_own_is_accepted_up_to_thirty_characters():
    assert cells.program("國際碩士學位學程") == "國際碩士學位學程"
    assert refusal(cells.program, "班" * 31).values == {"limit": 30, "length": 31}


def test_an_endless_cell_is_refused_without_repeating_it():
    assert cells.trimmed("x" * 200) == "x" * 200
    assert refusal(cells.trimmed, "x" * 201).values == {"limit": 200}


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#NAME?", "########"])
def test_an_error_of_the_spreadsheet_is_not_taken_for_an_answer(text):
    assert refusal(cells.trimmed, text).values == {"text": text}


@pytest.mark.parametrize(("typed", "number"), [("411510001", "411510001"), (" b１１51 ", "B1151")])
def test_a_student_number_is_half_width_and_in_capitals(typed, number):
    assert cells.student_no(typed) == number


@pytest.mark.parametrize("typed", ["123", "1234567890123", "4115-0001", "學4115", "٤١١٥"])
def test_a_student_number_of_another_shape_is_refused(typed):
    assert "4 to 12" in refusal(cells.student_no, typed).message


@pytest.mark.parametrize("check", [cells.student_no, cells.passport_no])
@pytest.mark.parametrize("text", ["2.1141E+08", "2E+11", "211410023.0"])
def test_a_number_that_excel_rewrote_says_so(check, text):
    rewritten = refusal(check, text)

    assert rewritten.values == {"text": text}
    assert "as text" in rewritten.message


@pytest.mark.parametrize(("typed", "number"), [("c 123-4567", "C1234567"), ("０12345678", "012345678")])
def test_a_passport_number_keeps_its_zeros_and_loses_its_spaces(typed, number):
    assert cells.passport_no(typed) == number


@pytest.mark.parametrize("typed", ["1234", "A" * 21, "護照1234"])
def test_a_passport_number_of_another_shape_is_refused(typed):
    assert "5 to 20" in refusal(cells.passport_no, typed).message


def test_a_birthday_is_kept_as_an_iso_date():
    assert cells.birth_date("民國95年1月31日") == "2006-01-31"


def test_a_day_count_of_the_spreadsheet_is_recognised():
    assert "day count" in refusal(cells.birth_date, "38748").message


@pytest.mark.parametrize("typed", ["男", "男 ", "M", "ｍ", "Male", "1", "男性"])
def test_a_man_in_every_way_people_write_it(typed):
    assert cells.sex(typed) == "男"


@pytest.mark.parametrize("typed", ["女", "F", "female", "2", "２", "女生"])
def test_a_woman_in_every_way_people_write_it(typed):
    assert cells.sex(typed) == "女"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        *(("無", "無"), ("一般生", "無"), ("外籍生", "外國學生"), ("外國學生", "外國學生"), ("Foreign", "外國學生")),
        *(("僑生", "僑生"), ("港澳 生", "港澳生"), ("大陸生", "陸生"), ("陸生", "陸生")),
    ],
)
def test_an_overseas_category_in_every_way_people_write_it(typed, kind):
    assert cells.overseas_kind(typed) == kind


KINDS = "無, 外國學生, 僑生, 港澳生, 陸生"


@pytest.mark.parametrize(
    ("check", "typed", "choices"),
    [(cells.sex, "X", "男, 女"), (cells.sex, "男女", "男, 女"), (cells.overseas_kind, "境外生", KINDS)],
)
def test_an_answer_outside_the_list_names_the_list(check, typed, choices):
    assert refusal(check, typed).values == {"choices": choices}


@pytest.mark.parametrize("typed", ["115", "１１５", "115學年度", "115 學年", "115年", "民國115年", "2026"])
def test_a_year_of_entry_is_kept_in_roc_years(typed):
    assert cells.entry_year(typed) == "115"


@pytest.mark.parametrize("typed", ["5", "999", "3000", "1911", "今年", "115-1"])
def test_a_year_nobody_enters_in_is_refused(typed):
    assert "115" in refusal(cells.entry_year, typed).message


@pytest.mark.parametrize(("typed", "term"), [("1", "1"), ("上", "1"), ("第一學期", "1"), ("2", "2"), ("下學期", "2")])
def test_a_term_is_kept_as_a_number(typed, term):
    assert cells.entry_term(typed) == term


@pytest.mark.parametrize("typed", ["3", "暑期", "115-1"])
def test_there_are_two_terms(typed):
    assert refusal(cells.entry_term, typed).values == {"choices": "1, 2"}


@pytest.mark.parametrize("typed", ["yuching.lin@example.com", "O'Neil+a@Sub-1.example.edu.tw"])
def test_an_email_address_is_kept_as_typed(typed):
    assert cells.email(typed) == typed


@pytest.mark.parametrize("typed", ["yuching.lin", "a@b", "a b@example.com", "a@@example.com", "王@example.com", "a@b."])
def test_what_is_not_an_email_address_is_refused(typed):
    assert "name@example.com" in refusal(cells.email, typed).message
