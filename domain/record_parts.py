"""What a record has beside its tabs: the privacy notice, ready-made lists, and how long anything is kept."""

from dataclasses import dataclass

from domain.conditions import Condition
from domain.words import Words


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with its paragraphs, as in the privacy notice."""

    heading: Words
    text: tuple[Words, ...]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The privacy notice that 個資法 §8 wants read before collection. A new version asks everybody again."""

    version: str
    date: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Listing:
    """A ready-made list of students: those for whom `when` holds, with these fields or roster columns of each.

    `dates`: iso, roc or roc7, as `domain.export_columns.styled` writes them.
    """

    key: str
    title: Words
    when: Condition
    columns: tuple[str, ...]
    dates: str = "iso"


@dataclass(frozen=True, kw_only=True)
class Retention:
    """For how many months a record stays here after it was handed over or is complete; the notice has to say so."""

    months: int = 12
