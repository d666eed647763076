"""Groups of fields that are answered several times over: how rows are judged, kept and exported."""

import pytest

from domain import export_columns, groups, record_file
from domain.record_file import BadRecord
from domain.sheet import judge, merged
from tests.record_copies import Copy

FAMILY = """
[[tab]]
key = "family"
title = {zh = "家人", en = "Family"}

[[tab.field]]
key = "kin"
label = {zh = "親屬", en = "Relative"}
kind = "group"
need = "optional"
max = 3

[[tab.field.field]]
key = "kin_name"
label = {zh = "姓名", en = "Name"}
missing = {zh = "請填寫姓名", en = "Enter the name"}

[[tab.field.field]]
key = "kin_kind"
label = {zh = "稱謂", en = "Relation"}
kind = "radio"
need = "optional"
choices = [["父", "Father"], ["其他", "Other"]]

[[tab.field.field]]
key = "kin_other"
label = {zh = "哪一種", en = "Which"}
when = {kin_kind = "其他"}
missing = {zh = "請填寫是哪一種", en = "Say which"}
"""
UNDER_18 = "{age = {under = 18}}"


def record(tmp_path, copy=None):
    """The record with a tab for relatives."""
    return record_file.load((copy or Copy().add(FAMILY)).write(tmp_path))


@pytest.fixture
def family(tmp_path):
    """The tab."""
    return record(tmp_path).by_key["family"]


def changed(tmp_path, **settings):
    """The tab with the group's settings changed."""
    return record(tmp_path, Copy().add(FAMILY).set("kin", **settings)).by_key["family"]


def typed(*rows):
    """What was typed in the rows of the group."""
    return {"kin": [dict(row) for row in rows]}


def messages(sheet):
    """The problems of a sheet in English, by control."""
    return {key: reason.message.en for key, reason in sheet.problems.items()}


FATHER, OTHER = {"kin_name": "林大山", "kin_kind": "父"}, {"kin_name": "王小美", "kin_kind": "其他"}
NAMELESS = {"kin_kind": "父"}


def test_nothing_need_be_answered_in_a_group_that_is_optional(family):
    assert judge(family, {}, {}, saved_at=1).is_done


def test_every_row_is_judged_by_itself_and_the_error_is_at_its_own_field(family):
    sheet = merged(family, {}, typed(FATHER, NAMELESS, OTHER), {})

    assert messages(sheet) == {"kin-2-kin_name": "Enter the name", "kin-3-kin_other": "Say which"}


def test_rows_in_which_nothing_was_typed_are_left_out_and_the_others_move_up(family):
    sheet = merged(family, {}, typed({}, FATHER, {"kin_name": " ", "kin_kind": ""}, {"kin_name": "王小美"}), {})

    kept = {key: value for key, value in sheet.answers.items() if value}
    assert kept == {"kin-1-kin_name": "林大山", "kin-1-kin_kind": "父", "kin-2-kin_name": "王小美"}


def test_a_condition_in_a_row_looks_at_the_answers_of_that_row_only(family):
    sheet = merged(family, {}, typed(OTHER, FATHER), {})

    shown = {field.key for field in sheet.visible}
    assert "kin-1-kin_other" in shown and "kin-2-kin_other" not in shown


def test_what_does_not_apply_in_a_row_is_not_taken(family):
    sheet = merged(family, {}, typed({**FATHER, "kin_other": "叔叔"}), {})

    assert sheet.answers["kin-1-kin_other"] == "" and not sheet.problems


def test_a_row_taken_out_is_gone_and_no_answer_of_it_comes_back_in_another(family):
    before = merged(family, {}, typed({**OTHER, "kin_other": "叔叔"}, FATHER), {}).answers
    sheet = merged(family, before, typed(FATHER), {})

    assert {key: value for key, value in sheet.answers.items() if value} == {
        "kin-1-kin_name": "林大山",
        "kin-1-kin_kind": "父",
    }


def test_a_form_without_the_group_changes_nothing_in_it(family):
    before = merged(family, {}, typed(FATHER), {}).answers

    assert merged(family, before, {}, {}).answers == before


def test_a_required_group_has_at_least_as_many_rows_as_it_must(tmp_path):
    tab = changed(tmp_path, need='"required"', min="2")

    assert list(judge(tab, {}, {}).problems) == ["kin-1-kin_name", "kin-2-kin_name"]
    assert list(merged(tab, {}, typed(FATHER), {}).problems) == ["kin-2-kin_name"]
    assert not merged(tab, {}, typed(FATHER, FATHER), {}).problems


def test_a_group_can_be_required_of_some_only(tmp_path):
    tab = changed(tmp_path, required_when=UNDER_18, min="1")

    assert judge(tab, {}, {"age": "17"}).problems and not judge(tab, {}, {"age": "18"}).problems


def test_a_group_that_does_not_apply_takes_nothing_and_keeps_what_it_had(tmp_path):
    tab = changed(tmp_path, when=UNDER_18)
    before = merged(tab, {}, typed(FATHER, OTHER), {"age": "17"}).answers
    after = merged(tab, before, typed({"kin_name": "誰"}), {"age": "18"})

    assert after.answers == before and not after.problems


def test_more_rows_than_there_may_be_are_refused_where_they_stand(family):
    sheet = merged(family, {}, typed(FATHER, FATHER, FATHER, FATHER), {})

    assert set(sheet.problems) == {"kin-4-kin_name", "kin-4-kin_kind"}


def test_every_row_has_columns_of_its_own_in_the_export(tmp_path):
    school = record(tmp_path)

    headings = [one.heading for one in export_columns.offered(school) if one.field]
    assert headings[-9:] == [f"親屬 {row} {label}" for row in (1, 2, 3) for label in ("姓名", "稱謂", "哪一種")]


def test_a_group_that_is_switched_off_has_no_columns_and_asks_nothing(tmp_path):
    tab = changed(tmp_path, need='"hidden"')

    assert not judge(tab, {}, {}).problems and not judge(tab, {}, {}).visible
    assert list(groups.columns(tab)) == []


KIN = '[[tab.field]]\nkey = "kin"\n'
EMPTY = 'label = "x"\nkind = "group"\nmax = 2\n\n'
BAD = {
    "no fields": (KIN, f'{KIN}{EMPTY}{KIN.replace("kin", "kin2")}', "kin: a group needs"),
    "too many": ("max = 3", "max = 21", "how many there may be, 20 at most"),
    "required without a number": ('need = "optional"\nmax', 'need = "required"\nmax', "a required group needs"),
    "a photo in it": ('kind = "radio"', 'kind = "photo"', "no photos"),
    "a strange name": ("{kin_kind =", "{kin_kid =", "family.kin.kin_other: there is no kin_kid to look at"),
    "an answer that nobody can give": ('= "其他"}', '= "母"}', "kin_kind is never 母"),
    "a key that is there already": ('"kin_other"', '"mobile"', "mobile: 2 of them have this key"),
    "something chosen beforehand": ('kind = "radio"', 'kind = "radio"\ndefault = "父"', "chosen beforehand"),
    "fields of no group": ('kind = "group"\nneed = "optional"\nmax = 3', 'need = "optional"', "only a field of"),
    "an unknown setting": ('kind = "radio"', 'kind = "radio"\nrequird = true', "family.kin.kin_kind: no such setting"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_group_that_cannot_be_is_refused_with_its_place(tmp_path, case):
    old, new, message = BAD[case]

    with pytest.raises(BadRecord, match=message):
        record(tmp_path, Copy().add(FAMILY.replace(old, new, 1)))


def test_other_conditions_cannot_look_into_a_group(tmp_path):
    with pytest.raises(BadRecord, match="there is no kin to look at"):
        record(tmp_path, Copy().add(FAMILY).set("mobile", when='{kin = {not = ""}}'))


def test_a_field_of_a_row_is_found_by_its_key(tmp_path):
    school = record(tmp_path)

    assert groups.find(school, "kin-2-kin_name").label.en == "Relative 2 Name"
    assert groups.find(school, "mobile") is school.fields["mobile"]
    assert [groups.find(school, key) for key in ("kin-2-mobile", "kim-1-x", "nothing")] == [None, None, None]
