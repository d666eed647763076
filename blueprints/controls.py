"""The fields of a tab as templates draw them, and which of them a browser need not be sent again."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from types import SimpleNamespace
from zlib import crc32

from flask import request

from blueprints import access, language
from blueprints.htmx import is_partial, lists_there
from blueprints.typed import read_texts
from domain.groups import RowField, titled
from domain.kinds import KINDS
from domain.words import N_, Invalid

LONG_LIST, WORTH_KEEPING, CHECKSUM = 60, 12, 8
# Widgets of several controls.
SEVERAL = ("radio", "check", "checks", "date", "month")


@dataclass
class Control:
    """A field ready to be drawn."""

    id: str
    widget: str
    label: str
    hint: str
    value: str | list
    required: bool
    error: str = ""
    options: list = field(default_factory=list)
    attributes: dict = field(default_factory=dict)
    section: str = ""
    of: str = ""
    when: str = ""
    hidden: bool = False
    keeps_list: bool = False
    stays: bool = False
    held: bool = False
    rows: list = field(default_factory=list)
    has_room: bool = False

    @property
    def values(self):
        """What it holds as a list, without blanks."""
        return list(filter(None, self.value if isinstance(self.value, list) else [self.value]))

    @property
    def parts(self):
        """A date or month as its boxes; what was typed wrong comes back as it was."""
        return tuple((re.split("[-/]", self.value) + ["", "", ""])[:3]) if self.value else ("", "", "")


def controls(sheet, shown):
    """Every white field of a tab that applies or may come to apply. `shown` maps keys to the errors to show."""
    waiting = sheet.conditional
    drawn = [
        group_control(sheet, one, shown, waiting) if one.kind == "group" else control(sheet, one, shown, one in waiting)
        for one in sheet.tab
        if one.is_white and not isinstance(one, RowField) and (one in sheet.visible or one in waiting)
    ]
    for before, after in reversed(list(pairwise(drawn))):
        after.section = "" if after.section == before.section else after.section
    return drawn


def control(sheet, one, shown, hidden=False):
    """One field as a Control."""
    lang = language.current()
    value = shown_value(sheet, one, lang)
    return Control(
        id=one.key,
        widget=KINDS[one.kind].widget,
        label=getattr(one.words, lang),
        hint=getattr(one.hint, lang),
        value=value,
        required=sheet.is_required(one),
        error=language.say(shown[one.key]) if one.key in shown else "",
        options=options_to_draw(one, lang, value),
        attributes=attributes(one),
        section=getattr(one.section, lang),
        of=one.of,
        when=one.when.asks(sheet.tab.names, sheet.facts) or "",
        keeps_list=len(one.options) > WORTH_KEEPING and is_partial() and request.method == "POST",
        hidden=hidden,
    )


def group_control(sheet, group, shown, waiting):
    """A group as a Control with its rows."""
    drawn, rows = control(sheet, group, shown, group in waiting), {}
    for one in sheet.tab:
        if isinstance(one, RowField) and one.group is group and (one in sheet.visible or one in waiting):
            rows.setdefault(one.row, []).append(control(sheet, one, shown, one in waiting))
    lang = language.current()
    drawn.rows = [
        SimpleNamespace(number=number, title=getattr(titled(group, number), lang), controls=controls, has_focus=False)
        for number, controls in rows.items()
    ]
    drawn.has_room = len(rows) < group.max
    return drawn


def focus(row):
    """Let the first control of a row that is new take the focus, or the row's name where that is several controls."""
    first = row.controls[0]
    row.has_focus = first.widget in SEVERAL
    if not row.has_focus:
        first.attributes["data-focus"] = ""


def errors(sheet, shown):
    """(control id, message) of each error to show; in a row the message says which."""
    return [(one.key, error(one, shown[one.key])) for one in sheet.tab if one.key in shown]


def error(one, reason):
    """The message of a field as the list of errors has it."""
    said = language.say(reason)
    if not isinstance(one, RowField):
        return said
    row = getattr(titled(one.group, one.row), language.current())
    return language.say(Invalid(N_("{row}: {reason}"), row=row, reason=said))


def shown_value(sheet, one, lang):
    """What the control holds: the answer, or of a long list its name, which is accepted as well as its code."""
    value = sheet.value(one)
    by_name = value and is_long(one) and (one.named, value) not in access.record().asked
    return KINDS[one.kind].show(value, one, lang) if by_name else value


def is_long(one):
    """Whether a field has so many choices that a code for each would weigh more than everything else on the page."""
    return len(one.options) > LONG_LIST


def options(one, lang):
    """(value, label) pairs of what can be chosen; in a long list the label is the value, but where scripts ask."""
    named = [(option.value, getattr(option.label, lang)) for option in one.options]
    asked = access.record().asked if is_long(one) else ()
    return [(label if is_long(one) and (one.named, value) not in asked else value, label) for value, label in named]


def options_to_draw(one, lang, value):
    """What can be chosen; of a list that the page has already, only what is chosen or has a code of its own there."""
    every = options(one, lang)
    if not is_long(one) or one.list not in lists_there():
        return every
    return [(code, label) for code, label in every if code in (value, "") or code != label]


def attributes(one):
    """HTML attributes that help typing; the server judges all the same."""
    kind = KINDS[one.kind]
    wanted = {"autocomplete": one.autocomplete, "inputmode": kind.inputmode}
    if kind.widget in ("text", "district"):
        wanted["maxlength"] = str(2 * one.max)
    if is_long(one):
        wanted["data-list"] = one.list
    return {name: value for name, value in wanted.items() if value and value != "off"}


def form(sheet, shown, grey, held=(), may_stay=True):
    """The form of a tab: its controls, its mark, and whether the browser has it already and htmx may keep it.

    The controls that stay are those that would look just as they do now; what was typed in them stays with them. `held`
    are the keys of what is a draft. `may_stay`: nothing of the tab was saved elsewhere meanwhile.
    """
    drawn = controls(sheet, shown)
    mark = marked(drawn, grey)
    before = request.form.getlist("drawn")[-1] if shown and is_partial() and "drawn" in request.form else ""
    stays = may_stay and before[:CHECKSUM] == mark[:CHECKSUM]
    typed = read_texts(sheet.tab, request.form) if stays else {}
    for one, was, now in zip(drawn, before[CHECKSUM:] if stays else mark[CHECKSUM:], mark[CHECKSUM:], strict=False):
        same = (typed.get(one.id, one.value) or "") == (one.value or "")
        one.stays = stays and same and was == now != "e" and one.widget not in ("photo", "group")
        one.held = one.id in held
    is_first = sheet.saved_at is None
    return SimpleNamespace(controls=drawn, mark=mark, stays=stays, is_first=is_first, is_draft=bool(held))


def marked(drawn, grey):
    """What a form says of itself when it is sent: a checksum of its fields and their words, and a letter for each.

    The letter tells how the field is drawn: r required, o optional, e with an error.
    """
    words = grey, [(one.id, one.label, one.hint, one.when) for one in drawn]
    letters = ["e" if one.error else "r" if one.required else "o" for one in drawn]
    return f"{crc32(repr(words).encode()):08x}" + "".join(letters)
