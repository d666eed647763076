"""Codes of phones and paper: the numbers of RFC 6238, the picture, and what people type."""

import re

import pytest
import segno

from domain import second_factor

SECRET = second_factor.secret_from(b"12345678901234567890")
# RFC 6238, appendix B, SHA1; the last six of its eight digits.
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("at", "digits"), VECTORS)
def test_the_digits_are_those_of_the_standard(at, digits):
    assert second_factor.step_of(SECRET, digits, at) == at // 30


@pytest.mark.parametrize(
    ("late", "is_good"), [(-31, False), (-30, True), (0, True), (29, True), (59, True), (60, False)]
)
def test_digits_are_good_for_their_half_minute_and_the_ones_beside_it(late, is_good):
    begins = 1111111109 // 30 * 30

    assert second_factor.step_of(SECRET, "081804", begins + late) == (begins // 30 if is_good else None)


@pytest.mark.parametrize("typed", ["", None, "28708", "2870822", "abcdef", "２８７０８３", "-287082-1"])
def test_anything_else_is_no_code(typed):
    assert second_factor.step_of(SECRET, typed, 59) is None


def test_the_picture_has_exactly_the_dark_squares_of_the_code():
    text = second_factor.address(SECRET, "T1001", "iNTUE")
    size, path = second_factor.drawing(text)

    drawn = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M([0-9]+) ([0-9]+)h([0-9]+)v1h-[0-9]+z", path)
        for step in range(int(length))
    }

    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}
    assert size == len(rows)


def test_recovery_codes_are_ten_different_ones_without_letters_that_look_alike():
    codes = second_factor.new_codes()

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{5}-[2-9A-HJKMNP-TV-Z]{5}", code) for code in codes)
    assert all(second_factor.is_recovery(code.lower()) for code in codes)
    assert not second_factor.is_recovery("287 082")
