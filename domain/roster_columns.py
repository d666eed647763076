"""The columns a roster can have, and the many ways their headers are spelled."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from domain import identity
from domain import roster_cells as cells

PROGRAMS = ("學士班", "碩士班", "碩士在職專班", "博士班", "進修學士班", "教師在職進修碩士學位班")


@dataclass(frozen=True)
class Column:
    """One column: its English and Chinese header, other spellings of them, and what a cell of it becomes."""

    name: str
    zh: str
    aliases: tuple[str, ...]
    required: bool
    check: Callable[[str], str]


def _column(names, check, aliases, *, required=False):
    name, zh = names.split()
    return Column(name, zh, tuple(aliases.split(", ")), required, check)


COLUMNS = (
    _column("student_no 學號", cells.student_no, "學生學號, 學生證號, Student number, Student ID", required=True),
    _column("name_zh 姓名", cells.name, "中文姓名, 姓名中文, 學生姓名, name, Chinese name", required=True),
    _column(
        "id_no 身分證字號",
        identity.check,
        "身分證, 身分證號, 身分證號碼, 身份證, 身份證號, 身份證字號, "
        "身分證統一編號, 身分證字號統一證號, 統一證號, 居留證號, 居留證統一證號, ID, ID number, National ID, UI no",
    ),
    _column("passport_no 護照號碼", cells.passport_no, "護照, 護照號, passport, passport number"),
    _column(
        "birth_date 出生日期",
        cells.birth_date,
        "生日, 出生年月日, 出生日, birthday, birth, date of birth, DOB",
        required=True,
    ),
    _column("program 學制", cells.program, "班制, 學位別, 學制班別, programme, degree", required=True),
    _column("dept 系所", cells.words, "系別, 系所別, 系所名稱, 科系, 學系, 就讀系所, department", required=True),
    _column("group 組別", cells.words, "組, 分組"),
    _column("class 班級", cells.words, "班, 班別, 班級名稱"),
    _column("sex 性別", cells.sex, "gender"),
    _column(
        "overseas_kind 境外生類別", cells.overseas_kind, "境外生, 境外身分, 境外生身分, 境外類別, overseas category"
    ),
    _column("nationality 國籍", cells.words, "國別, 國籍別, country, citizenship"),
    _column("entry_year 入學年", cells.entry_year, "入學年度, 入學學年, 入學學年度, 學年, 學年度, year"),
    _column("entry_term 學期", cells.entry_term, "入學學期, 學期別, term, semester"),
    _column("route 入學管道", cells.words, "管道, 入學方式, 入學途徑, admission, admission route"),
    _column("identity 入學身分別", cells.words, "身分別, 身份別, 入學身分, 入學身份, 入學身份別, admission identity"),
    _column("email 電子郵件", cells.email, "電子信箱, 電郵, 信箱, mail, e-mail address"),
)


def _key(header):
    """Fold what people vary in a header: width, case, spaces, asterisks, brackets, "(必填)"."""
    return re.sub(r"必填|[\W_]", "", unicodedata.normalize("NFKC", header)).casefold()


def _spellings(column):
    return (column.name, column.zh, column.name + column.zh, column.zh + column.name, *column.aliases)


BY_NAME = {column.name: column for column in COLUMNS}
_BY_KEY = {_key(spelling): column for column in COLUMNS for spelling in _spellings(column)}


# The column that we add to a file with bad cells: it is not read when the file comes back.
TO_CORRECT = "要修正的地方 To correct"


def known(header):
    """Return `{place: Column}` for the header cells that name a column, in whatever spelling."""
    found = {place: _BY_KEY.get(_key(text)) for place, text in enumerate(header)}
    return {place: column for place, column in found.items() if column}


def guess(header, filled=()):
    """Return `{place: Column, or None to leave it out}` for a header, as far as it can be told.

    `filled`: places that most rows fill in, whether the header names them or not.
    """
    named = {place for place, text in enumerate(header) if text.strip()}
    return dict.fromkeys(sorted(named | set(filled))) | known(header)


def is_clear(header, columns):
    """Whether every column that the header names is known, so that there is nothing to ask."""
    return all(column or header[place : place + 1] == [TO_CORRECT] for place, column in columns.items())
