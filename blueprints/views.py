"""The record as templates draw it: everything resolved to the language of the page."""

from types import SimpleNamespace

from flask import request, url_for
from flask_login import current_user

from blueprints import access, language
from blueprints.htmx import is_partial, tabs_there
from domain.clock import moment
from domain.corrections import is_correctable
from domain.kinds import KINDS
from domain.words import N_, Invalid
from tables import waves
from tables.corrections import Correction
from tables.photos import PhotoVerdict
from tables.reopenings import Reopening
from tables.store import Settings, now


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
        returned=tab_links(judged, [one for one in judged.sheets if one.returned]),
    )


def following(judged, key=None):
    """The next yellow tab after the tab `key`, as a link, or None."""
    sheet = judged.next_after(key)
    return sheet and tab_link(judged, sheet, language.current())


class TabLink(SimpleNamespace):
    """One tab as the list and the strip show it. Its small line is only made where it is drawn."""

    @property
    def meta(self):
        """The small line under its name."""
        return meta(self.sheet, self.lang)


def tab_link(judged, sheet, lang):
    """One tab as the list and the strip show it."""
    tab = sheet.tab
    title = getattr(tab.title, lang)
    return TabLink(
        sheet=sheet,
        lang=lang,
        key=tab.key,
        url=f"/record/{tab.key}",
        title=title,
        label=title,
        short=getattr(tab.short, lang) or title,
        state=judged.state(sheet),
        may_change=judged.may_change(sheet),
        returned=returned_note(sheet),
        why=sheet.returned.reason if sheet.returned else "",
    )


def returned_note(sheet):
    """Why the office wants a tab corrected, who said so, when, and until when it may be; None when it does not."""
    if sheet.returned is None:
        return None
    lang, said = language.current(), sheet.returned
    office = said.office or getattr(access.record().school["office"], lang)
    until = moment(said.until, lang) if said.until else ""
    return SimpleNamespace(reason=said.reason, office=office, time=moment(said.at, lang), until=until)


def meta(sheet, lang):
    """The small line under a tab's name."""
    if sheet.returned:
        return language.say(Invalid(N_("Returned {time}"), time=moment(sheet.returned.at, lang)), lang)
    if sheet.is_done:
        return language.say(Invalid(N_("Saved {time}"), time=moment(sheet.saved_at, lang)), lang)
    return language._n("{n} field left", "{n} fields left", max(1, len(sheet.left)), lang)


def tab_links(judged, sheets=None):
    """The tabs of these sheets, or every tab that applies."""
    lang = language.current()
    return [tab_link(judged, sheet, lang) for sheet in (judged.sheets if sheets is None else sheets)]


def tabs_beside(judged, sheet):
    """The tabs to draw beside the panel: every one, or for htmx what looks otherwise or can have changed."""
    names, there = sheet.tab.names, list(zip(judged.sheets, tabs_there(), strict=False))
    if request.method == "GET" and len(there) == len(judged.sheets):
        return tab_links(judged, [one for one, state in there if one is sheet or state != judged.state(one)[0]])
    if request.method == "GET" or not is_partial() or access.record().asked_for_tabs & names:
        return tab_links(judged)
    return tab_links(judged, [one for one in judged.sheets if one is sheet or one.tab.looks_at & names])


def grey(sheet):
    """What the school provides in this tab, and what its student asked to have corrected of it."""
    lang, fields = language.current(), [one for one in sheet.visible if is_correctable(one)]
    states = Correction.states(current_user.account) if fields else {}
    asked = [(getattr(one.label, lang), states[one.key]) for one in fields if one.key in states]
    return SimpleNamespace(rows=grey_rows(sheet), may_ask=bool(fields), asked=asked)


def grey_rows(sheet):
    """(label, value) of what the school provides in this tab; "" where it has not."""
    lang = language.current()
    return [row(sheet, one, lang) for one in sheet.visible if one.need == "grey"]


def white_rows(sheet):
    """(label, value) of what the student filled in, without what was left empty."""
    lang = language.current()
    rows = [row(sheet, one, lang) for one in sheet.visible if one.is_white and KINDS[one.kind].widget != "photo"]
    return [(label, value) for label, value in rows if value]


def unsaved_rows(sheet, draft):
    """(label, value) of what is a draft and differs from what is saved."""
    lang = language.current()
    fields = [one for one in draft.sheet.visible if one.is_white and draft.sheet.value(one) != sheet.value(one)]
    return [(label, value) for label, value in (row(draft.sheet, one, lang) for one in fields) if value]


def row(sheet, one, lang):
    """A field's label and value in words; of a photo, where it is."""
    value = sheet.value(one)
    if value and KINDS[one.kind].widget == "photo":
        return getattr(one.label, lang), SimpleNamespace(url=url_for("record.photo", field=one.key, mark=value))
    return getattr(one.label, lang), KINDS[one.kind].show(value, one, lang) if value else ""


def photo_fields(sheet, draft=None):
    """The fields of this tab that hold a photo, each with the one that is there, be it a draft: see `photo`."""
    here, held = (draft.sheet, draft.held) if draft else (sheet, ())
    fields = [one for one in here.visible if KINDS[one.kind].widget == "photo" and here.answers.get(one.key)]
    return [photo(one.key, here.answers[one.key], one.key in held) for one in fields]


def photo(key, mark, is_draft):
    """A photo with its address and what the office says of it; a draft is `unsaved`."""
    return SimpleNamespace(
        key=key,
        mark=mark,
        url=url_for("record.photo", field=key, mark=mark),
        state="unsaved" if is_draft else PhotoVerdict.of(current_user.account, key, mark),
        is_linked=request.headers.get("Save-Data") == "on",
    )


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
        """Where now is: before, open, late, reopened, closed or always."""
        return access.period().state

    @property
    def opens(self):
        """When it begins, or ""."""
        return self._said(access.period().opens_at)

    @property
    def closes(self):
        """When it ends, or ""."""
        return self._said(access.period().closes_at)

    @property
    def ends(self):
        """Until when saves are taken after all, or ""."""
        here = access.period()
        return self._said(here.reopened_until or here.ends_at)

    @property
    def days_left(self):
        """Whole days until it closes."""
        return access.period().days_left

    @property
    def reason(self):
        """Why the record was opened for the student who is here."""
        reopening = Reopening.of(current_user.account)
        return reopening.words if reopening else ""

    @property
    def waves(self):
        """For each wave its name, state, opening and closing; then for those in none, if record.toml has a period."""
        shown = [self._wave(one) for one in waves.current()]
        if not shown:
            return []
        rest = access.record().period
        return shown + ([self._rest()] if "opens" in rest or "closes" in rest else [])

    @property
    def lookups(self):
        """The waves whose look-up is not open yet: name, and when it opens."""
        at = now()
        return [
            (getattr(one.name, self.lang), self._said(one.lookup_at))
            for one in waves.current()
            if not one.is_lookup_open(at)
        ]

    def _wave(self, wave):
        return self._line(getattr(wave.name, self.lang), access.period_of(wave))

    def _rest(self):
        return self._line(language.say(N_("Everyone else"), self.lang), access.period_of(None))

    def _line(self, name, period):
        opens, closes = self._said(period.opens_at), self._said(period.closes_at)
        return SimpleNamespace(name=name, state=period.state, opens=opens, closes=closes)

    def _said(self, at):
        return moment(at, self.lang) if at else ""


def receipt_rows(visitor):
    """Who the receipt is for, out of the roster."""
    lang = language.current()
    shown = [(one, visitor.facts.get(one.key, "")) for one in access.record().fields.values() if one.receipt]
    return [(getattr(one.label, lang), KINDS[one.kind].show(value, one, lang)) for one, value in shown if value]


def in_words(column, value):
    """A value of a roster column as the record calls it in the language of the page; one it does not know as it is."""
    one = access.record().fields.get(column)
    return KINDS[one.kind].show(value, one, language.current()) if one else value
