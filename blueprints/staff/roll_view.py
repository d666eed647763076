"""The list of students as a page shows it: what the filters offer and what was chosen, rows in words, links on."""

from types import SimpleNamespace

from flask import url_for
from flask_login import current_user

from blueprints import access, language, views
from blueprints.staff import locked
from domain.clock import moment
from domain.identity import OVERSEAS_KINDS
from domain.outline import BEGUN, DONE, NEW, RETURNED, TO_FILL
from domain.words import N_
from tables import roll
from tables.roll import AWAY, ELSEWHERE, FROZEN, LOCKED, MINOR, NUMBERLESS, OPEN, Filters

STATES = {
    OPEN: N_("Not complete"),
    DONE: N_("Complete"),
    BEGUN: N_("In progress"),
    RETURNED: N_("With a returned tab"),
    NEW: N_("Logged in, nothing saved"),
    AWAY: N_("Never logged in"),
}
FLAGS = {
    MINOR: N_("Under 18"),
    NUMBERLESS: N_("From abroad, no UI number"),
    LOCKED: N_("Account locked"),
    FROZEN: N_("Account frozen"),
}
TAB_STATES = {
    TO_FILL: N_("To fill"),
    DONE: N_("Done"),
    RETURNED: N_("Returned"),
    ELSEWHERE: N_("Does not apply"),
}
NAMES = ("program", "dept", "kind", "state", "tab", "missing", "flag")
LONGEST = 60


def read(args) -> Filters:
    """The filters of an address; what cannot be is left out."""
    given = {name: args.get(name, "")[:LONGEST] for name in NAMES}
    tab, _, tab_state = given.pop("tab").partition(".")
    if tab not in access.record().by_key or tab_state not in TAB_STATES:
        tab = tab_state = ""
    numbers = tuple(args.getlist("no")[:20]) if args else ()
    shut = tuple(locked.students()) if given["flag"] == LOCKED else ()
    words = args.get("q", "").strip()[:LONGEST]
    return Filters(**given, tab=tab, tab_state=tab_state, words=words, numbers=numbers, locked=shut)


def choices():
    """What each filter offers: (value, words) pairs, or lists of them under a heading."""
    lang, say, record = language.current(), language.say, access.record()
    programs, depts = roll.groups(current_user.depts)
    tabs = [tab for tab in record if not tab.gate and tab.need != "hidden"]
    return {
        "programs": [(one, views.in_words("program", one)) for one in programs],
        "depts": [(one, one) for one in depts],
        "kinds": [(one, views.in_words("overseas_kind", one)) for one in OVERSEAS_KINDS],
        "states": [(key, say(words)) for key, words in STATES.items()],
        "flags": [(key, say(words)) for key, words in FLAGS.items()],
        "tabs": [
            (getattr(tab.title, lang), [(f"{tab.key}.{key}", say(words)) for key, words in TAB_STATES.items()])
            for tab in tabs
        ],
        "fields": [(getattr(tab.title, lang), asked(tab, lang)) for tab in tabs],
    }


def asked(tab, lang):
    """(key, label) of the fields of a tab that somebody may have to fill."""
    labels = tab.labels(lang)
    return [
        (one.key, labels[one.key])
        for one in tab
        if one.is_white and one.kind != "group" and (one.need == "required" or one.required_when)
    ]


def page(found, args):
    """(rows, links to the page before and the one behind) of a Roll."""
    before, after = args.get("before", "")[:LONGEST], args.get("after", "")[:LONGEST]
    students, has_more = found.page(after, before)
    links = SimpleNamespace(first="", before="", after="")
    if students and (after if not before else has_more):
        links.first, links.before = address(found.filters), address(found.filters, before=students[0].student_id)
    if students and (has_more or before):
        links.after = address(found.filters, after=students[-1].student_id)
    saves = roll.last_saves([one.student_id for one in students])
    return [row(one, saves.get(one.student_id)) for one in students], links


def address(wanted, **more):
    """The address of the list with these filters."""
    given = {name: getattr(wanted, name) for name in NAMES if name != "tab"}
    given["tab"] = f"{wanted.tab}.{wanted.tab_state}" if wanted.tab else ""
    given |= {"q": wanted.words, "no": wanted.numbers, **more}
    return url_for("staff_students.listed", **{name: value for name, value in given.items() if value})


def row(one, saved_at):
    """A student as a line of the list."""
    lang, outline = language.current(), one.outline
    return SimpleNamespace(
        number=one.student_id,
        name=one.name,
        program=views.in_words("program", one.program),
        dept=one.dept,
        state=mark(one, outline, lang),
        done=outline.done,
        total=outline.total,
        saved_at=moment(saved_at, lang) if saved_at else "",
    )


def mark(one, outline, lang):
    """(shape, words) of how far somebody is."""
    if outline.returned:
        return "returned", language._n("{n} tab returned", "{n} tabs returned", outline.returned, lang)
    if not one.came_in:
        return "closed", language.say(STATES[AWAY], lang)
    return ("done" if one.state == DONE else "todo"), language.say(STATES[one.state], lang)
