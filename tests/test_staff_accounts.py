"""How a member of staff comes to a password: the list, the link in the mailbox, the rule; and what strangers learn."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from tables.staff import Staff, StaffPassword
from tables.staff_visits import ActivationLink, StaffSession
from tables.store import database
from tables.visits import Captcha
from tests import stored
from tests.browser import Browser
from tests.offices import (
    KAO,
    PASSWORD,
    WU,
    dismiss,
    employ,
    hire,
    invitation,
    letters,
    link_in,
    password_only,
    sign_in,
)

ANOTHER = "Walnut-Ferry-Satchel-3"
BIRTHDAY = {"birth_date__y": "69", "birth_date__m": "3", "birth_date__d": "5"}
SAME = "如果資料正確，連結已經寄出"


def ask(browser, **answers):
    """Ask for a link at 教職員帳號啟用."""
    return browser.open("/staff/activate").submit(**answers)


def age(seconds):
    """Every link was made so much earlier."""
    with database.connection_context():
        ActivationLink.update(expires_at=ActivationLink.expires_at - seconds).execute()


@pytest.mark.parametrize(
    "proof", [BIRTHDAY, {"id_last4": "6789"}, {"id_last4": "６７８９"}, {**BIRTHDAY, "id_last4": "6789"}]
)
def test_a_clerk_asks_for_the_link_finds_it_in_the_mailbox_and_logs_in_with_a_password_of_her_own(plain, proof):
    hire(KAO)

    assert SAME in ask(plain, account="t2001", **proof).text()
    [letter] = letters()
    assert letter[0] == KAO.email

    plain.open(link_in(letter)).submit(new=PASSWORD, again=PASSWORD)
    assert (plain.path, plain.heading) == ("/staff/login", "教職員登入")
    assert password_only(plain, KAO).path == "/staff"
    assert KAO.name in plain.text("header")


@pytest.mark.parametrize(
    "answers",
    [
        {"account": "T2009", "id_last4": "6789"},
        {"account": "T2001", "id_last4": "6788"},
        {"account": "T2001", **BIRTHDAY, "birth_date__d": "6"},
        {"account": "T2001", **BIRTHDAY, "id_last4": "6788"},
        {"account": "T2002", "id_last4": "6789"},
        {"account": "' OR 1=1 --", "id_last4": "6789"},
    ],
    ids=["no such account", "wrong digits", "wrong day", "one of two wrong", "disabled", "not an account"],
)
def test_whoever_asks_with_something_wrong_reads_the_same_and_nobody_gets_a_letter(plain, answers):
    hire(KAO)
    dismiss(hire(replace(KAO, account="T2002")))

    wrong = ask(plain, **answers).text("body")

    assert letters() == []
    assert wrong == ask(plain, account="T2001", id_last4="6789").text("body")


def test_somebody_of_whom_the_school_knows_neither_can_get_no_link_by_leaving_them_empty(plain):
    hire(replace(KAO, birth_date="", id_last4=""))

    assert ask(plain, account="T2001").status == 422
    assert plain.error("birth_date") == "請輸入出生日期，或下面的身分證字號末四碼。"
    assert SAME in ask(plain, account="T2001", id_last4="0000").text()
    assert letters() == []


@pytest.mark.parametrize(
    ("answers", "control"),
    [
        ({"account": "", "id_last4": "6789"}, "account"),
        ({"account": "T2001", "id_last4": "678"}, "id_last4"),
        ({"account": "T2001", "birth_date__y": "69", "birth_date__m": "13", "birth_date__d": "5"}, "birth_date"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_typed_is_lost(plain, answers, control):
    ask(plain, **answers)

    assert plain.status == 422 and plain.error(control)
    assert plain.value("account") == answers["account"]


def test_a_request_that_fits_nobody_asks_the_database_as_much_as_one_that_does(plain, caplog):
    hire(KAO)
    ask(plain, account="T2001", id_last4="6788")  # the log begins with its first line
    asked = {}

    for name, last_four in {"nobody": "6788", "somebody": "6789"}.items():
        plain.open("/staff/activate")
        with caplog.at_level(logging.DEBUG, logger="peewee"):
            caplog.clear()
            plain.submit(account="T2001", id_last4=last_four)
            asked_for = [record.msg[0] for record in caplog.records if record.name == "peewee"]
            verbs = [one.split()[0] for one in asked_for if '"record_version"' not in one]
            asked[name] = [verb for verb in verbs if verb in ("SELECT", "INSERT", "UPDATE", "DELETE")]

    assert len(letters()) == 1
    assert asked["nobody"] == asked["somebody"] != []


def test_asking_six_times_in_a_quarter_of_an_hour_brings_five_letters(plain):
    hire(KAO)

    answers = {ask(plain, account="T2001", id_last4="6789").text() for _ in range(6)}

    assert len(answers) == 1 and len(letters()) == 5


def test_a_newer_link_makes_the_older_one_worthless(plain):
    first, second = invitation(hire(KAO)), invitation(KAO)

    assert plain.open(first).status == 410
    assert plain.open(second).status == 200


@pytest.mark.parametrize(("has_password", "life"), [(False, 24 * 3600), (True, 30 * 60)])
def test_a_link_lives_a_day_and_half_an_hour_when_there_is_a_password_to_lose(plain, has_password, life):
    link = invitation((employ if has_password else hire)(KAO))

    age(life - 5)
    assert plain.open(link).status == 200
    age(10)
    assert plain.open(link).status == 410
    assert plain.heading == "這個連結不能用了"


def test_a_mail_scanner_that_opens_the_link_first_uses_nothing_up(plain):
    link = invitation(hire(KAO))

    for method in ("GET", "HEAD", "GET"):
        plain.send(method, link)

    assert plain.open(link).submit(new=PASSWORD, again=PASSWORD).path == "/staff/login"
    assert plain.open(link).status == 410


def test_of_six_who_use_one_link_at_once_one_sets_the_password(app):
    link = invitation(hire(KAO))
    browsers = [Browser(app).open(link) for _ in range(6)]
    together = Barrier(len(browsers))

    def keep(n):
        together.wait()
        return browsers[n].submit(new=f"{ANOTHER}{n}", again=f"{ANOTHER}{n}").path == "/staff/login"

    with ThreadPoolExecutor(len(browsers)) as crowd:
        won = [n for n, is_first in enumerate(crowd.map(keep, range(len(browsers)))) if is_first]

    assert len(won) == 1
    assert password_only(Browser(app), KAO, f"{ANOTHER}{won[0]}").path == "/staff"


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("Kite&47abcd", "至少要 12 碼。"),
        ("987654321098-", "請加上英文字母。"),
        ("Copper-Teapot-Window", "請加上數字。"),
        ("CopperTeapotWindow9", "請加上特殊符號，例如 @ 或 !"),
        ("T2001-Copper-Teapot", "密碼裡不要有教職員編號、姓名或生日。"),
        ("Copper-高助教-Teapot9", "密碼裡不要有教職員編號、姓名或生日。"),
        ("Teapot-19800305-Pot", "密碼裡不要有教職員編號、姓名或生日。"),
        ("Password-1234", "這個密碼很容易猜到。請用幾個不相關的詞，或再長一點。"),
        ("kao@mail.ntue.edu.tw1", "這個密碼很容易猜到。請用幾個不相關的詞，或再長一點。"),
        ("a1-" * 43, "最多 128 個字。"),
    ],
)
def test_a_password_that_is_short_or_about_oneself_is_refused_with_the_reason(plain, password, message):
    plain.open(invitation(hire(KAO))).submit(new=password, again=password)

    assert plain.status == 422 and plain.error("new") == message
    assert password not in str(plain.page)


def test_a_long_password_in_any_script_is_welcome(plain):
    password = "七隻企鵝 在 2 月搭公車 去看海-" + "ñ🦦" * 20
    plain.open(invitation(hire(KAO))).submit(new=password, again=password)

    assert password_only(plain, KAO, password).path == "/staff"


def test_the_last_five_passwords_cannot_be_taken_again(plain):
    employ(KAO)
    for n in range(1, 5):
        plain.open(invitation(KAO)).submit(new=f"{ANOTHER}{n}", again=f"{ANOTHER}{n}")

    assert (
        plain.open(invitation(KAO)).submit(new=PASSWORD, again=PASSWORD).error("new") == "這個密碼你用過了，請換一個。"
    )
    plain.submit(new=f"{ANOTHER}5", again=f"{ANOTHER}5")
    assert plain.open(invitation(KAO)).submit(new=PASSWORD, again=PASSWORD).path == "/staff/login"


def test_a_password_by_mail_ends_every_session_and_is_told_by_letter_but_spares_the_second_factor(app, plain):
    employ(WU, has_phone=True)
    inside = sign_in(Browser(app), WU)

    plain.open(invitation(WU)).submit(new=ANOTHER, again=ANOTHER)

    assert inside.open("/staff").path == "/staff/login"
    assert letters()[-1][:2] == (WU.email, "教職員帳號的密碼設定好了 / The password of your staff account was set")
    assert password_only(plain, WU, ANOTHER).path == "/staff/second-factor"


def test_an_account_that_is_disabled_loses_its_link_and_gets_no_other(plain):
    link = invitation(hire(KAO))
    dismiss(KAO)

    assert plain.open(link).status == 410
    assert plain.open(invitation(KAO)).status == 410


def test_with_codes_on_a_wrong_one_costs_nothing_typed_and_sends_nothing(started):
    hire(KAO)
    browser = Browser(started(CAPTCHA="on"))

    ask(browser, account="T2001", id_last4="6789", captcha="00000")
    assert browser.status == 422 and browser.error("captcha")
    assert browser.value("id_last4") == "6789" and letters() == []

    with database.connection_context():
        seen = Captcha.get_by_id(browser.value("captcha_id")).answer
    assert SAME in browser.submit(captcha=seen).text()
    assert [letter[0] for letter in letters()] == [KAO.email]


def test_nothing_in_the_database_tells_mailbox_birthday_or_password(app, tmp_path):
    employ(KAO, has_phone=True)
    database.close_all()

    raw = stored.contents(tmp_path)

    assert KAO.name.encode() in raw
    assert not [secret for secret in (KAO.email, KAO.birth_date, "19800305", PASSWORD) if secret.encode() in raw]


def test_a_member_of_staff_who_is_deleted_takes_everything_along(app):
    employ(KAO, has_phone=True)
    with database.connection_context():
        StaffSession.begin(KAO.account, True)
        Staff.delete().execute()

        assert not StaffSession.select().exists() and not StaffPassword.select().exists()
