"""The phone and the codes on paper: setting them up, using them once, losing them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain import second_factor
from tables.staff import RecoveryCode, Staff
from tables.store import database, now
from tables.tries import Tries
from tests.browser import Browser
from tests.later import a_quarter_of_an_hour_later
from tests.offices import (
    KAO,
    SECRET,
    WU,
    digits,
    employ,
    in_list,
    letters,
    password_only,
    sign_in,
    wait_for_other_digits,
)
from tests.test_forgery import everything_stored

ENROL = "/staff/second-factor/new"
USED = "數字不對，或已經用過了。請等 App 換下一組數字再輸入。"
WAIT = "錯誤太多次了，請等 15 分鐘再試。"


def key(browser):
    """The secret as the page writes it for people who cannot scan."""
    return browser.text("#key").replace(" ", "")


def codes(browser):
    """The recovery codes on the page."""
    return [one.get_text() for one in browser.page.select(".codes b")]


def set_up(browser, **answers):
    """Take the secret of the page into a new phone and show its digits; the secret."""
    secret = key(browser.open(ENROL))
    browser.submit(code=digits(secret), **answers)
    return secret


@pytest.mark.parametrize("path", ["/staff", "/staff/settings", "/staff/settings/codes", "/staff/second-factor"])
def test_a_registrar_without_a_phone_gets_no_further_than_setting_one_up(plain, path):
    assert password_only(plain, employ(WU)).path == ENROL
    assert plain.open(path).path == ENROL
    assert plain.page.select_one("header .menu") is None


def test_a_registrar_sets_up_a_phone_keeps_ten_codes_and_is_in(plain):
    password_only(plain, employ(WU))

    set_up(plain)

    assert plain.heading == "你的備用碼" and len(set(codes(plain))) == 10
    assert letters()[-1][0] == WU.email
    assert plain.click("我收好了，繼續").path == "/staff"
    assert not any(
        code in str(plain.open(path).page) for path in ("/staff", "/staff/settings") for code in codes(plain)
    )


def test_the_page_shows_a_picture_of_the_same_key_and_takes_nothing_from_another_host(plain):
    password_only(plain, employ(WU))

    picture = plain.page.select_one("main svg")
    size, path = second_factor.drawing(second_factor.address(key(plain), WU.account, "iNTUE"))

    assert picture["viewbox"] == f"0 0 {size} {size}"
    assert picture.select("path")[1]["d"] == path
    assert not plain.page.select("main img")


def test_wrong_digits_keep_the_key_and_set_nothing_up(plain):
    password_only(plain, employ(WU))
    secret = key(plain)

    assert plain.submit(code="").error("code") == "請輸入數字或備用碼。"
    plain.submit(code=digits(SECRET) if digits(SECRET) != digits(secret) else "000000")

    assert plain.status == 422 and plain.error("code").startswith("這不是新手機的數字")
    assert key(plain) == secret and not in_list(WU).has_second_factor


def test_looking_at_the_key_writes_nothing_and_another_session_gets_another_key(app, plain):
    password_only(plain, employ(WU))
    before, secret = everything_stored(), key(plain)

    assert key(plain.open(ENROL)) == secret
    assert everything_stored() == before
    assert key(password_only(Browser(app), WU)) != secret


def test_a_clerk_of_a_department_may_do_without_but_is_offered_one_and_asked_for_it_then(app, plain):
    sign_in(plain, employ(KAO))
    assert "讓帳號更安全" in plain.text()

    secret = set_up(plain)
    assert "讓帳號更安全" not in plain.open("/staff").text()

    later = password_only(Browser(app), KAO)
    assert later.path == "/staff/second-factor"
    wait_for_other_digits(KAO)
    assert later.submit(code=digits(secret)).path == "/staff"


def test_the_digits_work_once_even_for_somebody_who_looked_over_the_shoulder(app, plain):
    employ(WU, has_phone=True)
    assert password_only(plain, WU).submit(code=digits()).path == "/staff"

    shoulder = password_only(Browser(app), WU).submit(code=digits())
    assert (shoulder.status, shoulder.error("code")) == (422, USED)

    with database.connection_context():
        Staff.update(last_step=Staff.last_step + 5).execute()
    assert shoulder.submit(code=digits()).error("code") == USED


@pytest.mark.parametrize(("seconds", "is_in"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_a_phone_whose_clock_is_half_a_minute_off_works_and_one_that_is_further_off_does_not(plain, seconds, is_in):
    password_only(plain, employ(WU, has_phone=True))

    plain.submit(code=digits(at=now() + seconds))

    assert (plain.path == "/staff" and plain.status == 200) == is_in


def test_digits_may_be_typed_with_a_space_or_in_full_width(plain):
    password_only(plain, employ(WU, has_phone=True))
    typed = digits().translate(str.maketrans("0123456789", "０１２３４５６７８９"))

    assert plain.submit(code=f" {typed[:3]} {typed[3:]}").path == "/staff"


def wrong_digits(n=0):
    """Six digits that the phone does not show in these minutes."""
    shown = {digits(at=now() + 30 * step) for step in range(-2, 5)}
    return [code for code in (f"{one:06}" for one in range(100)) if code not in shown][n]


def test_after_five_wrong_codes_even_the_right_one_has_to_wait_and_the_owner_gets_a_letter(app, plain):
    password_only(plain, employ(WU, has_phone=True))
    for n in range(5):
        assert plain.submit(code=wrong_digits(n)).error("code") == USED

    assert plain.submit(code=digits()).error("code") == WAIT
    assert password_only(Browser(app), WU).submit(code=digits()).error("code") == WAIT
    assert [letter[1] for letter in letters()] == ["教職員帳號的驗證數字錯誤多次 / Wrong codes for your staff account"]

    a_quarter_of_an_hour_later()
    assert plain.submit(code=digits()).path == "/staff"


def test_twelve_codes_sent_at_once_are_five_guesses(app, monkeypatch):
    employ(WU, has_phone=True)
    browsers, judged = [password_only(Browser(app), WU) for _ in range(12)], []
    real = second_factor.step_of
    monkeypatch.setattr(second_factor, "step_of", lambda *given: judged.append(given) or real(*given))

    with ThreadPoolExecutor(12) as crowd:
        list(crowd.map(lambda browser: browser.submit(code=wrong_digits()), browsers))

    assert len(judged) == 5


def test_twenty_wrong_codes_are_enough_for_a_day(plain):
    password_only(plain, employ(WU, has_phone=True))
    for quarter in range(4):
        for n in range(5 if quarter else 4):
            plain.submit(code=wrong_digits(n))
        with database.connection_context():
            Tries.forget(f"second factor {WU.account}")

    assert plain.submit(code=wrong_digits()).error("code") == USED
    assert plain.submit(code=digits()).error("code") == WAIT


def test_four_wrong_codes_are_forgiven_with_a_good_one(app):
    employ(WU, has_phone=True)

    for _ in range(6):
        browser = password_only(Browser(app), WU)
        for n in range(4):
            browser.submit(code=wrong_digits(n))
        assert browser.submit(code=digits()).path == "/staff"
        wait_for_other_digits(WU)


def test_a_lost_phone_is_replaced_by_a_recovery_code_which_works_once(app, plain):
    password_only(plain, employ(WU))
    secret = set_up(plain)
    paper = codes(plain)
    wait_for_other_digits(WU)

    lost = password_only(Browser(app), WU).click("手機不在身邊，改用備用碼")
    assert lost.submit(code=paper[0].lower().replace("-", " ")).path == "/staff"
    assert "還剩 9 組" in letters()[-1][2]

    again = password_only(Browser(app), WU).submit(code=paper[0])
    assert again.error("code") == "備用碼不對，或已經用過了。請用十組裡的另一組。"
    assert again.submit(code=digits(secret)).path == "/staff"


def test_twenty_who_use_one_recovery_code_at_once_are_one(app):
    employ(WU, has_phone=True)
    with database.connection_context():
        paper = RecoveryCode.renew(WU.account)

    def take(_):
        with database.connection_context():
            return RecoveryCode.take(WU.account, paper[0])

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(take, range(20))) == 1
    with database.connection_context():
        assert RecoveryCode.left(WU.account) == 9


def test_a_recovery_code_of_somebody_else_opens_nothing(app, plain):
    employ(KAO, has_phone=True)
    password_only(plain, employ(WU, has_phone=True))
    with database.connection_context():
        paper = RecoveryCode.renew(KAO.account)

    assert plain.submit(code=paper[0]).status == 422


def test_whoever_runs_low_on_codes_is_told_and_gets_new_ones_for_the_digits_of_the_phone(plain):
    sign_in(plain, employ(WU, has_phone=True))
    with database.connection_context():
        old = RecoveryCode.renew(WU.account)
        for code in old[:8]:
            RecoveryCode.take(WU.account, code)

    assert "備用碼還剩 2 組" in plain.open("/staff").text()
    plain.click("換一批備用碼").submit(code=wrong_digits())
    assert plain.status == 422 and plain.error("code") == USED
    plain.submit(code=digits())

    assert len(codes(plain)) == 10 and not set(codes(plain)) & set(old)
    with database.connection_context():
        assert RecoveryCode.left(WU.account) == 10 and not RecoveryCode.take(WU.account, old[9])
        assert RecoveryCode.take(WU.account, codes(plain)[0])


def test_another_phone_is_set_up_only_with_the_digits_of_the_one_in_use(app, plain):
    sign_in(plain, employ(WU, has_phone=True))
    other = sign_in(Browser(app), WU)
    secret = key(plain.open(ENROL))

    assert plain.submit(code=digits(secret), current=wrong_digits()).error("current") == USED
    assert in_list(WU).has_second_factor and other.open("/staff").path == "/staff"

    plain.submit(code=digits(secret), current=digits())
    assert plain.heading == "你的備用碼"
    assert other.open("/staff").path == "/staff/login"

    wait_for_other_digits(WU)
    late = password_only(Browser(app), WU)
    assert late.submit(code=digits()).error("code") == USED
    assert late.submit(code=digits(secret)).path == "/staff"


def test_somebody_half_signed_in_cannot_set_up_a_phone_in_place_of_the_one_there_is(plain):
    password_only(plain, employ(WU, has_phone=True))

    assert plain.open(ENROL).path == "/staff/second-factor"
    token = dict(plain.typed())["csrf_token"]
    assert plain.post(ENROL, {"csrf_token": token, "code": digits()}).path == "/staff/second-factor"
    assert plain.open("/staff/settings/codes").path == "/staff/second-factor"
