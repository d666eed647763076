"""Whether the parts of a record fit together: keys are unique, and what one part says of another is true."""

from collections import Counter

from domain.conditions import ALWAYS
from domain.kinds import KINDS
from domain.record import FACTS
from domain.roster_columns import COLUMNS
from domain.rules import RULES

# Words about the school that pages show.
SCHOOL = ("name", "system", "short", "office", "hours", "phone", "phone_link", "email")


def problems(record):
    """Every (place, reason) where something does not fit, in the order of the file."""
    for key in SCHOOL:
        if key not in record.school:
            yield "school", f"it lacks {key}"
    yield from _twice(tab.key for tab in record.tabs)
    yield from _twice(one.key for tab in record.tabs for field in tab for one in (field, *field.fields))
    yield from _gates([tab for tab in record.tabs if tab.gate])
    known = FACTS | {key for key, field in record.fields.items() if field.kind != "group"}
    for tab in record.tabs:
        for place, names in _mentions(tab):
            for name in sorted(names - known):
                yield place, f"there is no {name} to look at"
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
        yield "retention.months", "write a number from 1 to 120"


def _listing(place, listing, fields):
    """What a ready-made list asks for and nobody has."""
    for name in sorted(listing.when.names - FACTS - set(fields)):
        yield place, f"there is no {name} to look at"
    yield from _impossible(place, listing.when, fields)
    shown = {key for key, one in fields.items() if one.need != "hidden" and one.kind in KINDS and one.kind != "photo"}
    for name in listing.columns:
        if name not in shown | {column.name for column in COLUMNS}:
            yield place, f"there is no {name} to show"
    if not listing.columns or not listing.key.isidentifier():
        yield place, "it needs a key of letters, digits and _, and some columns"


def _twice(keys):
    for key, times in Counter(keys).items():
        if times > 1:
            yield key, f"{times} of them have this key"


def _gates(gates):
    if len(gates) > 1:
        yield "tab", "only one can be the gate"
    for gate in gates:
        if any(field.kind == "group" for field in gate):
            yield gate.key, "a gate has no groups"


def _in_groups(tab, known, fields):
    """What does not fit in the fields of a group, which may look at each other and at what everybody may look at."""
    for group, inner in ((field, inner) for field in tab for inner in field.fields):
        own = {one.key: one for one in group.fields}
        place, conditions = f"{tab.key}.{group.key}.{inner.key}", [inner.when, inner.required_when or ALWAYS]
        names = set(inner.copy).union({inner.of} - {""}, *(condition.names for condition in conditions))
        for name in sorted(names - known - own.keys()):
            yield place, f"there is no {name} to look at"
        for condition in conditions:
            yield from _impossible(place, condition, fields | own)
        yield from _choices(place, inner)


def _mentions(tab):
    """Every place of a tab that names fields or facts, with the names."""
    for place, condition in _conditions(tab):
        yield place, condition.names
    for field in tab:
        yield f"{tab.key}.{field.key}", set(field.copy) | ({field.of} if field.of else set())
        if field.need == "grey" and not field.copy and field.key not in FACTS:
            yield f"{tab.key}.{field.key}", {f"{field.key} in the roster"}
    for number, rule in enumerate(tab.rules, 1):
        yield f"{tab.key}.rule {number}", set(rule.fields)
    for number, same in enumerate(tab.same, 1):
        yield f"{tab.key}.same {number}", set(same.of)


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
                yield place, f"{term.name} is never {value}"
            if set(value) & set("&|,=!"):
                yield place, f"{value} has one of & | , = ! in it, which the page uses between values"


def _misused(tab):
    """Rules, copies and defaults that do not suit the fields of their own tab."""
    own = {field.key for field in tab}
    for number, rule in enumerate(tab.rules, 1):
        yield from _rule(f"{tab.key}.rule {number}", rule, own)
    for number, same in enumerate(tab.same, 1):
        if len(same.of) != len(same.to):
            yield f"{tab.key}.same {number}", "`of` and `to` must be equally long"
        for key in sorted(set(same.to) - own):
            yield f"{tab.key}.same {number}", f"{key} is no field of this tab"
    for field in tab:
        yield from _choices(f"{tab.key}.{field.key}", field)


def _rule(place, rule, own):
    if rule.fields and rule.fields[0] not in own:
        yield place, f"{rule.fields[0]} is no field of this tab"
    try:
        RULES.get(rule.kind, lambda *_: True)(rule, {})
    except (ValueError, IndexError):
        yield place, f"{rule.kind} wants another number of fields"


def _choices(place, field):
    values = [option.value for option in field.options]
    if len(set(values)) < len(values):
        yield place, "two choices are kept as the same value"
    if field.default and field.kind in KINDS and KINDS[field.kind].chosen and field.default not in values:
        yield place, f"{field.default} is none of its choices"
