"""What the digits of ID and resident numbers must be, and what they tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import identity
from domain.words import Invalid

STARTS = st.from_regex(r"[A-Z]([1289][0-9]|[A-D][0-9])[0-9]{7}", fullmatch=True).map(lambda text: text[:9])


@pytest.mark.parametrize("number", ["A123456789", "W100000001", "I123456781", "O234567896"])
def test_the_worked_national_numbers_are_valid(number):
    assert identity.kind(number) == "national"
    assert identity.check(number) == number


@pytest.mark.parametrize("number", ["A800123450", "F900123457", "A970000124", "A880000125", "A990000120"])
def test_resident_numbers_since_2021_are_valid(number):
    assert identity.kind(number) == "ui"


@pytest.mark.parametrize("number", ["AC01234567", "FD01234564", "BD00000006"])
def test_old_resident_numbers_with_two_letters_are_still_valid(number):
    assert identity.kind(number) == "ui_old"


def test_a_number_typed_in_full_width_small_letters_and_groups_is_understood():
    assert identity.check(" ａ１２３-456　789 ") == "A123456789"
    assert identity.kind("a1 2345–6789") == "national"


@pytest.mark.parametrize(
    ("typed", "message", "values"),
    [
        ("", "Enter the ID number", {}),
        ("A12345678", "{missing} missing", {"length": 9, "missing": 1}),
        ("A12345678901", "{extra} too many", {"length": 12, "extra": 2}),
        ("A123456788", "look at each digit again", {}),
        ("1123456789", "starts with a letter", {}),
        ("A12345678O", "letter O or I", {}),
        ("A323456789", "second character", {}),
        ("AE01234567", "second character", {}),
        ("Ä123456789", "starts with a letter", {}),
    ],
)
def test_a_wrong_number_says_what_to_look_at(typed, message, values):
    with pytest.raises(Invalid) as caught:
        identity.check(typed)

    assert message in caught.value.message
    assert caught.value.values == values
    assert identity.kind(typed) is None


@given(STARTS, st.integers(0, 9))
def test_exactly_one_last_digit_makes_a_number_valid(start, digit):
    right = identity.completed(start)

    assert identity.kind(right)
    assert (identity.kind(f"{start}{digit}") is not None) == (right[-1] == str(digit))


@given(STARTS, st.integers(2, 8), st.integers(1, 9))
def test_one_mistyped_digit_never_passes_unless_its_weight_hides_it(start, place, change):
    number = identity.completed(start)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]

    hidden = (change * (9 - place)) % 10 == 0

    assert (identity.kind(wrong) is None) != hidden


@given(st.text(max_size=30))
def test_no_text_whatever_breaks_the_check(text):
    assert identity.kind(text) in {None, "national", "ui", "ui_old"}


@pytest.mark.parametrize("number", ["A123456789", "A800123450", "AC01234567"])
def test_the_second_character_tells_a_man(number):
    assert identity.sex(number) == "男"


@pytest.mark.parametrize("number", ["O234567896", "F900123457", "FD01234564"])
def test_the_second_character_tells_a_woman(number):
    assert identity.sex(number) == "女"


@pytest.mark.parametrize(
    ("number", "kinds"),
    [
        ("A123456789", {"無", "僑生"}),
        ("A800123450", {"外國學生", "僑生"}),
        ("A970000124", {"無", "僑生"}),
        ("A880000125", {"港澳生", "僑生"}),
        ("A990000120", {"陸生"}),
        ("AC01234567", {"無", "外國學生", "僑生", "港澳生", "陸生"}),
    ],
)
def test_the_third_digit_tells_where_an_overseas_student_is_from(number, kinds):
    assert identity.overseas_kinds(number) == kinds


@pytest.mark.parametrize("ask", [identity.sex, identity.overseas_kinds])
def test_an_invalid_number_tells_nothing(ask):
    with pytest.raises(Invalid):
        ask("A123456788")


@pytest.mark.parametrize(
    ("number", "shown"),
    [("A123456789", "A1******89"), ("E12345678", "E1*****78"), ("AB123", "A***3"), ("", "")],
)
def test_a_number_on_screen_keeps_only_its_ends(number, shown):
    assert identity.masked(number) == shown
