"""The kinds of field: what people type, what is kept, and what they are told."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kinds import KINDS
from domain.record import Field
from domain.words import Choice, Invalid, Words

COLOURS = tuple(Choice(*one) for one in [("紅", Words("紅", "Red")), ("b", Words("藍（深）", "Dark blue"))])
FACTS = {"city": "臺北市", "dist": "大安區", "campus_email": "a411510001@grad.ntue.edu.tw"}
EXTRA = {
    "choice": {"choices": COLOURS}, "radio": {"choices": COLOURS}, "choices": {"choices": COLOURS},
    "listed": {"list": "countries"}, "district": {"of": "city"}, "postal_code": {"copy": ("city", "dist"), "max": 6},
    "digits": {"size": 14, "max": 30}, "latin": {"max": 39}, "phone": {"max": 30}, "mobile": {"max": 30},
}  # fmt: skip


def a_field(kind, **more):
    return Field(key="one", label=Words("一", "One"), kind=kind, **EXTRA.get(kind, {}) | more)


def kept(kind, typed, facts=FACTS, **more):
    return KINDS[kind].clean(typed, a_field(kind, **more), facts)


def refusal(kind, typed, **more):
    with pytest.raises(Invalid) as refused:
        kept(kind, typed, **more)
    return str(refused.value.message)


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        ("text", "𠮷堃喆峯", "𠮷堃喆峯"),
        ("text", "\uf90a", "\uf90a"),
        ("text", "葛󠄀", "葛󠄀"),
        ("text", "Kacaw‧Lo’oh ａ", "Kacaw‧Lo’oh ａ"),
        ("latin", "lin", "LIN"),
        ("latin", "  Hsiao－Ming ", "HSIAO-MING"),
        ("latin", "O’Brien", "O'BRIEN"),
        ("latin", "chen,  li ling", "CHEN, LI LING"),
        ("code", "a1 2-3(4)", "A123(4)"),
        ("passport", "ｃ1234567", "C1234567"),
        ("digits", "0001234-567 8901", "00012345678901"),
        ("digits", "００００００００００００００", "0" * 14),
        ("phone", "02-27321104 轉 8", "0227321104#8"),
        ("mobile", "+886 912-345-678", "0912345678"),
        ("email", " Someone@Example.com ", "Someone@Example.com"),
        ("email", "someone@example.com\u200b", "someone@example.com"),
        ("own_email", "someone@gmail.com", "someone@gmail.com"),
        ("date", "950131", "2006-01-31"),
        ("date", "民國95年1月31日", "2006-01-31"),
        ("month", "113/6", "2024-06"),
        ("choice", "紅", "紅"),
        ("choice", "Red", "紅"),
        ("choice", "藍(深)", "b"),
        ("radio", "Dark blue", "b"),
        ("choices", ["b", "Red", "b"], ["b", "紅"]),
        ("check", "on", "yes"),
        ("listed", "台灣", "TW"),
        ("listed", "Viet Nam", "VN"),
        ("district", "da'an district", "大安區"),
        ("postal_code", "106-320", "106320"),
        ("postal_code", "１０６", "106"),
        ("postal_code", "110", "106"),
        ("ui_number", "a800123450", "A800123450"),
        ("ui_number", "AC01234567", "AC01234567"),
        ("id_number", "a123456789", "A123456789"),
        ("photo", "0123456789abcdef" * 2, "0123456789abcdef" * 2),
    ],
)
def test_what_people_type_is_kept_in_one_form(kind, typed, answer):
    assert kept(kind, typed) == answer


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("text", "a" * 101, "Shorten this to {max} characters"),
        ("text", "王\x00明", "Delete the invisible character"),
        ("text", "王\n明", "Delete the invisible character"),
        ("text", "王\u202e明", "Delete the invisible character"),
        ("text", "\ud800", "Delete the invisible character"),
        ("latin", "林", "Use the letters A to Z"),
        ("latin", "-LIN", "Use the letters A to Z"),
        ("latin", "ß" * 39, "Shorten this to {max} characters"),
        ("code", "12/34", "Use letters and digits only"),
        ("passport", "C123", "A passport number has 5 to 20"),
        ("digits", "12a", "Use digits only"),
        ("digits", "1" * 12, "{n} digits short"),
        ("digits", "1" * 15, "{n} digits too many"),
        ("phone", "27321104", "Enter the number with its area code"),
        ("mobile", "091234567", "{n} digits short"),
        ("email", "someone.example.com", "There is no @ in it"),
        ("email", "some one@example.com", "Check the address"),
        ("email", "someone@example", "Check the address"),
        ("email", "a@b@example.com", "Check the address"),
        ("email", "someone@example..com", "Check the address"),
        ("own_email", "a411510001@GRAD.ntue.edu.tw", "Enter an address of your own"),
        ("own_email", "nobody", "There is no @ in it"),
        ("date", "1120229", "Month {month} of {year}"),
        ("month", "13/2024", "Write the year"),
        ("choice", "綠", "Choose one of the answers"),
        ("choices", ["紅", "綠"], "Choose one of the answers"),
        ("listed", "火星", "Choose one of the answers"),
        ("district", "西屯區", "This district is not in the city or county"),
        ("postal_code", "1063", "A postal code has 3, 5 or 6 digits"),
        ("postal_code", "012345", "A postal code has 3, 5 or 6 digits"),
        ("postal_code", "110320", "Postal codes of this district begin with {code}"),
        ("ui_number", "A123456789", "This is a national ID number"),
        ("ui_number", "A800123451", "This ID number does not add up"),
        ("id_number", "A123456788", "This ID number does not add up"),
        ("photo", "me.jpg", "Choose a photo"),
    ],
)
def test_what_cannot_be_accepted_is_answered_with_what_to_do(kind, typed, said):
    assert refusal(kind, typed).startswith(said) or said in refusal(kind, typed)


def test_the_place_of_an_invisible_character_is_named():
    with pytest.raises(Invalid) as refused:
        kept("text", "王小\u2028明")

    assert refused.value.values == {"position": 3}


def test_a_number_without_a_fixed_length_is_only_digits():
    assert kept("digits", "007", size=0) == "007"


def test_a_district_waits_for_its_county():
    assert kept("district", "大安區", facts={}) == "大安區"


def test_a_postal_code_is_taken_as_it_is_until_the_district_is_known():
    assert kept("postal_code", "110", facts={"city": "臺北市"}) == "110"
    assert kept("postal_code", "110320", copy=()) == "110320"


def test_a_blank_postal_code_is_that_of_the_district():
    field = a_field("postal_code")

    assert KINDS["postal_code"].blank(field, FACTS) == "106"
    assert KINDS["postal_code"].blank(field, {}) == ""
    assert KINDS["text"].blank is None


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        ("text", "王小明", "王小明", "王小明"),
        ("choice", "b", "藍（深）", "Dark blue"),
        ("choice", "gone", "gone", "gone"),
        ("choices", ["紅", "b"], "紅、藍（深）", "Red, Dark blue"),
        ("listed", "TW", "中華民國（臺灣）", "Taiwan (R.O.C.)"),
        ("date", "2006-01-31", "2006 年 1 月 31 日（民國 95 年）", "31 January 2006"),
        ("date", "95/13", "95/13", "95/13"),
        ("id_number", "A123456789", "A1******89", "A1******89"),
        ("check", "yes", "✓", "✓"),
        ("check", "", "", ""),
    ],
)
def test_answers_are_shown_in_the_language_of_the_reader(kind, value, zh, en):
    field = a_field(kind)

    assert (KINDS[kind].show(value, field, "zh"), KINDS[kind].show(value, field, "en")) == (zh, en)


LIKELY = st.one_of(
    st.text(),
    st.text(st.characters(codec=None, exclude_categories=())),
    st.text("0123456789０１②㉑-/.# +()年月日民國", max_size=25),
    st.text("abcABC@.,'’‘-‐ßŉﬁ\u200d\u0301 ", max_size=45),
    st.from_regex(r"[A-Z][1-9A-D][0-9]{8}", fullmatch=True),
    st.sampled_from(["紅", "Red", "b", "藍(深)", "臺灣", "大安區", "106320", "Da'an District", "a" * 32]),
)


@settings(deadline=None)
@given(typed=LIKELY)
@pytest.mark.parametrize("kind", KINDS)
def test_a_kept_answer_is_accepted_again_unchanged(kind, typed):
    try:
        answer = kept(kind, [typed] if KINDS[kind].many else typed)
    except Invalid:
        return

    assert kept(kind, answer) == answer
    assert isinstance(KINDS[kind].show(answer, a_field(kind), "zh"), str)


AWFUL = [
    "\ud800", "\x00", "a" * 100_000, "1" * 100_000, " " * 100_000, "/" * 100_000, "@" * 100_000, "ﷺ" * 50_000,
    "\u202eabc\u202c", "\ufeff", "\u200d", "ａ＠ｂ．ｃ", "１２３４５６７８９０", "٠١٢٣٤٥٦٧٨٩", "²", "⁹⁹", "०९१२३४५६७८",
    "\U0001f469\u200d\U0001f393", "a\u0301" * 90, "+" * 5000, "+" + "9" * 5000, "#" * 5000, "ß" * 39, "2024-02-30",
    "99999999", "0", "-1", "1e9", "NaN", "%s", "{0}",
]  # fmt: skip


@pytest.mark.parametrize("typed", AWFUL, ids=lambda text: ascii(text[:8]) + f"x{len(text)}")
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_does_more_harm_than_to_be_refused(kind, typed):
    answer = ""
    with suppress(Invalid):
        answer = kept(kind, [typed] if KINDS[kind].many else typed)

    assert len(answer) <= 254
