"""The events that concern a student, in words for staff."""

from blueprints import activity, language
from domain.words import N_

WORDS = activity.WORDS | {
    "record-seen": N_("Opened the record"),
    "photo-seen": N_("Looked at the photo"),
    "number-seen": N_("Looked at the whole ID number"),
}


def in_words(what) -> str:
    """An event in the language of the page; one that has no words yet by its name."""
    return language.say(WORDS[what]) if what in WORDS else what
