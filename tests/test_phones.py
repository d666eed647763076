"""Telephone numbers, as people write them and as they are kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import phones
from domain.words import Invalid

READERS = [phones.mobile, phones.any_number]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912345678", "0912345678"),
        ("0912 345 678", "0912345678"),
        ("0912-345-678", "0912345678"),
        ("０９１２３４５６７８", "0912345678"),
        ("+886 912 345 678", "0912345678"),
        ("+886 (0)912-345-678", "0912345678"),
        ("00886912345678", "0912345678"),
        ("\u202d0912345678\u202c", "0912345678"),
        ("0912\u2011345\u2011678", "0912345678"),
        ("+81 90 1234 5678", "+819012345678"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("+84 91 234 56 78", "+84912345678"),
    ],
)
def test_a_mobile_number_is_kept_in_one_form(read, typed, kept):
    assert read(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("02-27321104", "0227321104"),
        ("(02) 2732-1104", "0227321104"),
        ("+886-2-2732-1104", "0227321104"),
        ("03-5712345", "035712345"),
        ("037-123456", "037123456"),
        ("04-22221111", "0422221111"),
        ("04-7221234", "047221234"),
        ("049-2910960", "0492910960"),
        ("06-2757575", "062757575"),
        ("07-1234567", "071234567"),
        ("08-7663800", "087663800"),
        ("089-318855", "089318855"),
        ("082-325630", "082325630"),
        ("0826-66101", "082666101"),
        ("0836-25131", "083625131"),
        ("02-27321104#82222", "0227321104#82222"),
        ("02-27321104 轉 82222", "0227321104#82222"),
        ("02-27321104 分機 8", "0227321104#8"),
        ("02-2732-1104 ext. 123", "0227321104#123"),
        ("+81 3 1234 5678 #12", "+81312345678#12"),
    ],
)
def test_a_landline_is_kept_with_its_area_code_and_extension(typed, kept):
    assert phones.any_number(typed) == kept


@pytest.mark.parametrize(
    ("typed", "message", "values"),
    [
        ("0912345", "{n} digits short. A mobile number has 10 digits.", {"n": 3}),
        ("09123456789", "{n} digits too many. A mobile number has 10 digits.", {"n": 1}),
        ("0227321104", "Enter 10 digits that begin with 09", {}),
        ("hello", "Enter 10 digits that begin with 09", {}),
        ("+999 12", "Check the number: + and the country code", {}),
        ("+81 90 CALL NOW", "Check the number: + and the country code", {}),
        ("+" + "1" * 5000, "Check the number: + and the country code", {}),
    ],
)
def test_what_is_wrong_with_a_mobile_number_is_said(typed, message, values):
    with pytest.raises(Invalid) as refused:
        phones.mobile(typed)

    assert refused.value.message.startswith(message)
    assert refused.value.values == values


@pytest.mark.parametrize(
    "typed",
    ["27321104", "02-2732110", "02-273211045", "0836-2513", "02-27321104#1234567", "02-27321104#8 Mr Lin", "#12", ""],
)
def test_a_landline_without_area_code_or_with_words_after_it_is_not_guessed(typed):
    with pytest.raises(Invalid, match="area code"):
        phones.any_number(typed)


def test_a_mobile_number_that_is_too_short_is_not_taken_for_a_landline():
    with pytest.raises(Invalid, match="A mobile number has 10 digits"):
        phones.any_number("0912-345")


@settings(deadline=None)
@given(st.one_of(st.text(), st.from_regex(r"[+0-9]?[0-9 ()#-]{3,25}", fullmatch=True)))
@pytest.mark.parametrize("read", READERS)
def test_a_number_that_was_kept_reads_as_itself(read, typed):
    try:
        kept = read(typed)
    except Invalid:
        return

    assert read(kept) == kept
    assert len(kept) <= 23


@settings(deadline=None)
@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_a_foreign_number_that_was_kept_reads_as_itself(typed):
    try:
        kept = phones.any_number(typed)
    except Invalid:
        return

    assert phones.any_number(kept) == kept
