"""One field, changed in two places: both values are shown, and the student says which is kept."""

from types import SimpleNamespace

from flask import request
from flask_login import current_user

from blueprints import language, views
from domain.clock import moment
from domain.groups import RowField
from tables.photos import Picture


def choice(typed, refused):
    """(what was typed, what was refused of it, keys given up) when the student wants what is saved of some fields.

    A photo that was sent from elsewhere since is not given up here, where nobody has seen it.
    """
    named = request.form.getlist("clash") if request.form.get("keep") == "theirs" else ()
    wanted, wrong = ({key: one for key, one in each.items() if key not in named} for each in (typed, refused))
    return wanted, wrong, [key for key in named if key in typed]


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
    """(name, value) of every control of these fields; one that was emptied is named, of a photo its mark."""
    for key, said in touched.items():
        pairs = [(name, value) for name, value in request.form.items(multi=True) if _belongs(name, key)]
        yield from [(key, said)] if isinstance(said, Picture) else pairs or [(key, "")]


def _belongs(name, key):
    """Whether a control is one of a field, or of a row of a group."""
    return name == key or name.startswith(f"{key}-")


def _rows(sheet, keys):
    """(label, value as it is shown) of these fields; of a group all that its rows say."""
    lang = language.current()
    return [
        (getattr(one.label, lang), _group(sheet, one, lang)) if one.kind == "group" else views.row(sheet, one, lang)
        for one in sheet.tab
        if one.key in keys
    ]


def _group(sheet, group, lang):
    inner = [one for one in sheet.tab if isinstance(one, RowField) and one.group is group]
    return ", ".join(value for _, value in (views.row(sheet, one, lang) for one in inner) if value)
