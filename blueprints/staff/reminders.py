"""Reminders: choose who, look at exactly who and what, send; what was sent before, and which letters came back."""

from types import SimpleNamespace

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user

from blueprints import access, language, reminding, security_log, views
from blueprints.htmx import is_partial, render
from blueprints.staff.access import staff_required
from domain import clock, mailboxes
from domain.reminding import ANYTHING, NEVER, NO_WAVE, RETURNED_ONLY, TAB, Choice
from domain.staff_rules import REGISTRAR
from domain.words import N_
from tables import reminders, waves
from tables.reminders import CHOSEN, FINISHED, NO_MAILBOX, RECENT, Reminder
from tables.standing import Shape

bp = Blueprint("staff_reminders", __name__, url_prefix="/staff/reminders")
PER_PAGE, HISTORY = 20, 20
WHATS = {
    ANYTHING: N_("Anything missing"),
    NEVER: N_("Never logged in"),
    RETURNED_ONLY: N_("Returned and not corrected"),
}
GROUPS = (CHOSEN, RECENT, NO_MAILBOX, FINISHED)


@bp.get("")
@staff_required()
def show():
    """The choice, what was sent before, and which letters came back."""
    who = None if current_user.role == REGISTRAR else current_user.account
    return render(
        "staff/reminders/choose.html",
        choice=Choice(),
        offers=offers(),
        history=[sent(one) for one in Reminder.latest(who, HISTORY)],
        done=request.args.get("done", type=int),
        **came_back(),
    )


def offers():
    """What there is to choose from, as (value, words) pairs by control."""
    lang, found = language.current(), waves.offers(current_user.depts)
    every = [(str(one.id), getattr(one.name, lang)) for one in waves.current()]
    tabs = [one for one in access.record() if one.need == "required" and not one.gate]
    return {
        "wave": [*every, *([(NO_WAVE, language.say(N_("In no wave")))] if every else [])],
        "program": [(one, views.in_words("program", one)) for one in found["program"]],
        "dept": [(one, one) for one in found["dept"]],
        "what": [*whats().items(), *((TAB + one.key, named(one)) for one in tabs)],
    }


def whats():
    """The choices that are no tab, in words."""
    return {what: language.say(words) for what, words in WHATS.items()}


def named(tab):
    """A tab that is not done, in words."""
    return language.say(N_("Not done: {tab}")).format(tab=getattr(tab.title, language.current()))


def sent(reminder):
    """A line of the history."""
    chosen = in_words(reminder.chosen)
    at = clock.full(reminder.at, language.current())
    return SimpleNamespace(id=reminder.id, at=at, by=reminder.by, chosen=chosen, n=reminder.n)


def in_words(choice) -> str:
    """Who was chosen."""
    lang, tab = language.current(), access.record().by_key.get(choice.tab)
    names = {str(one.id): getattr(one.name, lang) for one in waves.current()}
    names[NO_WAVE] = language.say(N_("In no wave"))
    wave = names.get(choice.wave, language.say(N_("A wave that was deleted"))) if choice.wave else ""
    what = named(tab) if tab else whats().get(choice.what, choice.tab)
    program = views.in_words("program", choice.program)
    return language.say(N_(", ")).join(filter(None, (wave, program, choice.dept, what)))


def came_back():
    """The letters that were refused for good, as a page of the list."""
    found = reminders.bounced(current_user.depts, request.args.get("after", "")[:12], PER_PAGE + 1)
    return {"bounced": [refused(one) for one in found[:PER_PAGE]], "more": last(found)}


def refused(one):
    """A letter that came back, with nothing of the address but what its owner would recognise."""
    address, words = one.letter.address, one.letter.words
    masked = mailboxes.masked(address)
    at = clock.moment(one.letter.closed_at, language.current())
    return SimpleNamespace(student=one.student, mailbox=masked, at=at, words=words.replace(address, masked))


def last(found):
    """Behind which number the next page begins, or ""."""
    return found[PER_PAGE - 1].student_no if len(found) > PER_PAGE else ""


@bp.get("/preview")
@staff_required()
def preview():
    """Exactly who, who not and why, and the letter as it will be sent."""
    choice, group = chosen(request.args), request.args.get("group", CHOSEN)
    group = group if group in GROUPS else CHOSEN
    found = reminders.people(choice, current_user.depts, group, request.args.get("after", "")[:12], PER_PAGE + 1)
    counts, in_waves = reminders.counts(choice, current_user.depts)
    context = {"parts": choice.parts, "group": group, "counts": counts, "groups": GROUPS, "more": last(found)}
    context["people"] = [person(one) for one in found[:PER_PAGE]]
    if is_partial():
        return render("staff/reminders/_who.html", **context), {"HX-Retarget": "#who"}
    return render("staff/reminders/preview.html", **context, **about(choice, in_waves))


def chosen(given) -> Choice:
    """The choice that was sent. What is no longer offered, such as a wave that was deleted, stands for nobody."""
    return Choice(**{name: given.get(name, default)[:60] for name, default in Choice().parts.items()})


def person(one):
    """A student as the list shows them."""
    outline = Shape.open_all([one.shape])[one.shape]
    reminded = clock.moment(one.reminded_at, language.current()) if one.reminded_at else ""
    columns = {name: getattr(one, name) for name in ("student_no", "name_zh", "program", "dept", "came_in")}
    return SimpleNamespace(**columns, done=outline.done, total=outline.total, reminded=reminded)


def about(choice, in_waves):
    """What the page says beside the list: the choice in words, the letter, and who cannot save anything now."""
    letter = reminding.example(choice, current_user.depts)
    return {"chosen": in_words(choice), "letter": letter, "most": reminding.AT_ONCE, "shut": shut(in_waves)}


def shut(in_waves):
    """(name, state, how many of those who get a letter) of the waves whose students cannot fill in now."""
    lang = language.current()
    found = [(getattr(one.name, lang), access.period_of(one), in_waves.get(one.id)) for one in waves.current()]
    return [(name, period.state, n) for name, period, n in found if n and not period.is_open]


@bp.post("/send")
@staff_required()
def send():
    """Queue the letters; nobody who was reminded in the last 48 hours gets one, whoever else presses at this moment."""
    n, _ = reminding.send(chosen(request.form), current_user.depts, current_user.account, note=security_log.note)
    return redirect(url_for(".show", done=n))
