"""In what one record differs from another: tabs and fields added, removed and changed, and what stands beside them."""

from dataclasses import fields
from typing import NamedTuple

from domain.record import Field, Tab

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


class Change(NamedTuple):
    """A tab, or a field of it, that is `what`. `settings`: (name, old value, new value) of a changed one."""

    what: str
    tab: Tab
    field: Field | None = None
    settings: tuple = ()


def changes(old, new) -> list[Change]:
    """Every tab and field that differs, in the order of the new record; what is gone comes last."""
    found = []
    for tab in new:
        before = old.by_key.get(tab.key)
        found += _of_tab(before, tab) if before else [Change(ADDED, tab)]
    return found + [Change(REMOVED, tab) for tab in old if tab.key not in new.by_key]


def _of_tab(before, tab):
    settings = _settings(before, tab, {"fields"})
    if settings:
        yield Change(CHANGED, tab, None, settings)
    olds, news = _fields(before), _fields(tab)
    for key, field in news.items():
        settings = _settings(olds[key], field, {"fields"}) if key in olds else ()
        if key not in olds or settings:
            yield Change(CHANGED if key in olds else ADDED, tab, field, settings)
    for key in olds.keys() - news.keys():
        yield Change(REMOVED, tab, olds[key])


def _fields(tab):
    """The fields of a tab and those of its groups, by a key that tells them apart."""
    inner = {f"{one.key}.{part.key}": part for one in tab for part in one.fields}
    return {one.key: one for one in tab} | inner


def _settings(old, new, but):
    """(name, old, new) of each setting that differs."""
    pairs = [(one.name, getattr(old, one.name), getattr(new, one.name)) for one in fields(old) if one.name not in but]
    return tuple(pair for pair in pairs if repr(pair[1]) != repr(pair[2]))


def beside(old, new) -> list[tuple]:
    """(table, name, old value, new value) of what differs in the tables that are no tabs."""
    found = []
    for table in ("school", "period"):
        before, after = getattr(old, table), getattr(new, table)
        keys = dict.fromkeys([*before, *after])
        found += [(table, key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]
    for table in ("notice", "retention"):
        found += [(table, *setting) for setting in _settings(getattr(old, table), getattr(new, table), set())]
    listings = [{one.key: one for one in record.lists} for record in (old, new)]
    for key in dict.fromkeys([*listings[0], *listings[1]]):
        before, after = (one.get(key) for one in listings)
        if repr(before) != repr(after):
            found.append(("list", key, before and before.title, after and after.title))
    return found
