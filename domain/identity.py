"""The numbers that name a person in Taiwan: national ID, resident (UI) number, and what their digits say."""

import re
import string
import unicodedata

from domain.words import N_, Invalid

OVERSEAS_KINDS = ("無", "外國學生", "僑生", "港澳生", "陸生")
LENGTH = 10

_DROPPED = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_SHAPES = {
    "national": re.compile(r"[A-Z][12][0-9]{8}"),
    "ui": re.compile(r"[A-Z][89][0-9]{8}"),
    "ui_old": re.compile(r"[A-Z][A-D][0-9]{8}"),
}
# Ministry of the Interior table: the letters were numbered as counties were founded, so I, O, W, Z break the order.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
_MEN = "18AC"


def normalise(text):
    """Give the number as the checks want it: half width, capitals, no spaces or hyphens."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).upper()


def kind(number):
    """Say which number this is: "national", "ui" (since 2021), "ui_old" (two letters), or None if it is not valid."""
    number = normalise(number)
    shape = _shape(number)
    return shape if shape and _checksum(number) == 0 else None


def check(number):
    """Return the normalised number, or raise Invalid saying what to look at."""
    number = normalise(number)
    if not number:
        raise Invalid(N_("Enter the ID number"))
    _check_length(len(number))
    if not _shape(number):
        raise Invalid(_shape_message(number))
    if _checksum(number):
        raise Invalid(N_("This ID number does not add up: look at each digit again"))
    return number


def sex(number):
    """Return the sex on the household or residence register, "男" or "女"; Invalid if the number is not valid.

    Second character 1, 8, A, C for men and 2, 9, B, D for women (national, new and old resident numbers).
    """
    return "男" if check(number)[1] in _MEN else "女"


def overseas_kinds(number):
    """Return the set of overseas categories this valid number can belong to.

    National Immigration Agency, numbers issued since 2021-01-02, third digit: 0 to 6 foreign or stateless,
    7 national without household registration, 8 Hong Kong or Macao, 9 mainland. Old numbers do not tell.
    """
    number = check(number)
    if _shape(number) == "national":
        return {"無", "僑生"}
    if _shape(number) == "ui_old":
        return set(OVERSEAS_KINDS)
    by_digit = {"7": {"無", "僑生"}, "8": {"港澳生", "僑生"}, "9": {"陸生"}}
    return by_digit.get(number[2], {"外國學生", "僑生"})


def completed(start):
    """Return a valid number from its first nine characters, for sample rosters and tests: the tenth is weighted 1."""
    return f"{start}{-_checksum(f'{start}0') % 10}"


def has_shape(text):
    """Whether this looks like an ID number, right or wrong: whoever shows it hides its middle."""
    return _shape(normalise(text)) is not None


def masked(number):
    """Return an ID or passport number fit for a screen: `A1******89`, one character at each end if it is short."""
    kept = 2 if len(number) >= 8 else 1
    return number[:kept] + "*" * (len(number) - 2 * kept) + number[-kept:]


def _shape(number):
    return next((name for name, pattern in _SHAPES.items() if pattern.fullmatch(number)), None)


def _checksum(number):
    """Weighted sum modulo 10, 0 when right; an old number's second letter counts by its units digit."""
    digits = f"{_LETTERS.index(number[0]) + 10}{_digit(number[1])}{number[2:]}"
    return sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 10


def _digit(character):
    return _LETTERS.index(character) % 10 if character in string.ascii_uppercase else character


def _check_length(length):
    if length < LENGTH:
        message = N_("An ID number has 10 characters and this one has {length}: {missing} missing")
        raise Invalid(message, length=length, missing=LENGTH - length)
    if length > LENGTH:
        message = N_("An ID number has 10 characters and this one has {length}: {extra} too many")
        raise Invalid(message, length=length, extra=length - LENGTH)


def _shape_message(number):
    if number[0] not in string.ascii_uppercase:
        return N_("An ID number starts with a letter, such as A123456789")
    if not re.fullmatch(r"[0-9]{8}", number[2:]):
        return N_("The last 8 characters of an ID number are digits: look for a letter O or I among them")
    return N_("The second character of an ID number is 1, 2, 8 or 9, or A to D on an old resident certificate")
