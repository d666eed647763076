"""Rosters as offices send them, and what each of them is told: `python -m tests.roster_cases` writes docs/roster.md."""

import io
import zipfile
from pathlib import Path

import xlsxwriter

from blueprints import language
from domain import roster, roster_file
from domain.words import Invalid

FILES = Path(__file__).parent / "files"
PAGE = Path(__file__).parent.parent / "docs" / "roster.md"
HEADER = ["學號", "姓名", "身分證字號", "出生日期", "學制", "系所"]
ROWS = [
    ["411599001", "王大明", "A123456789", "2007-01-31", "學士班", "教育學系"],
    ["411599002", "陳小美", "B223456782", "960228", "學士班", "教育學系"],
    ["411599003", "林大山", "F131104093", "95/5/17", "碩士班", "教育學系"],
]


def csv(*changes, header=True):
    """The rows as CSV text; `changes`: (row, column, text) in the order of the file."""
    rows = [[*HEADER], *([*row] for row in ROWS)]
    for row, column, text in changes:
        rows[row][column] = text
    return "".join(",".join(row) + "\r\n" for row in rows[not header :])


def quoted():
    """The rows with every cell in quotation marks."""
    return "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in [HEADER, *ROWS])


def xlsx(*sheets, **options):
    """Sheets of rows as XLSX; `options` of xlsxwriter."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **options}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            [sheet.write(at, column, cell) for at, row in enumerate(rows) for column, cell in enumerate(row)]
    return content.getvalue()


def changed(row, column, cell):
    """The rows of a sheet with one cell changed."""
    rows = [[*HEADER], *([*one] for one in ROWS)]
    rows[row][column] = cell
    return rows


def archive(name, content):
    """A packed file with one part."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return packed.getvalue()


def bomb(says):
    """A packed file whose directory says that it unpacks to so many bytes; it is opened only if that is little."""
    packed = archive("xl/workbook.xml", b"0" * 5_000_000)
    return packed.replace((5_000_000).to_bytes(4, "little"), says.to_bytes(4, "little"))


def thousand():
    """A thousand students, each with an impossible date of birth."""
    rows = "".join(f"4115{place:05},王大明,,2007-02-30,學士班,教育學系,E{place:08}\r\n" for place in range(1000))
    return ",".join([*HEADER, "護照號碼"]) + "\r\n" + rows


def file(name):
    """A file that another program wrote."""
    return (FILES / name).read_bytes()


def far():
    """A roster with a letter where nobody looks."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(1_048_575, 16_383, "x")
    return content.getvalue()


ZEROS = [
    ["011599001", *ROWS[0][1:]],
    ["011599002", *ROWS[1][1:]],
    [11599003, "周大華", "K255501232", "2007-01-31", "學士班", "教育學系"],
]
CASES = {
    "CSV，UTF-8": lambda: csv().encode(),
    "CSV，UTF-8 有 BOM（Excel「CSV UTF-8」）": lambda: csv().encode("utf-8-sig"),
    "CSV，Big5（Excel「CSV」）": lambda: csv().encode("cp950"),
    "CSV，Big5，姓名有「堃」（各家造字不同）": lambda: csv((1, 1, "游錫堃")).encode("big5hkscs"),
    "CSV，Big5，存檔時「堃」變成「?」": lambda: csv((1, 1, "游錫?")).encode("cp950"),
    "CSV，UTF-16（Excel「Unicode 文字」），用 Tab 分隔": lambda: csv().replace(",", "\t").encode("utf-16"),
    "CSV，UTF-16，沒有 BOM": lambda: csv().encode("utf-16-le"),
    "CSV，第 3 列的編碼壞掉": lambda: csv().encode("cp950").replace("陳小美".encode("cp950"), b"\xff\xff\xff"),
    "CSV，引號沒有關": lambda: csv((2, 1, '"陳小美')).encode(),
    "CSV，多一個逗號": lambda: csv((2, 5, "教育學系,x")).encode(),
    "XLSX，LibreOffice 7.4 存的": lambda: file("libreoffice.xlsx"),
    "XLSX，和 Excel 一樣用共用字串（xlsxwriter）": lambda: xlsx([HEADER, *ROWS]),
    "XLSX，字串寫在格子裡（xlsxwriter）": lambda: xlsx([HEADER, *ROWS], constant_memory=True, in_memory=False),
    "XLSX，openpyxl 寫的": lambda: file("openpyxl.xlsx"),
    "XLSX，上面有標題列，欄位名稱合併成兩列": lambda: file("merged.xlsx"),
    "XLS，Excel 97 格式（LibreOffice 存的）": lambda: file("libreoffice.xls"),
    "ODS": lambda: file("libreoffice.ods"),
    "XLSX，有密碼": lambda: file("locked.xlsx"),
    "XLSX，學號開頭的 0 被 Excel 去掉": lambda: xlsx([HEADER, *ZEROS]),
    "CSV，學號被 Excel 寫成 4.12E+08": lambda: csv((1, 0, "4.12E+08")).encode(),
    "XLSX，出生日期是 Excel 的天數 39113": lambda: xlsx(changed(1, 3, 39113)),
    "XLSX，出生日期是七位民國日期，開頭的 0 不見了（960131）": lambda: xlsx(changed(1, 3, 960131)),
    "XLSX，身分證字號是 #N/A": lambda: xlsx(changed(1, 2, "#N/A")),
    "XLSX，系所是公式，Excel 算好了": lambda: with_formula("教育學系"),
    "XLSX，系所是公式，還沒算過": lambda: with_formula(""),
    'CSV，用 ="0411599001" 保住開頭的 0': lambda: csv((1, 0, '"=""0411599001"""')).encode(),
    "CSV，全部加引號": lambda: quoted().encode(),
    "CSV，姓名是 =HYPERLINK(…)": lambda: csv((1, 1, '"=HYPERLINK(""http://x"")"')).encode(),
    "同一個學號兩次": lambda: csv((2, 0, "411599001")).encode(),
    "同學制裡同一個身分證字號兩次": lambda: csv((2, 2, "A123456789")).encode(),
    "1,000 格有錯": lambda: thousand().encode(),
    "空白檔案": lambda: b"",
    "只有欄位名稱，沒有學生": lambda: ",".join(HEADER).encode(),
    "沒有欄位名稱": lambda: csv(header=False).encode(),
    "少了「學制」這一欄": lambda: csv((0, 4, "備註")).encode(),
    "名單在第二張工作表，第一張是說明": lambda: xlsx([["說明"]], [HEADER, *ROWS]),
    "兩張工作表都是名單": lambda: xlsx([HEADER, *ROWS], [HEADER, *ROWS]),
    "哪一張工作表都不是名單": lambda: xlsx([["說明", "備註"]], [["a", "b"]]),
    "ZIP 炸彈：小檔案，解開有 300 MB": lambda: bomb(300_000_000),
    "ZIP 炸彈：把大小說成很小": lambda: bomb(5_000),
    "一格放在最後一列最後一欄": far,
    "PDF 改名成 .xlsx": lambda: b"%PDF-1.7\n",
    "200 MB 的檔案": lambda: b"x" * (roster_file.MAX_BYTES + 1),
}


def with_formula(result):
    """A workbook whose last cell is a formula with this result; "": with none."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        [sheet.write(at, column, cell) for at, row in enumerate([HEADER, *ROWS]) for column, cell in enumerate(row)]
        sheet.write_formula(1, 5, "=F3", None, result or 0)
    return content.getvalue() if result else unworked(content.getvalue())


def unworked(content):
    """The same workbook as a program writes it that works nothing out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        [new.writestr(one, old.read(one).replace(b"</f><v>0</v>", b"</f><v></v>")) for one in old.namelist()]
    return packed.getvalue()


def told(content):
    """What a clerk is told about a file, in Chinese."""
    try:
        table = roster_file.parse(content)
    except Invalid as reason:
        return "整份不收：" + language.say(reason, "zh")
    found = roster.check(table)
    said = [f"第 {one.row} 列 {one.column}：{language.say(one.invalid, 'zh')}" for one in found.problems[:2]]
    more = [f"……共 {len(found.problems)} 格"] if len(found.problems) > 2 else []
    sheets = [f"提醒：工作表 {'、'.join(table.other_sheets)} 沒有讀"] if table.other_sheets else []
    return "；".join([*(said or [f"讀到 {len(found.students)} 人，沒有錯誤"]), *more, *sheets])


INTRODUCTION = """# 名單檔案會遇到的情形

*In short: roster files as offices send them, and what Xueji says about each. Every line is what a test was told.*

給承辦人：左邊是檔案的樣子，右邊是系統會說的話。有一格錯誤，就什麼都不會寫入，除非你選「只匯入沒有錯誤的列」。
這張表由 `python -m tests.roster_cases` 產生，測試會核對。

| 檔案 | 系統會說 |
|---|---|
"""


def page():
    """The text of docs/roster.md."""
    return INTRODUCTION + "".join(f"| {name} | {told(make())} |\n" for name, make in CASES.items())


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
