"""Opens XLSX and XLS workbooks: measures them before parsing, then gives each cell as the text a person sees."""

import io
import re
import zipfile
import zlib

import python_calamine

from domain.words import N_, Invalid

MAX_UNPACKED = 200_000_000
MAX_PARTS = 1_000
MAX_GRID = 8_000_000
TEXT_LENGTH = 1_000

_CHUNK = 1 << 20
_TAG_LENGTH = 1_000
_FILLED_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"'][^>]*(?<!/)>")

# What Excel calls the part that holds a workbook with a password (MS-OFFCRYPTO 2.3.4.4).
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# A formula of which no program has worked out the result; an empty text is one.
_NO_RESULT = re.compile(
    rb"<(?:\w+:)?c\s(?![^>]*\bt=\"str\")[^>]*?\br=\"([A-Z]{1,3}[0-9]{1,7})\"[^>]*>\s*"
    rb"<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v></v>|<v ?/>)?\s*</"
)


def sheets(content, max_rows):
    """Yield `(name, rows)` of each visible sheet, rows being `(row number, cells)` without blank ones; Invalid if
    unusable. `content`: the bytes of the file."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        _measure(content)
    elif _LOCKED in content:
        raise _locked()
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            for place, sheet in enumerate(workbook.sheets_metadata):
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible:
                    yield sheet.name, list(_rows(workbook.get_sheet_by_index(place), max_rows))
    except python_calamine.PasswordError:
        raise _locked() from None
    except python_calamine.CalamineError:
        raise _damaged() from None


def _rows(sheet, max_rows):
    if sheet.end and sheet.end[0] >= max_rows:
        raise Invalid(N_("The file has more than {limit} rows: split it by programme"), limit=max_rows)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [_text(cell) for cell in cells]
        if any(text.strip() for text in texts):
            yield number, texts


def _text(cell):
    """Return what the cell shows, a number without the ".0" and a date as YYYY-MM-DD; endless texts are cut."""
    if isinstance(cell, str):
        return cell[:TEXT_LENGTH]
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def _measure(content):
    """Refuse archives that unpack to more than they should: one small file can stand for gigabytes.

    Reading every part to its end also compares its checksum, so a false size in the directory is found out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_kind(archive)
            if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > MAX_PARTS:
                raise Invalid(N_("The file unpacks to far more than a roster: copy the table into a new workbook"))
            for part in parts:
                _measure_sheet(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _damaged() from None


def _check_kind(archive):
    names = archive.namelist()
    if "content.xml" in names:
        raise Invalid(N_("This is an OpenDocument file: save it as XLSX (Excel 2007–365) and try again"))
    if "xl/workbook.bin" in names:
        raise Invalid(N_("This is a binary workbook (.xlsb): save it as XLSX and try again"))
    if "xl/workbook.xml" not in names:
        raise Invalid(N_("This is neither CSV nor XLSX: save the roster as one of them"))


def _measure_sheet(archive, part):
    """Refuse a sheet whose filled cells lie so far apart that the parser's grid would not fit in memory."""
    rows = columns = 0
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            chunk = rest + chunk
            _check_formulas(chunk)
            for letters, digits in _FILLED_CELL.findall(chunk):
                rows, columns = max(rows, int(digits)), max(columns, _column_number(letters))
            rest = chunk[max(chunk.rfind(b"<"), len(chunk) - _TAG_LENGTH) :]
    if rows * columns > MAX_GRID:
        message = N_("A cell far from the others makes the table {rows} rows by {columns} columns: delete it")
        raise Invalid(message, rows=rows, columns=columns)


def _check_formulas(chunk):
    found = _NO_RESULT.search(chunk) if b"<f" in chunk else None
    if found:
        message = N_("Cell {cell} holds a formula without a result: open the file in Excel, save it and try again")
        raise Invalid(message, cell=found[1].decode())


def _column_number(letters):
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _locked():
    return Invalid(N_("The file is locked with a password: save it without one"))


def _damaged():
    return Invalid(N_("The spreadsheet is damaged: open it, save it as a new XLSX file and try again"))
