"""Reading record.toml: a good file becomes a record, and each mistake is named with its place."""

import pytest

from domain import record_file
from domain.record_file import BadRecord

GOOD = """
[school]
name = {zh = "學校", en = "School"}
system = "iNTUE"
short = "iNTUE"
office = "註冊組"
hours = "8-17"
phone = "02"
phone_link = "tel:02"
email = "reg@example.edu.tw"

[period]
opens = "2026-08-17T09:00"

[notice]
version = "1"
date = "2026-08-01"

[[notice.section]]
heading = {zh = "一", en = "1"}
text = [{zh = "文", en = "Text"}]

[[tab]]
key = "contact"
title = {zh = "通訊", en = "Contact"}

[[tab.field]]
key = "housing"
label = {zh = "住宿", en = "Housing"}
kind = "radio"
choices = [["家", "Home"], ["校", "Campus", "dorm"]]
missing = {zh = "請選", en = "Choose"}

[[tab.field]]
key = "address"
label = "Address"
need = "optional"
when = {housing = "家"}

[[tab.field]]
key = "sex"
label = "Sex"
need = "grey"

[[tab.field]]
key = "copy_of_address"
label = "Again"
need = "grey"
copy = ["address"]

[[tab.rule]]
kind = "differ"
fields = ["address", "housing"]
message = {zh = "錯", en = "Wrong"}

[[tab.same]]
when = {housing = "dorm"}
of = ["housing"]
to = ["address"]
"""


def load(tmp_path, text):
    path = tmp_path / "record.toml"
    path.write_text(text, "utf-8")
    return record_file.load(path)


def test_a_good_file_becomes_a_record(tmp_path):
    record = load(tmp_path, GOOD)
    tab, housing = record.by_key["contact"], record.fields["housing"]

    assert [tab.key for tab in record] == ["contact"] and record.gate is None
    assert [one.key for one in tab] == ["housing", "address", "sex", "copy_of_address"]
    assert (housing.label.zh, housing.label.en, housing.kind, housing.need) == ("住宿", "Housing", "radio", "required")
    assert [(one.value, one.label.en) for one in housing.options] == [("家", "Home"), ("dorm", "Campus")]
    assert record.fields["address"].when.holds({"housing": "家"})
    assert record.school["system"].en == "iNTUE" and record.period == {"opens": "2026-08-17T09:00"}
    assert record.notice.sections[0].text[0].en == "Text"
    assert (tab.rules[0].kind, tab.same[0].to, record.grey) == ("differ", ("address",), {"sex", "copy_of_address"})


def instead(old, new):
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def added(where, what):
    return instead(where, f"{where}\n{what}")


SEX, ADDRESS = 'label = "Sex"', 'label = "Address"'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (GOOD + "\n[extra]", "extra: there is no such table"),
        ("", "tab: write at least one [[tab]]"),
        ("tab = 1", "tab: write each of them with double brackets, [[…]]"),
        ("[tab]\nkey = 'x'", "tab: write each of them with double brackets, [[…]]"),
        ("school = 1", "school: write it as a table, [school]"),
        (instead('phone = "02"', ""), "school: it lacks phone"),
        (instead('short = "iNTUE"', "short = 1"), 'school.short: write both languages: {zh = "…", en = "…"}'),
        (instead('short = "iNTUE"', 'short = {zh = "x"}'), 'school.short: write both languages: {zh = "…", en = "…"}'),
        (instead("opens =", "starts ="), "period: no such setting: starts"),
        (instead("2026-08-17T09:00", "soon"), 'period.opens: write a time such as "2026-08-17T09:00"'),
        (instead('"2026-08-17T09:00"', "2026-08-17"), 'period.opens: write a time such as "2026-08-17T09:00"'),
        (instead('version = "1"', ""), "notice: it lacks version"),
        (instead('version = "1"', "version = 1"), "notice.version: write a text in quotes, not 1"),
        (instead("heading =", "title ="), "notice.section 1: no such setting: title"),
        (
            instead('text = [{zh = "文", en = "Text"}]', 'text = "x"'),
            "notice.section 1.text: write a list, one paragraph",
        ),
        (added("[[tab]]", 'need = "always"'), "contact.need: 'always' is none of required, optional, hidden"),
        (added("[[tab]]", 'when = {sex = "男", colour = "x"}'), "contact: there is no colour to look at"),
        (added("[[tab]]", "gate = 1"), "contact.gate: write true or false, not 1"),
        (added("[[tab]]", "fields = 1"), "contact.fields: "),
        (instead('title = {zh = "通訊", en = "Contact"}', ""), "contact: it lacks title"),
        (instead('key = "contact"', ""), "tab 1: it lacks key"),
        (GOOD + '[[tab]]\nkey = "contact"\ntitle = "x"', "contact: 2 of them have this key"),
        (
            GOOD + '[[tab]]\nkey="a"\ntitle="x"\ngate=true\n[[tab]]\nkey="b"\ntitle="x"\ngate=true',
            "tab: only one can be",
        ),
        (instead('key = "address"', 'key = "housing"'), "housing: 2 of them have this key"),
        (instead('key = "address"', 'key = "do"'), "contact.do: a key is a word of letters"),
        (instead('key = "address"', 'key = "home-address"'), "contact.home-address: a key is a word of letters"),
        (instead('key = "address"', ""), "contact.field 2: it lacks key"),
        (instead('key = "address"', "key = 5"), "contact.5.key: write a text in quotes, not 5"),
        (added(ADDRESS, "fields = []"), "contact.address.fields: not understood: []"),
        (added(ADDRESS, "requird = true"), "contact.address: no such setting: requird"),
        (added(ADDRESS, 'kind = "fone"'), "contact.address.kind: 'fone' is none of text, latin"),
        (added(ADDRESS, 'kind = "radio"'), "contact.address: a radio needs choices"),
        (added(ADDRESS, 'list = "planets"'), "contact.address.list: 'planets' is none of countries, counties"),
        (added(ADDRESS, 'of = "city"'), "contact.address: there is no city to look at"),
        (added(ADDRESS, 'copy = ["city"]'), "contact.address: there is no city to look at"),
        (added(ADDRESS, 'copy = "city"'), "contact.address.copy: write a list of texts in quotes"),
        (added(ADDRESS, 'max = "30"'), "contact.address.max: write a whole number, not '30'"),
        (added(ADDRESS, "max = true"), "contact.address.max: write a whole number, not True"),
        (added(ADDRESS, 'required_when = {sex = "男"}'), "contact.address: write in `missing` what to say"),
        (added(ADDRESS, 'required_when = {housing = "船"}'), "contact.address: housing is never 船"),
        (added(ADDRESS, 'required_when = {dept = "a,b"}'), "contact.address: a,b has one of & | , = ! in it"),
        (added(ADDRESS, 'required_when = "男"'), "contact.address.required_when: a condition is a table"),
        (instead('need = "optional"', 'need = "required"'), "contact.address: write in `missing` what to say"),
        (instead('need = "optional"', 'need = "maybe"'), "contact.address.need: 'maybe' is none of required, optional"),
        (
            instead('key = "sex"', 'key = "shoe_size"'),
            "contact.shoe_size: there is no shoe_size in the roster to look at",
        ),
        (added('kind = "radio"', 'default = "船"'), "contact.housing: 船 is none of its choices"),
        (instead('"Campus", "dorm"', '"Campus", "家"'), "contact.housing: two choices are kept as the same value"),
        (instead('["家", "Home"]', '["家"]'), 'contact.housing.choices: write each choice as ["中文", "English"]'),
        (instead('["家", "Home"]', '"家"'), "contact.housing.choices: write a list of texts in quotes"),
        (
            instead('[["家", "Home"], ["校", "Campus", "dorm"]]', '"家"'),
            "contact.housing.choices: write a list of texts",
        ),
        (instead('kind = "differ"', 'kind = "equal"'), "contact.rule 1.kind: 'equal' is none of one_of, differ"),
        (instead('["address", "housing"]', "[]"), "contact.rule 1: differ wants another number of fields"),
        (instead('["address", "housing"]', '["sex2", "housing"]'), "contact.rule 1: sex2 is no field of this tab"),
        (instead('["address", "housing"]', '["address", "nothing"]'), "contact.rule 1: there is no nothing to look at"),
        (
            instead('kind = "differ"', 'kind = "not_before"\nwhen = {no = "x"}'),
            "contact.rule 1: there is no no to look at",
        ),
        (instead('to = ["address"]', 'to = ["addr"]'), "contact.same 1: addr is no field of this tab"),
        (instead('to = ["address"]', 'to = ["address", "sex"]'), "contact.same 1: `of` and `to` must be equally long"),
        (instead('of = ["housing"]', 'of = ["house"]'), "contact.same 1: there is no house to look at"),
        (instead('when = {housing = "dorm"}', ""), "contact.same 1: it lacks when"),
        (instead('when = {housing = "dorm"}', 'when = {housing = "校"}'), "contact.same 1: housing is never 校"),
        (GOOD.replace("[[tab.rule]]", "[tab.rule]"), "contact.rule: write each of them with double brackets"),
        (GOOD + "= nonsense", "Invalid"),
        ("tab = " + "[" * 5000, "maximum recursion"),
        ("tab = " + "1" * 5000, "Exceeds the limit"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, text, line):
    with pytest.raises(BadRecord) as refused:
        load(tmp_path, text)

    lines = [one.partition("record.toml: ")[2] for one in str(refused.value).splitlines()]
    assert any(one.startswith(line) for one in lines), lines


def test_every_mistake_is_told_at_once_and_only_once(tmp_path):
    text = instead('kind = "differ"', 'kind = "equal"').replace('need = "optional"', 'need = "maybe"')

    with pytest.raises(BadRecord) as refused:
        load(tmp_path, text)

    lines = str(refused.value).splitlines()
    assert len(lines) == len(set(lines)) == 2
    assert all(one.startswith("record.toml: contact.") for one in lines)


def test_a_file_saved_by_notepad_is_read_all_the_same(tmp_path):
    assert load(tmp_path, "\ufeff" + GOOD).by_key


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(BadRecord, match="there is no such file"):
        record_file.load(tmp_path / "nowhere.toml")


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "record.toml"
    path.write_bytes("學籍 = 1".encode("big5"))

    with pytest.raises(BadRecord, match="utf-8"):
        record_file.load(path)
