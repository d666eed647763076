"""A roster is judged whole: every wrong cell of every row, before anything is believed."""

from datetime import date

import pytest

from domain import identity, roster
from domain.roster_columns import known

TODAY = date(2026, 9, 1)
ALICE = {
    "學號": "411510001",
    "姓名": "林予晴",
    "身分證字號": "A223456781",
    "護照號碼": "",
    "出生日期": "0961120",
    "學制": "學士班",
    "系所": "教育學系",
    "性別": "",
    "境外生類別": "",
}


def judge(*students):
    """Check a roster of Alice, once for each dict of what differs from her."""
    rows = [(number, list((ALICE | changes).values())) for number, changes in enumerate(students, start=2)]
    return roster.check(roster.Table(list(ALICE), rows), TODAY)


def judge_header(*header):
    return roster.check(roster.Table(list(header), [(2, [""] * len(header))]), TODAY)


def places(judged):
    return [(problem.row, problem.column) for problem in judged.problems]


def other(serial):
    """Someone else altogether, so that only what a test writes about can be wrong."""
    return {"學號": f"4115{serial:05}", "身分證字號": identity.completed(f"A2{serial:07}")}


def test_a_sound_row_becomes_a_student_with_everything_normalised():
    judged = judge({"學號": " ４１１５１０００１ ", "身分證字號": "a２23456781"})

    assert judged.problems == []
    assert judged.students == [
        dict.fromkeys((column.name for column in roster.COLUMNS), "")
        | {
            "student_no": "411510001",
            "name_zh": "林予晴",
            "id_no": "A223456781",
            "birth_date": "2007-11-20",
            "program": "學士班",
            "dept": "教育學系",
            "sex": "女",
            "overseas_kind": "無",
        }
    ]


def test_the_columns_are_those_of_the_contract_in_its_order():
    assert [column.name for column in roster.COLUMNS] == [
        *("student_no", "name_zh", "id_no", "passport_no", "birth_date", "program", "dept", "group", "class"),
        *("sex", "overseas_kind", "nationality", "entry_year", "entry_term", "route", "identity", "email"),
    ]
    assert [column.name for column in roster.COLUMNS if column.required] == [
        *("student_no", "name_zh", "birth_date", "program", "dept")
    ]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        *(("學號", "student_no"), ("＊學號", "student_no"), ("學 號", "student_no"), ("STUDENT_NO", "student_no")),
        *(("Student No.", "student_no"), ("ｓｔｕｄｅｎｔ＿ｎｏ", "student_no"), ("student_no 學號", "student_no")),
        *(("學號(必填)", "student_no"), ("姓名(中文)", "name_zh"), ("name", "name_zh"), (" 姓　名* ", "name_zh")),
        *(("身分證號", "id_no"), ("身份證字號", "id_no"), ("統一證號", "id_no"), ("居留證號", "id_no")),
        *(("ID No.", "id_no"), ("身分證字號/統一證號", "id_no"), ("生日", "birth_date"), ("出生年月日", "birth_date")),
        *(("系別", "dept"), ("系所名稱", "dept"), ("班別", "class"), ("e-mail", "email"), ("E-Mail Address", "email")),
        *(("學年度", "entry_year"), ("身分別", "identity"), ("護照\n號碼", "passport_no")),
    ],
)
def test_a_header_is_recognised_however_it_is_spelled(header, name):
    assert [column.name for column in known(["備註", header]).values()] == [name]


def test_a_column_nobody_knows_is_reported_and_not_dropped_silently():
    judged = judge_header(*ALICE, " 血型 ", "", "備註")

    assert judged.unknown_columns == ["血型", "備註"]


def test_missing_columns_are_named_at_the_header():
    judged = judge_header("學號", "姓名")

    assert places(judged)[:4] == [(1, "出生日期"), (1, "學制"), (1, "系所"), (1, "身分證字號")]


def test_one_column_of_numbers_is_enough():
    judged = judge_header("學號", "姓名", "護照號碼", "出生日期", "學制", "系所")

    assert 1 not in [row for row, _ in places(judged)]


def test_a_column_that_comes_twice_is_reported():
    assert (1, "姓名") in places(judge_header(*ALICE, "中文姓名"))


def test_a_header_without_students_is_reported():
    judged = judge()

    assert places(judged) == [(1, "學號")]
    assert judged.students == []


def test_every_wrong_cell_of_every_row_is_reported_in_the_order_of_the_columns():
    judged = judge({"出生日期": "1120229", "學號": "41"}, other(2), {**other(3), "姓名": "王?明", "系所": ""})

    assert places(judged) == [(2, "學號"), (2, "出生日期"), (4, "姓名"), (4, "系所")]
    assert [student["student_no"] for student in judged.students] == ["411500002"]


def test_a_row_cut_short_misses_its_cells():
    judged = roster.check(roster.Table(list(ALICE), [(9, ["411510001", "林予晴"])]), TODAY)

    assert places(judged) == [(9, "身分證字號"), (9, "出生日期"), (9, "學制"), (9, "系所")]


def test_a_comma_too_many_is_noticed_where_the_header_has_no_name():
    header = [*ALICE, ""]
    spilled = [*ALICE.values(), "x", "y"]

    judged = roster.check(roster.Table(header, [(2, spilled)]), TODAY)

    assert places(judged) == [(2, "J"), (2, "K")]


def test_a_column_far_to_the_right_has_two_letters():
    header = [*ALICE, *[""] * 18]

    judged = roster.check(roster.Table(header, [(2, [*ALICE.values(), *[""] * 17, "x"])]), TODAY)

    assert places(judged) == [(2, "AA")]


def test_an_overseas_student_may_have_a_passport_only():
    judged = judge({"身分證字號": "", "護照號碼": "19ab-45678", "性別": "F", "境外生類別": "外籍生"})

    assert judged.problems == []
    assert judged.students[0]["passport_no"] == "19AB45678"


def test_a_student_without_any_number_is_reported_once():
    assert places(judge({"身分證字號": ""})) == [(2, "身分證字號")]


def test_a_mistyped_id_number_is_not_called_missing_too():
    judged = judge({"身分證字號": "A223456780"})

    assert places(judged) == [(2, "身分證字號")]
    assert "digit" in judged.problems[0].invalid.message


@pytest.mark.parametrize("sex", ["男", "M", "male", "１"])
def test_a_sex_that_contradicts_the_id_number_is_reported(sex):
    judged = judge({"性別": sex})

    assert places(judged) == [(2, "性別")]
    assert judged.problems[0].invalid.values == {"sex": "女"}


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        *(("A223456781", "僑生"), ("A900123452", "外國學生"), ("A900123452", "僑生"), ("A970000124", "無")),
        *(("A970000124", ""), ("A880000125", "港澳生"), ("A880000125", "僑生"), ("A990000120", "大陸生")),
        *(("BD00000006", "外國學生"), ("BD00000006", "無")),
    ],
)
def test_an_overseas_category_that_fits_the_number_is_accepted(number, kind):
    judged = judge({"身分證字號": number, "境外生類別": kind})

    assert judged.problems == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        *(("A223456781", "陸生"), ("A900123452", "無"), ("A900123452", ""), ("A900123452", "港澳生")),
        *(("A970000124", "外國學生"), ("A880000125", "陸生"), ("A990000120", "僑生"), ("BD00000006", "")),
    ],
)
def test_an_overseas_category_that_contradicts_the_number_is_reported(number, kind):
    judged = judge({"身分證字號": number, "境外生類別": kind})

    assert places(judged) == [(2, "境外生類別")]


@pytest.mark.parametrize(("typed", "age"), [("2017-01-01", 9), ("1925-01-01", 101), ("2027-01-01", -1)])
def test_a_birthday_nobody_can_have_is_reported_with_the_age_it_makes(typed, age):
    judged = judge({"出生日期": typed})

    assert places(judged) == [(2, "出生日期")]
    assert judged.problems[0].invalid.values == {"age": age}


def test_a_sex_or_category_that_cannot_be_read_is_not_compared_as_well():
    judged = judge({"性別": "X", "境外生類別": "Y"})

    assert places(judged) == [(2, "性別"), (2, "境外生類別")]
    assert "choices" in judged.problems[0].invalid.values


def test_without_a_day_given_ages_are_counted_today():
    judged = roster.check(roster.Table(list(ALICE), [(2, list((ALICE | {"出生日期": "20990101"}).values()))]))

    assert places(judged) == [(2, "出生日期")]


def test_two_rows_with_one_student_number_name_each_other():
    judged = judge(other(1), other(2) | {"學號": "b1151"}, other(3) | {"學號": "B1151"})

    assert places(judged) == [(3, "學號"), (4, "學號")]
    assert [problem.invalid.values for problem in judged.problems] == [{"row": 4}, {"row": 3}]


def test_one_person_twice_in_a_programme_is_reported_but_two_programmes_are_fine():
    again = judge({}, {"學號": "411510002"})
    elsewhere = judge({}, {"學號": "211510002", "學制": "碩士班"})

    assert places(again) == [(2, "身分證字號"), (3, "身分證字號")]
    assert elsewhere.problems == []


def test_a_student_number_that_lost_its_leading_zero_is_noticed():
    judged = judge(other(1), other(2), other(3) | {"學號": "41150003"})

    assert places(judged) == [(4, "學號")]
    assert "leading zero" in judged.problems[0].invalid.message


def test_shorter_numbers_in_another_programme_are_nobodys_mistake():
    doctors = {"學號": "91150003", "學制": "博士班"}, {"學號": "91150004", "學制": "博士班"}

    judged = judge(other(1), other(2), other(3) | doctors[0], other(4) | doctors[1])

    assert judged.problems == []


def test_one_character_of_disputed_big5_holds_back_its_row_alone():
    rows = [(2, list(ALICE.values())), (3, list((ALICE | other(1) | {"姓名": "游錫堃"}).values()))]

    judged = roster.check(roster.Table(list(ALICE), rows, disputed_big5=True), TODAY)

    assert places(judged) == [(3, "姓名")]
    assert judged.problems[0].invalid.values == {"position": 3, "character": "堃"}
