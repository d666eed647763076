"""Whether the parts of a record fit together: keys are unique, and what one part says of another is true."""

from collections import Counter

from domain.conditions import ALWAYS
from domain.kinds import KINDS
from domain.record import FACTS
from domain.roster_columns import COLUMNS
from domain.rules import RULES
from domain.words import N_, Invalid

# Words about the school that pages show.
SCHOOL = ("name", "system", "short", "office", "hours", "phone", "phone_link", "email")
NOT_THERE = N_("there is no {name} to look at")
BETWEEN = N_("{value} has one of & | , = ! in it, which the page uses between values")
NOT_IN_TAB = N_("{name} is no field of this tab")


def problems(record):
    """Every (place, Invalid) where something does not fit, in the order of the file."""
    for key in SCHOOL:
        if key not in record.school:
            yield "school", Invalid(N_("it lacks {name}"), name=key)
    yield from _twice(tab.key for tab in record.tabs)
    yield from _twice(one.key for tab in record.tabs for field in tab for one in (field, *field.fields))
    yield from _gates([tab for tab in record.tabs if tab.gate])
    known = FACTS | {key for key, field in record.fields.items() if field.kind != "group"}
    for tab in record.tabs:
        for place, names in _mentions(tab):
            for name in sorted(names - known):
                yield place, Invalid(NOT_THERE, name=name)
        yield from _grey(tab)
        for place, condition in _conditions(tab):
            yield from _impossible(place, condition, record.fields)
        yield from _in_groups(tab, known, record.fields)
        yield from _misused(tab)
    yield from _beside(record)


def _beside(record):
    """What does not fit beside the tabs: lists, and for how long records stay."""
    yield from _twice(f"list.{one.key}" for one in record.lists)
    for one in record.lists:
        yield from _listing(f"list.{one.key}", one, record.fields)
    if not 1 <= record.retention.months <= 120:
        yield "retention.months", Invalid(N_("write a number from 1 to 120"))


def _listing(place, listing, fields):
    """What a ready-made list asks for and nobody has."""
    for name in sorted(listing.when.names - FACTS - set(fields)):
        yield place, Invalid(NOT_THERE, name=name)
    yield from _impossible(place, listing.when, fields)
    shown = {key for key, one in fields.items() if one.need != "hidden" and one.kind in KINDS and one.kind != "photo"}
    for name in listing.columns:
        if name not in shown | {column.name for column in COLUMNS}:
            yield place, Invalid(N_("there is no {name} to show"), name=name)
    if not listing.columns or not listing.key.isidentifier():
        yield place, Invalid(N_("it needs a key of letters, digits and _, and some columns"))


def _twice(keys):
    for key, times in Counter(keys).items():
        if times > 1:
            yield key, Invalid(N_("{n} of them have this key"), n=times)


def _gates(gates):
    if len(gates) > 1:
        yield "tab", Invalid(N_("only one can be the gate"))
    for gate in gates:
        if any(field.kind == "group" for field in gate):
            yield gate.key, Invalid(N_("a gate has no groups"))


def _in_groups(tab, known, fields):
    """What does not fit in the fields of a group, which may look at each other and at what everybody may look at."""
    for group, inner in ((field, inner) for field in tab for inner in field.fields):
        own = {one.key: one for one in group.fields}
        place, conditions = f"{tab.key}.{group.key}.{inner.key}", [inner.when, inner.required_when or ALWAYS]
        names = set(inner.copy).union({inner.of} - {""}, *(condition.names for condition in conditions))
        for name in sorted(names - known - own.keys()):
            yield place, Invalid(NOT_THERE, name=name)
        for condition in conditions:
            yield from _impossible(place, condition, fields | own)
        yield from _choices(place, inner)


def _mentions(tab):
    """Every place of a tab that names fields or facts, with the names."""
    for place, condition in _conditions(tab):
        yield place, condition.names
    for field in tab:
        yield f"{tab.key}.{field.key}", set(field.copy) | ({field.of} if field.of else set())
    for number, rule in enumerate(tab.rules, 1):
        yield f"{tab.key}.rule {number}", set(rule.fields)
    for number, same in enumerate(tab.same, 1):
        yield f"{tab.key}.same {number}", set(same.of)


def _grey(tab):
    """Fields that the roster is to fill in and has not."""
    for field in tab:
        if field.need == "grey" and not field.copy and field.key not in FACTS:
            yield f"{tab.key}.{field.key}", Invalid(N_("there is no {name} in the roster to look at"), name=field.key)


def _conditions(tab):
    """Every condition of a tab with its place."""
    yield tab.key, tab.when
    for field in tab:
        yield f"{tab.key}.{field.key}", field.when
        if field.required_when:
            yield f"{tab.key}.{field.key}", field.required_when
    for number, one in enumerate(tab.rules, 1):
        yield f"{tab.key}.rule {number}", one.when
    for number, one in enumerate(tab.same, 1):
        yield f"{tab.key}.same {number}", one.when


def _impossible(place, condition, fields):
    """Answers that a condition waits for and nobody can give."""
    for term in (term for terms in condition.alternatives for term in terms):
        field = fields.get(term.name)
        options = {option.value for option in field.options} if field else set()
        for value in term.values:
            if options and value and value not in options:
                yield place, Invalid(N_("{name} is never {value}"), name=term.name, value=value)
            if set(value) & set("&|,=!"):
                yield place, Invalid(BETWEEN, value=value)


def _misused(tab):
    """Rules, copies and defaults that do not suit the fields of their own tab."""
    own = {field.key for field in tab}
    for number, rule in enumerate(tab.rules, 1):
        yield from _rule(f"{tab.key}.rule {number}", rule, own)
    for number, same in enumerate(tab.same, 1):
        if len(same.of) != len(same.to):
            yield f"{tab.key}.same {number}", Invalid(N_("`of` and `to` must be equally long"))
        for key in sorted(set(same.to) - own):
            yield f"{tab.key}.same {number}", Invalid(NOT_IN_TAB, name=key)
    for field in tab:
        yield from _choices(f"{tab.key}.{field.key}", field)


def _rule(place, rule, own):
    if rule.fields and rule.fields[0] not in own:
        yield place, Invalid(NOT_IN_TAB, name=rule.fields[0])
    try:
        RULES.get(rule.kind, lambda *_: True)(rule, {})
    except (ValueError, IndexError):
        yield place, Invalid(N_("{kind} wants another number of fields"), kind=rule.kind)


def _choices(place, field):
    values = [option.value for option in field.options]
    if len(set(values)) < len(values):
        yield place, Invalid(N_("two choices are kept as the same value"))
    if field.default and field.kind in KINDS and KINDS[field.kind].chosen and field.default not in values:
        yield place, Invalid(N_("{value} is none of its choices"), value=field.default)
