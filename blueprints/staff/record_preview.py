"""A draft of the record tried out as any kind of student: the real tabs, of which nothing is saved."""

from datetime import date
from types import SimpleNamespace

from flask import Blueprint, abort, g, request, url_for

from blueprints import controls, language, rows, views
from blueprints.htmx import is_partial, render
from blueprints.staff.access import staff_required
from blueprints.staff.record_drafts import find
from blueprints.typed import read_texts
from domain import clock, groups, sample_people
from domain.kinds import KINDS
from domain.sheet import judge, merged, progress
from domain.staff_rules import REGISTRAR
from tables import standing
from tables.store import now

bp = Blueprint("staff_preview", __name__, url_prefix="/staff/record/drafts/<int:draft_id>/as/<who>")


class Trial:
    """A made-up student at a draft. The whole request goes by that draft."""

    def __init__(self, draft_id, who):
        self.draft_id, self.who = draft_id, who
        _, self.record = find(draft_id)
        g.record = self.record
        today = clock.local(now()).date()
        self.facts = standing.facts(self.record, self.known(today))
        gate = [judge(self.record.gate, {}, self.facts)] if self.record.gate else []
        self.sheets = [*gate, *progress(self.record, {}, self.facts).sheets]

    def known(self, today: date):
        """What the roster would say."""
        return sample_people.known(self.who, today) if self.who in sample_people.PEOPLE else abort(404)

    def sheet(self, key):
        """The tab of this key as it is when nothing was saved."""
        return next((one for one in self.sheets if one.tab.key == key), None) or abort(404)

    def url(self, key):
        """The address of a tab."""
        return url_for("staff_preview.show", draft_id=self.draft_id, who=self.who, key=key)

    def link(self, sheet, state="todo"):
        """A tab as the strip shows it."""
        lang = language.current()
        title = getattr(sheet.tab.title, lang)
        short = getattr(sheet.tab.short, lang) or title
        return SimpleNamespace(
            key=sheet.tab.key, url=self.url(sheet.tab.key), title=title, short=short, state=state, meta="", why=""
        )


@bp.get("")
@staff_required(REGISTRAR)
def first(draft_id, who):
    """The first tab that is no gate."""
    trial = Trial(draft_id, who)
    return page(trial, next(one for one in trial.sheets if not one.tab.gate))


@bp.get("/<key>")
@staff_required(REGISTRAR)
def show(draft_id, who, key):
    """A tab, empty."""
    trial = Trial(draft_id, who)
    return page(trial, trial.sheet(key))


@bp.post("/<key>")
@staff_required(REGISTRAR)
def attempt(draft_id, who, key):
    """What a save would say, and rows added and taken out. Nothing is kept."""
    trial = Trial(draft_id, who)
    tab = trial.record.by_key[trial.sheet(key).tab.key]
    if asked := rows.asked(tab):
        return row_page(trial, tab, asked)
    sheet = merged(tab, {}, read_texts(tab, request.form), trial.facts)
    problems = {name: reason for name, reason in sheet.problems.items() if not is_photo(sheet.tab, name)}
    return page(trial, sheet, problems, is_tried=True), 422 if problems else 200


def is_photo(tab, key):
    """Whether this is a field for a picture, which is not tried here."""
    return any(one.key == key and KINDS[one.kind].widget == "photo" for one in tab)


def row_page(trial, tab, asked):
    """The tab with a row more or less; for htmx the rows."""
    typed = rows.changed(tab, asked)
    own = {key: value for key, value in typed.items() if key in tab.names}
    draft = judge(tab, groups.put(tab, own, typed, is_final=False), trial.facts)
    if not is_partial():
        return page(trial, draft)
    return render("record/_rows.html", url=trial.url(tab.key), **rows.drawn(draft, asked))


def page(trial, sheet, shown=None, is_tried=False):
    """A tab as this student would have it."""
    shown, grey = shown or {}, SimpleNamespace(rows=views.grey_rows(sheet), may_ask=False, asked=[])
    is_good = is_tried and not shown
    return render(
        "staff/record/_panel.html" if is_partial() else "staff/record/preview.html",
        draft_id=trial.draft_id,
        who=trial.who,
        people=[(one, words) for one, (words, _) in sample_people.PEOPLE.items()],
        tabs=[trial.link(one, "done" if is_good and one.tab.key == sheet.tab.key else "todo") for one in trial.sheets],
        tab=trial.link(sheet, "done" if is_good else "todo"),
        intro=getattr(sheet.tab.intro, language.current()),
        form=controls.form(sheet, shown, grey),
        grey=grey,
        errors=controls.errors(sheet, shown),
        is_good=is_good,
    )
