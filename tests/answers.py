"""What anybody in the tests would answer, by field, and how a whole record is filled in with it."""

from io import BytesIO

from PIL import Image

from tests.browser import is_hidden
from tests.people import PASSWORD

ANSWERS = {
    "name_en_last": "LIN", "name_en_first": "YU-CHING", "name_en_src": "護照", "mobile": "0912345678",
    "email": "someone@example.com", "reg_zip": "106", "reg_city": "臺北市", "reg_dist": "大安區",
    "reg_addr": "和平東路二段 134 號", "mail_same": "yes", "mail_country": "TW", "mail_zip": "106",
    "mail_city": "臺北市", "mail_dist": "大安區", "mail_addr": "和平東路二段 134 號",
    "home_addr_abroad": "12 Nguyen Hue, District 1, Ho Chi Minh City", "ec1_name": "林大山", "ec1_rel": "父",
    "ec1_mobile": "0922333444", "ec1_lang": ["華語"], "ec2_name": "王小美", "ec2_rel": "朋友",
    "ec2_mobile": "0933444555", "gd_name": "林大山", "gd_rel": "父", "gd_tel": "0922333444",
    "gd_addr": "臺北市大安區和平東路二段 134 號", "pe_level": "高中", "pe_country": "TW",
    "pe_school": "市立成功高中", "pe_dept": "普通科", "pe_status": "畢業", "pe_end-y": "115", "pe_end-m": "6",
    "pe_foreign_verified": "辦理中", "indigenous": "無", "disability": "無", "new_immigrant": "否",
    "income": "無", "mil_state": "未役(申請緩徵)", "pp_no": "C1234567",
    "pp_country": {"zh": "越南", "en": "Vietnam"}, "pp_expiry-y": "2031", "pp_expiry-m": "5",
    "pp_expiry-d": "20", "pp_name": "NGUYEN, THI LAN", "has_ui": "尚未取得", "permit_no": "123456789012",
    "overseas_place": {"zh": "馬來西亞", "en": "Malaysia"}, "acct_kind": "尚未開戶", "acct_self": "yes",
    "ack": "yes", "guardian_ack": "yes", "guardian_name": "林大山",
}  # fmt: skip


def answer(name, lang):
    """The answer to a field, as it is called in the language of the page."""
    return ANSWERS[name][lang] if isinstance(ANSWERS[name], dict) else ANSWERS[name]


def a_photo(width=600, height=800, format="JPEG"):
    """The bytes of a picture that is good enough for a student card."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    raw = BytesIO()
    picture.save(raw, format)
    return raw.getvalue()


def log_in(browser, person, password=PASSWORD, door="/intue/login"):
    """Through a door."""
    return browser.open(door).submit(account=person.account, password=password)


def first_password(browser, person):
    """The first log-in, and a password of one's own."""
    return log_in(browser, person, person.first).submit(new=PASSWORD, again=PASSWORD)


def begin(browser, person):
    """The first log-in, a password of one's own, and past the privacy notice."""
    first_password(browser, person).open("/record")
    return fill(browser)


def fill(browser, **other):
    """Fill in the form that is shown and send it: what is required and empty, then what the page still asks for."""
    _send(browser, [one["name"] for one in browser.form().select("[required]") if not is_hidden(one)], other)
    if browser.status == 422:
        _send(browser, [one for one in browser.errors if one in ANSWERS], other)
    return browser


def _send(browser, names, other):
    files = {
        name: (BytesIO(a_photo()), "photo.jpg")
        for name in names
        if browser.form().select_one(f'[name="{name}"][type=file]')
    }
    wanted = {name: answer(name, browser.lang) for name in names if name not in files and not browser.value(name)}
    return browser.submit(
        files=files or None, **{name.replace("-", "__"): one for name, one in (wanted | other).items()}
    )


def fill_tab(browser, tab, **other):
    """Open a tab and fill it in."""
    return fill(browser.open(f"/record/{tab}"), **other)


def fill_all(browser):
    """Every yellow tab, one after the other, as the list of tabs leads."""
    browser.open("/record")
    while todo := [tab for tab, state in browser.tabs.items() if state == "todo"]:
        fill_tab(browser, todo[0])
        assert browser.status == 200, f"{todo[0]}: {browser.errors}"
        browser.open("/record")
        assert browser.tabs[todo[0]] == "done", f"{todo[0]} stays yellow"
    return browser
