"""Rows of a group added and taken out in the page, before anything is saved."""

from flask import request

from blueprints import controls
from blueprints.typed import read_texts

ADD, REMOVE = "add", "remove"


def asked(tab):
    """(what, group, row number as text) that the pressed button asks for; None for any other button."""
    what, _, rest = request.form.get("do", "").partition(":")
    key, _, number = rest.partition(":")
    group = next((one for one in tab.groups if one.key == key), None)
    return (what, group, number) if group and what in (ADD, REMOVE) else None


def numbers_of(group):
    """The numbers of the rows that the form has, as texts."""
    return [number for number in request.form.getlist(group.key) if number]


def changed(tab, asked):
    """What was typed in a tab, with a row more or less than the form has."""
    what, group, number = asked
    typed, numbers = read_texts(tab, request.form), numbers_of(group)
    rows = typed.get(group.key, [])
    if what == ADD and len(rows) < group.max:
        rows = [*rows, {}]
    if what == REMOVE and number in numbers[: len(rows)]:
        del rows[numbers.index(number)]
    return {**typed, group.key: rows}


def drawn(draft, asked):
    """What a fragment needs to show a group of a sheet that was judged with what `changed` gave."""
    what, group, _number = asked
    one = next(one for one in controls.controls(draft, {}) if one.id == group.key)
    added = one.rows[-1] if what == ADD and len(one.rows) > len(numbers_of(group)) else None
    if added:
        controls.focus(added)
    return {"one": one, "added": added, "is_removed": what == REMOVE}
