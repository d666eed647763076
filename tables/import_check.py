"""Reading the file of an import and judging it: students stay as they are, and what is found is kept for the clerk."""

import base64
from collections import Counter

from domain import identity, roster, roster_errors, roster_file
from domain.roster import Problem
from domain.roster_columns import BY_NAME, COLUMNS, guess, is_clear
from domain.words import N_, Invalid
from models import Roster
from tables import imports
from tables.clashes import clashes
from tables.corrections import Correction
from tables.import_parts import CHANGES, ERRORS, FILE, OF_CHECK, PROBLEMS, ROWS, ImportColumns

PAGE, BATCH = 50, 500
SAMPLES, SAMPLE_ROWS, SAMPLE_LENGTH = 3, 30, 24
SECRET = ("id_no", "passport_no")


def read(turn):
    """Find the header, and which column is which as far as it can be told or was chosen before."""
    job = turn.job
    content = job.parts.read_bytes(FILE)
    turn.at(10)
    try:
        if len(content) != job.known["size"]:
            raise Invalid(N_("The upload broke off half-way: send the file again"))
        table = roster_file.parse(content)
    except Invalid as reason:
        job.parts.drop()
        turn.finish(imports.FAILED, wrong=[reason.message, reason.values])
        return
    columns = ImportColumns.of(table.header)
    is_settled = columns is not None
    columns = columns or guess(table.header, _often_filled(table))
    is_settled = (is_settled or is_clear(table.header, columns)) and not roster.column_problems(columns)
    state = imports.CHECKING if is_settled else imports.COLUMNS
    turn.finish(state, **_about(table, columns), columns=as_names(columns))


def _often_filled(table):
    """The places that at least half of the rows fill in; a comma too many fills others, and is an error."""
    counts = Counter(place for _, cells in table.rows for place, text in enumerate(cells) if text.strip())
    return [place for place, times in counts.items() if times * 2 >= len(table.rows)]


def _about(table, columns):
    return {
        "header": table.header,
        "header_row": table.header_row,
        "sheet": table.sheet,
        "other_sheets": table.other_sheets,
        "rows": len(table.rows),
        "samples": {place: _samples(table, place, column) for place, column in columns.items()},
    }


def _samples(table, place, column):
    texts = (cells[place].strip() for _, cells in table.rows[:SAMPLE_ROWS] if place < len(cells))
    return [
        shown(text, column.name if column else "")[:SAMPLE_LENGTH]
        for text in list(dict.fromkeys(filter(None, texts)))[:SAMPLES]
    ]


def as_names(columns):
    """`{place: Column or None}` as the facts of an import hold it."""
    return {str(place): column.name if column else "" for place, column in columns.items()}


def as_columns(names):
    """The same the other way round."""
    return {int(place): BY_NAME.get(name) for place, name in names.items()}


def shown(text, column=""):
    """A cell as it may be shown: an ID or passport number with its middle hidden, in whichever column it stands."""
    text = text.strip()
    return identity.masked(text) if text and (column in SECRET or identity.has_shape(text)) else text


def check(turn, say):
    """Judge every cell, and compare the sound rows with the students we have. `say(message, lang)` gives words."""
    job, known = turn.job, turn.job.known
    table = roster_file.parse(job.parts.read_bytes(FILE))
    columns = as_columns(known["columns"])
    turn.at(15)
    found = roster.check(table, columns=columns, tick=turn.between(15, 50, len(table.rows)))
    held = Correction.hold(found.students)
    problems = sorted([*found.problems, *clash_problems(found, columns)], key=lambda problem: problem.row)
    bad = {problem.row for problem in problems}
    sound = [one for one, row in zip(found.students, found.rows, strict=True) if row not in bad]
    job.parts.drop(*OF_CHECK)
    counts = _keep_students(turn, sound)
    _keep_problems(turn, table, columns, problems, say)
    counts |= {"bad_rows": len(bad - {table.header_row}), "bad_cells": len(problems)}
    left_out = [table.header[place] for place, column in columns.items() if not column and table.header[place:]]
    counts |= {"held": [[number, BY_NAME[name].zh] for number, name in held[:PAGE]], "held_cells": len(held)}
    turn.finish(imports.CHECKED, **counts, left_out=left_out, is_whole=table.header_row not in bad)


def clash_problems(found, columns=None):
    """IDs of a checked roster that the database has under another number of the same 學制, as Problems."""
    rows = dict(zip((one["student_no"] for one in found.students), found.rows, strict=True))
    message, column = N_("this ID already belongs to student {other} of the same programme"), BY_NAME["id_no"]
    place = next((place for place, one in (columns or {}).items() if one is column), None)
    return [
        Problem(rows[student["student_no"]], column.zh, Invalid(message, other=other), place)
        for student, other in clashes(found.students)
    ]


def _keep_students(turn, students):
    """Keep who is new and who changes, with the form they have now, and how many there are of each."""
    counts, rows, changes = Counter(new=0, changed=0, same=0), [], []
    tick = turn.between(50, 70, len(students))
    for done, (one, known, sealed) in enumerate(Roster.compare(students)):
        if done % BATCH == 0:
            tick(done)
        change = "new" if known is None else "same" if known == one else "changed"
        counts[change] += 1
        if change != "same":
            rows.append([one, base64.b64encode(sealed).decode()])
        if change == "changed":
            changes.append([one["student_no"], one["name_zh"], _differences(known, one)])
    turn.job.parts.keep_list(ROWS, rows, BATCH, turn.between(70, 80, len(rows)))
    turn.job.parts.keep_list(CHANGES, changes, PAGE)
    return dict(counts)


def _differences(old, new):
    return [
        [column.zh, shown(old.get(column.name, ""), column.name), shown(new[column.name], column.name)]
        for column in COLUMNS
        if old.get(column.name, "") != new[column.name]
    ]


def _keep_problems(turn, table, columns, problems, say):
    cells, names = dict(table.rows), {place: column.name for place, column in columns.items() if column}
    cells[table.header_row] = table.header
    rows = []
    for problem in problems:
        place, row = problem.place, cells[problem.row]
        text = row[place] if place is not None and place < len(row) else ""
        value = shown(text, names.get(place, ""))[:60]
        rows.append([problem.row, problem.column, value, problem.invalid.message, problem.invalid.values])
    turn.job.parts.keep_list(PROBLEMS, rows, PAGE, turn.between(80, 85, len(rows)))
    if problems:
        lang = turn.job.lang
        book = roster_errors.workbook(table, problems, lambda problem: say(problem.invalid, lang))
        turn.at(95)
        turn.job.parts.keep_bytes(ERRORS, book)
