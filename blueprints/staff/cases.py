"""One tab of one student as the office looks at it: what stands in it, why it was given back, and what has changed."""

from types import SimpleNamespace

from flask import abort, url_for
from flask_login import current_user

from blueprints import access, language, letters, views
from domain.clock import full, moment
from domain.kinds import KINDS
from domain.returned import changes as changes_of
from domain.returned import may_be_mailed
from domain.sheet import everything, judge
from domain.words import N_
from models import SavedTab, Student
from tables import standing
from tables.photos import PhotoVerdict
from tables.returns import ReadyReason, Return

READY = {
    ReadyReason.TAB: (
        N_("Please write the address down to the floor."),
        N_("The mobile number of the emergency contact lacks a digit."),
        N_("Please spell the name as your passport does."),
        N_("Please write the full name of the school."),
    ),
    ReadyReason.PHOTO: (
        N_("Please send a photo with a white background."),
        N_("Please send a photo with the whole head, seen from the front, without a hat."),
        N_("Please send a sharper photo."),
        N_("Please send a photo of yourself alone, taken in the last two years."),
    ),
}
OUTCOMES = {
    "accepted": N_("accepted"),
    "again": N_("returned again"),
    "withdrawn": N_("withdrawn"),
}


def ready(kind) -> list[str]:
    """The reasons to pick from: those that the office wrote, or as long as there are none, ours in both languages."""
    ours = (" ".join(language.say(one, lang) for lang in language.LANGUAGES) for one in READY[kind])
    return ReadyReason.of(kind) or list(ours)


def find(student_no, key):
    """The tab of a student whom this member of staff may see, with its case and its history; else 404."""
    student = Student.seen_by(current_user.depts).where(Student.student_no == student_no).first()
    tab = access.record().by_key.get(key)
    if student is None or tab is None or tab.gate or tab.need == "hidden":
        abort(404)
    saved, facts = SavedTab.of(student_no), standing.facts(access.record(), student.known)
    answers, saved_at = saved.get(key, ({}, None))
    sheet = judge(tab, answers, everything(access.record(), saved, facts), saved_at)
    history = Return.history(student_no, key)
    case = next((one for one in history if one.closed_at is None), None)
    return SimpleNamespace(
        student=student, tab=tab, title=getattr(tab.title, language.current()), sheet=sheet, saved=saved, case=case,
        history=history,
    )  # fmt: skip


def row(case):
    """A case as lists show it."""
    lang, said = language.current(), case.opened
    tab = access.record().by_key.get(case.tab)
    return SimpleNamespace(
        student=case.student,
        url=url_for("staff_returns.show", student_no=case.student_id, key=case.tab),
        tab=getattr(tab.title, lang) if tab else case.tab,
        reason=said["reason"],
        by=case.by,
        at=moment(case.at, lang),
        until=moment(case.until, lang) if case.until else "",
        answered_at=moment(case.answered_at, lang) if case.answered_at else "",
        is_late=case.is_late,
    )


def past(case, lang):
    """A closed case: when, by whom, why, and how it ended."""
    said = case.opened["reason"], language.say(OUTCOMES[case.outcome])
    return SimpleNamespace(
        at=full(case.at, lang), by=case.by, reason=said[0], outcome=said[1], closed_at=moment(case.closed_at, lang),
        closed_by=case.closed_by,
    )  # fmt: skip


def changes(folder):
    """(label, old, new) of every answer that differs from what stood there when the tab was given back."""
    if folder.case is None:
        return []
    lang, before = language.current(), folder.case.opened["before"]
    return [
        (getattr(one.label, lang), *(_shown(one, value, lang) for value in (old, new)))
        for one, old, new in changes_of(folder.tab, before, folder.sheet.answers)
    ]


def _shown(one, value, lang):
    if KINDS[one.kind].widget == "photo":
        return language.say(N_("photo {mark}")).format(mark=value[:6]) if value else ""
    return KINDS[one.kind].show(value, one, lang) if value else ""


def answers(folder):
    """(label, value) of what stands in the tab, the school's first."""
    return [*views.grey_rows(folder.sheet), *views.white_rows(folder.sheet)]


def photos(folder):
    """The photos in the tab, with what was said of them."""
    number = folder.student.student_no
    return [
        SimpleNamespace(
            url=url_for("staff_photos.picture", student_no=number, field=one.key, mark=mark),
            state=PhotoVerdict.of(number, one.key, mark),
            said=f"{one.key}/{mark}",
        )
        for one in folder.sheet.visible
        if KINDS[one.kind].widget == "photo" and (mark := folder.sheet.answers.get(one.key))
    ]


def letter(folder, reason, until):
    """The letter that goes with a return, and whether it may say why: never what a student answered."""
    chosen = {one.key for tab in access.record() for one in tab if KINDS[one.kind].chosen}
    given = [value for saved, _ in folder.saved.values() for key, value in saved.items() if key not in chosen]
    is_told = may_be_mailed(reason, given)
    office = folder.student.dept if current_user.depts is not None else access.record().school["office"]
    values = {"tab": folder.tab.title, "office_name": office, "link": letters.address_of(f"record/{folder.tab.key}")}
    values |= ({"reason": reason} if is_told else {}) | ({"until": until} if until else {})
    more = (
        letters.WHAT if is_told else letters.LOG_IN_FOR_WHAT,
        *((letters.UNTIL,) if until else ()),
        letters.LOOK,
    )
    texts = letters.texts_of(letters.RETURNED, folder.student.known, *more, **values)
    until_words = full(until, language.current()) if until else ""
    return SimpleNamespace(
        wording=letters.RETURNED, more=more, values=values, texts=texts, is_told=is_told, until=until_words
    )
