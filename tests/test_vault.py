"""Sealing: what only the key opens, where it was put, and fingerprints nobody can make without it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vault import Vault, WrongKey, fingerprint, read_key

KEY, OTHER = b"\x01" * 32, b"\x02" * 32


@given(st.binary(max_size=2000), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_is_sealed_opens_as_it_was(plain, place):
    vault = Vault(KEY)

    assert vault.open(vault.seal(plain, place), place) == plain


def test_names_are_sealed_code_point_by_code_point():
    vault, names = Vault(KEY), {"name": "𠮷\uf90ae\u0301\ue000"}

    assert vault.open_json(vault.seal_json(names, "p"), "p") == names


def test_the_same_text_is_sealed_differently_each_time():
    vault = Vault(KEY)

    assert len({vault.seal(b"A223456781", "p") for _ in range(100)}) == 100


def test_a_sealed_value_is_twenty_nine_bytes_longer():
    assert len(Vault(KEY).seal(b"x" * 100, "p")) == 129


@pytest.mark.parametrize("place", ["student|roster|2", "student|roster|", "", "student|roster|1 "])
def test_it_opens_in_its_own_place_only(place):
    vault = Vault(KEY)

    with pytest.raises(WrongKey):
        vault.open(vault.seal(b"secret", "student|roster|1"), place)


def test_another_key_opens_nothing():
    with pytest.raises(WrongKey):
        Vault(OTHER).open(Vault(KEY).seal(b"secret", "p"), "p")


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-1], lambda s: s[:0], lambda s: s[:13], lambda s: b"\x02" + s[1:], lambda s: s + b"x"]
)
def test_a_value_that_was_altered_does_not_open(spoil):
    vault = Vault(KEY)

    with pytest.raises(WrongKey):
        vault.open(spoil(vault.seal(b"secret", "p")), "p")


def test_every_single_bit_counts():
    vault = Vault(KEY)
    sealed = vault.seal(b"secret", "p")
    for at in range(len(sealed)):
        with pytest.raises(WrongKey):
            vault.open(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], "p")


def test_fingerprints_are_the_same_for_the_same_text_and_key_only():
    first, other = Vault(KEY), Vault(OTHER)

    assert first.index("A223456781") == Vault(KEY).index("A223456781")
    assert len({first.index("A223456781"), first.index("A223456782"), other.index("A223456781")}) == 3
    assert len(first.index("x")) == 32


def test_check_codes_are_readable_and_keyed():
    codes = {Vault(KEY).code(str(n), 8) for n in range(500)}

    assert len(codes) == 500 and all(len(code) == 8 for code in codes)
    assert not set("".join(codes)) & set("ILOU")
    assert Vault(KEY).code("x") != Vault(OTHER).code("x")


def test_a_key_is_read_from_hex_or_base64():
    assert read_key("01" * 32) == KEY == read_key(" AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= \n")


@pytest.mark.parametrize("text", ["", "01" * 31, "01" * 33, "zz" * 32, "AQEB", "金" * 64])
def test_anything_else_is_no_key(text):
    with pytest.raises(ValueError):  # noqa: PT011 -- any will do: the settings say which key and what to do
        read_key(text)


def test_the_fingerprint_of_a_token_is_sha256():
    assert fingerprint("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
