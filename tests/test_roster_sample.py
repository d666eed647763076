"""Sample students do not exist, but every one of them would be let in; so would those of the demonstration."""

import datetime
from collections import Counter
from pathlib import Path

import pytest

from domain import dates, identity, roster, roster_file, roster_sample
from domain.words import Invalid

TODAY = datetime.date(2026, 9, 1)
DEMO = Path(__file__).parents[1] / "deploy" / "demo-roster.csv"


@pytest.fixture(scope="module")
def many():
    return list(roster_sample.sample(3000, today=TODAY))


@pytest.fixture
def demo():
    judged = roster.check(roster_file.read(DEMO), TODAY)
    assert judged.problems == []
    return judged.students


def ages(students):
    return [dates.age(datetime.date.fromisoformat(student["birth_date"]), TODAY) for student in students]


@pytest.mark.parametrize("ending", ["csv", "CSV", "xlsx"])
def test_a_written_sample_has_nothing_to_correct(tmp_path, ending):
    path = tmp_path / f"sample.{ending}"

    roster_sample.write(300, path)
    judged = roster.check(roster_file.read(path))

    assert (len(judged.students), judged.problems, judged.unknown_columns) == (300, [], [])


def test_a_sample_file_opens_in_excel_with_chinese_headers(tmp_path):
    roster_sample.write(1, tmp_path / "sample.csv")

    text = (tmp_path / "sample.csv").read_bytes()

    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").startswith("學號,姓名,身分證字號")


def test_the_same_seed_makes_the_same_people_and_another_seed_others():
    first, again, others = (list(roster_sample.sample(20, seed, TODAY)) for seed in (7, 7, 8))

    assert first == again
    assert first != others


def test_no_two_sample_students_share_a_number(many):
    numbers = [student["id_no"] for student in many if student["id_no"]]

    assert len({student["student_no"] for student in many}) == len(many)
    assert len(set(numbers)) == len(numbers)


def test_a_sample_is_as_mixed_as_an_intake(many):
    kinds = Counter(student["overseas_kind"] for student in many)
    men = [student for student in many if student["sex"] == "男"]

    assert set(kinds) == set(identity.OVERSEAS_KINDS)
    assert 0.82 < kinds["無"] / len(many) < 0.88
    assert 0.45 < len(men) / len(many) < 0.55
    assert {student["program"] for student in many} == set(roster.PROGRAMS)


def test_a_sample_has_the_students_that_programs_forget(many):
    names = "".join(student["name_zh"] for student in many)

    assert set("𠮷堃喆\uf90a") <= set(names)
    assert any(student["name_zh"].isascii() for student in many)
    assert any(not student["id_no"] and student["passport_no"] for student in many)
    assert min(ages(many)) == 17


@pytest.mark.parametrize("n", [0, -1, 1_000_001])
def test_asking_for_no_student_or_too_many_leaves_the_file_alone(tmp_path, n):
    (tmp_path / "sample.csv").write_text("precious")

    with pytest.raises(Invalid) as caught:
        roster_sample.write(n, tmp_path / "sample.csv")

    assert caught.value.values == {"limit": 1_000_000}
    assert (tmp_path / "sample.csv").read_text() == "precious"


def test_a_sample_needs_a_file_name_that_says_its_format(tmp_path):
    with pytest.raises(Invalid) as caught:
        roster_sample.write(1, tmp_path / "sample.txt")

    assert ".csv or .xlsx" in caught.value.message


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sample_that_cannot_be_written_is_one_clear_sentence(tmp_path, ending):
    with pytest.raises(Invalid) as caught:
        roster_sample.write(1, tmp_path / "no such folder" / f"sample.{ending}")

    assert "No such file or directory" in caught.value.values["reason"]


def test_the_demonstration_has_one_student_of_each_kind(demo):
    kinds = Counter(student["overseas_kind"] for student in demo)

    assert set(kinds) == set(identity.OVERSEAS_KINDS)
    assert {"學士班", "碩士班", "碩士在職專班", "博士班"} == {student["program"] for student in demo}
    assert {identity.kind(student["id_no"]) for student in demo} == {"national", "ui", "ui_old", None}
    assert any(age < 18 for age in ages(demo))


def test_the_demonstration_has_the_names_that_programs_spoil(demo):
    names = " ".join(student["name_zh"] for student in demo)

    assert set("𠮷堃‧,") <= set(names)


def test_the_demonstration_is_all_of_one_intake(demo):
    assert {(student["entry_year"], student["entry_term"]) for student in demo} == {("115", "1")}
    assert {len(student["student_no"]) for student in demo} == {9}
