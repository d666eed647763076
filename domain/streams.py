"""Tables and archives as streams of bytes: CSV, XLSX and ZIP, handed on while they are made and never held whole."""

import csv
import zipfile
from functools import cache
from html import escape

CHUNK = 1 << 16
UTF8, BIG5 = "utf-8-sig", "cp950"
# A cell that begins so is a formula to a spreadsheet (OWASP ASVS 5.0, 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Format 49 is "text": a spreadsheet takes what is typed into the cell later as text, too.
XLSX = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" '
    f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{OFFICE}/styles" '
    'Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
    '<xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


class Sink:
    """A file that cannot go back: what was written is kept until it is taken."""

    def __init__(self):
        self._parts, self._size = [], 0

    def write(self, part) -> int:
        """Take bytes in."""
        self._parts.append(bytes(part))
        self._size += len(part)
        return len(part)

    def flush(self):
        """There is nothing behind it."""

    def take(self, at_least=CHUNK):
        """What came in since the last time, in one piece, when it is enough to be worth handing on."""
        if self._size < at_least or not self._parts:
            return
        whole, self._parts, self._size = b"".join(self._parts), [], 0
        yield whole


def harmless(text):
    """A text that no spreadsheet takes for a formula. Phone numbers such as +81… keep their sign behind a quote."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unwritable(text, encoding=BIG5) -> str:
    """The characters of a text that an encoding has no place for, each of them once."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(one for one in dict.fromkeys(text) if not _fits(one, encoding))
    return ""


def spelled(text, encoding=BIG5) -> str:
    """The text with every such character written as its number, `[U+20BB7]`; never as a question mark."""
    missing = unwritable(text, encoding)
    return "".join(f"[U+{ord(one):04X}]" if one in missing else one for one in text) if missing else text


def _fits(character, encoding):
    try:
        return bool(character.encode(encoding))
    except UnicodeEncodeError:
        return False


def csv_parts(rows, encoding=UTF8):
    """The bytes of a CSV file with these rows of texts."""
    sink, first = Sink(), "\ufeff" if encoding == UTF8 else ""
    plain = "utf-8" if encoding == UTF8 else encoding
    sink.write(first.encode(plain))
    writer = csv.writer(_Encoded(sink, plain))
    for row in rows:
        cells = [harmless(text) for text in row]
        writer.writerow(cells if plain == "utf-8" else [spelled(text, plain) for text in cells])
        yield from sink.take()
    yield from sink.take(1)


class _Encoded:
    def __init__(self, sink, encoding):
        self._sink, self._encoding = sink, encoding

    def write(self, text):
        """Pass a text on as bytes."""
        self._sink.write(text.encode(self._encoding))


def xlsx_parts(rows):
    """The bytes of an XLSX file with these rows; every cell is a text, so that zeros stay and nothing is a formula."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, text in XLSX.items():
            archive.writestr(name, HEAD + text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for number, row in enumerate(rows, 1):
                sheet.write(_row(number, row).encode())
                yield from sink.take()
            sheet.write(b"</sheetData></worksheet>")
    yield from sink.take(1)


def _row(number, row):
    cells = (
        f'<c r="{_letters(place)}{number}" s="1" t="inlineStr"><is><t xml:space="preserve">{_plain(text)}</t></is></c>'
        for place, text in enumerate(row)
        if text
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _plain(text):
    """What may stand in XML: no control characters."""
    if not text.isprintable():
        text = "".join(one for one in text if (one >= " " and one not in "\ufffe\uffff") or one in "\t\n")
    return escape(text, quote=False)


@cache
def _letters(place):
    """A, B … Z, AA …"""
    letters, place = "", place + 1
    while place:
        place, last = divmod(place - 1, 26)
        letters = chr(65 + last) + letters
    return letters


def zip_parts(files):
    """The bytes of a ZIP archive of (name, bytes) pairs."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files:
            archive.writestr(name, content)
            yield from sink.take()
    yield from sink.take(1)
