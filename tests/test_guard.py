"""Guessing at the doors: whom it stops, whom it must not stop, and what the office can do about it."""

import pytest
from itsdangerous import URLSafeTimedSerializer

from blueprints import alarm, devices, guard
from tables import journal
from tables.store import database, now
from tables.tries import Lock, Tries
from tests.answers import first_password, log_in
from tests.browser import Browser
from tests.later import a_quarter_of_an_hour_later, later
from tests.offices import KAO, employ, password_only
from tests.offices import PASSWORD as STAFF_PASSWORD
from tests.people import CHEN, LIN, NGUYEN, PASSWORD, Person

INSIDE = ("/home", "/password/first")
WRONG, HOUR, DAY = "Wrong&Kite99", 3600, 24 * 3600


def somebody(n):
    """The n-th account that nobody has."""
    return Person(account=f"4115{n:05}", first="", name="", id_number="", birthday=("", "", ""), tabs=0)


def fail(app, person=LIN, times=1, address="198.51.100.1"):
    """So many wrong passwords from one address, as the doors count them; whether the last would have been judged."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}), database.connection_context():
        for _ in range(times):
            is_judged = guard.may_try(person.account)
            guard.count_failure()
    return is_judged


def gets_in(app, person=LIN, browser=None, password=PASSWORD):
    """Whether somebody with the right password gets in, if not said otherwise on a new device elsewhere."""
    return log_in(browser or Browser(app, address="203.0.113.99"), person, password).path in INSIDE


def is_attacked():
    """Whether codes are asked for everywhere."""
    with database.connection_context():
        return alarm.is_on()


def logged(what):
    """The lines of the security log about this."""
    with database.connection_context():
        return list(journal.Event.select().where(journal.Event.what == what))


@pytest.fixture
def owner(app):
    """Somebody with a password of her own, at the device where she set it."""
    browser = first_password(Browser(app), LIN)
    browser.client.delete_cookie("xueji")
    return browser


def test_the_right_password_has_to_wait_until_a_quarter_of_an_hour_after_the_fifth_wrong_one(app, owner):
    fail(app, times=5)

    later(15 * 60 - 5)
    assert not gets_in(app)
    later(10)
    assert gets_in(app)


def test_the_third_lock_of_a_day_holds_for_an_hour(app, owner):
    for _ in range(2):
        fail(app, times=5)
        a_quarter_of_an_hour_later()
    fail(app, times=5)

    later(HOUR - 5)
    assert not gets_in(app)
    later(10)
    assert gets_in(app)


def test_twenty_failures_are_enough_for_a_day(app, owner):
    for n in range(4):
        fail(app, times=5, address=f"198.51.100.{n}")
        later(HOUR + 5)
    assert not gets_in(app)

    later(DAY)
    assert gets_in(app)


def test_after_fifty_failures_in_a_row_only_the_link_of_a_letter_helps_on_a_new_device(app, owner):
    fail(app)
    with database.connection_context():
        Tries.update(n=50).where(Tries.n == 1).execute()
    later(2 * DAY)
    assert not gets_in(app) and gets_in(app, browser=owner)

    with database.connection_context():
        guard.unlock(LIN.account)
    assert gets_in(app)


def test_whoever_knows_the_device_is_not_shut_out_by_strangers(app, owner):
    for n in range(12):
        fail(app, times=5, address=f"198.51.100.{n}")
        later(10 * 60)

    assert not gets_in(app) and gets_in(app, browser=owner)


def test_a_known_device_has_ten_tries_and_is_a_stranger_after_that(app, owner):
    for _ in range(10):
        log_in(owner, LIN, WRONG)
    assert not gets_in(app, browser=owner) and gets_in(app)

    a_quarter_of_an_hour_later()
    for _ in range(5):
        log_in(owner, LIN, WRONG)
    assert not gets_in(app, browser=owner)


def test_ten_tries_on_a_known_device_leave_the_account_open_to_everybody_else(app, owner):
    for _ in range(12):
        log_in(owner, LIN, WRONG)

    assert gets_in(app)


def cookie(browser):
    """The cookie by which the device is known."""
    return browser.client.get_cookie("xueji-device")


@pytest.mark.parametrize(("url", "name"), [("http://127.0.0.1", "xueji"), ("https://xueji.example", "__Host-xueji")])
def test_the_cookie_of_a_known_device_can_neither_be_read_nor_sent_elsewhere(started, url, name):
    app = started(BASE_URL=url)
    with app.test_request_context("/"), database.connection_context():
        devices.trust(LIN.account)
        line = app.process_response(app.make_response("")).headers["Set-Cookie"]

    assert line.startswith(f"{name}-device=") and LIN.account not in line
    assert set(line.split("; ")[2:]) - {"Secure"} == {f"Max-Age={180 * DAY}", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert ("; Secure" in line) is url.startswith("https")


@pytest.mark.parametrize("change", ["another account", "forged", "cut", "other key", "old"])
def test_a_cookie_of_another_account_or_made_by_somebody_else_makes_no_known_device(app, owner, monkeypatch, change):
    value, stranger = cookie(owner).value, Browser(app, address="203.0.113.5")
    first_password(Browser(app), CHEN)
    whose = CHEN if change == "another account" else LIN
    values = {"forged": value[:-4] + "AAAA", "cut": value.rpartition(".")[0]}
    stranger.client.set_cookie("xueji-device", values.get(change, value))
    if change == "other key":
        monkeypatch.setitem(app.config, "SECRET_KEY", "t" * 64)
    if change == "old":
        monkeypatch.setattr(URLSafeTimedSerializer.default_signer, "get_timestamp", lambda _: now() + 181 * DAY)
    fail(app, whose, times=5)

    assert not gets_in(app, whose, stranger)


def test_a_change_of_password_makes_every_other_device_a_stranger(app, owner):
    other = log_in(Browser(app), LIN)
    other.open("/password/change").submit(current=PASSWORD)
    other.submit(new="Walnut-Ferry-3-Satchel", again="Walnut-Ferry-3-Satchel")
    other.client.delete_cookie("xueji")
    fail(app, times=5)

    assert not gets_in(app, browser=owner, password="Walnut-Ferry-3-Satchel")
    assert gets_in(app, browser=other, password="Walnut-Ferry-3-Satchel")


def test_an_initial_password_makes_no_device_known(app):
    assert cookie(log_in(Browser(app), LIN, LIN.first)) is None


def test_staff_on_a_known_device_are_not_shut_out_either(app):
    desk = password_only(Browser(app), employ(KAO))
    desk.client.delete_cookie("xueji")
    for n in range(5):
        password_only(Browser(app, address=f"198.51.100.{n}"), KAO, WRONG)

    assert password_only(Browser(app), KAO).status == 422
    assert password_only(desk, KAO, STAFF_PASSWORD).path == "/staff"


def test_the_hundredth_failure_of_an_address_closes_the_doors_to_it_for_a_quarter_of_an_hour(app, owner):
    assert [fail(app, somebody(n // 4)) for n in range(100)] == [True] * 100

    late = log_in(Browser(app, address="198.51.100.1"), LIN)
    assert late.status == 429 and late.reply.headers["Retry-After"] == "900" and "15 分鐘" in late.text()
    assert gets_in(app)
    later(15 * 60 - 5)
    assert log_in(Browser(app, address="198.51.100.1"), LIN).status == 429
    later(10)
    assert log_in(Browser(app, address="198.51.100.1"), LIN).path == "/home"


def test_a_known_device_comes_in_from_an_address_that_has_to_wait(app, owner):
    for n in range(100):
        fail(app, somebody(n), address="127.0.0.1")

    assert gets_in(app, browser=owner)


def test_each_good_sign_in_gives_the_address_three_failures_back(app, owner):
    fail(app, NGUYEN, times=4, address="203.0.113.99")
    gets_in(app)

    with database.connection_context():
        assert Lock.so_far("address 203.0.113.99") == 1


def test_an_address_of_the_campus_may_fail_ten_times_as_often(started):
    app = started(CAMPUS_NETWORKS="198.51.100.0/24, 2001:db8::/32")
    for n in range(30):
        fail(app, somebody(n))
    with database.connection_context():
        Lock.update(n=500).where(Lock.n == 30).execute()

    assert gets_in(app, LIN, Browser(app, address="198.51.100.1"), LIN.first)
    assert fail(app)


def test_an_address_that_failed_on_ten_accounts_cannot_lock_an_eleventh(app, owner):
    for n in range(10):
        fail(app, somebody(n))
    fail(app, LIN, times=20)

    assert gets_in(app)
    assert not gets_in(app, browser=Browser(app, address="198.51.100.1"))


def test_the_accounts_it_failed_on_before_are_locked_as_ever(app, owner):
    fail(app, LIN)
    for n in range(12):
        fail(app, somebody(n))
    fail(app, LIN, times=4)

    assert not gets_in(app)


def test_three_hundred_failures_in_five_minutes_ask_everybody_for_a_code_until_it_is_quiet(started):
    app = started(CAPTCHA="on")
    with database.connection_context():
        for _ in range(298):
            Tries.count("failures", 300)
    fail(app, somebody(1))
    assert not is_attacked() and not Browser(app).open("/intue/login").has_field("captcha")

    fail(app, somebody(2))

    assert is_attacked() and [event.details for event in logged("attack")] == ['{"why": "failures"}']
    for path in ("/intue/login", "/staff/login"):
        assert Browser(app, address="203.0.113.50").open(path).has_field("captcha")
    later(15 * 60 + 5)
    assert not is_attacked() and not Browser(app).open("/intue/login").has_field("captcha")


def test_thirty_accounts_locked_ask_everybody_for_a_code_too(app):
    with database.connection_context():
        for _ in range(28):
            Tries.count("accounts locked", 15 * 60)
    fail(app, somebody(1), times=5)
    assert not is_attacked()

    fail(app, somebody(2), times=5)
    assert is_attacked()


def test_a_known_device_is_asked_for_no_code_at_the_first_door_while_others_are(started):
    app = started(CAPTCHA="on")
    owner = first_password(Browser(app), LIN)
    owner.client.delete_cookie("xueji")
    with app.app_context(), database.connection_context():
        alarm.sound("failures")

    assert log_in(owner, LIN).path == "/home"
    assert log_in(Browser(app), LIN).errors.keys() == {"captcha"}


@pytest.mark.parametrize("address", ["198.51.100.1", "2001:db8::1"])
def test_an_address_with_thirty_failures_or_ten_accounts_is_asked_for_a_code(started, address):
    app = started(CAPTCHA="on")
    for n in range(10):
        assert not Browser(app, address=address).open("/intue/login").has_field("captcha")
        fail(app, somebody(n), address=address)

    assert Browser(app, address=address).open("/intue/login").has_field("captcha")
    assert not Browser(app, address="203.0.113.1").open("/intue/login").has_field("captcha")
