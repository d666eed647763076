"""Single settings of record.toml, turned into what the record wants; each reader raises Invalid."""

from domain import conditions
from domain.record import Field, Rule
from domain.record_parts import Section
from domain.words import N_, Choice, Invalid, Words


def _words(value):
    if isinstance(value, str):
        return Words(value, value)
    if isinstance(value, dict) and set(value) == {"zh", "en"} and all(isinstance(v, str) for v in value.values()):
        return Words(**value)
    raise Invalid(N_('write both languages: {{zh = "…", en = "…"}}'))


def _paragraphs(value):
    if not isinstance(value, list):
        raise Invalid(N_("write a list, one paragraph after the other"))
    return tuple(_words(one) for one in value)


def _choices(value):
    for one in value if isinstance(value, list) else [value]:
        if len(_texts(one)) not in (2, 3):
            raise Invalid(N_('write each choice as ["中文", "English"] or ["中文", "English", "value"]'))
    return tuple(Choice((*one, one[0])[2], Words(one[0], one[1])) for one in value)


def _of_type(wanted, message):
    def read(value):
        if type(value) is not wanted:
            raise Invalid(message, value=repr(value))
        return value

    return read


def _texts(value):
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Invalid(N_("write a list of texts in quotes"))
    return tuple(value)


READ = {
    str: _of_type(str, N_("write a text in quotes, not {value}")),
    int: _of_type(int, N_("write a whole number, not {value}")),
    bool: _of_type(bool, N_("write true or false, not {value}")),
    Words: _words,
    conditions.Condition: conditions.read,
    conditions.Condition | None: conditions.read,
    tuple[str, ...]: _texts,
    tuple[Words, ...]: _paragraphs,
    tuple[Choice, ...]: _choices,
}
EMPTY = {str: "", int: 0, bool: False, Words: Words("", ""), tuple[str, ...]: (), tuple[Section, ...]: ()}
EMPTY |= {conditions.Condition: conditions.ALWAYS, conditions.Condition | None: None}
EMPTY |= {tuple[Words, ...]: (), tuple[Choice, ...]: (), tuple[Field, ...]: (), tuple[Rule, ...]: ()}
