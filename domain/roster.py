"""The roster: the table of new students a school hands over, judged whole before any of it is believed."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from domain import dates, identity
from domain import roster_cells as cells
from domain.roster_columns import COLUMNS, PROGRAMS, Column, known
from domain.words import N_, Invalid

__all__ = ["COLUMNS", "PROGRAMS", "Column", "Problem", "Roster", "Table", "check", "column_problems", "letter"]

AGES = range(10, 101)


@dataclass
class Table:
    """A sheet of text as a person sees it: the header, and the rows with their numbers in the file."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    header_row: int = 1
    # The sheet that was read ("" in a file without sheets), and others that name columns of a roster too.
    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)
    # The file used the codes of Big5 that Hong Kong gave to its own characters and Taiwanese offices gave to theirs.
    disputed_big5: bool = False


@dataclass(frozen=True)
class Problem:
    """One thing to correct: the row in the file, the column's Chinese name, why, and the cell's place in its row.

    `place` counts from 0; None: the file has no such column, or the whole row is meant.
    """

    row: int
    column: str
    invalid: Invalid
    place: int | None = None


@dataclass
class Roster:
    """What a table came to: the sound students, every problem, and the headers nobody knows.

    `rows` are the numbers in the file of the sound students.
    """

    students: list[dict[str, str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)


_ORDER = [column.name for column in COLUMNS]
_ZH = {column.name: column.zh for column in COLUMNS}


@dataclass
class _Row:
    number: int
    student: dict[str, str] = field(default_factory=lambda: dict.fromkeys(_ORDER, ""))
    # By the name of the column, or by its place in the file when it has none.
    wrong: dict[str | int, Invalid] = field(default_factory=dict)


def check(table, today=None, columns=None, tick=lambda _done: None):
    """Judge every cell of a Table and return the Roster; `today` (a date) tells which ages cannot be true.

    `columns`: `{place: Column, or None to leave it out}` where the header does not decide. `tick` hears, every now and
    then, how many rows are read.
    """
    today = today or datetime.date.today()
    columns = known(table.header) if columns is None else columns
    rows = [_read(table, columns, numbered) for numbered in _counted(table.rows, tick)]
    for row in rows:
        _compare(row, today)
    _find_repeats(rows)
    _find_lost_zeros(rows)
    sound = [row for row in rows if not row.wrong]
    problems = [*_header_problems(table, columns), *_problems(rows, columns)]
    named = [place for place, text in enumerate(table.header) if text.strip()]
    unknown = [table.header[place].strip() for place in named if not columns.get(place)]
    return Roster([row.student for row in sound], [row.number for row in sound], problems, unknown)


def _counted(rows, tick):
    for done, row in enumerate(rows):
        if done % 1000 == 0:
            tick(done)
        yield row


def column_problems(columns):
    """What is wrong with a choice of columns, as (column name, Invalid): one is missing, or there twice."""
    present = Counter(column.name for column in columns.values() if column)
    wanted = [column.name for column in COLUMNS if column.required and column.name not in present]
    if not {"id_no", "passport_no"} & set(present):
        wanted.append("id_no")
    missing = N_("The file has no such column: add it")
    twice = N_("The file has this column twice: delete one")
    found = [(name, missing) for name in wanted] + [(name, twice) for name, times in present.items() if times > 1]
    return [(name, Invalid(message)) for name, message in found]


def _header_problems(table, columns):
    found = column_problems(columns)
    if not table.rows:
        found.append(("student_no", Invalid(N_("There is no student under the header"))))
    return [Problem(table.header_row, _ZH[name], invalid) for name, invalid in found]


def _problems(rows, columns):
    places = {column.name: place for place, column in columns.items() if column}
    for row in rows:
        for name, invalid in sorted(row.wrong.items(), key=lambda wrong: _place(wrong[0])):
            place = places.get(name) if isinstance(name, str) else name
            yield Problem(row.number, _ZH.get(name) or letter(name), invalid, place)


def _place(name):
    return _ORDER.index(name) if name in _ORDER else len(_ORDER) + name


def _read(table, columns, numbered):
    row = _Row(numbered[0])
    texts = numbered[1] + [""] * (len(table.header) - len(numbered[1]))
    for place, text in enumerate(texts):
        column = columns.get(place)
        try:
            if column:
                row.student[column.name] = _cell(column, text, table.disputed_big5)
            elif text.strip() and place not in columns and _is_nameless(table.header, place):
                raise Invalid(N_("The header names no column here: name it, or look for a comma too many in this row"))
        except Invalid as invalid:
            row.wrong[column.name if column else place] = invalid
    if not (row.student["id_no"] or row.student["passport_no"] or {"id_no", "passport_no"} & row.wrong.keys()):
        row.wrong["id_no"] = Invalid(N_("Enter the ID number, or a passport number in its own column"))
    return row


def _cell(column, text, disputed_big5):
    text = cells.trimmed(text)
    if not text:
        if column.required:
            raise Invalid(N_("This cell must not be empty"))
        return ""
    if disputed_big5:
        cells.refuse_disputed(text)
    return column.check(text)


def _is_nameless(header, place):
    return place >= len(header) or not header[place].strip()


def letter(place):
    """Return what a spreadsheet calls the column: 0 is A, 26 is AA."""
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _compare(row, today):
    """Hold the cells of one row against the ID number and the calendar, and fill in what the number tells."""
    student, number = row.student, row.student["id_no"]
    if number and "sex" not in row.wrong:
        student["sex"] = student["sex"] or identity.sex(number)
        if student["sex"] != identity.sex(number):
            message = N_("The ID number is for {sex}: correct one of the two")
            row.wrong["sex"] = Invalid(message, sex=identity.sex(number))
    if "overseas_kind" not in row.wrong:
        _compare_overseas_kind(row, number)
    if student["birth_date"]:
        age = dates.age(datetime.date.fromisoformat(student["birth_date"]), today)
        if age not in AGES:
            row.wrong["birth_date"] = Invalid(N_("This makes the student {age} years old: check the year"), age=age)


def _compare_overseas_kind(row, number):
    possible = identity.overseas_kinds(number) if number else set(identity.OVERSEAS_KINDS)
    given = row.student["overseas_kind"]
    if not given and number and identity.kind(number) == "ui_old":
        possible.discard("無")
    row.student["overseas_kind"] = given or "無"
    if row.student["overseas_kind"] not in possible:
        choices = ", ".join(kind for kind in identity.OVERSEAS_KINDS if kind in possible)
        message = N_("By the ID number this is one of {choices}: correct one of the two")
        row.wrong["overseas_kind"] = Invalid(message, choices=choices)


def _find_repeats(rows):
    """Mark rows that share a student number, or an ID number within one programme, each naming the other."""
    same_number = N_("Row {row} has the same student number")
    same_person = N_("Row {row} has the same ID number in the same programme")
    for names, message in ((("student_no",), same_number), (("id_no", "program"), same_person)):
        groups = defaultdict(list)
        for row in rows:
            groups[tuple(row.student[name] for name in names)].append(row)
        for values, group in groups.items():
            for place, row in enumerate(group if values[0] and len(group) > 1 else ()):
                row.wrong[names[0]] = Invalid(message, row=group[0 if place else 1].number)


def _find_lost_zeros(rows):
    """Mark student numbers one digit shorter than at least nine in ten of their programme: a zero went missing."""
    programs = defaultdict(list)
    for row in rows:
        if row.student["student_no"]:
            programs[row.student["program"]].append(row)
    for group in programs.values():
        length, times = Counter(len(row.student["student_no"]) for row in group).most_common(1)[0]
        for row in group if _nearly_all(times, len(group)) else ():
            number = row.student["student_no"]
            if len(number) == length - 1 and number.isdigit():
                message = N_("One digit is missing, perhaps a leading zero removed by Excel: format the column as text")
                row.wrong["student_no"] = Invalid(message)


def _nearly_all(times, total):
    return times >= 2 and (total - times <= 1 or times >= total * 0.9)
