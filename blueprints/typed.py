"""What was typed into a tab, read out of the request by the kinds of its fields."""

from threading import BoundedSemaphore

from domain import groups, photo
from domain.kinds import KINDS
from domain.words import N_, Invalid
from tables.drafts import Draft
from tables.photos import Picture, seen

# A picture of 25 million pixels takes some 150 MB while it is cut: one at a time in each worker.
cutting = BoundedSemaphore(1)
PARTS = {"date": ("y", "m", "d"), "month": ("y", "m")}
NOT_HERE = N_("This photo is not here any more. Choose it again.")


def read_typed(tab, request, student_no):
    """(what was typed by key, pictures refused by key) of a whole form. What the form does not hold is left out."""
    typed, refused = read_texts(tab, request.form), {}
    for field in tab:
        if field.is_white and KINDS[field.kind].widget == "photo":
            try:
                typed[field.key] = _photo(tab, field.key, request, student_no)
            except Invalid as reason:
                refused[field.key] = reason
    return {key: said for key, said in typed.items() if said is not None}, refused


def read_texts(tab, form):
    """What was typed by key, pictures aside. With `part` the form holds only what was changed in it."""
    typed = {}
    for field in tab:
        widget = KINDS[field.kind].widget
        if field.is_white and widget == "group":
            typed[field.key] = _rows(field, form)
        elif field.is_white and widget != "photo":
            typed[field.key] = READERS.get(widget, _single)(field.key, form, widget)
    return {key: value for key, value in typed.items() if value is not None}


def _rows(group, form):
    """The rows of a group that the form holds, each by the keys of the record."""
    if group.key not in form:
        return None
    numbers = [number for number in form.getlist(group.key) if number][: groups.MOST_ROWS]
    return [_row(group, number, form) for number in numbers]


def _row(group, number, form):
    widgets = {one.key: KINDS[one.kind].widget for one in group.fields if one.is_white}
    typed = {
        key: READERS.get(widget, _single)(groups.key_of(group, number, key), form, widget)
        for key, widget in widgets.items()
    }
    return {key: value for key, value in typed.items() if value is not None}


# A form of Werkzeug's makes an error for every key that it does not have, and throws it away.
def _single(key, form, _widget):
    return form[key] if key in form else None  # noqa: SIM401 -- see above


def _parts(key, form, widget):
    names = [f"{key}-{part}" for part in PARTS[widget]]
    if key in form or not any(name in form for name in names):
        return _single(key, form, widget)
    parts = [form.get(name, "").strip() for name in names]
    return "/".join(parts) if any(parts) else ""


def _is_left_out(key, form):
    """Whether boxes were not sent at all; a whole form leaves out those that are not ticked."""
    return "part" in form and key not in form


def _tick(key, form, _widget):
    return None if _is_left_out(key, form) else "yes" if form.get(key) else ""


def _many(key, form, _widget):
    return None if _is_left_out(key, form) else [value for value in form.getlist(key) if value]


READERS = {"date": _parts, "month": _parts, "check": _tick, "checks": _many}


def _photo(tab, key, request, student_no):
    """The photo that the form brings, or that it names and is a draft; None for the one that is saved, or none."""
    file, named = request.files.get(key), request.form.get(key)
    if file and file.filename:
        with cutting:
            return Picture.of(student_no, photo.portrait(file.read(photo.MAX_BYTES + 1)))
    if not named or seen(None, student_no, key, named):
        return None
    draft = Draft.of(student_no, tab.key)[0].get(key)
    if draft != named or not isinstance(draft, Picture):
        raise Invalid(NOT_HERE)
    return draft
