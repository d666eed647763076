"""Choosing a password: the rule, the page after the first log-in, and changing it later."""

from datetime import UTC, datetime

import pytest

from domain import passwords
from domain.clock import TAIPEI
from domain.words import Invalid
from models import Student
from tables.letterbox import Mail
from tables.store import database
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.people import CHEN, LIN, MARTIN, PASSWORD

OWNER = {
    "student_no": "411510001", "id_no": "A223456781", "passport_no": "", "birth_date": "2007-11-20",
    "name_zh": "林予晴", "email": "", "overseas_kind": "無",
}  # fmt: skip
ABROAD = OWNER | {"overseas_kind": "外國學生", "id_no": "", "passport_no": "C1234567"}
GOOD = "Another&Kite48"


def refused(password, owner=OWNER):
    """Whether the rule refuses it."""
    try:
        passwords.check(password, owner)
    except Invalid:
        return True
    return False


@pytest.mark.parametrize(
    "password",
    [
        "Tangerine&Kite47", "kite-7-tangerine", "correct horse 9 staple", "密碼測試用鳳梨酥9!", "пароль-Иван-73",
        "Tangerine Kite 47", "🦊fox-jumps-99", "a1!" + "z7%Q" * 15, "é" * 9 + "7-kites",
    ],
)  # fmt: skip
def test_a_good_password_in_any_script_is_accepted(password):
    assert not refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "", "Ab1!", "Tang&K4", "tangerine&kite", "12345678!", "TangerineKite47", "Password1!", "Qwerty12345!",
        "P@ssw0rd", "abc12345!", "A2234567811120", "A2234567811120!", "a2234567811120!x", "56781@Ntue",
        "56781@ntue", "X56781@Ntue!", "411510001-Kite!", "Kite-A223456781", "kite-a223456781!", "２０Ａ223456781-k",
        "x1!" * 50, "x" * 40 + "1!",
    ],
)  # fmt: skip
def test_a_bad_one_is_refused(password):
    assert refused(password)


@pytest.mark.parametrize("password", ["200711201120", "200711201120!a", "C1234567-Kite", "c1234567&kite"])
def test_the_initial_password_and_the_passport_of_students_from_overseas_are_refused_too(password):
    assert refused(password, ABROAD)


@pytest.mark.parametrize(
    ("password", "unmet"),
    [
        ("Ab1!", {"length"}), ("12345678!", {"letter"}), ("tangerine&kite", {"digit"}),
        ("TangerineKite47", {"symbol"}), ("56781@Ntue", {"own"}), ("A2234567811120", {"symbol", "own"}),
        ("", {"length", "letter", "digit", "symbol", "own"}),
    ],
)  # fmt: skip
def test_each_line_of_the_rule_is_judged_by_itself(password, unmet):
    assert {rule.key for rule in passwords.rules(password, OWNER) if not rule.is_met} == unmet


def test_a_very_long_password_is_judged_and_kept_whole_and_a_longer_one_says_the_limit():
    longest = "a1!" + "z7%Q" * 31 + "x"

    assert len(longest) == 128 and not refused(longest)
    assert not passwords.matches(passwords.hashed(longest), longest[:-1])
    with pytest.raises(Invalid) as caught:
        passwords.check(longest + "x", OWNER)
    assert caught.value.values == {"max": 128}


def test_composed_and_decomposed_letters_are_the_same_password():
    assert passwords.matches(passwords.hashed("Kaffee-e\u0301clair7"), "Kaffee-\u00e9clair7")


def test_nothing_matches_where_nothing_is_stored():
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches("", "")
    assert not passwords.matches("not a hash", "not a hash")


def test_the_hash_is_argon2id_with_todays_parameters(real_hashes):
    stored = passwords.hashed(PASSWORD)

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.is_outdated(stored)
    assert passwords.is_outdated(stored.replace("m=19456", "m=9728"))


def test_the_initial_passwords_follow_the_schools_rule():
    assert passwords.initial(OWNER) == ["A2234567811120", "56781@Ntue"]
    assert passwords.initial(ABROAD) == ["200711201120"]
    assert passwords.initial(ABROAD | {"id_no": "A900123452"}) == ["200711201120", "23452@Ntue"]
    assert passwords.is_initial("a2234567811120", OWNER) and not passwords.is_initial("", OWNER)


@pytest.mark.parametrize("initial", [LIN.first, LIN.second])
def test_the_first_password_page_takes_a_good_one_and_goes_on_home(plain, initial):
    log_in(plain, LIN, initial).submit(new=GOOD, again=GOOD)

    assert (plain.path, plain.status) == ("/home", 200)
    assert log_in(plain, LIN, GOOD, "/portal/login").path == "/home"


@pytest.mark.parametrize(
    ("new", "again", "where"),
    [
        ("", "", ["new"]), (GOOD, "Another&Kite49", ["again"]), ("short1!", "other", ["new", "again"]),
        (LIN.first, LIN.first, ["new"]), (LIN.second, LIN.second, ["new"]),
        (LIN.first.lower() + "!", "", ["new", "again"]), (f"{LIN.account}-Kite!", f"{LIN.account}-Kite!", ["new"]),
        ("Password1!", "Password1!", ["new"]),
    ],
)  # fmt: skip
def test_a_bad_first_password_is_explained_and_the_account_stays_as_it_was(plain, new, again, where):
    log_in(plain, LIN, LIN.first).submit(new=new, again=again)

    assert plain.status == 422 and list(plain.errors) == where and plain.title_says_error
    assert plain.value("new") == "" and plain.value("again") == ""
    assert log_in(plain, LIN, LIN.first).path == "/password/first"


def test_the_rule_is_shown_before_typing_and_judged_line_by_line_after(plain):
    log_in(plain, LIN, LIN.first)
    assert {line["data-rule"] for line in plain.page.select("#rules li")} == {
        "length",
        "letter",
        "digit",
        "symbol",
        "own",
    }
    assert not plain.page.select("#rules .pass, #rules .fail")

    plain.submit(new="tangerine&kite", again="tangerine&kite")
    assert [line["data-rule"] for line in plain.page.select("#rules .fail")] == ["digit"]


def test_the_passport_only_student_chooses_one_too(plain):
    assert first_password(plain, MARTIN).path == "/home"


def change(browser, new, current=PASSWORD):
    """Both steps of the page."""
    browser.open("/password/change").submit(current=current)
    return browser.submit(new=new, again=new)


def test_changing_the_password_asks_for_the_one_in_use_first(lin):
    lin.open("/password/change").submit(current="Wrong&Kite99")
    assert lin.status == 422 and list(lin.errors) == ["current"]

    lin.submit(current="")
    assert lin.status == 422 and list(lin.errors) == ["current"]

    lin.submit(current=PASSWORD)
    assert lin.status == 200 and lin.page.select_one("[name=new]")


def test_the_new_password_opens_the_doors_and_the_old_one_does_not(app, lin):
    change(lin, GOOD)

    assert lin.status == 200 and not lin.errors
    assert log_in(Browser(app), LIN).status == 422
    assert log_in(Browser(app), LIN, GOOD).path == "/home"


def test_changing_it_ends_every_other_session_and_keeps_this_one(app, lin):
    other = log_in(Browser(app), LIN)
    change(lin, GOOD)

    assert other.open("/home").path == "/intue/login"
    assert lin.open("/home").path == "/home"


@pytest.mark.parametrize("bad", [LIN.first, LIN.second, "short1!", "Password1!"])
def test_a_bad_new_password_changes_nothing(app, lin, bad):
    change(lin, bad)

    assert lin.status == 422 and "new" in lin.errors
    assert log_in(Browser(app), LIN).path == "/home"


def test_the_second_step_cannot_be_reached_past_the_first(app, lin):
    token = dict(lin.open("/password/change").typed())["csrf_token"]

    lin.post("/password/change", {"csrf_token": token, "new": GOOD, "again": GOOD})

    assert lin.status == 422 and "current" in lin.errors
    assert log_in(Browser(app), LIN).path == "/home"


def test_the_page_says_when_the_password_was_changed_last(lin):
    today = datetime.now(UTC).astimezone(TAIPEI)

    assert f"{today.year} 年 {today.month} 月 {today.day} 日" in lin.open("/password/change").text("main")


def test_the_owner_is_written_to_at_the_first_use_and_at_a_change(app, lin):
    change(lin, GOOD)

    with database.connection_context():
        letters = [mail.opened for mail in Mail.waiting()]
    assert [to for to, *_ in letters] == ["a411510001@grad.ntue.edu.tw"] * 2
    assert not [word for word in (GOOD, PASSWORD, LIN.id_number) if word in str(letters)]


def test_two_people_with_the_same_password_have_different_hashes(app):
    begin(Browser(app), LIN)
    begin(Browser(app), CHEN)

    with database.connection_context():
        hashes = {student.password for student in Student.select() if student.password}
    assert len(hashes) == 2
