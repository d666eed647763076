"""The text of the privacy notice: corrected, or changed in substance, after which everybody reads it again."""

from itertools import count, zip_longest

from flask import Blueprint, abort, redirect, request, url_for

from blueprints import access, in_force, language
from blueprints.htmx import render
from blueprints.staff.access import staff_required
from blueprints.staff.office import put_in_force
from domain import clock, record_edit, record_file
from domain.staff_rules import REGISTRAR
from domain.words import N_, Words
from tables.record_versions import RecordVersion
from tables.store import now

bp = Blueprint("staff_notice", __name__, url_prefix="/staff/settings/notice")
PARTS = ("heading_zh", "heading_en", "text_zh", "text_en")
LONGEST, MOST_SECTIONS = 5000, 20


@bp.get("")
@staff_required(REGISTRAR)
def show():
    """The notice in both languages, to be changed, and the versions of it."""
    return page([as_typed(one) for one in access.record().notice.sections])


def as_typed(section):
    """A section as the form holds it: paragraphs are parted by blank lines."""
    texts = {f"text_{lang}": "\n\n".join(getattr(one, lang) for one in section.text) for lang in language.LANGUAGES}
    return {"heading_zh": section.heading.zh, "heading_en": section.heading.en, **texts}


def page(sections, errors=None):
    """The form, with room for one section more."""
    return render(
        "staff/office/notice.html", notice=access.record().notice, sections=[*sections, dict.fromkeys(PARTS, "")],
        errors=errors or {}, how=request.form.get("how", ""), versions=versions(), done=request.args.get("done"),
    )  # fmt: skip


def versions():
    """(version of the notice, date, version of the record where it can be read) of each, the newest first."""
    found = {}
    for one in RecordVersion.newest_first():
        notice = notice_in(one)
        found.setdefault(notice.version, (notice.version, notice.date, one.id))
    return list(found.values())


def notice_in(version):
    """The notice of a version of the record; none when the program cannot read that any more."""
    try:
        return record_file.parsed(version.text).notice
    except record_file.BadRecord:
        return access.record().notice


@bp.get("/<int:version_id>")
@staff_required(REGISTRAR)
def old(version_id):
    """The notice as a version of the record has it."""
    version = RecordVersion.get_or_none(version_id) or abort(404)
    return render("staff/office/old_notice.html", notice=notice_in(version))


@bp.post("")
@staff_required(REGISTRAR)
def change():
    """Put the changed notice into force: under its version when it was corrected, else under the next one."""
    sections = typed_sections()
    errors = wrong_with(sections)
    if errors:
        return page(sections, errors), 422
    notice, is_new = access.record().notice, request.form["how"] == "substance"
    version = following(notice.version) if is_new else notice.version
    date = f"{clock.local(now()):%Y-%m-%d}" if is_new else notice.date
    text = record_edit.with_notice(in_force.follower().text, version, date, [written(one) for one in sections])
    put_in_force(text, N_("Privacy notice changed in substance") if is_new else N_("Privacy notice corrected"))
    return redirect(url_for(".show", done="new" if is_new else "corrected"))


def typed_sections():
    """The sections that something was typed in."""
    numbers = range(MOST_SECTIONS)
    rows = [{part: request.form.get(f"{part}_{n}", "").strip() for part in PARTS} for n in numbers]
    return [row for row in rows if any(row.values())]


def wrong_with(sections):
    """Messages by control."""
    errors = {}
    for n, section in enumerate(sections):
        for part, text in section.items():
            if not text:
                errors[f"{part}_{n}"] = language.say(N_("Fill this in, in both languages."))
            elif len(text) > LONGEST:
                errors[f"{part}_{n}"] = language.say(N_("This is too long."))
        if len(paragraphs(section["text_zh"])) != len(paragraphs(section["text_en"])):
            errors[f"text_en_{n}"] = language.say(N_("Both languages must have the same number of paragraphs."))
    if not sections:
        errors["heading_zh_0"] = language.say(N_("The notice cannot be empty."))
    if request.form.get("how") not in ("substance", "correction"):
        errors["how"] = language.say(N_("Choose whether students must read it again."))
    return errors


def paragraphs(text):
    """The paragraphs of a text, which blank lines part."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [" ".join(block.split()) for block in blocks if block.strip()]


def written(section):
    """(heading, paragraphs) in both languages."""
    both = zip_longest(paragraphs(section["text_zh"]), paragraphs(section["text_en"]), fillvalue="")
    return Words(section["heading_zh"], section["heading_en"]), [Words(zh, en) for zh, en in both]


def following(version) -> str:
    """A version that was not there before: the next number, or the same name with one."""
    known = {version, *(one for one, _, _ in versions())}
    begin = version if not version.isdecimal() else ""
    numbers = count(int(version) + 1 if version.isdecimal() else 2)
    return next(one for one in (f"{begin}-{n}" if begin else str(n) for n in numbers) if one not in known)
