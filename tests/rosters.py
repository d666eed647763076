"""Roster files as clerks have them, and the way of one through the import pages."""

import io

import xlsxwriter

from domain import roster_sample
from domain.roster_columns import COLUMNS
from models import Student
from tables.imports import DAY, ImportJob, seal
from tables.store import database
from tests.offices import WU, employ, sign_in

ZH = {column.name: column.zh for column in COLUMNS}
COMMON = {
    "name_zh": "王小明", "birth_date": "2007-01-31", "program": "學士班", "dept": "教育學系", "overseas_kind": "無",
    "nationality": "中華民國", "entry_year": "115", "entry_term": "1",
}  # fmt: skip
IDS = ("A123456789", "B223456782", "F131104093", "A800000014", "K255501232")


def people(n, **changes):
    """n sample students of whom nobody is in the demonstration roster."""
    return [{**one, "student_no": f"9{place:08}", **changes} for place, one in enumerate(roster_sample.sample(n))]


def csv_of(rows, header=None, encoding="utf-8-sig"):
    """Rows as a CSV file; `header`: {column: heading}, all of them in Chinese unless given."""
    header = header or ZH
    lines = [header.values(), *([row.get(name, "") for name in header] for row in rows)]
    return "\r\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in line) for line in lines).encode(
        encoding
    )


def xlsx_of(*sheets):
    """Sheets of rows of cells as an XLSX file, numbers and dates as such."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy/m/d"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            [sheet.write(at, column, cell) for at, row in enumerate(rows) for column, cell in enumerate(row)]
    return content.getvalue()


def registrar(browser):
    """A browser with the registrar signed in."""
    return sign_in(browser, employ(WU, has_phone=True))


def upload(browser, content, name="roster.csv"):
    """Send a file from the first page, or from the preview that offers to."""
    browser.open("/staff/import")
    return browser.submit(files={"file": (io.BytesIO(content), name)})


def bring_in(browser, content, name="roster.csv"):
    """Upload a file without errors and confirm its preview."""
    return upload(browser, content, name).submit("form[action$='/write']")


def numbers():
    """Every student number in the database."""
    with database.connection_context():
        return {student.student_no for student in Student.select(Student.student_no)}


def a_day_later():
    """Imports are a day older, as far as they know."""
    with database.connection_context():
        for job in ImportJob.select():
            facts = {**job.known, "written_at": job.known.get("written_at", 0) - DAY}
            ImportJob.update(facts=seal(job.id, facts), changed_at=job.changed_at - DAY - 1).execute()
