"""Two forms of one tab, drawn from the same answers: what each of them changed, and where they contradict."""

from typing import NamedTuple


class Merged(NamedTuple):
    """`answers` with what both sides changed. `clashes` are the keys of fields that both changed in different ways."""

    answers: dict
    clashes: tuple[str, ...] = ()


def merge(tab, base, mine, theirs) -> Merged:
    """Put what `mine` changed since `base` into `theirs`, which may have changed other things.

    All three map keys to answers. A group with its rows is one thing: rows have only their numbers. Where both changed
    one thing, `theirs` stays and the field is among the clashes.
    """
    answers, clashes = dict(theirs), []
    for key, keys in _things(tab, base, mine, theirs).items():
        before, ours, other = ([side.get(one) or "" for one in keys] for side in (base, mine, theirs))
        if ours in (before, other):
            continue
        if other != before:
            clashes.append(key)
            continue
        for one in keys:
            answers.pop(one, None)
        answers |= {one: mine[one] for one in keys if one in mine}
    return Merged(answers, tuple(clashes))


def thing(tab, key) -> str:
    """The field that an answer belongs to: itself, or the group of its row."""
    group = key.partition("-")[0]
    return group if any(one.key == group for one in tab.groups) else key


def _things(tab, *sides):
    things = {}
    for key in dict.fromkeys(key for side in sides for key in side):
        things.setdefault(thing(tab, key), []).append(key)
    return things
