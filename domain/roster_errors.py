"""A roster with its bad cells marked, as XLSX: to be corrected in place and sent again."""

import io

import xlsxwriter

from domain.roster_columns import TO_CORRECT

# A larger file holds its bad rows only: correcting them in the first one is less work than looking for them here.
MOST_ROWS = 5_000
MOST_COMMENTS = 1_000
_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip


def workbook(table, problems, say) -> bytes:
    """The rows of a Table with each bad cell coloured and commented, and a last column that says what to correct.

    `say(problem)` gives the words. No cell is a formula, and every one is text, so that zeros stay.
    """
    by_row = {}
    for problem in problems:
        by_row.setdefault(problem.row, []).append(problem)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        _Sheet(book, table, say).write(by_row)
    return content.getvalue()


class _Sheet:
    """The one sheet of the workbook while it is written."""

    def __init__(self, book, table, say):
        self.table, self.say, self.comments = table, say, 0
        self.sheet = book.add_worksheet()
        self.plain = book.add_format({"num_format": "@"})
        self.head = book.add_format({"num_format": "@", "bold": True, "bg_color": "#EFEBE2"})
        self.bad = book.add_format({"num_format": "@", "bg_color": "#F4C430", "font_color": "#B3261E"})
        self.words = book.add_format({"num_format": "@", "font_color": "#B3261E"})

    def write(self, by_row):
        """Rows at the numbers they have in the file, or the bad ones below each other when there are too many."""
        table, top = self.table, self.table.header_row - 1
        width = max([len(table.header), *(len(cells) for _, cells in table.rows)])
        self.sheet.set_column(0, width - 1, 15, self.plain)
        self.sheet.set_column(width, width, 70, self.plain)
        self.sheet.freeze_panes(top + 1, 0)
        self._row(top, [*table.header, *[""] * (width - len(table.header)), TO_CORRECT], by_row, self.head)
        rows = table.rows
        if len(rows) > MOST_ROWS:
            rows = [row for row in rows if row[0] in by_row][:MOST_ROWS]
        for place, (number, cells) in enumerate(rows, top + 1):
            at = number - 1 if rows is table.rows else place
            self._row(at, [*cells, *[""] * (width - len(cells))], by_row, self.plain, number)

    def _row(self, at, cells, by_row, look, number=None):
        wrong = by_row.get(number or self.table.header_row, [])
        marked = {problem.place: problem for problem in wrong if problem.place is not None}
        for place, text in enumerate(cells):
            self.sheet.write_string(at, place, text, self.bad if place in marked else look)
        for place, problem in marked.items():
            self._comment(at, place, problem)
        if wrong:
            self.sheet.write_string(at, len(cells) - (number is None), self._said(wrong, number), self.words)

    def _comment(self, at, place, problem):
        self.comments += 1
        if self.comments <= MOST_COMMENTS:
            self.sheet.write_comment(at, place, self.say(problem), {"author": "", "x_scale": 2})

    def _said(self, wrong, number):
        said = "；".join(f"{problem.column}：{self.say(problem)}" for problem in wrong)
        return f"#{number} {said}" if number else said
