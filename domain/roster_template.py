"""An empty roster to be filled in: every column, as text, so that no zero is lost."""

import io

import xlsxwriter

from domain.roster_columns import COLUMNS
from domain.words import N_

REQUIRED, ONE_OF, OPTIONAL = N_("Required"), N_("Required: one of the two"), N_("May be left empty")
EXAMPLES = {
    "birth_date": "2007-01-31, 0960131, 96/1/31",
    "program": "學士班, 碩士班, 碩士在職專班, 博士班",
    "sex": "男, 女",
    "overseas_kind": "無, 外國學生, 僑生, 港澳生, 陸生",
    "entry_year": "115, 2026",
    "entry_term": "1, 2",
}


def workbook(say) -> bytes:
    """An XLSX with the headers, each with a comment; `say(message)` gives the words."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        text, head = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        sheet.set_column(0, len(COLUMNS) - 1, 15, text)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, column.zh, head)
            sheet.write_comment(0, place, _about(column, say), {"author": ""})
    return content.getvalue()


def _about(column, say):
    one_of = column.name in ("id_no", "passport_no")
    words = say(REQUIRED if column.required else ONE_OF if one_of else OPTIONAL)
    return f"{words}\n{EXAMPLES[column.name]}" if column.name in EXAMPLES else words
