"""What staff do with the record of a student, in words: for the student's page, and for what the student is told."""

from blueprints import activity, language
from domain.words import N_

# A student reads of these on a page of their own.
LOOKS = {
    "record-seen": N_("Opened the record"),
    "photo-seen": N_("Looked at the photo"),
    "number-seen": N_("Looked at the whole ID number"),
}
WORDS = activity.WORDS | LOOKS


def in_words(what) -> str:
    """An event in the language of the page; one that has no words yet by its name."""
    return language.say(WORDS[what]) if what in WORDS else what
