"""The kinds of field: how each sort of answer is judged, kept, drawn and shown."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from domain import dates, identity, phones, places
from domain.shown import as_chosen, as_date, as_kept, as_masked, as_tick
from domain.words import N_, Invalid

ANSWER_LIMIT = 4000
# Characters that make a text run backwards on the screen of whoever reads it.
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TYPED = str.maketrans("‐‒–—−‘’“”", "-----''\"\"")


def plain(text, field, facts):  # noqa: ARG001 -- every kind is called with the same three
    """Any text, kept code point by code point: names must come back exactly as they were typed."""
    suspects = "" if text.isprintable() else text
    hidden = next((c for c in suspects if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in TURNING), None)
    if hidden:
        raise Invalid(
            N_("Delete the invisible character at position {position} and type it again."),
            position=text.index(hidden) + 1,
        )
    if len(text) > field.max:
        raise Invalid(N_("Shorten this to {max} characters; it has {length}."), max=field.max, length=len(text))
    return text


def latin(text, field, facts):
    """A name in the letters of a passport, in capitals (護照條例施行細則 §14)."""
    name = plain(" ".join(folded(text).upper().split()), field, facts)
    if not re.fullmatch(r"[A-Z]+(?:(?:, ?|[-' ])[A-Z]+)*", name):
        raise Invalid(N_("Use the letters A to Z, spaces and hyphens, as in your passport."))
    return name


def code(text, field, facts):
    """Letters and digits as printed on a document, in capitals."""
    value = plain(compact(text).upper(), field, facts)
    if not re.fullmatch(r"[A-Z0-9()]+", value):
        raise Invalid(N_("Use letters and digits only, as printed on the document."))
    return value


def passport(text, field, facts):
    """A passport number: 5 to 20 letters and digits."""
    value = code(text, field, facts)
    if not re.fullmatch(r"[A-Z0-9]{5,20}", value):
        raise Invalid(N_("A passport number has 5 to 20 letters and digits. Copy it from the page with your photo."))
    return value


def digits(text, field, facts):
    """A number that is a name, such as an account: leading zeros stay. `field.size` fixes how many digits."""
    value = plain(compact(text), field, facts)
    if not re.fullmatch(r"[0-9]+", value):
        raise Invalid(N_("Use digits only."))
    short = field.size - len(value)
    if field.size and short > 0:
        raise Invalid(N_("{n} digits short. It has {size} digits."), n=short, size=field.size)
    if field.size and short < 0:
        raise Invalid(N_("{n} digits too many. It has {size} digits."), n=-short, size=field.size)
    return value


def phone(text, field, facts):
    """A Taiwanese number in national form, or a foreign one as +country and digits."""
    return phones.any_number(plain(folded(text), field, facts))


def mobile(text, field, facts):
    """A Taiwanese mobile number, or a foreign number."""
    return phones.mobile(plain(folded(text), field, facts))


def email(text, field, facts):
    """An address to write to. That it works is proved by writing to it, not by its shape."""
    address = plain(folded(text), field, facts)
    if "@" not in address:
        raise Invalid(N_("There is no @ in it. An address looks like name@example.com."))
    if not re.fullmatch(r"[^\s@,;<>\"()\[\]\\:]{1,64}@[^\s@,;<>\"()\[\]\\:.]+(\.[^\s@,;<>\"()\[\]\\:.]+)+", address):
        raise Invalid(N_("Check the address: it looks like name@example.com."))
    return address


def own_email(text, field, facts):
    """An address that is not the campus mailbox, which may not be open yet and ends with graduation."""
    address = email(text, field, facts)
    campus = facts.get("campus_email", "").partition("@")[2]
    if campus and address.casefold().endswith("@" + campus.casefold()):
        raise Invalid(N_("Enter an address of your own, not the campus mailbox."))
    return address


def day(text, field, facts):
    """A date as YYYY-MM-DD, typed in 西元 or 民國."""
    return dates.parse(plain(folded(text), field, facts)).isoformat()


def month(text, field, facts):
    """A month as YYYY-MM, typed in 西元 or 民國."""
    return dates.parse_month(plain(folded(text), field, facts))


def choice(text, field, facts):  # noqa: ARG001
    """One of the field's options; its name in either language will do."""
    values = _values_by_name(field)
    value = values.get(text) or values.get(folded(text))
    if value is None:
        raise Invalid(N_("Choose one of the answers in the list."))
    return value


@cache
def _values_by_name(field):
    options = field.options[::-1]  # the first one of a name is to win
    names = {folded(name): one.value for one in options for name in (one.value, one.label.zh, one.label.en)}
    return names | {one.value: one.value for one in options}


def choices(texts, field, facts):
    """Any number of the field's options."""
    return list(dict.fromkeys(choice(text, field, facts) for text in texts))


def tick(text, field, facts):  # noqa: ARG001
    """A box that is ticked, kept as "yes"; not ticked is no answer."""
    return "yes"


def listed(text, field, facts):
    """One of a shared list, such as the countries, by its name in either language or its code."""
    value = places.named(field.list, plain(folded(text), field, facts))
    if value is None:
        raise Invalid(N_("Choose one of the answers in the list."))
    return value


def district(text, field, facts):
    """A township or district of the county chosen in the field that `of` names."""
    county = facts.get(field.of, "")
    found = places.district(county, plain(folded(text), field, facts))
    if found is None and county:
        raise Invalid(N_("This district is not in the city or county chosen above. Check both."))
    return found[1].zh if found else text


def postal_code(text, field, facts):
    """Three digits for the district, or five or six with the delivery section, which are only an aid to the post."""
    value = plain(compact(text), field, facts)
    if not re.fullmatch(r"[1-9][0-9]{2}([0-9]{2,3})?", value):
        raise Invalid(N_("A postal code has 3, 5 or 6 digits, for example 106 or 106320."))
    begins = known_postal_code(field, facts)
    if begins and len(value) > 3 and not value.startswith(begins):
        raise Invalid(
            N_("Postal codes of this district begin with {code}. Correct it, or leave it empty."), code=begins
        )
    return value if len(value) > 3 else begins or value


def known_postal_code(field, facts):
    """The three digits of the county and district in the fields that `copy` names; "" while they are not known."""
    county, name = (facts.get(key, "") for key in field.copy or ("", ""))
    found = places.district(county, name)
    return found[0] if found else ""


def resident_number(text, field, facts):
    """A 統一證號, in the new or the old form."""
    number = identity.check(plain(folded(text), field, facts))
    if identity.kind(number) == "national":
        raise Invalid(N_("This is a national ID number. Enter the UI number of your resident certificate."))
    return number


def id_number(text, field, facts):
    """A national ID or UI number."""
    return identity.check(plain(folded(text), field, facts))


def picture(text, field, facts):  # noqa: ARG001
    """The fingerprint of a picture that was accepted and stored apart."""
    if not re.fullmatch(r"[0-9a-f]{32}", text):
        raise Invalid(N_("Choose a photo."))
    return text


def folded(text):
    """What a plain keyboard would have given: full-width letters narrow (NFKC), dashes straight, no invisible marks.

    Never for names in Chinese: it would change characters in them.
    """
    if text.isascii():
        return text.strip()
    marked = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", marked).translate(TYPED).strip()


def compact(text):
    """Folded, without the spaces and hyphens people put between groups of digits."""
    return re.sub(r"[\s-]", "", folded(text))


@dataclass(frozen=True)
class Kind:
    """How one sort of answer is judged (`clean`), drawn (`widget`) and shown (`show`).

    `clean(text, field, facts)` returns what is kept or raises Invalid, and accepts what it returned before; with `many`
    it takes and returns a list. `blank(field, facts)` may give an answer when nothing was typed.
    """

    clean: Callable
    widget: str = "text"
    show: Callable = as_kept
    chosen: bool = False
    inputmode: str = ""
    many: bool = False
    blank: Callable | None = None


KINDS = {
    "text": Kind(plain),
    "latin": Kind(latin),
    "code": Kind(code),
    "passport": Kind(passport),
    "digits": Kind(digits, inputmode="numeric"),
    "phone": Kind(phone, "tel"),
    "mobile": Kind(mobile, "tel"),
    "email": Kind(email, "email"),
    "own_email": Kind(own_email, "email"),
    "date": Kind(day, "date", as_date),
    "month": Kind(month, "month"),
    "choice": Kind(choice, "select", as_chosen, chosen=True),
    "radio": Kind(choice, "radio", as_chosen, chosen=True),
    "choices": Kind(choices, "checks", as_chosen, chosen=True, many=True),
    "check": Kind(tick, "check", as_tick),
    "listed": Kind(listed, "select", as_chosen, chosen=True),
    "district": Kind(district, "district"),
    "postal_code": Kind(postal_code, inputmode="numeric", blank=known_postal_code),
    "ui_number": Kind(resident_number),
    "id_number": Kind(id_number, show=as_masked),
    "photo": Kind(picture, "photo"),
    "group": Kind(plain, "group"),
}
