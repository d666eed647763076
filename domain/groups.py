"""Repeated groups: fields that are answered several times over, such as those of each relative or each earlier school.

Answers stand flat beside the others of the tab, `relatives-2-born` for a field of the second row, so that whatever
knows fields and answers knows those of rows as well. A tab is spread out: after each group come the fields of its rows.
"""

from collections import Counter
from dataclasses import dataclass, fields, replace

from domain.blanks import shaped
from domain.record import Field, Tab
from domain.words import N_, Invalid, Words

# The most rows that any group may have, and that are read from one form.
MOST_ROWS = 20


@dataclass(frozen=True, kw_only=True, eq=False)
class RowField(Field):
    """A field of one row. `inner` is the field as the record has it, `group` the field whose row number `row` it is."""

    group: Field
    row: int
    inner: Field

    @property
    def words(self):
        """What it is called beside its own row's name."""
        return self.inner.label

    @property
    def named(self):
        """Its key as the record has it."""
        return self.inner.key

    def is_required(self, values):
        """A row that was begun must be finished, and a group that is required has at least `min` rows."""
        if not self.is_marked(values):
            return False
        return any(self.answers(values).values()) or (self.row <= self.group.min and self.group.is_required(values))

    def is_marked(self, values):
        """Whether it is required once its row is begun, and drawn so."""
        return self.inner.is_required({**values, **self.answers(values)})

    def answers(self, values):
        """The answers of its row by the keys that the record has."""
        return {one.key: values.get(key_of(self.group, self.row, one.key), "") for one in self.group.fields}

    @property
    def is_beyond(self):
        """Whether its row comes after the last one that the group may have."""
        return self.row > self.group.max


def key_of(group, row, key) -> str:
    """The key under which a field of a row is kept and typed."""
    return f"{group.key}-{row}-{key}"


def spread(tab, answers) -> Tab:
    """The tab with the fields of every row that the answers have, and of at least as many as a group always shows."""
    if not tab.groups:
        return tab
    counts = tuple(max(group.min, count(group, answers)) for group in tab.groups)
    if counts not in tab.spreads:
        tab.spreads[counts] = replace(tab, fields=tuple(_with_rows(tab, counts)))
    return tab.spreads[counts]


def _with_rows(tab, counts):
    numbers = dict(zip(tab.groups, counts, strict=True))
    for field in tab.fields:
        yield field
        for row in range(1, numbers.get(field, 0) + 1):
            yield from row_fields(field, row)


def row_fields(group, row) -> list[RowField]:
    """The fields of one row."""
    return [_row_field(group, row, inner) for inner in group.fields]


def _row_field(group, row, inner):
    own = {one.key: key_of(group, row, one.key) for one in group.fields}
    renamed = {
        "key": own[inner.key],
        "label": titled(group, row, inner.label),
        "export": titled(group, row, inner.export or inner.label),
        "when": group.when.also(inner.when.renamed(own)),
        "of": own.get(inner.of, inner.of),
        "copy": tuple(own.get(key, key) for key in inner.copy),
        "section": Words("", ""),
    }
    as_written = {one.name: getattr(inner, one.name) for one in fields(Field)}
    return RowField(**as_written | renamed, group=group, row=row, inner=inner)


def columns(tab):
    """Every field as a table has it: in the place of a group those of its first row, of its second, and so on."""
    for field in tab:
        if field.kind == "group" and field.is_white:
            yield from (one for row in range(1, field.max + 1) for one in row_fields(field, row))
        elif field.kind != "group":
            yield field


def find(record, key):
    """The field of this key, one of a row too; None when the record has none."""
    begin, *rest = key.split("-", 2)
    group = record.fields.get(begin)
    if not rest or group is None:
        return group
    return next((one for one in row_fields(group, rest[0]) if one.key == key), None)


def titled(group, row, label=None) -> Words:
    """What a row is called, `Relative 2`, or a field of it, `Relative 2 Name`."""
    parts = [(getattr(group.label, lang), str(row), getattr(label, lang) if label else "") for lang in ("zh", "en")]
    return Words(*(" ".join(filter(None, words)) for words in parts))


def count(group, answers) -> int:
    """The number of the last row that the answers have."""
    begin = f"{group.key}-"
    rows = [key.split("-")[1] for key in answers if key.startswith(begin)]
    return max((int(row) for row in rows), default=0)


def flat(group, rows) -> dict:
    """The answers of these rows, numbered from 1."""
    return {
        key_of(group, number, one.key): row.get(one.key, "")
        for number, row in enumerate(rows, 1)
        for one in group.fields
    }


def put(tab, old, typed, is_final=True) -> dict:
    """The old answers of a tab with what was typed in its groups in their place: {group key: rows by inner keys}.

    Rows in which nothing was typed are left out when `is_final`, and kept when the page only comes back with them.
    """
    new = dict(old)
    for group in tab.groups:
        if group.key in typed:
            rows = [row for row in typed[group.key] if _is_begun(row) or not is_final]
            new = {key: value for key, value in new.items() if not key.startswith(f"{group.key}-")} | flat(group, rows)
    return new


def _is_begun(row):
    return any(shaped(value, many=isinstance(value, list)) for value in row.values())


def kept(tab, old, new, applying) -> dict:
    """`new` answers, but those to groups that do not apply as they were, and none to what does not apply in a row.

    A row has only its number, and after another was removed it is somebody else's: no old answer may come back in it.
    """
    for group in tab.groups:
        begin, applies = f"{group.key}-", group.key in applying
        rows = {key: value for key, value in (new if applies else old).items() if key.startswith(begin)}
        new = {key: value for key, value in new.items() if not key.startswith(begin)}
        new |= {key: value if key in applying or not applies else "" for key, value in rows.items()}
    return new


def problems(group):
    """Every reason, an Invalid, why a field of the record cannot be a group as it is written."""
    keys = Counter(inner.key for inner in group.fields)
    if not group.fields:
        yield Invalid(N_("a group needs fields, [[tab.field.field]]"))
    if not 0 <= group.min <= group.max <= MOST_ROWS:
        yield Invalid(N_("write in `min` and `max` how many there may be, {most} at most"), most=MOST_ROWS)
    if (group.need == "required" or group.required_when) and not (group.min and any(_can_be_required(group))):
        yield Invalid(N_("a required group needs `min` = 1 or more and a required field"))
    if group.need == "grey" or any(inner.need == "grey" for inner in group.fields):
        yield Invalid(N_("the roster has no groups: no field of one can be grey"))
    if any(inner.kind in ("group", "photo") for inner in group.fields):
        yield Invalid(N_("a group has no photos and no groups in it"))
    if group.default or any(inner.default for inner in group.fields):
        yield Invalid(N_("nothing can be chosen beforehand in a group"))
    twice = ((key, n) for key, n in keys.items() if n > 1)
    yield from (Invalid(N_("{key}: {n} of them have this key"), key=key, n=n) for key, n in twice)


def _can_be_required(group):
    return (inner.need == "required" or inner.required_when for inner in group.fields)
