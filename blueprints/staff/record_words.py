"""The record in words for staff: kinds, needs, conditions, and what one version changes of another."""

from types import SimpleNamespace

from blueprints import language
from domain import record_diff, roster_columns
from domain.conditions import Condition
from domain.words import N_, Choice, Invalid, Words

NEEDS = {
    "required": N_("Required"),
    "optional": N_("optional"),
    "grey": N_("From the roster"),
    "hidden": N_("Switched off"),
}
KINDS = {
    "text": N_("Text"),
    "latin": N_("Latin letters"),
    "code": N_("Letters and digits"),
    "passport": N_("Passport number"),
    "digits": N_("Digits"),
    "phone": N_("Phone"),
    "mobile": N_("Mobile phone"),
    "email": N_("Email"),
    "own_email": N_("Email that is not the campus one"),
    "date": N_("Date"),
    "month": N_("Month"),
    "choice": N_("One of a list"),
    "radio": N_("One of a few"),
    "choices": N_("Several of a list"),
    "check": N_("Box to tick"),
    "listed": N_("One of a long list"),
    "district": N_("District"),
    "postal_code": N_("Postal code"),
    "ui_number": N_("UI number"),
    "id_number": N_("ID number"),
    "photo": N_("Photo"),
    "group": N_("Rows that students add"),
}
FACTS = {
    "age": N_("Age"),
    "id_kind": N_("Kind of ID number"),
    "campus_email": N_("Campus mailbox"),
    "last_login": N_("Last login"),
    "notice_version": N_("Version of the notice"),
}
FACT_VALUES = {"national": N_("national ID"), "ui": N_("UI number"), "ui_old": N_("old UI number"), "": N_("empty")}
SETTINGS = {
    "label": N_("Label"),
    "kind": N_("Sort of answer"),
    "need": N_("Who fills it"),
    "required_when": N_("Required when"),
    "when": N_("For whom"),
    "hint": N_("Hint"),
    "missing": N_("Message when it is empty"),
    "wrong": N_("Message when it is wrong"),
    "choices": N_("Choices"),
    "title": N_("Title"),
    "short": N_("Short title"),
    "intro": N_("Introduction"),
    "section": N_("Heading above it"),
    "max": N_("At most"),
    "min": N_("At least"),
    "rules": N_("Rules between answers"),
    "export": N_("Heading in exports"),
}
TABLES = {
    "school": N_("School and contacts"),
    "period": N_("Filling period"),
    "notice": N_("Privacy notice"),
    "retention": N_("Retention"),
    "list": N_("Ready-made lists"),
}
WHATS = {record_diff.ADDED: N_("New"), record_diff.REMOVED: N_("Gone"), record_diff.CHANGED: N_("Changed")}
NOTHING = "—"


def say(message, **values):
    """A message in the language of the page."""
    return language.say(Invalid(message, **values))


def fields_of(tab, record):
    """The fields of a tab as the page lists them, those of a group after it."""
    return [field_row(one, record, inner=inner) for one, inner in _with_inner(tab)]


def _with_inner(tab):
    for one in tab:
        yield one, None
        yield from ((part, one) for part in one.fields)


def field_row(one, record, inner=None):
    """One field in words; `inner`: the group that it stands in."""
    lang, fields = language.current(), record.fields | {part.key: part for part in (inner.fields if inner else ())}
    return SimpleNamespace(
        key=one.key,
        label=one.label,
        section=getattr(one.section, lang),
        kind=language.say(KINDS.get(one.kind, one.kind)),
        need=one.need,
        need_words=language.say(NEEDS[one.need]),
        when=condition(one.when, fields),
        required_when=condition(one.required_when, fields) if one.required_when else "",
        choices=[(getattr(choice.label, lang), choice.value) for choice in one.choices],
        messages=[getattr(words, lang) for words in (one.hint, one.missing, one.wrong) if words],
        is_inner=inner is not None,
    )


def condition(asked, fields) -> str:
    """A condition in words; "" when it always holds. `fields`: what its names may be, by key."""
    either = [language.say(N_(" and ")).join(_term(term, fields) for term in terms) for terms in asked.alternatives]
    return language.say(N_("; or ")).join(either)


def _term(term, fields):
    name = _name(term.name, fields)
    if term.name in fields and fields[term.name].kind == "check":
        return say(N_("{name} is not ticked") if term.negated else N_("{name} is ticked"), name=name)
    if term.under is not None:
        return say(N_("{name} under {n}"), name=name, n=term.under)
    labels = fields[term.name].labels if term.name in fields else {}
    lang = language.current()
    values = [
        getattr(labels[one], lang) if one in labels else language.say(FACT_VALUES.get(one, one)) for one in term.values
    ]
    either = language.say(N_(" or ")).join(values)
    return say(N_("{name} is not {values}") if term.negated else N_("{name} is {values}"), name=name, values=either)


def _name(key, fields):
    """What a field, a roster column or another fact is called."""
    lang = language.current()
    if key in fields:
        return getattr(fields[key].label, lang)
    column = next((one for one in roster_columns.COLUMNS if one.name == key), None)
    return column.zh if column and lang == "zh" else language.say(FACTS.get(key, key))


def difference(old, new):
    """What changes, for the page: rows of (what, where, [(setting, old, new)])."""
    lang = language.current()
    rows = [
        SimpleNamespace(what=one.what, word=language.say(WHATS[one.what]), place=_place(one, lang), settings=[
            (language.say(SETTINGS.get(name, name)), value(before, old), value(after, new))
            for name, before, after in one.settings
        ])
        for one in record_diff.changes(old, new)
    ]  # fmt: skip
    for table, name, before, after in record_diff.beside(old, new):
        place = f"{language.say(TABLES[table])}: {name}"
        said = [("", value(before, old), value(after, new))]
        rows.append(SimpleNamespace(what="changed", word=language.say(WHATS["changed"]), place=place, settings=said))
    return rows


def _place(change, lang):
    words = [change.tab.title] + ([change.field.label] if change.field else [])
    return " › ".join(getattr(one, lang) for one in words)


def value(setting, record) -> str:
    """A setting as people read it."""
    if isinstance(setting, Words):
        return " / ".join(dict.fromkeys(filter(None, (setting.zh, setting.en)))) or NOTHING
    if isinstance(setting, Condition):
        inner = {part.key: part for one in record.fields.values() for part in one.fields}
        return condition(setting, {**record.fields, **inner}) or language.say(N_("everybody"))
    if isinstance(setting, bool):
        return language.say(N_("Yes") if setting else N_("No"))
    if isinstance(setting, tuple):
        return _several(setting)
    return language.say(NEEDS.get(setting) or KINDS.get(setting) or str(setting)) if setting else NOTHING


def _several(settings):
    lang = language.current()
    if all(isinstance(one, Choice) for one in settings):
        return language.say(N_(", ")).join(getattr(one.label, lang) for one in settings) or NOTHING
    if all(isinstance(one, str) for one in settings):
        return ", ".join(settings) or NOTHING
    return language._n("{n} entry", "{n} entries", len(settings))
