"""Makes rosters of people who do not exist, as mixed as a real intake, for trials and load tests."""

import csv
import datetime
import random
from pathlib import Path

import xlsxwriter

from domain import dates, identity
from domain.roster_columns import COLUMNS, PROGRAMS
from domain.words import N_, Invalid

# Weights in a thousand; what each kind of overseas student's resident number has as its third digit.
_KINDS = {"無": 850, "外國學生": 60, "僑生": 40, "港澳生": 30, "陸生": 20}
_THIRD_DIGIT = {"外國學生": "0123456", "僑生": "0678", "港澳生": "8", "陸生": "9"}
_COUNTRIES = {
    "無": ("中華民國",),
    "外國學生": ("越南", "印尼", "日本", "美國", "法國", "泰國"),
    "僑生": ("馬來西亞", "緬甸", "印尼"),
    "港澳生": ("香港", "澳門"),
    "陸生": ("中國大陸",),
}
_PROGRAM_WEIGHTS = (60, 20, 8, 4, 5, 3)
_DEPARTMENTS = (
    "教育學系",
    "語文與創作學系",
    "資訊科學系",
    "音樂學系",
    "數學暨資訊教育學系",
    "特殊教育學系",
    "體育學系",
)
_GROUPS = ("", "", "文學創作組", "語文師資組")
_ROUTES = {"學士班": ("繁星推薦", "申請入學", "分發入學"), "": ("甄試入學", "考試入學")}
_IDENTITIES = ("一般生",) * 17 + ("原住民", "離島", "身心障礙生")
_SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝郭洪邱曾廖賴徐周葉蘇莊呂江何羅高蕭潘簡朱鍾游詹胡施沈余盧梁趙顏柯翁魏孫戴"
_GIVEN = "家明怡君志豪雅婷冠宇淑芬建宏佳穎俊傑詩涵宗翰欣儀承恩子晴宥廷品妤柏翰語彤彥廷芷瑄"
# Absent from Big5, outside the basic plane, or changed by Unicode normalisation.
_RARE = "堃喆峯煊𠮷𤧟\uf90a\ufa0c"
_LATIN_SURNAMES = ("NGUYEN", "TRAN", "SITI", "TANAKA", "MARTIN", "O'BRIEN", "GARCIA-LOPEZ", "SOMCHAI")
_LATIN_GIVEN = ("THI LAN", "VAN MINH", "NURHALIZA", "YUKI", "CLAIRE", "PATRICK", "ANA MARIA", "KITTI")
_NO_NUMBER_YET = 0.3
_RARE_NAME = 0.03
_MINOR = 0.04
_LIMIT = 1_000_000


def sample(n, seed=1, today=None):
    """Return an iterator of n valid, different students, dicts of texts; a seed and a day always give the same people.

    About 85 % are domestic, half of them men, some under 18; some overseas students have a passport only.
    """
    if not 0 < n <= _LIMIT:
        raise Invalid(N_("Write a number from 1 to {limit}"), limit=_LIMIT)
    return _students(n, random.Random(seed), today or datetime.date.today())


def write(n, path):
    """Write n sample students to path, CSV (UTF-8 with BOM) or XLSX by its ending, with Chinese headers."""
    ending = Path(path).suffix.lower()
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    if ending not in writers:
        raise Invalid(N_("End the file name with .csv or .xlsx"))
    students = sample(n)
    try:
        writers[ending](students, path)
    except OSError as error:
        raise Invalid(N_("The file cannot be written: {reason}"), reason=error.strerror) from None


def _students(n, chance, today):
    width = max(5, len(str(n)))
    for place in range(n):
        kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
        admission = _admission(chance, kind, today.year - dates.ROC_OFFSET)
        student_no = f"{PROGRAMS.index(admission['program']) + 1}{admission['entry_year']}{place:0{width}}"
        yield {
            "student_no": student_no,
            "birth_date": _birth_date(chance, admission["program"], today).isoformat(),
            "email": f"a{student_no}@example.com",
            **_person(chance, kind, place),
            **admission,
        }


def _person(chance, kind, place):
    man = chance.random() < 0.5
    start = chance.choice("ABCDEFGHJKMNPQTUVWXZ")
    if kind == "無":
        start += "1" if man else "2"
    else:
        start += ("8" if man else "9") + chance.choice(_THIRD_DIGIT[kind])
    numbered = kind == "無" or chance.random() > _NO_NUMBER_YET
    return {
        "name_zh": _name(chance, kind),
        "id_no": identity.completed(start + _serial(kind, place)) if numbered else "",
        "passport_no": "" if kind == "無" else f"{chance.choice('EGKNP')}{place:08}",
        "sex": "男" if man else "女",
        "overseas_kind": kind,
        "nationality": chance.choice(_COUNTRIES[kind]),
    }


def _admission(chance, kind, year):
    program = chance.choices(PROGRAMS, _PROGRAM_WEIGHTS)[0]
    return {
        "program": program,
        "dept": chance.choice(_DEPARTMENTS),
        "group": chance.choice(_GROUPS),
        "class": chance.choice("甲乙"),
        "entry_year": str(year),
        "entry_term": "1",
        "route": chance.choice(_ROUTES.get(program, _ROUTES[""])) if kind == "無" else "海外聯招",
        "identity": chance.choice(_IDENTITIES) if kind == "無" else "其他",
    }


def _name(chance, kind):
    if kind == "外國學生":
        return f"{chance.choice(_LATIN_SURNAMES)}, {chance.choice(_LATIN_GIVEN)}"
    given = chance.choice(_GIVEN) + chance.choice(_GIVEN)
    if chance.random() < _RARE_NAME:
        given = chance.choice(_RARE) + given[0]
    return chance.choice(_SURNAMES) + given


def _serial(kind, place):
    """Return the digits of an ID number nobody else gets: a stride without a common factor visits each value once."""
    return f"{place * 7_919_317 % 10_000_000:07}" if kind == "無" else f"{place * 791_933 % 1_000_000:06}"


def _birth_date(chance, program, today):
    if program != "學士班":
        years = chance.randint(22, 45)
    else:
        years = 17 if chance.random() < _MINOR else chance.randint(18, 23)
    # A day short of the next birthday at most, so that the age is the one drawn.
    return today.replace(day=1, year=today.year - years) - datetime.timedelta(days=chance.randint(0, 330))


def _write_csv(students, path):
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(column.zh for column in COLUMNS)
        rows.writerows([student[column.name] for column in COLUMNS] for student in students)


def _write_xlsx(students, path):
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
    with open(path, "wb") as file, xlsxwriter.Workbook(file, options) as workbook:
        sheet = workbook.add_worksheet()
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, column.zh)
        for row, student in enumerate(students, start=1):
            for place, column in enumerate(COLUMNS):
                sheet.write_string(row, place, student[column.name])
