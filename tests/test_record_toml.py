"""The record as it is delivered: complete, in both languages, and sound for everybody."""

import re

import pytest

from domain import conditions
from domain.kinds import KINDS
from domain.record import FACTS
from domain.sheet import progress
from tests.cast import CAST, RECORD, RECORD_FILE, all_saved

FIELDS = [pytest.param(tab, field, id=field.key) for tab in RECORD for field in tab]
TABS = [pytest.param(tab, id=tab.key) for tab in RECORD]

# domain.md A.3 by tab; `-` marks what is ready to use but switched off.
KEYS = {
    "notice": "notice_version ack consent_dept_contact guardian_ack guardian_name",
    "basic": "student_no name_zh id_no birth_date sex program dept group class entry_year entry_term route identity "
    "overseas_kind nationality nationality2 name_en_last name_en_first name_en_src name_indigenous last_login "
    "-birthplace -ancestral_home -blood_type -marital_status -religion -height_cm -weight_kg",
    "contact": "mobile tel email campus_email reg_zip reg_city reg_dist reg_addr mail_same mail_country mail_zip "
    "mail_city mail_dist mail_addr home_addr_abroad housing housing_addr",
    "emergency": "ec1_name ec1_rel ec1_mobile ec1_tel ec1_email ec1_lang ec2_none ec2_name ec2_rel ec2_mobile ec2_tel "
    "ec2_email ec2_lang gd_name gd_rel gd_tel gd_addr -father_name -father_alive -father_job -father_education "
    "-mother_name -mother_alive -mother_job -mother_education -relatives",
    "education": "pe_level pe_country pe_school pe_dept pe_status pe_years pe_end pe_equiv pe_cert_no "
    "pe_foreign_verified -earlier_schools",
    "status": "indigenous tribe disability dis_kind_edu dis_kind_icf dis_level dis_help new_immigrant "
    "new_immigrant_origin income other_status",
    "military": "mil_state mil_branch mil_rank mil_in mil_out mil_doc mil_place",
    "passport": "pp_no pp_country pp_expiry pp_name has_ui ui_no arc_expiry permit_no entry_date visa overseas_place",
    "bank": "acct_kind post_no bank_code branch_code acct_no acct_self",
    "photo": "photo",
}
# What may stand in Latin letters in a Chinese sentence: names of things, and examples of what to type.
LATIN = {"WANG", "HSIAO", "MING", "CHEN", "LI", "LING", "A", "B", "O", "AB", "JPEG", "PNG", "MB", "C"}
HAN = re.compile("[\u3400-\u9fff]")


def test_the_tabs_come_in_their_order_and_only_the_first_is_the_gate():
    assert [tab.key for tab in RECORD] == list(KEYS)
    assert [tab.key for tab in RECORD if tab.gate] == ["notice"] and RECORD.gate.key == "notice"


@pytest.mark.parametrize("key", KEYS)
def test_every_field_of_the_specification_is_there_under_its_name(key):
    fields = {field.key: field for field in RECORD.by_key[key]}
    shown = {name for name in KEYS[key].split() if not name.startswith("-")}
    hidden = {name[1:] for name in KEYS[key].split() if name.startswith("-")}

    assert shown | hidden <= fields.keys()
    assert {name for name, field in fields.items() if field.need == "hidden"} == hidden


def test_the_school_says_who_it_is_in_both_languages():
    assert RECORD.school["system"].zh == "iNTUE 校務整合資訊系統"
    assert RECORD.school["phone_link"].en.startswith("+886")
    assert all(words.zh and words.en and not HAN.search(words.en) for words in RECORD.school.values())


def test_the_demonstration_is_always_open():
    assert RECORD.period == {}


def test_the_privacy_notice_covers_the_six_things_the_law_names():
    headings = [section.heading.zh for section in RECORD.notice.sections]

    assert [heading[:2] for heading in headings] == ["一、", "二、", "三、", "四、", "五、", "六、"]
    text = "".join(words.zh for section in RECORD.notice.sections for words in section.text)
    assert all(code in text for code in ("一五八", "一○九", "C001", "C057", "第 3 條", "期間", "地區", "對象", "方式"))


@pytest.mark.parametrize("section", RECORD.notice.sections, ids=lambda section: section.heading.en)
def test_the_privacy_notice_is_in_both_languages(section):
    for words in (section.heading, *section.text):
        assert HAN.search(words.zh) and not HAN.search(words.en.replace("個人資料保護法", ""))
        assert "您" not in words.zh


def sentences(tab, field=None):
    """Everything a tab or a field says: (what, Words)."""
    parts = ("label", "hint", "missing", "wrong", "section", "export") if field else ("title", "short", "intro")
    said = [(part, getattr(field or tab, part)) for part in parts]
    choices = [("choice", option.label) for option in field.choices] if field else []
    rules = [] if field else [("message", rule.message) for rule in tab.rules]
    return [(part, words) for part, words in said + choices + rules if words]


def check_words(part, words):
    assert words.zh and words.en, part
    assert set(re.findall("[A-Za-z]+", words.zh)) <= LATIN, words.zh
    assert HAN.search(words.zh) or words.zh in LATIN, words.zh
    assert not HAN.search(words.en), words.en
    assert "您" not in words.zh and not re.search("[,;:?!()](?![0-9]| [A-Z])", words.zh), words.zh
    assert words.zh == words.zh.strip() and words.en == words.en.strip()
    assert not re.search(r"[一-鿿][0-9A-Za-z]|[0-9A-Za-z][一-鿿]", words.zh), (
        f"no space between Han and Latin: {words.zh}"
    )
    assert words.en[0].isupper() or words.en[0].isdecimal(), words.en


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_speaks_both_languages(tab):
    for part, words in sentences(tab):
        check_words(part, words)
    assert 1 <= len(tab.short.zh) <= 2 and 1 <= len(tab.short.en) <= 8
    assert tab.intro


@pytest.mark.parametrize(("tab", "field"), FIELDS)
def test_a_field_speaks_both_languages(tab, field):
    for part, words in sentences(tab, field):
        check_words(part, words)
    assert len(field.label.zh) <= 20 and len(field.label.en) <= 60


@pytest.mark.parametrize(("tab", "field"), FIELDS)
def test_hints_are_short_and_messages_say_what_to_do(tab, field):
    assert len(field.hint.zh) <= 50 and len(field.hint.en) <= 120
    assert field.hint == field.hint.__class__("", "") or (field.hint.zh[-1] == "。" and field.hint.en[-1] == ".")
    assert field.missing.zh[-1:] != "。" and field.missing.en[-1:] != "."
    assert not re.search("必填|不可|錯誤", field.missing.zh)
    assert not re.search("required|invalid|must", field.missing.en, re.IGNORECASE)


@pytest.mark.parametrize(("tab", "field"), FIELDS)
def test_choices_are_different_in_each_language_and_few_enough_for_their_widget(tab, field):
    for names in zip(*((one.value, one.label.zh, one.label.en) for one in field.choices), strict=True):
        assert len(set(names)) == len(names)
    assert field.kind != "radio" or 2 <= len(field.choices) <= 4
    assert field.kind != "choice" or len(field.choices) > 4


@pytest.mark.parametrize(("tab", "field"), FIELDS)
def test_each_option_means_itself_in_every_spelling(tab, field):
    for one in field.choices:
        for spelling in (one.value, one.label.zh, one.label.en):
            typed = [spelling] if KINDS[field.kind].many else spelling
            kept = KINDS[field.kind].clean(typed, field, {})
            assert kept == ([one.value] if KINDS[field.kind].many else one.value)


@pytest.mark.parametrize(("tab", "field"), FIELDS)
def test_a_field_depends_only_on_what_is_known_before_it(tab, field):
    order = list(RECORD.fields)

    for name in field.when.names - FACTS:
        assert order.index(name) < order.index(field.key)


def conditions_of(tab):
    yield tab.when
    for one in (*tab.fields, *tab.rules, *tab.same):
        yield one.when
    yield from (field.required_when for field in tab if field.required_when)


@pytest.mark.parametrize("tab", TABS)
def test_every_condition_holds_for_somebody_and_not_for_everybody(tab):
    for condition in conditions_of(tab):
        for terms in condition.alternatives:
            facts = {term.name: "17" if term.under else "?" if term.negated else term.values[0] for term in terms}
            against = {term.name: "18" if term.under else term.values[0] if term.negated else "?" for term in terms}
            alone = conditions.Condition((terms,))
            assert alone.holds(facts) and condition.holds(facts) and not alone.holds(against)


@pytest.mark.parametrize("name", CAST)
def test_every_tab_counts_the_same_for_the_cast_as_promised(name):
    tabs = {"alice": 7, "bob": 8, "lan": 8, "mei": 7}

    assert progress(RECORD, {}, CAST[name]).total == tabs[name]
    assert progress(RECORD, all_saved(), CAST[name]).is_complete


def test_not_having_an_account_or_a_number_yet_is_an_answer():
    saved = all_saved()
    judged = progress(RECORD, saved, CAST["lan"])

    assert saved["bank"][0] == {"acct_kind": "尚未開戶"} and judged["bank"].is_done
    assert saved["passport"][0]["has_ui"] == "尚未取得" and judged["passport"].is_done


def test_the_receipt_names_the_student():
    assert {key for key, field in RECORD.fields.items() if field.receipt} == {
        "student_no",
        "name_zh",
        "program",
        "dept",
    }


def test_the_file_is_neatly_written():
    text = RECORD_FILE.read_text("utf-8")

    assert not re.search(r"\t|[ ]$", text, re.MULTILINE)
    assert not re.search("台[北灣中南東]", text)
