"""Mail addresses: which ones a letter may be sent to."""

import re
import unicodedata

from domain.words import N_, Invalid

LONGEST = 254
# What a browser takes in an email field (WHATWG HTML, "valid email address") as far as RFC 5321 lets it be sent, but
# without = and ?: an encoded word (RFC 2047) in an address could carry a line break into the header of a letter.
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_SHAPE = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


def is_address(text) -> bool:
    """Whether a letter can be sent to this address, and nothing but the address is in it."""
    return len(text) <= LONGEST and bool(_SHAPE.fullmatch(text))


def address(typed) -> str:
    """An address that a letter can be sent to, as it was typed but for full-width letters. Raises Invalid."""
    text = unicodedata.normalize("NFKC", typed or "").strip()
    if not is_address(text):
        raise Invalid(N_("Enter a whole email address, such as name@example.com."))
    return text


def same(one, other) -> bool:
    """Whether two addresses are the same mailbox; capitals make no difference anywhere that matters."""
    return one.casefold() == other.casefold()


def masked(text) -> str:
    """An address its owner recognises and a stranger does not learn: s***@example.com."""
    box, _, host = text.partition("@")
    return f"{box[:1]}***@{host}"
