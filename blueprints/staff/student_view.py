"""The tabs of one student as the office sees them."""

from types import SimpleNamespace

from flask import url_for

from blueprints import access, language, views
from domain import groups
from domain.clock import moment
from domain.kinds import KINDS


def panel(one, sheet):
    """What the panel of a tab and the tabs beside it show."""
    judged, lang = one.progress, language.current()
    return {
        "one": one,
        "tab": link(one, sheet),
        "tabs": [link(one, each) for each in one.sheets],
        "progress": judged,
        "grey": views.grey_rows(sheet),
        "white": views.white_rows(sheet),
        "photos": photos(one, sheet),
        "left": left(sheet, lang),
        "returned": sheet.returned,
        "may_return": not sheet.tab.gate,
        "saved_at": moment(sheet.saved_at, lang) if sheet.saved_at else "",
    }


def link(one, sheet):
    """A tab as the strip shows it."""
    found = views.tab_link(one.progress, sheet, language.current())
    found.url = url_for("staff_student.tab", student_no=one.account, key=sheet.tab.key)
    return found


def left(sheet, lang):
    """(label, what is wrong) of what the student has still to do in a tab."""
    labels = {key: groups.find(access.record(), key).label for key in sheet.left}
    return [(getattr(labels[key], lang), language.say(sheet.problems[key], lang)) for key in sheet.left]


def photos(one, sheet):
    """The photos of a tab."""
    return [
        SimpleNamespace(
            label=getattr(field.label, language.current()),
            url=url_for("staff_student.photo", student_no=one.account, field=field.key, mark=sheet.answers[field.key]),
        )
        for field in sheet.visible
        if KINDS[field.kind].widget == "photo" and sheet.answers.get(field.key)
    ]
