"""The staff door: who gets in, how far, and what everybody else reads."""

import argon2
import pytest
from flask_login import login_user
from werkzeug.exceptions import Forbidden

from blueprints.staff import access as staff_access
from tables.journal import Event
from tables.staff import Staff
from tables.staff_visits import StaffSession
from tables.store import database
from tables.visits import Captcha
from tests.answers import begin, log_in
from tests.browser import Browser
from tests.later import a_quarter_of_an_hour_later
from tests.offices import (
    KAO,
    PASSWORD,
    SECRET,
    WU,
    YEH,
    digits,
    dismiss,
    employ,
    hire,
    letters,
    password_only,
    sign_in,
)
from tests.people import LIN

WRONG = "Copper-Teapot-Window-8"
PAGES = ["/staff", "/staff/settings", "/staff/settings/password", "/staff/settings/codes"]
REFUSED = "帳號或密碼不正確，或嘗試次數過多。請 15 分鐘後再試，或使用「忘記密碼」。"


def test_a_clerk_of_a_department_is_in_with_the_password_and_sees_who_and_for_what(plain):
    password_only(plain, employ(KAO))

    assert plain.path == "/staff"
    text = plain.open("/staff/settings").text()
    assert all(word in text for word in (KAO.name, KAO.account, "系所", "教育學系、特殊教育學系"))


def test_a_registrar_is_in_after_the_digits_of_the_phone(plain):
    password_only(plain, employ(WU, has_phone=True))
    assert (plain.path, plain.heading) == ("/staff/second-factor", "第二道驗證")

    plain.submit(code=digits())
    assert plain.path == "/staff" and "全部" in plain.text()


def test_the_account_may_be_typed_in_small_or_full_width_letters(plain):
    employ(KAO)

    assert plain.open("/staff/login").submit(account=" ｔ2001 ", password=PASSWORD).path == "/staff"


@pytest.mark.parametrize("path", PAGES)
def test_half_signed_in_opens_nothing_but_the_second_factor(plain, path):
    password_only(plain, employ(WU, has_phone=True))

    assert plain.open(path).path == "/staff/second-factor"
    assert WU.name not in plain.text("body")


@pytest.fixture
def hashes(monkeypatch):
    """What was compared by Argon2."""
    calls, verify = [], argon2.PasswordHasher.verify

    def counted(self, *given):
        calls.append(given)
        return verify(self, *given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    return calls


@pytest.mark.parametrize("why", ["unknown", "wrong", "not activated", "disabled", "locked", "a student"])
def test_everybody_who_is_refused_reads_the_same_after_the_same_work(app, plain, hashes, why):
    employ(KAO)
    others = {"unknown": "T9999", "wrong": KAO.account, "not activated": hire(YEH).account, "a student": LIN.account}
    others |= {"disabled": KAO.account, "locked": KAO.account}
    if why == "disabled":
        dismiss(KAO)
    for n in range(5 if why == "locked" else 0):
        password_only(Browser(app, address=f"10.0.0.{n}"), KAO, WRONG)
    hashes.clear()
    guess = PASSWORD if why in ("locked", "disabled") else WRONG

    plain.open("/staff/login").submit(account=others[why], password=guess)

    assert (plain.status, plain.errors, len(hashes)) == (422, {"account": REFUSED}, 1)
    assert plain.value("account") == others[why] and plain.value("password") == ""


def test_five_wrong_passwords_close_the_account_for_a_quarter_of_an_hour_and_no_other(app, plain):
    employ(KAO)
    employ(YEH)
    for n in range(5):
        password_only(Browser(app, address=f"10.0.0.{n}"), KAO, WRONG)

    assert password_only(plain, KAO).status == 422
    assert password_only(Browser(app), YEH).path == "/staff"

    a_quarter_of_an_hour_later()
    assert password_only(plain, KAO).path == "/staff"


def test_a_student_with_the_same_number_is_not_shut_out_by_wrong_staff_passwords(app, plain):
    for _ in range(5):
        plain.open("/staff/login").submit(account=LIN.account, password=WRONG)

    assert log_in(Browser(app), LIN, LIN.first).path == "/password/first"


def test_after_two_wrong_passwords_a_code_is_asked_for_and_must_be_right(started):
    employ(KAO)
    browser = Browser(started(CAPTCHA="on"))
    assert not password_only(browser, KAO, WRONG).has_field("captcha")
    assert password_only(browser, KAO, WRONG).has_field("captcha")

    browser.submit(password=PASSWORD, captcha="00000")
    assert browser.status == 422 and browser.error("captcha")

    with database.connection_context():
        seen = Captcha.get_by_id(browser.value("captcha_id")).answer
    assert browser.submit(password=PASSWORD, captcha=seen).path == "/staff"


def test_a_password_hashed_with_weaker_settings_is_hashed_anew_at_the_next_login(plain, real_hashes):
    employ(KAO)
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with database.connection_context():
        Staff.update(password=weak).execute()

    assert password_only(plain, KAO).path == "/staff"

    with database.connection_context():
        assert "m=19456,t=2" in Staff.get_by_id(KAO.account).password
    assert password_only(plain, KAO).path == "/staff"


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example/staff", "/\\evil.example", "/record", "/staffx"]
)
def test_nobody_is_led_elsewhere_after_logging_in(plain, path):
    employ(KAO)

    plain.open("/staff/login", next=path)
    token = dict(plain.typed())["csrf_token"]
    plain.post("/staff/login", {"csrf_token": token, "account": "T2001", "password": PASSWORD, "next": path})

    assert plain.path == "/staff"


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"current": WRONG, "new": "Walnut-Ferry-3-Satchel", "again": "Walnut-Ferry-3-Satchel"}, {"current"}),
        ({"current": PASSWORD, "new": "Walnut-Ferry-3-Satchel", "again": "Walnut-Ferry-3-satchel"}, {"again"}),
        ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, {"new"}),
        ({"current": "", "new": "short", "again": "short"}, {"current", "new"}),
    ],
)
def test_a_change_of_password_with_something_wrong_changes_nothing(app, plain, answers, wrong):
    sign_in(plain, employ(KAO)).open("/staff/settings/password").submit(**answers)

    assert plain.status == 422 and set(plain.errors) == wrong
    assert password_only(Browser(app), KAO).path == "/staff" and letters() == []


def test_a_student_and_a_clerk_do_not_see_each_others_pages(app, plain):
    student, clerk = begin(Browser(app), LIN), sign_in(plain, employ(KAO))

    assert [student.open(path).status for path in [*PAGES, "/staff/second-factor"]] == [403] * 5
    assert [clerk.open(path).status for path in ("/home", "/record", "/record/basic", "/password/change")] == [403] * 4
    assert clerk.page.select_one("a.brand")["href"] == "/staff"


@pytest.mark.parametrize(("role", "officer"), [("registrar", KAO), ("department", WU)])
def test_a_page_for_one_role_is_closed_to_the_other(app, role, officer):
    employ(officer, has_phone=True)

    @staff_access.staff_required(role)
    def page():
        return "open"

    assert page.audience == role
    with app.test_request_context("/staff/some/page"), database.connection_context():
        login_user(staff_access.load(StaffSession.begin(officer.account, True)))
        with pytest.raises(Forbidden):
            page()
        login_user(staff_access.load(StaffSession.begin(officer.account, False)))
        assert page().location == "/staff/second-factor"


def test_the_security_log_tells_what_happened_and_nothing_that_was_typed(app, plain):
    employ(WU, has_phone=True)
    plain.open("/staff/login").submit(account=WRONG, password=PASSWORD)
    password_only(plain, WU, WRONG)
    sign_in(plain, WU)

    with database.connection_context():
        events = list(Event.select().order_by(Event.id).dicts())

    assert [(event["what"], event["account"]) for event in events] == [
        ("staff-refused", ""),
        ("staff-refused", WU.account),
        ("staff-signed-in", WU.account),
    ]
    assert not [secret for secret in (PASSWORD, WRONG, digits(), SECRET) if secret in str(events)]
