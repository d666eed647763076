"""The sessions of staff: for how long, under which id, and what ends them."""

import pytest

from tables.staff import Staff
from tables.staff_visits import StaffSession
from tables.store import database
from tables.visits import Session
from tests.answers import begin
from tests.browser import Browser
from tests.offices import (
    KAO,
    PASSWORD,
    WU,
    digits,
    dismiss,
    employ,
    letters,
    password_only,
    sign_in,
)
from tests.people import LIN

ANOTHER = "Walnut-Ferry-Satchel-3"
REFUSED = "帳號或密碼不正確，或嘗試次數過多。請 15 分鐘後再試，或使用「忘記密碼」。"


def cookie(browser):
    """The session cookie as a thief would copy it."""
    return browser.client.get_cookie("xueji").value


def thief(app, stolen):
    """Another browser with a copied cookie."""
    browser = Browser(app)
    browser.client.set_cookie("xueji", stolen)
    return browser


def time_passes(**changes):
    """Every staff session was opened, or last seen, so many seconds earlier."""
    with database.connection_context():
        StaffSession.update(
            {getattr(StaffSession, name): getattr(StaffSession, name) - n for name, n in changes.items()}
        ).execute()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"seen_at": 15 * 60 - 5}, "/staff"),
        ({"seen_at": 15 * 60 + 5}, "/staff/login"),
        ({"opened_at": 8 * 3600 - 5}, "/staff"),
        ({"opened_at": 8 * 3600 + 5}, "/staff/login"),
    ],
)
def test_a_session_ends_after_fifteen_idle_minutes_and_after_eight_hours(plain, changes, path):
    password_only(plain, employ(KAO))

    time_passes(**changes)

    assert plain.open("/staff").path == path


def test_using_a_session_keeps_it_alive(plain):
    password_only(plain, employ(KAO))

    for _ in range(3):
        time_passes(seen_at=14 * 60)
        assert plain.open("/staff").path == "/staff"


@pytest.mark.parametrize(("seconds", "path"), [(595, "/staff/second-factor"), (605, "/staff/login")])
def test_whoever_waits_ten_minutes_with_the_digits_begins_again(plain, seconds, path):
    password_only(plain, employ(WU, has_phone=True))

    time_passes(opened_at=seconds)

    assert plain.open("/staff/second-factor").path == path


def test_a_session_that_ran_out_is_explained_and_goes_on_where_it_was(plain):
    sign_in(plain, employ(WU, has_phone=True))
    time_passes(seen_at=16 * 60)

    plain.open("/staff/settings")
    assert plain.path == "/staff/login" and "15 分鐘沒有操作" in plain.text()

    plain.submit(account=WU.account, password=PASSWORD).submit(code=digits())
    assert plain.path == "/staff/settings"


def test_the_session_is_another_one_after_each_step_and_the_earlier_ones_are_dead(app, plain):
    employ(WU, has_phone=True)

    before = cookie(plain.open("/staff/login"))
    half = cookie(plain.submit(account=WU.account, password=PASSWORD))
    whole = cookie(plain.submit(code=digits()))

    assert len({before, half, whole}) == 3
    assert thief(app, half).open("/staff/second-factor").path == "/staff/login"
    assert thief(app, whole).open("/staff").path == "/staff"


def test_logging_out_kills_the_session_and_leads_to_the_staff_door(app, plain):
    stolen = cookie(sign_in(plain, employ(KAO)))

    plain.submit("header form")

    assert (plain.path, "你已經登出" in plain.text()) == ("/staff/login", True)
    assert thief(app, stolen).open("/staff").path == "/staff/login"


def test_somebody_half_signed_in_can_log_out_too(app, plain):
    stolen = cookie(password_only(plain, employ(WU, has_phone=True)))

    plain.submit("#out")

    assert plain.path == "/staff/login"
    assert thief(app, stolen).open("/staff/second-factor").path == "/staff/login"


def test_an_account_that_is_disabled_is_out_with_the_next_click(plain):
    sign_in(plain, employ(KAO))

    dismiss(KAO)

    assert plain.open("/staff").path == "/staff/login"
    assert password_only(plain, KAO).errors == {"account": REFUSED}


def test_a_session_is_worth_nothing_once_the_account_is_not_active_whoever_changed_that(plain):
    sign_in(plain, employ(KAO))

    with database.connection_context():
        Staff.update(is_active=False).execute()

    assert plain.open("/staff").path == "/staff/login"


def test_a_password_changed_in_the_settings_ends_the_other_sessions_and_renews_this_one(app, plain):
    employ(KAO)
    other, stolen = sign_in(Browser(app), KAO), cookie(sign_in(plain, KAO))

    plain.open("/staff/settings/password").submit(current=PASSWORD, new=ANOTHER, again=ANOTHER)

    assert plain.path == "/staff/settings" and "密碼已修改" in plain.text()
    assert other.open("/staff").path == thief(app, stolen).open("/staff").path == "/staff/login"
    assert plain.open("/staff").path == "/staff"
    assert [letter[0] for letter in letters()] == [KAO.email]
    assert password_only(Browser(app), KAO, ANOTHER).path == "/staff"


def test_the_settings_tell_the_last_logins_and_end_those_on_other_devices(app, plain):
    employ(KAO)
    other = sign_in(Browser(app, address="203.0.113.9"), KAO)
    sign_in(plain, KAO).open("/staff/settings")

    rows = [row.get_text(" ") for row in plain.page.select("section[aria-labelledby=in-h] dl.kv > div")]
    assert len(rows) == 2 and "127.0.0.1" in rows[0] and "203.0.113.9" in rows[1]

    plain.submit("main section form")
    assert "其他裝置都登出了" in plain.text()
    assert other.open("/staff").path == "/staff/login" and plain.open("/staff").path == "/staff"


def test_no_token_of_a_student_opens_the_staff_area_nor_the_other_way_round(app, plain):
    employ(KAO)
    with database.connection_context():
        students, staffs = Session.begin(LIN.account), StaffSession.begin(KAO.account, True)

    for forged in (f"staff:{students}", staffs, f"other:{staffs}", f"staff:staff:{staffs}"):
        with plain.client.session_transaction() as kept:
            kept["_user_id"] = forged
        assert plain.open("/staff").path == "/staff/login"
        assert plain.open("/home").path == "/intue/login"


def test_logging_in_as_staff_ends_the_visit_of_the_student_in_that_browser(app, plain):
    stolen = cookie(begin(plain, LIN))
    employ(KAO)

    assert password_only(plain, KAO).path == "/staff"

    assert thief(app, stolen).open("/home").path == "/intue/login"
