"""The academic record as data: tabs, their fields, and the words that go with them."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from domain.conditions import ALWAYS, Condition
from domain.places import LISTS
from domain.record_parts import Listing, Notice, Retention
from domain.words import Choice, Words

FIELD_NEEDS = ("required", "optional", "grey", "hidden")
TAB_NEEDS = ("required", "optional", "hidden")
# What the roster and the clock tell about a student, to be used in conditions and grey fields.
FACTS = frozenset(
    "student_no name_zh id_no passport_no birth_date program dept group class sex overseas_kind nationality "
    "entry_year entry_term route identity email age id_kind campus_email last_login notice_version".split()
)
NOTHING = Words("", "")


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """One thing the record holds. `need`: the student must or may fill it, the school does (grey), nobody sees it.

    `copy` names the fields whose answers a grey field shows one after the other, or those a kind fills a blank from.
    A `group` has `fields` of its own, answered in `min` to `max` rows; see domain/groups.py.
    """

    key: str
    label: Words
    kind: str = "text"
    need: str = "required"
    required_when: Condition | None = None
    when: Condition = ALWAYS
    hint: Words = NOTHING
    missing: Words = NOTHING
    wrong: Words = NOTHING
    choices: tuple[Choice, ...] = ()
    list: str = ""
    of: str = ""
    default: str = ""
    copy: tuple[str, ...] = ()
    min: int = 0
    max: int = 100
    size: int = 0
    section: Words = NOTHING
    autocomplete: str = "off"
    export: Words = NOTHING
    receipt: bool = False
    fields: tuple["Field", ...] = ()
    is_beyond = False

    @property
    def is_white(self):
        """Whether the student fills it."""
        return self.need in ("required", "optional")

    @property
    def words(self):
        """What it is called where it is filled in."""
        return self.label

    @property
    def named(self):
        """Its key as conditions in the record call it."""
        return self.key

    def is_required(self, facts):
        """Whether an empty answer keeps the tab yellow for someone with these facts."""
        return self.need == "required" if self.required_when is None else self.required_when.holds(facts)

    def is_marked(self, values):
        """Whether it is drawn as required."""
        return self.is_required(values)

    @cached_property
    def options(self):
        """What can be chosen: the choices written with the field, or the shared list it names."""
        return self.choices or LISTS.get(self.list, ())

    @cached_property
    def labels(self):
        """What each of them is called: value to Words."""
        return {option.value: option.label for option in self.options}


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule:
    """Something that holds between fields of a tab; `kind` names it in `domain.rules.RULES`.

    The message appears at the first of `fields`.
    """

    kind: str
    fields: tuple[str, ...]
    message: Words
    when: Condition = ALWAYS
    limit: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Same:
    """Answers that are taken over, `of` these fields `to` those, while `when` holds."""

    when: Condition
    of: tuple[str, ...]
    to: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Tab:
    """One page of the record, saved as a whole. A `gate` comes before the others and is not counted."""

    key: str
    title: Words
    short: Words = NOTHING
    intro: Words = NOTHING
    need: str = "required"
    gate: bool = False
    when: Condition = ALWAYS
    fields: tuple[Field, ...] = ()
    rules: tuple[Rule, ...] = ()
    same: tuple[Same, ...] = ()

    def __iter__(self):
        return iter(self.fields)

    def labels(self, lang) -> dict[str, str]:
        """What each field is called, by key; under its heading where several are called the same."""
        said, heading, labels = Counter(getattr(one.label, lang) for one in self), "", {}
        for one in self:
            heading, label = getattr(one.section, lang) or heading, getattr(one.label, lang)
            labels[one.key] = f"{heading} › {label}" if said[label] > 1 and heading else label
        return labels

    @cached_property
    def names(self):
        """The keys of the fields the student fills, which can change while the page is open."""
        return frozenset(one.key for one in self.fields if one.is_white and one.kind != "group")

    @cached_property
    def groups(self):
        """The groups of which students fill rows."""
        return tuple(one for one in self.fields if one.kind == "group" and one.is_white)

    @cached_property
    def spreads(self):
        """Where domain/groups.py keeps this tab with the fields of its rows, by how many rows each group has."""
        return {}

    @cached_property
    def looks_at(self):
        """Every name on which it depends which fields apply and whether they are right."""
        fields = [one for field in self.fields for one in (field, *field.fields)]
        asked = {field.required_when for field in fields} - {None}
        asked |= {part.when for part in (*fields, *self.rules, *self.same)}
        named = [(*field.copy, field.of) for field in fields] + [rule.fields for rule in self.rules]
        return frozenset().union(*(one.names for one in asked), *named, *(same.of for same in self.same))

    @cached_property
    def defaults(self):
        """What is chosen before anything was saved."""
        return {one.key: one.default for one in self.fields if one.is_white and one.default}


@dataclass(frozen=True, kw_only=True)
class Record:
    """All of record.toml."""

    school: dict
    period: dict
    notice: Notice
    tabs: tuple[Tab, ...] = ()
    lists: tuple[Listing, ...] = ()
    retention: Retention = Retention()

    def __iter__(self):
        return iter(self.tabs)

    @cached_property
    def by_key(self):
        """Tabs by key."""
        return {tab.key: tab for tab in self.tabs}

    @cached_property
    def gate(self):
        """The tab that must be acknowledged first, or None."""
        return next((tab for tab in self.tabs if tab.gate), None)

    @cached_property
    def fields(self):
        """Every field by key, in the order written."""
        return {one.key: one for tab in self.tabs for one in tab}

    @cached_property
    def grey(self):
        """Keys of the fields that are the school's."""
        return frozenset(key for key, one in self.fields.items() if one.need == "grey")

    @cached_property
    def asked_for_tabs(self):
        """Every name on which it depends which tabs are there."""
        return frozenset().union(*(tab.when.names for tab in self.tabs))

    @cached_property
    def looked_at(self):
        """Every name on which it depends what an empty record asks for."""
        return self.asked_for_tabs.union(*(tab.looks_at for tab in self.tabs))

    @cached_property
    def fingerprint(self):
        """Changes whenever a tab, a field or a word of them does."""
        return hashlib.sha256(repr(self.tabs).encode()).hexdigest()

    @cached_property
    def terms(self):
        """Every comparison in some condition, each once."""
        fields = [one for field in self.fields.values() for one in (field, *field.fields)]
        parts = [part for tab in self.tabs for part in (tab, *tab.rules, *tab.same)] + fields
        conditions = [part.when for part in parts] + [field.required_when or ALWAYS for field in fields]
        return tuple(
            dict.fromkeys(term for condition in conditions for terms in condition.alternatives for term in terms)
        )

    @cached_property
    def asked(self):
        """Every (name, value) that some condition looks for, so that pages can tell those values apart."""
        return frozenset((term.name, value) for term in self.terms for value in term.values)
