"""Reads record.toml and refuses a bad one, saying where: `record.toml: contact.mobile: no such setting: requird`."""

import re
import tomllib
from dataclasses import MISSING, fields
from functools import lru_cache
from pathlib import Path

from domain import clock, groups, record_check
from domain.export_columns import STYLES
from domain.kinds import KINDS
from domain.places import LISTS
from domain.record import FIELD_NEEDS, TAB_NEEDS, Field, Record, Rule, Same, Tab
from domain.record_parts import Listing, Notice, Retention, Section
from domain.record_values import EMPTY, READ
from domain.rules import RULES
from domain.words import N_, Invalid, Words

# Names that a form uses for itself.
RESERVED = frozenset("csrf_token do rev lang next".split())
PERIOD = ("opens", "closes", "initial_from", "initial_until")
# What Python says of a file that is no TOML, taken apart to be said in another language.
UNREADABLE = {
    N_("{reason} (at line {line}, column {column})"): r"(?P<reason>.*) .at line (?P<line>\d+), column (?P<column>\d+).",
    N_("{reason} (at end of document)"): r"(?P<reason>.*) .at end of document.",
    N_("'utf-8' codec {reason}"): r"'utf-8' codec (?P<reason>.*)",
    N_("{reason}"): r"(?P<reason>.*)",
}
NO_SETTING = N_("no such setting: {name}")


class BadRecord(Exception):
    """A record file cannot be used: its name, and every (place, Invalid), where and why. As text it is English."""

    def __init__(self, name, *problems):
        super().__init__(name, *problems)
        self.name, self.problems = name, problems

    def __str__(self):
        return "\n".join(self.lines(_in_english))

    def lines(self, say):
        """A line for each problem, once. `say(invalid)` gives the words."""
        lines = (": ".join(filter(None, (str(self.name), place, say(why)))) for place, why in self.problems)
        return list(dict.fromkeys(lines))


def _in_english(invalid):
    return invalid.message.format(**invalid.values)


def load(path) -> Record:
    """Read and check a record file. Raises BadRecord naming every problem with its place."""
    try:
        return parse(Path(path).read_bytes(), Path(path).name)
    except FileNotFoundError:
        raise BadRecord(path, ("", Invalid(N_("there is no such file")))) from None


def parse(data, name) -> Record:
    """The record in the bytes of a file, which problems call by `name`. Raises BadRecord."""
    try:
        written = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as reason:
        raise BadRecord(name, ("", _unreadable(str(reason)))) from None
    reader = Reader()
    record = reader.record(written)
    if reader.problems:
        raise BadRecord(name, *reader.problems)
    return record


def _unreadable(reason):
    found = ((message, re.fullmatch(pattern, reason, re.DOTALL)) for message, pattern in UNREADABLE.items())
    return next(Invalid(message, **match.groupdict()) for message, match in found if match)


@lru_cache(8)
def parsed(text) -> Record:
    """The record of a text that is looked at again and again, as a draft is. Raises BadRecord."""
    return parse(text.encode(), "record.toml")


class Reader:
    """Turns what is written into a Record and collects every problem with the place where it stands."""

    def __init__(self):
        self.problems = []

    def refuse(self, place, message, **values):
        """Note a problem at a place such as `contact.mobile`."""
        self.problems.append((place, Invalid(message, **values)))

    def record(self, written):
        """The whole file."""
        for unknown in set(written) - {"school", "period", "notice", "retention", "tab", "list"}:
            self.refuse(unknown, N_("there is no such table"))
        record = Record(
            school={key: self.words(value, f"school.{key}") for key, value in self.table(written, "school").items()},
            period=self.period(self.table(written, "period")),
            notice=self.notice(self.table(written, "notice")),
            tabs=tuple(self.tab(one, f"tab {number}") for number, one in self.tables(written, "tab", "")),
            lists=tuple(self.listing(one, f"list {number}") for number, one in self.tables(written, "list", "")),
            retention=Retention(**self.settings(Retention, self.table(written, "retention"), "retention", {})),
        )
        if not record.tabs:
            self.refuse("tab", N_("write at least one [[tab]]"))
        self.problems += record_check.problems(record)
        return record

    def table(self, written, name):
        """The table of this name, or an empty one."""
        if isinstance(written.get(name, {}), dict):
            return written.get(name, {})
        self.refuse(name, N_("write it as a table, [{name}]"), name=name)
        return {}

    def tables(self, written, name, place):
        """(number, table) of each [[name]] inside something."""
        found = written.get(name, [])
        if isinstance(found, list) and all(isinstance(one, dict) for one in found):
            return list(enumerate(found, 1))
        self.refuse(f"{place}{name}", N_("write each of them with double brackets, [[…]]"))
        return []

    def period(self, written):
        """The [period] table: when filling opens and closes, and when initial passwords work, in Taipei time."""
        for key, value in written.items():
            try:
                if key not in PERIOD:
                    self.refuse("period", NO_SETTING, name=key)
                clock.seconds(value)
            except (ValueError, TypeError):
                self.refuse(f"period.{key}", N_('write a time such as "2026-08-17T09:00"'))
        return written

    def notice(self, written):
        """The [notice] table with its sections."""
        settings = self.settings(Notice, written, "notice", {"section": "sections"})
        settings["sections"] = tuple(
            Section(**self.settings(Section, one, f"notice.section {number}", {}))
            for number, one in self.tables(written, "section", "notice.")
        )
        return Notice(**settings)

    def tab(self, written, place):
        """One [[tab]] with its fields, rules and copies."""
        place = str(written.get("key", place))
        settings = self.settings(Tab, written, place, {"field": "fields", "rule": "rules", "same": "same"})
        parts = {"fields": ("field", self.field), "rules": ("rule", self.rule), "same": ("same", self.same)}
        for name, (table, read) in parts.items():
            settings[name] = tuple(
                read(one, f"{place}.{one.get('key') or f'{table} {number}'}")
                for number, one in self.tables(written, table, f"{place}.")
            )
        self.one_of(settings.get("need", "required"), TAB_NEEDS, f"{place}.need")
        return Tab(**settings)

    def field(self, written, place):
        """One [[tab.field]], or one [[tab.field.field]] of a group."""
        settings = self.settings(Field, written, place, {"field": "fields"})
        settings["fields"] = tuple(
            self.field(inner, f"{place}.{inner.get('key') or f'field {number}'}")
            for number, inner in self.tables(written, "field", f"{place}.")
        )
        one = Field(**settings)
        self.kind(one, place)
        self.one_of(one.need, FIELD_NEEDS, f"{place}.need")
        if one.list:
            self.one_of(one.list, LISTS, f"{place}.list")
        if one.kind != "group" and one.is_white and (one.need == "required" or one.required_when) and not one.missing:
            self.refuse(place, N_("write in `missing` what to say when it is empty"))
        if one.key in RESERVED or not one.key.isidentifier():
            self.refuse(place, N_("a key is a word of letters, digits and _, and not one the form itself uses"))
        return one

    def kind(self, one, place):
        """Whether a field has what its kind wants."""
        is_known = self.one_of(one.kind, KINDS, f"{place}.kind")
        if is_known and KINDS[one.kind].chosen and one.is_white and not one.options:
            self.refuse(place, N_("a {kind} needs choices"), kind=one.kind)
        if one.fields and one.kind != "group":
            self.refuse(place, N_('only a field of the kind "group" has fields of its own'))
        if one.kind == "group":
            self.problems += ((place, reason) for reason in groups.problems(one))

    def rule(self, written, place):
        """One [[tab.rule]]."""
        one = Rule(**self.settings(Rule, written, place, {}))
        self.one_of(one.kind, RULES, f"{place}.kind")
        return one

    def same(self, written, place):
        """One [[tab.same]]."""
        return Same(**self.settings(Same, written, place, {}))

    def listing(self, written, place):
        """One [[list]]."""
        one = Listing(**self.settings(Listing, written, f"list.{written.get('key', place)}", {}))
        self.one_of(one.dates, STYLES, f"list.{one.key}.dates")
        return one

    def settings(self, shape, written, place, children):
        """Constructor arguments for `shape` out of a table: each setting known, of the right sort, none lacking."""
        wanted = {one.name: one for one in fields(shape)}
        settings = {}
        for name, value in written.items():
            if children.get(name, name) not in wanted:
                self.refuse(place, NO_SETTING, name=name)
            elif name in children:
                settings[children[name]] = value
            else:
                settings[name] = self.value(wanted[name].type, value, f"{place}.{name}")
        for name, one in wanted.items():
            if name not in settings and one.default is MISSING:
                self.refuse(place, N_("it lacks {name}"), name=name)
                settings[name] = EMPTY[one.type]
        return settings

    def value(self, sort, value, place):
        """One setting, turned into what `sort` (a type as written in the dataclass) wants."""
        try:
            return READ[sort](value)
        except Invalid as reason:
            self.problems.append((place, reason))
        except KeyError:
            self.refuse(place, N_("not understood: {value}"), value=repr(value))
        return EMPTY.get(sort, ())

    def words(self, value, place):
        """Words, or a plain text that is the same in both languages."""
        return self.value(Words, value, place)

    def one_of(self, value, known, place):
        """Whether a setting is one of the known words."""
        if value not in known:
            self.refuse(place, N_("{value} is none of {known}"), value=repr(value), known=", ".join(known))
        return value in known
