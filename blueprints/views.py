"""The record as templates draw it: everything resolved to the language of the page."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from types import SimpleNamespace

from flask import request, url_for
from flask_login import current_user

from blueprints import access, language
from blueprints.htmx import is_partial
from domain.clock import moment
from domain.kinds import KINDS
from domain.words import N_, Invalid
from store import Settings

LONG_LIST = 60


def progress_view(judged=None):
    """How far the visitor is: done, total, states, next, complete."""
    judged = judged or current_user.progress
    return SimpleNamespace(
        done=judged.done,
        total=judged.total,
        states=[judged.state(sheet) for sheet in judged.counted],
        flags=[sheet.is_done for sheet in judged.counted],
        complete=judged.is_complete,
        next=following(judged),
    )


def following(judged, key=None):
    """The next yellow tab after the tab `key`, as a link, or None."""
    sheet = judged.next_after(key)
    return sheet and tab_link(judged, sheet, language.current())


def tab_link(judged, sheet, lang):
    """One tab as the list and the strip show it."""
    tab = sheet.tab
    title = getattr(tab.title, lang)
    return SimpleNamespace(
        key=tab.key,
        url=f"/record/{tab.key}",
        title=title,
        label=title,
        short=getattr(tab.short, lang) or title,
        state=judged.state(sheet),
        meta=meta(sheet, lang),
        why="",
    )


def meta(sheet, lang):
    """The small line under a tab's name."""
    if sheet.is_done:
        return language.say(Invalid(N_("Saved {time}"), time=moment(sheet.saved_at, lang)), lang)
    # What is chosen beforehand needs no answer, though it is none until it is saved.
    chosen = () if sheet.saved_at else sheet.tab.defaults.keys() - sheet.answers.keys()
    return language._n("{n} field left", "{n} fields left", max(1, len(sheet.problems.keys() - chosen)), lang)


def tab_links(judged, sheets=None):
    """The tabs of these sheets, or every tab that applies."""
    lang = language.current()
    return [tab_link(judged, sheet, lang) for sheet in sheets or judged.sheets]


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
    stays: bool = False

    @property
    def parts(self):
        """A date or month as its boxes; what was typed wrong comes back as it was."""
        return tuple((re.split("[-/]", self.value) + ["", "", ""])[:3]) if self.value else ("", "", "")


def controls(sheet, shown):
    """Every white field of a tab that applies or may come to apply. `shown` maps keys to the errors to show."""
    waiting = sheet.conditional
    drawn = [
        control(sheet, one, shown, hidden=one in waiting)
        for one in sheet.tab
        if one.is_white and (one in sheet.visible or one in waiting)
    ]
    for before, after in reversed(list(pairwise(drawn))):
        after.section = "" if after.section == before.section else after.section
    return drawn


def control(sheet, one, shown, hidden=False):
    """One field as a Control."""
    lang = language.current()
    return Control(
        id=one.key,
        widget=KINDS[one.kind].widget,
        label=getattr(one.label, lang),
        hint=getattr(one.hint, lang),
        value=shown_value(sheet, one, lang),
        required=sheet.is_required(one),
        error=language.say(shown[one.key]) if one.key in shown else "",
        options=options(one, lang),
        attributes=attributes(one),
        section=getattr(one.section, lang),
        of=one.of,
        when=one.when.asks(sheet.tab.names, sheet.facts) or "",
        stays=is_long(one) and is_partial() and request.method == "POST",
        hidden=hidden,
    )


def shown_value(sheet, one, lang):
    """What the control holds: the answer, or of a long list its name, which is accepted as well as its code."""
    value = sheet.value(one)
    by_name = value and is_long(one) and (one.key, value) not in access.record().asked
    return KINDS[one.kind].show(value, one, lang) if by_name else value


def is_long(one):
    """Whether a field has so many choices that a code for each would weigh more than everything else on the page."""
    return len(one.options) > LONG_LIST


def options(one, lang):
    """(value, label) pairs of what can be chosen; in a long list the label is the value, but where scripts ask."""
    named = [(option.value, getattr(option.label, lang)) for option in one.options]
    asked = access.record().asked if is_long(one) else ()
    return [(label if is_long(one) and (one.key, value) not in asked else value, label) for value, label in named]


def attributes(one):
    """HTML attributes that help typing; the server judges all the same."""
    kind = KINDS[one.kind]
    wanted = {"autocomplete": one.autocomplete, "inputmode": kind.inputmode}
    if kind.widget in ("text", "district"):
        wanted["maxlength"] = str(2 * one.max)
    return {name: value for name, value in wanted.items() if value and value != "off"}


def grey_rows(sheet):
    """(label, value) of what the school provides in this tab; "" where it has not."""
    lang = language.current()
    return [row(sheet, one, lang) for one in sheet.visible if one.need == "grey"]


def white_rows(sheet):
    """(label, value) of what the student filled in, without what was left empty."""
    lang = language.current()
    rows = [row(sheet, one, lang) for one in sheet.visible if one.is_white and KINDS[one.kind].widget != "photo"]
    return [(label, value) for label, value in rows if value]


def row(sheet, one, lang):
    """A field's label and value in words."""
    value = sheet.value(one)
    return getattr(one.label, lang), KINDS[one.kind].show(value, one, lang) if value else ""


def photo_fields(sheet):
    """The fields of this tab that hold a photo, with the address of the one that is there."""
    return [
        SimpleNamespace(key=one.key, url=url_for("record.photo", field=one.key, mark=sheet.answers[one.key]))
        for one in sheet.visible
        if KINDS[one.kind].widget == "photo" and sheet.answers.get(one.key)
    ]


def site(record, lang):
    """What every page says of the school and the period, in one language."""
    school = {key: getattr(value, lang) for key, value in record.school.items()}
    return {"school": SimpleNamespace(**school, campus_mail=Settings.campus_mail), "period": PeriodInWords(lang)}


class PeriodInWords:
    """The filling period as of the moment in which a page asks for it."""

    def __init__(self, lang):
        self.lang = lang

    @property
    def state(self):
        """Where now is: before, open, closed or always."""
        return access.period().state

    @property
    def opens(self):
        """When it begins, or ""."""
        at = access.period().opens_at
        return moment(at, self.lang) if at else ""

    @property
    def closes(self):
        """When it ends, or ""."""
        at = access.period().closes_at
        return moment(at, self.lang) if at else ""

    @property
    def days_left(self):
        """Whole days until it closes."""
        return access.period().days_left


def receipt_rows(visitor):
    """Who the receipt is for, out of the roster."""
    lang = language.current()
    shown = [(one, visitor.facts.get(one.key, "")) for one in access.record().fields.values() if one.receipt]
    return [(getattr(one.label, lang), KINDS[one.kind].show(value, one, lang)) for one, value in shown if value]


def in_words(column, value):
    """A value of a roster column as the record calls it in the language of the page; one it does not know as it is."""
    one = access.record().fields.get(column)
    return KINDS[one.kind].show(value, one, language.current()) if one else value
