"""Reads the roster a school office sends, a CSV in whatever encoding or a spreadsheet, into rows of text."""

import csv
import io
import re
from contextlib import suppress
from itertools import islice
from pathlib import Path

from domain import roster_header, spreadsheet
from domain.roster_columns import known
from domain.words import N_, Invalid

MAX_BYTES = 20_000_000
MAX_ROWS = 200_000

_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OTHER_FILES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf", b"<")
# Typed by people who want Excel to leave a number alone.
_TEXT_FORMULA = re.compile(r'="([^"]*)"')


def read(path):
    """Return the Table in the file at path; Invalid when the file as a whole cannot be used."""
    path = Path(path)
    try:
        check_size(path.stat().st_size)
        content = path.read_bytes()
    except OSError as error:
        raise Invalid(N_("The file cannot be read: {reason}"), reason=error.strerror) from None
    return parse(content)


def check_size(size):
    """Raise Invalid when a file of so many bytes is more than any roster has."""
    if size > MAX_BYTES:
        message = N_("The file is larger than {limit} MB: split it by programme")
        raise Invalid(message, limit=MAX_BYTES // 1_000_000)


def parse(content):
    """Return the Table in the bytes of a file; Invalid when the file as a whole cannot be used."""
    check_size(len(content))
    if content.startswith(_SPREADSHEETS):
        return roster_header.table(spreadsheet.sheets(content, MAX_ROWS))
    return _read_text(content)


def _read_text(content):
    if content.startswith(_OTHER_FILES):
        raise Invalid(N_("This is neither CSV nor XLSX: save the roster as one of them"))
    text, encoding = _decode(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Invalid(N_("Line {line} holds bytes that are not text: save the file again as CSV in UTF-8"), line=line)
    rows = list(_split(text, _delimiter(text)))
    table = roster_header.table([("", rows)])
    table.disputed_big5 = encoding == "big5hkscs"
    return table


def _decode(content):
    """Return the text and its encoding. A wrong guess would store wrong names, so every step is strict."""
    failures = []
    for encoding in _encodings(content):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError as error:
            failures.append(error.start)
    # The encoding that got furthest is most likely the one that was meant.
    line = content.count(b"\n", 0, max(failures)) + 1
    raise Invalid(N_("Line {line} holds a character in no known encoding: save the file as UTF-8"), line=line)


def _encodings(content):
    if content.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    # Commas and line ends are ASCII: in UTF-16 every one of them brings a zero byte, before or after it.
    zeros = content[0::2].count(0), content[1::2].count(0)
    if max(zeros) * 20 > len(content) and max(zeros) > 2 * min(zeros):
        return ["utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"]
    return ["utf-8", "cp950", "big5hkscs"]


def _delimiter(text):
    """Return the mark that splits some early row into the most columns we know."""

    def columns(mark):
        most = 0
        # With the wrong mark a quoted cell seems to go on after its closing quotation mark.
        with suppress(Invalid):
            for _, cells in islice(_split(text, mark), roster_header.WITHIN):
                most = max(most, len(known(cells)))
        return most

    return max(",;\t", key=columns)


def _split(text, delimiter):
    """Yield `(row number, cells)` for rows that are not blank, counting rows as a spreadsheet would."""
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            _check_rows(number)
            if any(cell.strip() for cell in cells):
                yield number, [_TEXT_FORMULA.sub(r"\1", cell) for cell in cells]
    except csv.Error:
        message = N_("A quotation mark in row {row} is not closed, or not doubled inside the text")
        raise Invalid(message, row=number + 1) from None


def _check_rows(number):
    if number > MAX_ROWS:
        raise Invalid(N_("The file has more than {limit} rows: split it by programme"), limit=MAX_ROWS)
