"""Initial passwords, which others may know: when they open an account, what a wrong one costs, what else is asked."""

import csv

import pytest

from blueprints import guard
from domain import clock
from domain.record_file import BadRecord
from models import Roster, Student
from tables import journal
from tables.letterbox import Mail, MailboxCode
from tables.recovery import Slip
from tables.store import database, now
from tables.tries import Tries
from tests.answers import first_password, log_in
from tests.browser import Browser
from tests.later import a_quarter_of_an_hour_later, later
from tests.people import CHEN, HO, LIN, MARTIN, NGUYEN, PASSWORD, Person
from tests.post import links_in, written
from tests.record_copies import Copy

DOORS = ["/intue/login", "/portal/login"]
NOBODY = Person(account="411599999", first="", name="", id_number="", birthday=("", "", ""), tabs=0)
BUDGET = "initial passwords of None"


def asks_for_code(browser):
    """Whether the page after the initial password wants a code first."""
    return browser.path.startswith("/password/first") and browser.has_field("code")


def code_sent(app):
    """The six digits of the newest letter."""
    words = written(app)[-1].text.split()
    return next(word for word in words if len(word) == 6 and word.isdigit())


def mailed(app, kind="first code"):
    """How many such letters there are."""
    with database.connection_context():
        return Mail.select().where(Mail.kind == kind).count()


def guesses(person=LIN):
    """How many wrong ones were counted for life."""
    with database.connection_context():
        return Student.get_by_id(person.account).wrong_guesses


def spend(n):
    """So many wrong initial passwords were typed by everybody together."""
    with database.connection_context():
        Tries.count(BUDGET, guard.YEAR)
        Tries.update(n=n).where(Tries.n == 1).execute()


def period(tmp_path, started, **times):
    """The app with a window for initial passwords, in seconds from now."""
    lines = [f'{name} = "{clock.local(now() + at):%Y-%m-%dT%H:%M:%S}"' for name, at in times.items()]
    path = tmp_path / "record.toml"
    path.write_text(Copy().replace("[period]", "[period]\n" + "\n".join(lines)).text, "utf-8")
    return started(RECORD_FILE=path)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("times", "opens"),
    [
        ({"initial_from": 60}, False), ({"initial_from": -60}, True), ({"initial_until": 60}, True),
        ({"initial_until": -60}, False), ({"initial_from": -60, "initial_until": 60}, True),
    ],
    ids=str,
)  # fmt: skip
def test_initial_passwords_open_within_their_window_only_and_outside_nothing_is_counted(
    tmp_path, started, door, times, opens
):
    app = period(tmp_path, started, **times)

    browser = log_in(Browser(app), LIN, LIN.first, door)
    wrong = log_in(Browser(app, address="10.0.0.2"), NOBODY, LIN.first, door)

    assert (browser.path == "/password/first") is opens
    assert opens or browser.text() == wrong.text().replace(NOBODY.account, LIN.account)
    assert guesses() == 0


def test_a_window_that_is_no_time_is_refused_with_its_name(tmp_path, started):
    path = tmp_path / "record.toml"
    path.write_text(Copy().replace("[period]", '[period]\ninitial_from = "soon"').text, "utf-8")

    with pytest.raises(BadRecord, match="period.initial_from: write a time"):
        started(RECORD_FILE=path)


def test_outside_the_window_a_password_of_ones_own_opens_as_ever(tmp_path, app, started):
    first_password(Browser(app), LIN)

    assert log_in(Browser(period(tmp_path, started, initial_until=-60)), LIN).path == "/home"


def test_ten_wrong_ones_at_any_door_and_from_any_place_close_the_account_to_the_right_one_for_good(app):
    for n in range(10):
        log_in(Browser(app, address=f"10.0.{n}.1"), LIN, "A2234567810101", DOORS[n % 2])
        if n == 4:
            a_quarter_of_an_hour_later()
    assert guesses() == 10

    later(400 * 24 * 3600)
    for door in DOORS:
        for password in (LIN.first, LIN.second):
            assert log_in(Browser(app), LIN, password, door).status == 422
    assert log_in(Browser(app), CHEN, CHEN.first).path == "/password/first"


def test_the_right_one_costs_no_guess_and_forgets_none(app):
    for n in range(3):
        log_in(Browser(app, address=f"10.0.{n}.1"), LIN, "A2234567810101")

    log_in(Browser(app), LIN, LIN.first)

    assert guesses() == 3


@pytest.mark.parametrize(
    "initial_one", [LIN.first, LIN.second, LIN.first.lower(), LIN.first.swapcase(), "５６７８１@Ntue"]
)
def test_after_the_first_password_none_opens_again_not_after_a_reset_and_not_after_the_roster_came_anew(
    app, students, initial_one
):
    owner = first_password(Browser(app), LIN)
    owner.open("/password/change").submit(current=PASSWORD)
    refused = owner.submit(new=initial_one, again=initial_one).status
    Browser(app).open("/password/forgot").submit(id_number=LIN.id_number, email=f"a{LIN.account}@grad.ntue.edu.tw")
    link = links_in(written(app)[-1])[0]
    assert (refused, Browser(app).open(link).submit(new=initial_one, again=initial_one).status) == (422, 422)
    Browser(app).open(link).submit(new="Walnut-Ferry-3-Satchel", again="Walnut-Ferry-3-Satchel")
    with database.connection_context():
        Roster.take([{**one, "name_zh": "改名"} for one in students])

    assert [log_in(Browser(app), LIN, initial_one, door).status for door in DOORS] == [422, 422]


@pytest.mark.parametrize(
    ("typed", "counts"),
    [
        ("12345@Ntue", True), ("A1234567890305", True), ("a1234567890305", True), ("AC123456780305", True),
        ("200303050305", True), ("Wrong&Kite99", False), ("1234@Ntue", False), ("12345@ntue", False),
        ("A3234567890305", False),
    ],
)  # fmt: skip
def test_what_is_shaped_like_an_initial_password_counts_for_everybody_together(app, typed, counts):
    for person in (LIN, NOBODY):
        log_in(Browser(app), person, typed)

    with database.connection_context():
        assert Tries.so_far(BUDGET) == (2 if counts else 0)


def test_at_three_hundred_and_at_a_thousand_the_administrator_reads_it_in_the_log(app):
    for n in (298, 998):
        with database.connection_context():
            Tries.forget(BUDGET)
        spend(n)
        for m in range(3):
            log_in(Browser(app, address=f"10.{n}.0.{m}"), NOBODY, "12345@Ntue")
        a_quarter_of_an_hour_later()

    with database.connection_context():
        events = journal.Event.select().where(journal.Event.what == "initial-guesses").order_by(journal.Event.id)
        assert [event.details for event in events] == ['{"n": "300"}', '{"n": "1000"}']


def test_after_a_thousand_everybody_needs_a_code_from_the_campus_mailbox(app):
    spend(999)
    assert not asks_for_code(log_in(Browser(app), CHEN, CHEN.first))

    log_in(Browser(app), NOBODY, "12345@Ntue")

    assert asks_for_code(log_in(Browser(app), LIN, LIN.first)) and mailed(app) == 1


@pytest.fixture
def by_mail(started):
    """The app that sends a code to the campus mailbox."""
    return started(INITIAL_CODE="mail")


def test_with_the_mailed_code_one_sets_a_password(by_mail):
    browser = log_in(Browser(by_mail), LIN, LIN.first)
    assert asks_for_code(browser) and mailed(by_mail) == 1 and not browser.page.select_one("[name=new]")

    browser.submit(code=f" {code_sent(by_mail)[:3]} {code_sent(by_mail)[3:]} ")
    assert browser.path == "/password/first" and not asks_for_code(browser)

    assert browser.submit(new=PASSWORD, again=PASSWORD).path == "/home"


def test_without_the_code_no_password_is_set(by_mail):
    browser = log_in(Browser(by_mail), LIN, LIN.first)
    token = dict(browser.typed())["csrf_token"]

    browser.post("/password/first", {"csrf_token": token, "new": PASSWORD, "again": PASSWORD})

    assert asks_for_code(browser) and log_in(Browser(by_mail), LIN).status == 422


def test_a_mailed_code_bears_five_tries_and_ten_minutes(by_mail):
    browser = log_in(Browser(by_mail), LIN, LIN.first)
    right = code_sent(by_mail)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    assert [browser.submit(code=wrong).status for _ in range(5)] == [422] * 5
    assert browser.submit(code=right).status == 422 and browser.error("code")

    browser.submit("form[action$=send]")
    with database.connection_context():
        MailboxCode.update(expires_at=now() - 1).execute()
    assert browser.submit(code=code_sent(by_mail)).status == 422


def test_no_more_than_five_codes_a_day_are_sent(by_mail):
    browser = log_in(Browser(by_mail), LIN, LIN.first)
    for _ in range(4):
        assert browser.submit("form[action$=send]").status == 200

    assert browser.submit("form[action$=send]").status == 429 and "明天" in browser.error("code")
    log_in(Browser(by_mail), LIN, LIN.second)
    assert mailed(by_mail) == 5


def test_the_code_of_one_student_is_of_no_use_to_another(by_mail):
    log_in(Browser(by_mail), CHEN, CHEN.first)
    others = code_sent(by_mail)

    assert log_in(Browser(by_mail), LIN, LIN.first).submit(code=others).status == 422


@pytest.fixture
def on_paper(started, tmp_path):
    """(the app that asks for the code of the letter of admission, {student number: (name, code)} as it was printed)."""
    app = started(INITIAL_CODE="paper")
    result = app.test_cli_runner().invoke(args=["slips", str(tmp_path / "slips.csv")])
    assert result.exit_code == 0, result.output
    with open(tmp_path / "slips.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert (tmp_path / "slips.csv").stat().st_mode & 0o777 == 0o600
    return app, {account: (name, code) for account, name, code in rows}


def test_the_printed_code_opens_the_page_for_a_password_however_it_is_typed(on_paper):
    app, slips = on_paper
    name, code = slips[LIN.account]
    assert (name, len(code)) == (LIN.name, 8) and len({code for _, code in slips.values()}) == len(slips)

    browser = log_in(Browser(app), LIN, LIN.first).submit(code=f" {code[:4].lower()}-{code[4:]} ")

    assert browser.submit(new=PASSWORD, again=PASSWORD).path == "/home" and mailed(app) == 0


def test_a_printed_code_bears_five_wrong_tries_in_a_quarter_of_an_hour(on_paper):
    app, slips = on_paper
    browser = log_in(Browser(app), LIN, LIN.first)
    for other in (CHEN, NGUYEN, HO, MARTIN, CHEN):
        assert browser.submit(code=slips[other.account][1]).status == 422
    assert browser.submit(code=slips[LIN.account][1]).status == 422

    later(15 * 60 + 5)
    assert browser.submit(code=slips[LIN.account][1]).status == 200 and not asks_for_code(browser)


def test_whoever_has_a_password_already_is_on_no_slip_and_asked_for_no_code(app, started, tmp_path):
    first_password(Browser(app), LIN)
    again = started(INITIAL_CODE="paper")

    again.test_cli_runner().invoke(args=["slips", str(tmp_path / "slips.csv")])

    assert LIN.account not in (tmp_path / "slips.csv").read_text("utf-8-sig")
    assert log_in(Browser(again), LIN).path == "/home"


def test_a_code_from_the_counter_is_proof_enough(by_mail):
    with database.connection_context():
        code = Slip.make(LIN.account)

    browser = log_in(Browser(by_mail), LIN, code)

    assert not asks_for_code(browser) and mailed(by_mail) == 0
    assert browser.submit(new=PASSWORD, again=PASSWORD).path == "/home"
