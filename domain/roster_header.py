"""Finds the row that names the columns: titles may stand above it, and merged cells may spread it over two rows."""

from domain.roster import Table
from domain.roster_columns import COLUMNS, known
from domain.words import N_, Invalid

WITHIN = 10
MAX_COLUMNS = 100
# Cells of a row, blank ones too: whatever goes through all of them has an end.
MAX_CELLS = 1_000


def table(sheets):
    """Return the Table of the first of `(name, rows)` sheets that has a header near its top.

    Sheets after it that have one too are named in the Table, since nobody would miss the students in them.
    """
    found, others, empty = None, [], True
    for name, rows in map(_cut, sheets):
        empty = empty and not rows
        place = _header_place(rows)
        if place is not None and found:
            others.append(name)
        elif place is not None:
            found = _table(name, rows, place)
    if found:
        found.other_sheets = others
        return found
    if empty:
        raise Invalid(N_("The file is empty"))
    names = ", ".join(column.zh for column in COLUMNS if column.required)
    raise Invalid(N_("No row near the top names the columns: it needs {names} and the ID number"), names=names)


def _cut(sheet):
    """The sheet without the blank cells far to the right, which a spreadsheet may write by the thousand."""
    name, rows = sheet
    return name, [(number, _sound(number, cells)) for number, cells in rows]


def _sound(number, cells):
    if any(text.strip() for text in cells[MAX_CELLS:]):
        message = N_("Row {row} goes on beyond column {limit}: delete what stands there")
        raise Invalid(message, row=number, limit=MAX_CELLS)
    return cells[:MAX_CELLS]


def _header_place(rows):
    named = {at: len(known(cells)) for at, (_, cells) in enumerate(rows[:WITHIN])}
    place = max(named, key=named.get, default=None)
    return place if named.get(place) else None


def _table(name, rows, place):
    number, header = rows[place]
    first = place + 1
    if place and rows[place - 1][0] == number - 1:
        above = rows[place - 1][1]
        header = _filled(header, above, known(above).keys() - known(header).keys())
    if first < len(rows) and rows[first][0] == number + 1 and _continues(header, rows[first][1]):
        below = rows[first][1]
        header, first = _filled(header, below, [at for at, text in enumerate(below) if text.strip()]), first + 1
    _check_width(header)
    return Table(header, rows[first:], number, name)


def _filled(header, other, places):
    """Return the header with what the row next to it says in these places: merged cells keep their text in one row."""
    width = max(len(header), len(other))
    header, other = ([*row, *[""] * (width - len(row))] for row in (header, other))
    return [other[place] if place in places else text for place, text in enumerate(header)]


def _continues(header, below):
    """Whether the row below goes on naming columns: it names some, and is blank wherever the header names one."""
    named = known(header)
    return bool(known(below)) and not any(text.strip() for place, text in enumerate(below) if place in named)


def _check_width(header):
    if sum(1 for text in header if text.strip()) > MAX_COLUMNS:
        message = N_("The header has more than {limit} columns: delete those that a roster does not need")
        raise Invalid(message, limit=MAX_COLUMNS)
