"""Sentences for people, kept apart from any language: what the rules say before someone translates it."""

from dataclasses import dataclass


def N_(message):
    """Mark a message for the catalogs. It is translated where it is shown, not here."""
    return message


@dataclass(frozen=True)
class Words:
    """One thing said in both languages, as record.toml writes it: `{zh = "…", en = "…"}`."""

    zh: str
    en: str

    def __bool__(self):
        return bool(self.zh or self.en)


class Invalid(ValueError):
    """An answer that cannot be accepted, with a message that says what to do about it.

    `message` is a catalog message with `str.format` placeholders, or `Words`; `values` fill the placeholders.
    """

    def __init__(self, message, **values):
        super().__init__(message)
        self.message, self.values = message, values


@dataclass(frozen=True)
class Choice:
    """One answer that can be picked: what is kept, and how it is called."""

    value: str
    label: Words
