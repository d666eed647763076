"""Completed records as a table: one row a student, one column a field, nothing that a spreadsheet would run."""

import csv
from pathlib import Path

import xlsxwriter

from domain import groups
from domain.kinds import KINDS
from domain.sheet import judge, progress
from domain.words import N_, Invalid

# A cell that begins so is a formula to a spreadsheet (OWASP ASVS 5.0, 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def columns(record):
    """The fields of an export, in the order of the record file."""
    shown = (field for tab in record for field in tab if field.need != "hidden" and KINDS[field.kind].widget != "photo")
    return [one for field in shown for one in (_flat(field) if field.kind == "group" else [field])]


def _flat(group):
    """A group's columns: those of its first row, those of its second, and so on."""
    rows = range(1, group.max + 1)
    return [one for row in rows for one in groups.row_fields(group, row) if one.need != "hidden"]


def header(record):
    """The column headings: what the field says in `export`, or its label."""
    return [(field.export or field.label).zh for field in columns(record)]


def rows(record, students):
    """A row of texts for each student whose record is complete. `students`: (facts, saved tabs) pairs."""
    for facts, saved in students:
        judged = progress(record, saved, facts)
        if judged.is_complete:
            sheets = [*judged.sheets, *_gate(record, saved, facts)]
            yield _row(record, {field.key: (field, sheet) for sheet in sheets for field in sheet.exported})


def _gate(record, saved, facts):
    return [judge(record.gate, saved.get(record.gate.key, ({}, None))[0], facts)] if record.gate else []


def _row(record, shown):
    return [_text(*shown[field.key]) if field.key in shown else "" for field in columns(record)]


def _text(field, sheet):
    value = sheet.value(field)
    if field.need == "grey" or KINDS[field.kind].widget in ("date", "month"):
        return str(value)
    return KINDS[field.kind].show(value, field, "zh") if value else ""


def write(record, rows, path) -> int:
    """Write CSV (UTF-8 with BOM) or XLSX by the ending of `path`, and say how many rows. Raises Invalid."""
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    if Path(path).suffix.lower() not in writers:
        raise Invalid(N_("{file}: the name must end in .csv or .xlsx"), file=path)
    return writers[Path(path).suffix.lower()](header(record), rows, path)


def harmless(text):
    """A text that no spreadsheet takes for a formula. Phone numbers such as +81… keep their sign behind a quote."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _write_csv(head, rows, path):
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer, n = csv.writer(file), 0
        writer.writerow(head)
        for row in rows:
            writer.writerow([harmless(text) for text in row])
            n += 1
    return n


def _write_xlsx(head, rows, path):
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet, n = book.add_worksheet(), 0
        for column, text in enumerate(head):
            sheet.write_string(0, column, text)
        for n, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                sheet.write_string(n, column, text)
    return n
