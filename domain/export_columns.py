"""What an export can show of a student: answers, the roster's columns, and how far the student has come."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from domain import clock, groups, roster_columns
from domain.kinds import KINDS
from domain.record import Field
from domain.sheet import judge, progress
from domain.words import Words

ISO, ROC, ROC7 = STYLES = ("iso", "roc", "roc7")
DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?( .*)?")
DATES = ("date", "month")
YES, NO = "已完成", "未完成"
# A tick has no place in Big5.
TICKED = "是"


class Person(NamedTuple):
    """A student: the roster's columns, the facts that follow from them, and the tabs as `progress` wants them.

    `saved` and `returned` map tab keys to (answers, saved_at) and to Returned.
    """

    known: dict
    facts: dict
    saved: dict
    updated_at: int = 0
    returned: Mapping = MappingProxyType({})


class Seen:
    """A student's record, judged as far as somebody asks."""

    def __init__(self, record, person):
        self.record, self.person = record, person

    @cached_property
    def progress(self):
        """Every tab that applies."""
        return progress(self.record, self.person.saved, self.person.facts, returned=self.person.returned)

    @cached_property
    def shown(self):
        """{field key: (field, sheet)} of the fields that apply."""
        sheets = [*self.progress.sheets, *self._gate]
        return {field.key: (field, sheet) for sheet in sheets for field in sheet.exported}

    @property
    def _gate(self):
        gate, saved = self.record.gate, self.person.saved
        return [judge(gate, saved.get(gate.key, ({}, None))[0], self.person.facts)] if gate else []

    @property
    def is_complete(self):
        """Whether nothing is left to do."""
        return self.progress.is_complete

    @property
    def settled(self):
        """Facts, and the answers of tabs that are done: what ready-made lists go by."""
        values = dict(self.person.facts)
        for sheet in self.progress.sheets:
            if sheet.is_done:
                values |= {field.key: sheet.values.get(field.key, "") for field in sheet.tab}
        return values

    @property
    def changed_at(self):
        """When the student or the school last changed anything, in seconds since 1970."""
        return max([self.person.updated_at, *(at for _, at in self.person.saved.values() if at)])


@dataclass(frozen=True, eq=False)
class Column:
    """Something that can be exported. `read(seen, style)` gives its text, with dates in one of STYLES."""

    key: str
    group: Words
    label: Words
    heading: str
    read: Callable
    field: Field | None = None


def styled(text, style) -> str:
    """An ISO date, month or time in a style: 2007-11-20, 096/11/20 or 0961120. Other texts stay as they are."""
    match = DAY.fullmatch(text) if style != ISO else None
    if not match or int(match[1]) <= 1911:
        return text
    parts = [f"{int(match[1]) - 1911:03}", match[2], *([match[3]] if match[3] else [])]
    return ("/" if style == ROC else "").join(parts) + (match[4] or "")


def offered(record) -> list[Column]:
    """Every column that an export of this record can have: answers, progress, and what the roster said."""
    answers = [
        Column(f"field.{field.key}", tab.title, field.label, (field.export or field.label).zh, _field(field.key), field)
        for tab in record
        for field in groups.columns(tab)
        if field.need != "hidden" and KINDS[field.kind].widget != "photo"
    ]
    states = [
        Column(f"tab.{tab.key}", PROGRESS, tab.title, tab.title.zh, _tab(tab.key))
        for tab in record
        if not tab.gate and tab.need != "hidden"
    ]
    school = map(_of_roster, roster_columns.COLUMNS)
    return [*answers, *(_state(*one) for one in STATES), *states, *school]


def _of_roster(one):
    label = Words(one.zh, one.name.replace("_", " ").capitalize())
    return Column(f"roster.{one.name}", ROSTER, label, one.zh, _roster(one.name))


def _state(key, words, read):
    return Column(f"state.{key}", PROGRESS, words, words.zh, read)


def _field(key):
    def read(seen, style):
        if key not in seen.shown:
            return ""
        field, sheet = seen.shown[key]
        value, kind = sheet.value(field), KINDS[field.kind]
        if kind.widget in DATES:
            return styled(str(value), style)
        if field.need == "grey":
            return str(value)
        if kind.widget == "check":
            return TICKED if value else ""
        return kind.show(value, field, "zh") if value else ""

    return read


def _roster(name):
    return lambda seen, style: styled(seen.person.known[name], style)


def _tab(key):
    def read(seen, _style):
        sheet = next((one for one in seen.progress.sheets if one.tab.key == key), None)
        return "" if sheet is None else YES if sheet.is_done else NO

    return read


def _complete(seen, _style):
    return YES if seen.is_complete else NO


def _saved(seen, style):
    last = max((at for _, at in seen.person.saved.values() if at), default=None)
    return styled(f"{clock.local(last):%Y-%m-%d %H:%M}", style) if last else ""


PROGRESS, ROSTER = Words("填寫情形", "Progress"), Words("名單上的", "From the roster")
STATES = (
    ("complete", Words("完成狀態", "Complete?"), _complete),
    ("saved_at", Words("最後存檔", "Last saved"), _saved),
)
