"""The words of every letter: read, edited in both languages, looked at as they will be sent, and put back."""

import sys

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user

from blueprints import language, letters, security_log
from blueprints.htmx import render
from blueprints.letters import Wording
from blueprints.staff.access import staff_required
from domain import letter_text
from domain.staff_rules import REGISTRAR
from domain.words import Invalid
from tables.letter_texts import LetterText
from tables.store import database, now

bp = Blueprint("staff_letters", __name__, url_prefix="/staff/settings/letters")
CHECKS = {"subject": letter_text.check_subject, "text": letter_text.check}
# What stands in the preview of a letter where a real one has something of its own.
EXAMPLES = {"account": "411500000", "code": "123456", "left": "3", "tabs": "…", "reason": "…", "percent": "80"}
LINK = "example"


def wordings() -> dict[str, Wording]:
    """Every kind of letter that some module of the program writes, by its key."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("blueprints.")]
    found = [one for module in modules for one in vars(module).values() if isinstance(one, Wording)]
    return {one.key: one for one in found}


def find(key) -> Wording:
    """The letter of this key; 404 when there is none."""
    return wordings().get(key) or abort(404)


@bp.get("")
@staff_required(REGISTRAR)
def index():
    """Every letter by its subject, and whether it was edited."""
    edited, lang = LetterText.edited(), language.current()
    rows = [(key, one.words()[lang][0], key in edited) for key, one in wordings().items()]
    rows.sort(key=lambda row: row[1])
    return render("staff/office/letters.html", rows=rows, done=request.args.get("done"))


@bp.get("/<letter_key>")
@staff_required(REGISTRAR)
def show(letter_key):
    """One letter in both languages."""
    wording = find(letter_key)
    return page(wording, as_typed(wording.words()))


def as_typed(words):
    """{subject_zh …: text} of a letter."""
    pairs = {lang: dict(zip(CHECKS, both, strict=True)) for lang, both in words.items()}
    return {f"{name}_{lang}": text for lang, both in pairs.items() for name, text in both.items()}


def page(wording, typed, errors=None, preview=None):
    """The form, the placeholders that may be used, and the letter as it would be sent."""
    names = letter_text.placeholders(wording.text)
    return render(
        "staff/office/letter.html", key=wording.key, typed=typed, errors=errors or {},
        placeholders=[f"{{{name}}}" for name in sorted(names | letter_text.ALWAYS)],
        needed=[f"{{{name}}}" for name in sorted(names & letter_text.NEEDED)],
        preview=preview or drawn(wording.words(), names), is_edited=wording.key in LetterText.edited(),
    )  # fmt: skip


def drawn(words, names):
    """(subject, paragraphs) in each language, with examples in the place of what a real letter has."""
    values = {name: EXAMPLES.get(name, "…") for name in names}
    values |= {name: now() for name in letters.TIMES if name in names}
    values |= {name: letters.address_of(LINK) for name in ("link", "freeze") if name in names}
    return [
        (lang, letters.fill(subject, lang, values), letters.fill(text, lang, values).split("\n\n"))
        for lang, (subject, text) in words.items()
    ]


@bp.post("/<letter_key>")
@staff_required(REGISTRAR)
def change(letter_key):
    """Look at the letter as it would be sent, or keep it so."""
    wording = find(letter_key)
    typed, words, errors = judged(wording)
    if errors:
        return page(wording, typed, errors), 422
    if request.form.get("do") != "save":
        return page(wording, typed, preview=drawn(words, letter_text.placeholders(wording.text)))
    with database.atomic():
        LetterText.put(letter_key, words, current_user.account)
        security_log.note("letter-edited", current_user.account, letter=wording.kind)
    return redirect(url_for(".index", done="saved"))


def judged(wording):
    """(what was typed, {language: (subject, text)} as it is kept, messages by control)."""
    default = {"subject": wording.subject, "text": wording.text}
    typed, kept, errors = {}, {}, {}
    for lang in language.LANGUAGES:
        for name, check in CHECKS.items():
            control = f"{name}_{lang}"
            typed[control] = request.form.get(control, "")
            try:
                kept[control] = check(typed[control], default[name])
            except Invalid as reason:
                errors[control] = language.say(reason)
    words = {lang: tuple(kept.get(f"{name}_{lang}", "") for name in CHECKS) for lang in language.LANGUAGES}
    return typed, words, errors


@bp.post("/<letter_key>/default")
@staff_required(REGISTRAR)
def restore(letter_key):
    """Back to the words that come with the program."""
    wording = find(letter_key)
    with database.atomic():
        LetterText.put(letter_key, {}, current_user.account)
        security_log.note("letter-restored", current_user.account, letter=wording.kind)
    return redirect(url_for(".index", done="restored"))
