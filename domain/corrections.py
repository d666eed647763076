"""Corrections of what the school says: which fields a student may ask about, and what the roster becomes."""

from domain.kinds import plain
from domain.record import Field
from domain.roster import COLUMNS, Table, check
from domain.words import N_, Invalid

REASON_LENGTH = 500
# By this one everything about a student is found; a wrong one is mended by importing anew.
FIXED = "student_no"
# What the digits of an ID number tell, and so what follows from a corrected one.
_NUMBER, _TOLD = "id_no", "sex"
_BY_NAME = {column.name: column for column in COLUMNS}


def is_correctable(field) -> bool:
    """Whether a field comes straight from a column of the roster, and may change."""
    return field.need == "grey" and field.key in _BY_NAME and field.key != FIXED


def correctable(record) -> dict[str, Field]:
    """The fields that may be corrected, by key."""
    return {key: one for key, one in record.fields.items() if is_correctable(one)}


def choices(field):
    """(value, Words) of what a field can be, as the roster writes it; none where anything can be."""
    return [(one.label.zh if field.list else one.value, one.label) for one in field.options]


def wanted(field, typed, known):
    """What a student wants a field to be: judged at once where a rule tells, else as it was typed. Raises Invalid.

    A name is not judged here: what the student cannot type, the office will.
    """
    text = plain(typed.strip(), field, {})
    if not text:
        raise Invalid(N_("Write what it should be."))
    if field.kind != "text":
        text = _checked(field.key, text)
    if text == known[field.key]:
        raise Invalid(N_("This is what the record says already."))
    return text


def _checked(name, text):
    """A cell as the roster keeps it. It is typed into one box: no part of it is wrong by itself."""
    try:
        return _BY_NAME[name].check(text)
    except Invalid as reason:
        raise Invalid(reason.message, **reason.values) from None


def amended(known, name, value) -> dict:
    """The columns of a student with one corrected, judged as a roster of one row would be. Raises Invalid."""
    columns = {**known, name: value} | ({_TOLD: ""} if name == _NUMBER else {})
    found = check(Table([column.name for column in COLUMNS], [(1, [columns.get(one.name, "") for one in COLUMNS])]))
    if found.problems:
        raise found.problems[0].invalid
    return found.students[0]


def differences(before, after) -> dict:
    """{column: [old, new]} of the columns that differ."""
    return {one.name: [before[one.name], after[one.name]] for one in COLUMNS if before[one.name] != after[one.name]}
