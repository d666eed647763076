"""Countries, counties and districts, as lists to choose from and as names to recognise."""

import json
import unicodedata
from functools import cache
from pathlib import Path

from domain.words import Choice, Words

FOLDER = Path(__file__).parent / "lists"


def _choices(rows):
    return tuple(Choice(value, Words(zh, en)) for value, zh, en in rows)


def _read(name):
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


# Lists that a field of record.toml may name: rows of value, Chinese, English.
LISTS = {"countries": _choices(_read("countries")), "counties": _choices(_read("counties"))}
# Other names people and older systems give to some of them: value to names.
OTHER_NAMES = {"countries": _read("country_names"), "counties": {}}
DISTRICTS = {
    county: tuple((code, Words(zh, en)) for code, zh, en in rows) for county, rows in _read("districts").items()
}


def fold(text):
    """A place name as it is compared: 台 is 臺; case, accents, spaces and punctuation do not matter."""
    letters = (one for one in unicodedata.normalize("NFKD", text.replace("&", "and")) if one.isalnum())
    return "".join(letters).casefold().replace("台", "臺")


# Each name folded, and the one we keep as it is: folding costs more than all the rest of looking it up.
_DISTRICTS_BY_NAME = {
    county: {name: (code, words) for code, words in districts for name in (fold(words.zh), fold(words.en), words.zh)}
    for county, districts in DISTRICTS.items()
}


@cache
def _by_name(name):
    """Every spelling of each choice of a list, folded, to its value."""
    spellings = {fold(other): value for value, others in OTHER_NAMES[name].items() for other in others}
    for choice in LISTS[name]:
        for spelling in (choice.value, choice.label.zh, choice.label.en):
            spellings[fold(spelling)] = choice.value
    return spellings | {choice.value: choice.value for choice in LISTS[name]}


def named(name, text):
    """The value of the list's choice that `text` names in either language, or None."""
    known = _by_name(name)
    return known.get(text) or known.get(fold(text))


def country(text):
    """The ISO 3166 code of a country written as a code or a name in either language; "" when it is none."""
    return named("countries", text) or ""


def district(county, text):
    """(three-digit postal code, Words) of a district of a county by its name in either language, or None."""
    known = _DISTRICTS_BY_NAME.get(county, {})
    return known.get(text) or known.get(fold(text))
