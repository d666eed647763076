"""Staff numbers as people write them, and who is the owner of an account."""

import pytest

from domain import staff_rules
from domain.words import Invalid

KNOWN = {"birth_date": "1980-03-05", "id_last4": "6789"}


@pytest.mark.parametrize("typed", ["t12345", " T12345 ", "Ｔ１２３４５"])
def test_a_staff_number_is_the_same_in_small_and_full_width_letters(typed):
    assert staff_rules.account(typed) == "T12345"


@pytest.mark.parametrize("typed", ["", None, "T", "T 12345", "教12345", "-T12345", "T" * 21, "T1:2", "T1\n2"])
def test_anything_else_is_no_staff_number(typed):
    with pytest.raises(Invalid):
        staff_rules.account(typed)


@pytest.mark.parametrize(
    ("birth_date", "id_last4", "is_owner"),
    [
        ("1980-03-05", "", True),
        ("", "6789", True),
        ("1980-03-05", "6789", True),
        ("1980-03-05", "6788", False),
        ("1980-03-06", "6789", False),
        ("", "", False),
    ],
)
def test_the_owner_knows_one_of_two_things_and_gets_neither_wrong(birth_date, id_last4, is_owner):
    assert staff_rules.is_owner(KNOWN, birth_date, id_last4) is is_owner


def test_nobody_owns_an_account_of_which_nothing_is_known():
    nothing = {"birth_date": "", "id_last4": ""}

    assert not staff_rules.is_owner(nothing, "", "")
    assert not staff_rules.is_owner(nothing, "1980-03-05", "")
