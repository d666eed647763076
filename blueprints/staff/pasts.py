"""What happened with one student's record and account: changes of answers, letters, log-ins and other events."""

from types import SimpleNamespace

from blueprints import access, language
from blueprints import letters as mails
from blueprints.staff import log_words
from blueprints.staff.account_block import account_block
from domain import groups
from domain.clock import full, moment
from domain.kinds import KINDS
from domain.words import N_
from tables.history import History
from tables.journal import Event
from tables.letterbox import Mail
from tables.recovery import mailboxes
from tables.staff import Staff

SAVES, LETTERS, EVENTS = 50, 30, 50
STATES = {"waiting": N_("waiting"), "sent": N_("sent"), "refused": N_("refused by the mail server")}
SUBJECTS = {one.kind: one.subject for one in vars(mails).values() if isinstance(one, mails.Wording)}
STUDENT, CHANGED = N_("The student"), N_("changed")


def everything(one):
    """All of it, as the page of the student shows it."""
    saves, events = History.of(one.account, SAVES), Event.about_student(one.account, EVENTS)
    names = Staff.names({by for _, _, by, _ in saves} | {event.account for event in events})
    who = {one.account: language.say(STUDENT), **names}
    lang = language.current()
    return {
        "history": [change for save in saves for change in changes(save, who, lang)],
        "letters": letters(one, lang),
        "events": [happened(event, who, lang) for event in events],
        "account": account_block(one.student),
        "read_at": moment(one.read_at, lang) if one.read_at else "",
    }


def changes(save, who, lang):
    """One line for each answer that a save changed."""
    at, key, by, answers = save
    tab = access.record().by_key.get(key)
    for field, (old, new) in answers.items():
        yield SimpleNamespace(
            at=moment(at, lang),
            by=who.get(by, by),
            tab=getattr(tab.title, lang) if tab else key,
            field=label(field, lang),
            old=in_words(field, old, lang),
            new=in_words(field, new, lang),
        )


def label(key, lang):
    """What a field is called; one that the record no longer has by its key."""
    field = groups.find(access.record(), key)
    return getattr(field.label, lang) if field else key


def in_words(key, value, lang):
    """An answer as it is shown; of a photo only that it is another one."""
    field = groups.find(access.record(), key)
    if not value:
        return ""
    if field is None:
        return "、".join(value) if isinstance(value, list) else value
    return language.say(CHANGED) if KINDS[field.kind].widget == "photo" else KINDS[field.kind].show(value, field, lang)


def letters(one, lang):
    """(when, kind, state) of the letters to the mailboxes of a student."""
    found = Mail.to_any(mailboxes(one.student), LETTERS)
    return [
        (full(mail.queued_at, lang), language.say(SUBJECTS.get(mail.kind, mail.kind)), language.say(STATES[mail.state]))
        for mail in found
    ]


def happened(event, who, lang):
    """One event in words."""
    told = event.told
    return SimpleNamespace(
        at=full(event.at, lang),
        what=log_words.in_words(event.what),
        by=who.get(event.account, event.account),
        tab=tab_name(told.get("tab", ""), lang),
        reason=told.get("reason", ""),
        where=" ".join(filter(None, (event.device, event.address))),
    )


def tab_name(key, lang):
    """What a tab is called, or ""."""
    tab = access.record().by_key.get(key)
    return getattr(tab.title, lang) if tab else ""
