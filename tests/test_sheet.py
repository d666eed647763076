"""A tab judged for a student: what applies, what is kept, what is wrong, and how far the whole record is."""

from dataclasses import replace

import pytest

from domain import sheet
from domain.record import Field
from domain.words import Words
from tests.cast import ALICE, ANSWERS, BOB, CAST, LAN, MEI, RECORD, all_saved

SEVEN = ["basic", "contact", "emergency", "education", "status", "bank", "photo"]


def judged(tab, facts, **answers):
    return sheet.judge(RECORD.by_key[tab], ANSWERS.get(tab, {}) | answers, facts, saved_at=1)


def visible(one):
    return {field.key for field in one.visible if field.is_white}


def changed(key, **settings):
    """The record with some settings of one field changed."""
    tabs = tuple(
        replace(tab, fields=tuple(replace(one, **settings) if one.key == key else one for one in tab)) for tab in RECORD
    )
    return replace(RECORD, tabs=tabs)


@pytest.mark.parametrize(
    ("facts", "tabs"),
    [
        (ALICE, SEVEN),
        (BOB, [*SEVEN[:5], "military", *SEVEN[5:]]),
        (LAN, [*SEVEN[:5], "passport", *SEVEN[5:]]),
        (BOB | {"overseas_kind": "僑生"}, [*SEVEN[:5], "passport", *SEVEN[5:]]),
        (BOB | {"id_kind": "ui"}, SEVEN),
        (ALICE | {"nationality": "JP", "id_kind": "ui"}, [*SEVEN[:5], "passport", *SEVEN[5:]]),
        (MEI, SEVEN),
    ],
)
def test_each_student_sees_the_tabs_that_concern_them(facts, tabs):
    progress = sheet.progress(RECORD, {}, facts)

    assert [one.tab.key for one in progress.counted] == tabs
    assert (progress.done, progress.total, progress.is_complete) == (0, len(tabs), False)
    assert progress.next_after().tab.key == "basic"


@pytest.mark.parametrize("name", CAST)
def test_whoever_answers_what_is_asked_is_done(name):
    progress = sheet.progress(RECORD, all_saved(), CAST[name])

    assert {one.tab.key: one.problems for one in progress.sheets if one.problems} == {}
    assert progress.is_complete
    assert progress.next_after() is None
    assert progress.next_after("photo") is None


@pytest.mark.parametrize("name", CAST)
def test_an_empty_record_asks_for_something_in_every_tab(name):
    progress = sheet.progress(RECORD, {tab.key: ({}, 1) for tab in RECORD}, CAST[name])

    assert progress.done == 0


def test_a_tab_that_was_never_saved_is_not_done_however_right_it_is():
    assert not sheet.judge(RECORD.by_key["bank"], ANSWERS["bank"], ALICE).is_done
    assert sheet.judge(RECORD.by_key["bank"], ANSWERS["bank"], ALICE, saved_at=1).is_done


def test_the_next_tab_is_the_one_after_this_and_then_round_again():
    saved = all_saved() | {"contact": ({}, None), "bank": ({}, None)}
    progress = sheet.progress(RECORD, saved, ALICE)

    assert progress.next_after("emergency").tab.key == "bank"
    assert progress.next_after("bank").tab.key == "contact"
    assert progress.next_after("contact").tab.key == "bank"


def test_an_open_period_leaves_work_to_do_and_a_closed_one_does_not():
    saved = {"bank": all_saved()["bank"]}
    open_, closed = (sheet.progress(RECORD, saved, ALICE, is_open=is_open) for is_open in (True, False))

    assert (open_.state(open_["photo"]), closed.state(closed["photo"])) == ("todo", "closed")
    assert open_.state(open_["bank"]) == closed.state(closed["bank"]) == "done"


def test_a_foreign_diploma_asks_for_its_verification():
    one = judged("education", ALICE, pe_country="JP")

    assert set(one.problems) == {"pe_foreign_verified"}
    assert judged("education", ALICE, pe_country="JP", pe_foreign_verified="辦理中").is_done


@pytest.mark.parametrize(
    ("tab", "facts", "answers", "asked"),
    [
        ("contact", ALICE, {"mail_same": ""}, {"mail_country", "mail_addr"}),
        ("contact", ALICE, {"mail_same": "", "mail_country": "TW"}, {"mail_city", "mail_dist", "mail_addr"}),
        ("contact", LAN, {"mail_same": "", "mail_country": "VN"}, {"mail_addr"}),
        ("contact", LAN, {"home_addr_abroad": ""}, {"home_addr_abroad"}),
        ("contact", ALICE, {"reg_city": "", "reg_dist": "", "reg_addr": ""}, {"reg_city", "reg_dist", "reg_addr"}),
        ("contact", ALICE | {"id_kind": "ui"}, {"reg_city": "", "reg_dist": "", "reg_addr": ""}, set()),
        ("emergency", ALICE, {"ec1_mobile": ""}, {"ec1_mobile"}),
        ("emergency", ALICE, {"ec1_mobile": "", "ec1_tel": "02-27321104"}, set()),
        ("emergency", ALICE, {"ec1_lang": []}, set()),
        ("emergency", ALICE, {"ec1_name": "林語安"}, {"ec1_name"}),
        ("emergency", ALICE, {"ec2_name": "王美"}, {"ec2_rel", "ec2_mobile"}),
        ("emergency", LAN, {"ec1_lang": []}, {"ec1_lang"}),
        ("emergency", LAN, {"ec2_none": ""}, {"ec2_name"}),
        ("emergency", MEI, {"gd_name": "", "gd_tel": ""}, {"gd_name", "gd_tel"}),
        ("education", ALICE, {"pe_level": "學士"}, {"pe_dept"}),
        ("education", ALICE, {"pe_level": "同等學力"}, {"pe_equiv"}),
        ("education", ALICE, {"pe_status": "肄業"}, {"pe_years"}),
        ("education", ALICE, {"pe_end": "2018-12"}, {"pe_end"}),
        ("education", ALICE, {"pe_end": "2026-10"}, {"pe_end"}),
        ("status", ALICE, {"indigenous": "山地原住民"}, {"tribe"}),
        ("status", ALICE, {"new_immigrant": "是"}, {"new_immigrant_origin"}),
        ("military", BOB, {"mil_state": "已役（儘後召集）"}, {"mil_branch", "mil_rank", "mil_in", "mil_out"}),
        ("military", BOB, {"mil_state": "服畢替代役", "mil_in": "2025-01-02", "mil_out": "2025-01-01"}, {"mil_out"}),
        ("passport", LAN, {"has_ui": "已有"}, {"ui_no", "arc_expiry"}),
        (
            "passport",
            LAN | {"overseas_kind": "港澳生"},
            {"has_ui": "已有", "ui_no": "A880000125"},
            {"arc_expiry", "permit_no"},
        ),
        ("passport", LAN | {"overseas_kind": "僑生"}, {}, {"overseas_place"}),
        ("bank", ALICE, {"acct_kind": "郵局"}, {"post_no", "acct_self"}),
        ("bank", ALICE, {"acct_kind": "銀行"}, {"bank_code", "branch_code", "acct_no", "acct_self"}),
        ("basic", ALICE, {"name_en_first": ""}, {"name_en_first"}),
        ("basic", LAN, {"name_en_first": ""}, set()),
        ("basic", ALICE, {"name_en_first": "A" * 36}, {"name_en_last"}),
        ("notice", MEI, {}, {"ack", "guardian_ack", "guardian_name"}),
        ("notice", ALICE, {}, {"ack"}),
    ],
)
def test_what_one_answer_asks_for_next(tab, facts, answers, asked):
    assert set(judged(tab, facts, **answers).problems) == asked


def test_the_contact_is_not_reached_on_the_students_own_phone():
    facts = ALICE | {"mobile": "0922333444"}

    assert judged("emergency", facts).problems["ec1_mobile"].message.en.startswith("This is your own number")


def test_overseas_students_are_not_asked_about_household_and_entitlements_at_home():
    assert not visible(judged("contact", LAN)) & {"reg_city", "reg_dist", "reg_addr", "reg_zip"}
    assert visible(judged("status", LAN)) == {"disability"}


def test_a_choice_is_kept_by_its_value_in_whatever_language_it_was_given():
    assert judged("bank", ALICE, acct_kind="No account yet").answers["acct_kind"] == "尚未開戶"


def test_the_mailing_address_is_taken_over_when_it_is_the_same():
    one = judged("contact", ALICE)

    assert [one.answers[key] for key in ("mail_city", "mail_dist", "mail_zip")] == ["臺北市", "大安區", "106"]
    assert "mail_addr" in {field.key for field in one.exported} - visible(one)
    assert judged("contact", LAN).answers["mail_addr"] == ANSWERS["contact"]["home_addr_abroad"]


def test_an_address_of_its_own_stays():
    one = judged(
        "contact", ALICE, mail_same="", mail_country="台灣", mail_city="花蓮縣", mail_dist="吉安鄉", mail_addr="1 號"
    )

    assert one.is_done
    assert (one.answers["mail_country"], one.answers["mail_zip"]) == ("TW", "973")
    assert set(one.exported) == set(one.visible)


def test_taiwan_is_chosen_before_anything_is_saved():
    tab = RECORD.by_key["contact"]
    new, saved = sheet.judge(tab, {}, ALICE), sheet.judge(tab, {}, ALICE, saved_at=1)
    country = RECORD.fields["mail_country"]

    assert (new.value(country), saved.value(country)) == ("TW", "")
    assert ("mail_city" in visible(new), "mail_city" in visible(saved)) == (True, False)
    assert judged("contact", ALICE).value(country) == "TW"


def test_grey_fields_show_what_the_school_knows_and_nothing_else():
    basic = judged("basic", ALICE, student_no="1", sex="男", name_zh="王小明")

    assert [basic.value(RECORD.fields[key]) for key in ("student_no", "sex", "group")] == ["411510001", "女", ""]
    assert basic.values["sex"] == "女"


def test_the_district_office_is_copied_from_the_address():
    facts = BOB | {"reg_city": "臺北市", "reg_dist": "大安區"}

    assert judged("military", facts).value(RECORD.fields["mil_place"]) == "臺北市大安區"


def test_fields_wait_for_the_answer_they_depend_on():
    waiting = {field.key for field in judged("status", ALICE).conditional}

    assert waiting == {"tribe", "dis_kind_edu", "dis_kind_icf", "dis_level", "dis_help", "new_immigrant_origin"}


def test_answers_to_fields_that_stop_applying_stay_but_count_for_nothing():
    served = {"mil_state": "未役(申請緩徵)", "mil_branch": "陸", "mil_out": "not a date"}
    one = judged("military", BOB, **served)

    assert one.is_done
    assert (one.answers["mil_branch"], one.values["mil_branch"]) == ("陸", "")


def test_what_hung_on_an_answer_that_no_longer_applies_goes_with_it():
    one = judged("status", LAN, indigenous="平地原住民", new_immigrant="是")

    assert visible(one) == {"disability"} and one.is_done


def test_a_field_that_becomes_required_makes_a_finished_tab_yellow_again():
    before = sheet.progress(RECORD, all_saved(), ALICE)
    after = sheet.progress(changed("tel", need="required", missing=Words("請填", "Enter it")), all_saved(), ALICE)

    assert before["contact"].is_done and not after["contact"].is_done
    assert (before.done, after.done) == (7, 6)


def test_a_field_that_is_hidden_keeps_its_answers_and_asks_for_nothing():
    hidden = changed("ec1_rel", need="hidden")
    one = sheet.progress(hidden, all_saved(), ALICE)["emergency"]

    assert one.is_done and "ec1_rel" not in visible(one)
    assert one.answers["ec1_rel"] == "父"


def test_an_answer_once_given_to_a_field_of_the_school_is_not_believed():
    grey = changed("email", need="grey")
    one = sheet.progress(grey, all_saved(), ALICE | {"email": "roster@example.com"})["contact"]

    assert one.value(grey.fields["email"]) == one.values["email"] == "roster@example.com"


def test_a_kind_that_changed_since_is_judged_anew():
    assert set(judged("emergency", LAN, ec1_lang="華語").answers["ec1_lang"]) == {"華語"}
    assert judged("bank", ALICE, acct_kind=["郵局", "銀行"]).problems.keys() == {"acct_kind"}


def test_typing_reaches_only_white_fields_that_apply():
    typed = {"mil_state": "未役(申請緩徵)", "mil_place": "花蓮縣", "mil_rank": "上校", "unknown": "x", "reg_city": "x"}
    one = sheet.merged(RECORD.by_key["military"], {"mil_rank": "一等兵"}, typed, BOB)

    assert one.answers == {"mil_state": "未役(申請緩徵)", "mil_rank": "一等兵"}


def test_a_hidden_field_takes_nothing():
    one = sheet.merged(RECORD.by_key["basic"], {"religion": "道教"}, {"religion": "x", "name_en_last": "lin"}, ALICE)

    assert (one.answers["religion"], one.answers["name_en_last"]) == ("道教", "LIN")


def test_the_page_marks_what_this_student_must_fill():
    given_name = RECORD.fields["name_en_first"]

    assert judged("basic", ALICE).is_required(given_name)
    assert not judged("basic", LAN).is_required(given_name)


@pytest.mark.parametrize("typed", [" \u3000\t", "", [], ["", " "]])
def test_a_blank_is_no_answer(typed):
    field = Field(key="one", label=Words("一", "One"), need="optional")

    assert sheet.clean(field, typed, {}) == ""


def test_the_message_of_the_field_comes_before_that_of_its_kind():
    field = Field(key="one", label=Words("一", "One"), kind="passport", wrong=Words("看護照", "Look at it"))

    with pytest.raises(ValueError, match="Look at it"):
        sheet.clean(field, "?", {})


def test_a_field_without_words_for_it_still_says_it_is_missing():
    with pytest.raises(ValueError, match="Fill this in"):
        sheet.clean(Field(key="one", label=Words("一", "One")), "", {})


def test_an_essay_is_refused_before_it_is_looked_at():
    with pytest.raises(ValueError, match="Shorten this"):
        sheet.clean(Field(key="one", label=Words("一", "One"), kind="email"), "a" * 4001, {})
