"""Made-up students of every kind, to try a record with before real ones see it."""

from datetime import date

from domain import identity, roster_columns
from domain.words import Words

COMMON = {
    "student_no": "000000000", "name_zh": "王小明", "program": "學士班", "dept": "教育學系", "class": "甲",
    "sex": "女", "overseas_kind": "無", "nationality": "中華民國", "entry_term": "1", "route": "申請入學",
    "identity": "一般生",
}  # fmt: skip
WOMAN, MAN, FOREIGN, CHINESE_ABROAD, HONG_KONG, MAINLAND = (
    identity.completed(prefix + "0" * (9 - len(prefix))) for prefix in ("A2", "A1", "A90", "A97", "A98", "A99")
)
ABROAD = {"overseas_kind": "外國學生", "nationality": "越南", "name_zh": "NGUYEN, THI LAN"}
# By the word that stands in the address of a page: what the student is called, and what the roster says.
PEOPLE = {
    "woman": (Words("本國女生", "Woman from Taiwan"), {"id_no": WOMAN}),
    "man": (Words("本國男生", "Man from Taiwan"), {"id_no": MAN, "sex": "男"}),
    "minor": (Words("未滿 18 歲", "Under 18"), {"id_no": WOMAN, "age": 17}),
    "master": (Words("碩士班女生", "Woman, master’s programme"), {"id_no": WOMAN, "program": "碩士班", "age": 23}),
    "foreign": (Words("外國學生（有統一證號）", "International, with UI no."), {**ABROAD, "id_no": FOREIGN}),
    "newcomer": (
        Words("外國學生（沒有統一證號）", "International, no UI no."),
        {**ABROAD, "passport_no": "C123456"},
    ),
    "overseas": (
        Words("僑生", "Overseas Chinese"),
        {"id_no": CHINESE_ABROAD, "overseas_kind": "僑生", "nationality": "馬來西亞"},
    ),
    "hongkong": (
        Words("港澳生", "Hong Kong or Macao"),
        {"id_no": HONG_KONG, "overseas_kind": "港澳生", "nationality": "香港"},
    ),
    "mainland": (
        Words("陸生", "Mainland Chinese"),
        {"id_no": MAINLAND, "overseas_kind": "陸生", "nationality": "中國"},
    ),
}


def known(who, today) -> dict:
    """What the roster would say of this student on this day. Raises KeyError when there is none."""
    more = {"age": 18, **PEOPLE[who][1]}
    age = more.pop("age")
    blank = dict.fromkeys((column.name for column in roster_columns.COLUMNS), "")
    born = date(today.year - age, 1, 1).isoformat()
    return {**blank, **COMMON, "birth_date": born, "entry_year": str(today.year - 1911), **more}
