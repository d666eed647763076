"""One field, changed in two places: both values are shown, and the student says which is kept."""

from types import SimpleNamespace

from flask import request
from flask_login import current_user

from blueprints import language, views
from domain.clock import moment
from domain.groups import RowField


def given_up() -> tuple[str, ...]:
    """The keys of fields of which the student wants what is saved, and not what the form says."""
    return tuple(request.form.getlist("clash")) if request.form.get("keep") == "theirs" else ()


def shown(tab, keys, touched):
    """Both values of each of these fields, and what was `touched` in the form, to be sent again."""
    theirs, mine = current_user.sheet(tab), current_user.draft(tab, touched)
    return SimpleNamespace(
        keys=keys,
        rows=[
            (label, here, there)
            for (label, here), (_, there) in zip(_rows(mine, keys), _rows(theirs, keys), strict=True)
        ],
        at=moment(theirs.saved_at, language.current()),
        sent=[("part", "1"), *_sent(touched)],
    )


def _sent(touched):
    """(name, value) of every control of these fields; one that was emptied is named all the same."""
    for key in touched:
        pairs = [(name, said) for name, said in request.form.items(multi=True) if _belongs(name, key)]
        yield from pairs or [(key, "")]


def _belongs(name, key):
    """Whether a control is one of a field, or of a row of a group."""
    return name == key or name.startswith(f"{key}-")


def _rows(sheet, keys):
    """(label, value in words) of these fields; of a group all that its rows say."""
    lang = language.current()
    return [
        (getattr(one.label, lang), _group(sheet, one, lang)) if one.kind == "group" else views.row(sheet, one, lang)
        for one in sheet.tab
        if one.key in keys
    ]


def _group(sheet, group, lang):
    inner = [one for one in sheet.tab if isinstance(one, RowField) and one.group is group]
    return ", ".join(value for _, value in (views.row(sheet, one, lang) for one in inner) if value)
