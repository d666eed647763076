"""The security log for the registrar's office: looked through, and taken out as CSV."""

import datetime

from flask import Blueprint, request
from flask_login import current_user

from blueprints import downloads, language, security_log
from blueprints.htmx import render
from blueprints.staff import confirm
from blueprints.staff.access import staff_required
from blueprints.staff.log_words import WORDS, details_in_words
from domain import clock, dates
from domain.kinds import folded
from domain.staff_rules import REGISTRAR
from domain.streams import csv_parts
from domain.words import N_, Invalid
from tables import journal
from tables.journal import Wanted
from tables.store import connected, now

bp = Blueprint("staff_log", __name__, url_prefix="/staff/log")
SHOWN, LONGEST_NUMBER = 50, 18
HEADER = (
    *(N_("No."), N_("Time"), N_("Kind"), N_("Event"), N_("Account"), N_("Student"), N_("Address"), N_("Device")),
    N_("Details"),
)


@bp.get("")
@staff_required(REGISTRAR)
def show():
    """The newest lines, or those before one, as far as the filters go."""
    wanted, typed, errors = read(request.args)
    before = request.args.get("before", "")
    is_number = before.isdecimal() and len(before) < LONGEST_NUMBER
    events = [] if errors else wanted.page(int(before) if is_number else None, SHOWN + 1)
    return page(events, typed, errors), 422 if errors else 200


def page(events, typed, errors, **more):
    """The page with these lines; one more than is shown tells that there are older ones."""
    rows = [
        (event, clock.full(event.at, language.current()), called(event.what), details_in_words(event.told))
        for event in events[:SHOWN]
    ]
    older = events[SHOWN - 1].id if len(events) > SHOWN else None
    kinds = sorted(((what, called(what)) for what in WORDS), key=lambda pair: pair[1])
    context = {"typed": typed, "errors": errors, "older": older, "kinds": kinds, "asks": confirm.asks(), **more}
    return render("staff/log.html", rows=rows, is_first="before" not in request.args, **context)


def called(what):
    """The kind of an event in words; one that we do not know as it is."""
    return language.say(WORDS[what]) if what in WORDS else what


def read(form):
    """(Wanted, what was typed, errors by control) of the filters."""
    typed = {name: form.get(name, "").strip() for name in ("account", "student", "what", "since", "until")}
    errors, times = {}, {}
    for name in ("since", "until"):
        try:
            times[name] = day(typed[name], name == "until") if typed[name] else None
        except Invalid as reason:
            errors[name] = language.say(reason)
    names = {name: folded(typed[name]).upper() for name in ("account", "student")}
    return Wanted(**names, what=typed["what"], **times) if not errors else None, typed, errors


def day(text, is_last):
    """Seconds at which a day begins in Taipei, or at which it is over."""
    date = dates.parse(text) + datetime.timedelta(days=is_last)
    return clock.seconds(date.isoformat())


@bp.post("/export")
@staff_required(REGISTRAR)
def export():
    """These lines as CSV, written down when the last one has gone out."""
    wanted, typed, errors = read(request.form)
    errors |= confirm.wrong()
    if errors:
        return page(wanted.page(None, SHOWN + 1) if wanted else [], typed, errors), 422
    events = downloads.Counted(wanted.all())
    parts = downloads.watched(csv_parts(table(events, language.current())), noter(events, typed))
    return downloads.download(parts, f"xueji-log-{clock.local(now()):%Y%m%d-%H%M}.csv", "csv")


def table(events, lang):
    """The header and a row for each line."""
    yield [language.say(word, lang) for word in HEADER]
    for event in events:
        at, words = f"{clock.local(event.at):%Y-%m-%d %H:%M:%S}", WORDS.get(event.what, "")
        whose = [event.account, event.about, event.address, event.device]
        details = "; ".join(f"{name}={value}" for name, value in event.told.items())
        yield [str(event.id), at, event.what, words and language.say(words, lang), *whose, details]


def noter(events, typed):
    """What writes down that the log was taken out."""
    account, origin = current_user.account, security_log.origin()
    filters = "; ".join(f"{name}={value}" for name, value in typed.items() if value)

    def note(sha256, is_whole):
        with connected():
            what = "log-exported" if is_whole else "log-broken-off"
            journal.note(what, account, *origin, n=events.n, sha256=sha256, filters=filters)

    return note
