"""Records as a table: one row a student, one column for each thing that was asked for."""

from pathlib import Path
from typing import NamedTuple

from domain.export_columns import ISO, Seen, offered
from domain.streams import csv_parts, unwritable, xlsx_parts
from domain.words import N_, Invalid, Words


class Plan(NamedTuple):
    """What one export has: (Column, heading) pairs, the style of its dates, and who is in it besides being asked for.

    `when` is a Condition on what is settled, or None; `name` is what people call it.
    """

    name: Words
    columns: list
    dates: str = ISO
    when: object = None

    @property
    def header(self):
        """The first row."""
        return [heading for _, heading in self.columns]

    def row(self, seen):
        """The texts of a student."""
        return [column.read(seen, self.dates) for column, _ in self.columns]

    def table(self, people):
        """The header, then a row for each student who is seen."""
        yield self.header
        yield from map(self.row, people)

    def gaps(self, people, encoding):
        """(student number, heading, text, the characters) of each cell that an encoding cannot hold.

        Headings are cells of nobody.
        """
        yield from _missing("", self.header, self.header, encoding)
        for seen in people:
            yield from _missing(seen.person.known["student_no"], self.header, self.row(seen), encoding)


def _missing(number, header, row, encoding):
    for heading, text in zip(header, row, strict=True):
        missing = unwritable(text, encoding)
        if missing:
            yield number, heading, text, missing


def gap_table(gaps):
    """What `Plan.gaps` gives as a table."""
    yield ["學號", "欄位", "內容", "Big5 沒有的字"]
    yield from map(list, gaps)


def pictures(record) -> Plan:  # noqa: ARG001 -- as the others
    """No columns: the photos."""
    return Plan(Words("照片：ZIP 檔，以學號命名", "Photos: a ZIP, named by student number"), [])


def everything(record) -> Plan:
    """Every field of the record."""
    columns = [(one, one.heading) for one in offered(record) if one.field]
    return Plan(Words("完整學籍資料：所有欄位", "Full records: every field"), columns)


def overview(record) -> Plan:
    """Who is how far: no answers."""
    known = ("student_no", "name_zh", "program", "dept", "class")
    columns = [one for one in offered(record) if one.key in {f"roster.{name}" for name in known}]
    columns += [one for one in offered(record) if one.key.startswith(("state.", "tab."))]
    words = Words("進度名單：學號、姓名、系所、各頁狀態", "Progress list: number, name, department, state of each tab")
    return Plan(words, [(one, one.heading) for one in columns])


BUILT_IN = {"progress": overview, "all": everything, "photos": pictures}


def listed(record, one) -> Plan:
    """A ready-made list of the record file."""
    by_name = {column.key: column for column in offered(record)}
    columns = [by_name.get(f"field.{name}") or by_name[f"roster.{name}"] for name in one.columns]
    return Plan(one.title, [(column, column.heading) for column in columns], one.dates, one.when)


def chosen(record, name, columns, dates) -> Plan:
    """A saved mapping: (key, heading) pairs. What the record file no longer has is left out."""
    by_key = {column.key: column for column in offered(record)}
    return Plan(Words(name, name), [(by_key[key], heading) for key, heading in columns if key in by_key], dates)


def picked(record, plan, people, is_complete=True):
    """Those of the Persons who belong into an export, each Seen."""
    for person in people:
        seen = Seen(record, person)
        if (seen.is_complete or not is_complete) and (plan.when is None or plan.when.holds(seen.settled)):
            yield seen


def write(record, people, path) -> int:
    """Write the full records that are complete as CSV (UTF-8 with BOM) or XLSX, by the ending of `path`.

    How many there were. Raises Invalid.
    """
    writers, plan, n = {".csv": csv_parts, ".xlsx": xlsx_parts}, everything(record), -1
    if Path(path).suffix.lower() not in writers:
        raise Invalid(N_("{file}: the name must end in .csv or .xlsx"), file=path)

    def counted():
        nonlocal n
        for n, row in enumerate(plan.table(picked(record, plan, people))):  # noqa: B007 -- the count goes on outside
            yield row

    with open(path, "wb") as file:
        file.writelines(writers[Path(path).suffix.lower()](counted()))
    return n
