"""The letters Xueji writes: in both languages, as text and as plain HTML, never with an ID number or a password."""

from typing import NamedTuple
from zlib import crc32

from flask import current_app

from blueprints import language
from domain import clock, postman
from domain.words import N_, Words
from models import facts_of
from tables.letter_texts import LetterText
from tables.letterbox import Mail
from tables.recovery import FreezeLink, ResetLink
from tables.store import now

TAGS = {"zh": "zh-Hant-TW", "en": "en"}
TIMES = ("at", "until")


class Wording(NamedTuple):
    """One kind of letter: what it is called in the outbox, and catalog messages with placeholders."""

    kind: str
    subject: str
    text: str

    @property
    def key(self) -> str:
        """A name of its own, under which an edited text is kept: it changes when the default's subject does."""
        return f"{crc32(self.subject.encode()):08x}"

    def words(self) -> dict:
        """{language: (subject, text)}: as the office wrote them, or as they come with the program."""
        edited = LetterText.of(self.key)
        default = {lang: (language.say(self.subject, lang), language.say(self.text, lang)) for lang in TAGS}
        return default | edited


RESET = Wording(
    "reset",
    N_("Set a new password for your student account"),
    N_(
        "Somebody, we hope you, asked to set a new password for account {account}.\n\n"
        "Open this link before {until}. It works once:\n{link}\n\n"
        "If it was not you, do nothing: your password stays as it is."
    ),
)
FIRST = Wording(
    "first",
    N_("Your student account is in use now"),
    N_("Account {account} was used for the first time, and a new password took the place of the initial one ({at})."),
)
CHANGED = Wording(
    "changed",
    N_("Your password was changed"),
    N_("The password of account {account} was changed ({at}). All devices that were logged in have been logged out."),
)
RECOVERED = Wording(
    "recovered",
    N_("Your new password is set"),
    N_(
        "A new password was set for account {account} with a link from a letter or a code from the counter ({at}). "
        "All devices that were logged in have been logged out."
    ),
)
CODE = Wording(
    "code",
    N_("The code for your personal mailbox"),
    N_(
        "Type this code on the page that asks for it, before {until}:\n\n{code}\n\n"
        "Whoever asked for it wants to use this mailbox for a student account. If it was not you, do nothing."
    ),
)
MAILBOX_KEPT = Wording(
    "mailbox",
    N_("A personal mailbox was set for your student account"),
    N_("Links to set a new password for account {account} may go to a personal mailbox from now on ({at})."),
)
MAILBOX_GONE = Wording(
    "mailbox",
    N_("The personal mailbox of your student account was removed"),
    N_("Links to set a new password for account {account} only go to this campus mailbox again ({at})."),
)
LOOKED_UP = Wording(
    "lookup",
    N_("Your student number was looked up"),
    N_(
        "Somebody who knows your ID number and date of birth looked up student number {account} ({at}).\n\n"
        "If it was not you: this alone opens nothing. Do not tell anybody your password."
    ),
)
RETURNED = Wording(
    "returned",
    N_("Please correct your student record"),
    N_("The {office_name} returned the tab “{tab}” of your student record."),
)
CORRECTED = Wording(
    "corrected",
    N_("Your record was corrected"),
    N_("The {office} accepted your request: “{field}” was corrected."),
)
DECLINED = Wording(
    "declined",
    N_("Your request for a correction was declined"),
    N_("The {office} did not accept your request to correct “{field}”."),
)
# What may follow in those three. The reason is there only when it holds nothing that a letter must not hold.
WHAT = N_("What to correct: {reason}")
LOG_IN_FOR_WHAT = N_("Log in to read what to correct.")
WHY = N_("The reason: {reason}")
LOG_IN_FOR_WHY = N_("Log in to read the reason.")
UNTIL = N_("You can correct it until {until}.")
LOOK = N_("Look at it here:\n{link}")
MAILBOX_WENT = N_(
    "The personal mailbox of the account was removed, in case somebody else had set it. "
    "You can set it again after logging in."
)
NOT_YOU = N_(
    "It was not you? Open this link and press the button, and the account is frozen at once:\n{freeze}\n\n"
    "Or call the {office}: {phone}."
)
AUTOMATIC = N_("{school}, {system}. This letter was sent automatically; nobody reads replies to it.")


def post(to, subject, texts, *, kind, first=None):
    """Put a letter into the outbox. `texts`: its text by language; `first`: the language that comes first.

    `subject`: a message, or texts by language. Paragraphs are parted by blank lines; a line that is an address of ours
    becomes a link.
    """
    subjects = subject if isinstance(subject, dict) else {lang: language.say(subject, lang) for lang in TAGS}
    Mail.queue(drawn(to, subjects, texts, first or language.current()), new_mark(), kind)


def new_mark():
    """The Message-ID of a new letter."""
    return postman.new_mark(current_app.config["MAIL_SENDER"])


def drawn(to, subjects, texts, first):
    """The Letter with these subjects and texts by language; `first`: the language that comes first."""
    order = sorted(language.LANGUAGES, key=lambda lang: lang != first)
    parts = [(TAGS[lang], subjects[lang], _paragraphs(texts[lang], lang)) for lang in order]
    both = [_draw(name, order[0], parts=parts) for name in ("mail/letter.txt", "mail/letter.html")]
    return postman.Letter(to, " / ".join(subjects[lang] for lang in order), *both)


def _paragraphs(text, lang):
    """Paragraphs as lists of lines, with the one that every letter ends with."""
    whole = f"{text}\n\n{language.say(AUTOMATIC, lang).format(**_school(lang))}"
    return [paragraph.split("\n") for paragraph in whole.split("\n\n")]


def _school(lang):
    school = current_app.extensions["record"].school
    words = {name: getattr(school[name], lang) for name in ("office", "phone", "system")}
    return {**words, "school": getattr(school["name"], lang)}


def _draw(template, lang, **context):
    env = current_app.extensions["languages"][lang]
    return env.get_template(template).render(home=address_of(""), **context)


def address_of(path) -> str:
    """The whole address of a path of ours, which is built from BASE_URL and never from the request."""
    return f"{current_app.config['BASE_URL'].rstrip('/')}/{path}"


def queue(wording, known, *more, to=None, first=None, **values):
    """Put a letter to the student of these roster columns into the outbox; to the campus mailbox if not said.

    `more`: messages that follow the letter's own; `values` fill the placeholders: texts, Words, and times in seconds
    since 1970.
    """
    texts = texts_of(wording, known, *more, **values)
    subjects = {lang: fill(subject, lang, values) for lang, (subject, _) in wording.words().items()}
    post(to or facts_of(known)["campus_email"], subjects, texts, kind=wording.kind, first=first)


def texts_of(wording, known, *more, **values) -> dict:
    """What such a letter says, by language."""
    values["account"] = known["student_no"]
    return {
        lang: "\n\n".join([fill(text, lang, values), *(fill(language.say(one, lang), lang, values) for one in more)])
        for lang, (_, text) in wording.words().items()
    }


def fill(text, lang, values):
    """A text with its placeholders filled: texts, Words, and times in seconds since 1970."""
    said = {name: getattr(value, lang) for name, value in values.items() if isinstance(value, Words)}
    said |= {name: clock.moment(values[name], lang) for name in TIMES if name in values}
    return text.format(**{**_school(lang), **values, **said})


def notify(wording, known, *more, **values):
    """Tell the owner what happened just now, with a link to freeze the account if it was somebody else."""
    freeze = address_of(f"password/not-me/{FreezeLink.make(known['student_no'])}")
    queue(wording, known, *more, NOT_YOU, at=now(), freeze=freeze, **values)


def queue_reset(student, mailbox, first):
    """The letter with a new reset link, to one of the student's mailboxes."""
    is_campus = mailbox == facts_of(student.known)["campus_email"]
    token = ResetLink.make(student.student_no, prefix="" if is_campus else ResetLink.OWN)
    until = now() + ResetLink.LIFE
    queue(RESET, student.known, to=mailbox, first=first, link=address_of(f"password/reset/{token}"), until=until)
