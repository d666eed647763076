"""What the cast would answer, by field; and how to fill a whole record with it."""

from io import BytesIO

from PIL import Image

from tests.conftest import PASSWORD

ANSWERS = {
    "name_en_last": "LIN", "name_en_first": "YU-CHING", "name_en_src": "護照",
    "mobile": "0912345678", "email": "someone@example.com",
    "reg_zip": "106", "reg_city": "臺北市", "reg_dist": "大安區", "reg_addr": "和平東路二段 134 號",
    "mail_same": "yes", "mail_country": "TW", "mail_zip": "106", "mail_city": "臺北市", "mail_dist": "大安區",
    "mail_addr": "和平東路二段 134 號", "home_addr_abroad": "12 Nguyen Hue, District 1, Ho Chi Minh City",
    "ec1_name": "林大山", "ec1_rel": "父", "ec1_mobile": "0922333444", "ec1_lang": ["華語"], "ec2_none": "yes",
    "gd_name": "林大山", "gd_rel": "父", "gd_tel": "0922333444", "gd_addr": "臺北市大安區和平東路二段 134 號",
    "pe_level": "高中", "pe_country": "TW", "pe_school": "市立成功高中", "pe_dept": "普通科", "pe_status": "畢業",
    "pe_end-y": "115", "pe_end-m": "6", "pe_foreign_verified": "辦理中",
    "indigenous": "無", "disability": "無", "new_immigrant": "否", "income": "無",
    "mil_state": "未役（申請緩徵）",
    "pp_no": "C1234567", "pp_country": "VN", "pp_expiry-y": "2031", "pp_expiry-m": "5", "pp_expiry-d": "20",
    "pp_name": "NGUYEN, THI LAN", "has_ui": "尚未取得", "permit_no": "123456789012", "overseas_place": "MY",
    "acct_kind": "尚未開戶", "acct_self": "yes", "ack": "yes", "guardian_ack": "yes", "guardian_name": "林大山",
}  # fmt: skip


def a_photo(width=900, height=1200, format="JPEG"):
    """The bytes of a picture that is good enough for a student card."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    raw = BytesIO()
    picture.save(raw, format)
    return raw.getvalue()


def log_in(browser, account, password, door="/intue/login"):
    """Through a door."""
    return browser.open(door).submit(account=account, password=password)


def begin(browser, account, initial, password=PASSWORD):
    """The first log-in, a password of one's own, and past the privacy notice."""
    log_in(browser, account, initial)
    browser.submit(new=password, again=password)
    browser.open("/record")
    return fill(browser)


def fill(browser, **other):
    """Fill in the form that is shown: whatever is required and has no answer yet."""
    answers = {**ANSWERS, **other}
    form, chosen = browser.form(), dict(other)
    files = {}
    for control in form.select("[required]"):
        name = control["name"]
        if control.get("type") == "file":
            files[name] = (BytesIO(a_photo()), "photo.jpg")
        elif name not in chosen and not browser.value(name) and not _is_hidden(control):
            chosen[name] = answers[name]
    return browser.submit(files=files, **{name.replace("-", "__"): value for name, value in chosen.items()})


def _is_hidden(control):
    return any(parent.has_attr("hidden") for parent in control.parents if parent.name)


def fill_all(browser):
    """Every yellow tab, one after the other, as the list of tabs leads; a tab may take a second save."""
    browser.open("/record")
    for _ in range(20):
        tab = next((key for key, state in browser.tabs.items() if state == "todo"), None)
        if tab is None:
            return browser
        browser.open(f"/record/{tab}")
        fill(browser)
        browser.open("/record")
    raise AssertionError(f"still yellow: {browser.tabs}")
