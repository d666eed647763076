"""Telephone numbers: Taiwanese ones in national form, foreign ones with + and the country."""

import re
import unicodedata

import phonenumbers

from domain.words import N_, Invalid

MOBILE = re.compile(r"09[0-9]{8}")
# Area codes with the number of digits that follow them (Taiwan's numbering plan).
LANDLINE = re.compile(
    r"02[0-9]{8}|037[0-9]{6}|03[0-9]{7}|049[0-9]{7}|04[0-9]{7,8}|0[567][0-9]{7}"
    r"|0826[0-9]{5}|0836[0-9]{5}|082[0-9]{6}|089[0-9]{6}|08[0-9]{7}"
)
# As numbers are kept; none of what _bare removes is in it.
PLAIN = re.compile(r"0[1-9][0-9]*")
EXTENSION = re.compile(r"(?:#|轉|分機|EXT|X)([0-9]{1,6})$")


def mobile(text):
    """A mobile number: `0912345678`, or foreign as `+819012345678`. Raises Invalid."""
    number = _bare(text)
    if number.startswith("+"):
        return _foreign(number)
    if MOBILE.fullmatch(number):
        return number
    if re.fullmatch(r"09[0-9]*", number):
        short = 10 - len(number)
        if short > 0:
            raise Invalid(N_("{n} digits short. A mobile number has 10 digits."), n=short)
        raise Invalid(N_("{n} digits too many. A mobile number has 10 digits."), n=-short)
    raise Invalid(
        N_("Enter 10 digits that begin with 09, or a foreign number that begins with + and the country code.")
    )


def any_number(text):
    """A mobile or landline number, with `#` and an extension if there is one. Raises Invalid."""
    number = _bare(text)
    extension = EXTENSION.search(number)
    if extension:
        number = number[: extension.start()]
    if number.startswith("+"):
        number = _foreign(number)
    elif number.startswith("09"):
        number = mobile(number)
    elif not LANDLINE.fullmatch(number):
        raise Invalid(N_("Enter the number with its area code, for example 02-27321104 or 02-27321104#82222."))
    return number + (f"#{extension[1]}" if extension else "")


def _bare(text):
    """Without the marks between groups, and without those that telephones put around numbers when they copy them."""
    if PLAIN.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFKC", text).upper()
    number = "".join(one for one in folded if one not in "().-–—‐" and unicodedata.category(one) not in ("Cf", "Zs"))
    return re.sub(r"^(?:\+|00)8860?", "0", number)


def _foreign(number):
    """E.164 of a number written with its country. Only impossible numbers are refused: plans change too often."""
    try:
        # The parser would take letters for the digits on the same key.
        parsed = phonenumbers.parse(number) if re.fullmatch(r"\+[0-9]{4,20}", number) else None
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise Invalid(N_("Check the number: + and the country code, then the number, for example +81 90 1234 5678."))
    kept = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    # Reading drops a trunk 0 after the country code; with two of them, once is not enough.
    return kept if kept == number else _foreign(kept)
