"""The cast as the roster knows them, and what they would answer; for tests that need no browser."""

from pathlib import Path

from domain import record_file

RECORD_FILE = Path(__file__).parent.parent / "record.toml"
RECORD = record_file.load(RECORD_FILE)

ALICE = {
    "student_no": "411510001", "name_zh": "林語安", "id_no": "A223456781", "passport_no": "",
    "birth_date": "2007-01-31", "program": "學士班", "dept": "教育學系", "group": "", "class": "甲班", "sex": "女",
    "overseas_kind": "無", "nationality": "TW", "entry_year": "115", "entry_term": "1", "route": "申請入學",
    "identity": "一般生", "email": "", "age": "19", "id_kind": "national",
    "campus_email": "a411510001@grad.ntue.edu.tw", "last_login": "", "notice_version": "1",
}  # fmt: skip
BOB = ALICE | {"student_no": "411510002", "name_zh": "王大明", "id_no": "A123456789", "sex": "男"}
LAN = ALICE | {
    "student_no": "411510003", "name_zh": "NGUYEN THI LAN", "id_no": "", "passport_no": "C1234567", "nationality": "VN",
    "overseas_kind": "外國學生", "id_kind": "",
}  # fmt: skip
MEI = ALICE | {"student_no": "411510004", "name_zh": "陳小美", "birth_date": "2009-03-05", "age": "17"}
CAST = {"alice": ALICE, "bob": BOB, "lan": LAN, "mei": MEI}

ANSWERS = {
    "basic": {"name_en_last": "LIN", "name_en_first": "YU-AN", "name_en_src": "護照"},
    "contact": {
        "mobile": "0912345678", "email": "someone@example.com", "reg_city": "臺北市", "reg_dist": "大安區",
        "reg_addr": "和平東路二段 134 號", "mail_same": "yes", "home_addr_abroad": "12 Nguyen Hue, Ho Chi Minh City",
    },
    "emergency": {
        "ec1_name": "林大山", "ec1_rel": "父", "ec1_mobile": "0922333444", "ec1_lang": ["華語"], "ec2_none": "yes",
        "gd_name": "陳大文", "gd_rel": "父", "gd_tel": "0922333444", "gd_addr": "臺北市大安區和平東路二段 134 號",
    },
    "education": {
        "pe_level": "高中", "pe_country": "TW", "pe_school": "臺北市立成功高級中學", "pe_status": "畢業",
        "pe_end": "2026-06",
    },
    "status": {"indigenous": "無", "disability": "無", "new_immigrant": "否"},
    "military": {"mil_state": "未役(申請緩徵)"},
    "passport": {
        "pp_no": "C1234567", "pp_country": "VN", "pp_expiry": "2031-05-20", "pp_name": "NGUYEN, THI LAN",
        "has_ui": "尚未取得",
    },
    "bank": {"acct_kind": "尚未開戶"},
    "photo": {"photo": "0123456789abcdef" * 2},
}  # fmt: skip


def all_saved(at=1_787_000_000):
    """Every tab filled in and saved, as the database would hold it."""
    return {tab: (dict(answers), at) for tab, answers in ANSWERS.items()}
