"""The staff list at the command line: adding, changing, closing accounts, and what the clerk is told."""

import pytest

from tables.store import database
from tests.offices import KAO, PASSWORD, WU, depts_of, digits, employ, in_list, letters, link_in, password_only, sign_in


@pytest.fixture
def run(app):
    """Give a staff command; (exit status, what it said, what it complained of)."""

    def staff(*words):
        with database.connection_context():
            result = app.test_cli_runner().invoke(args=["staff", *words])
        return result.exit_code, result.stdout, result.stderr

    return staff


def test_the_link_is_printed_and_sent_and_both_lead_to_a_password(plain, run):
    status, said, complaints = run(
        "add", "t1001", WU.email, "--role", "registrar", "--name", WU.name, "--birth", "69/3/5", "--id-last4", "6789"
    )

    [letter] = letters()
    assert (status, complaints) == (0, "")
    assert link_in(letter) == link_in((0, 0, said)) and "http://127.0.0.1:8000/staff/activate/" in said
    assert letter[0] == WU.email and "T1001" in said

    plain.open(link_in(letter)).submit(new=PASSWORD, again=PASSWORD)
    assert password_only(plain, WU).heading == "設定第二道驗證"
    assert in_list(WU).particulars == {"email": WU.email, "birth_date": "1980-03-05", "id_last4": "6789"}


def test_the_link_goes_where_base_url_says(started):
    app = started(BASE_URL="https://xueji.example.edu.tw/")

    app.test_cli_runner().invoke(args=["staff", "add", "T2001", KAO.email, "--dept", "教育學系"])

    assert "\nhttps://xueji.example.edu.tw/staff/activate/" in letters()[0][2]


def test_a_clerk_of_departments_gets_these_departments_and_no_others(run):
    status, _, complaints = run(
        "add", "T2001", KAO.email, "--dept", "教育學系", "--dept", " 教育學系 ", "--dept", "企鵝學系"
    )

    assert (status, in_list(KAO).role) == (0, "department")
    assert "企鵝學系" in complaints and "教育學系" not in complaints
    assert depts_of(KAO) == ["企鵝學系", "教育學系"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("T 1", "a@b.tw", "--dept", "X"), "A staff number has 2 to 20 letters and digits, for example T12345."),
        (("T2001", "a@b", "--dept", "X"), "Enter a whole email address, such as name@example.com."),
        (("T2001", "a@b.tw\nBcc: c@d.tw", "--dept", "X"), "Enter a whole email address, such as name@example.com."),
        (("T2001", "a@b.tw"), "say which department: --dept NAME (or --role registrar for all of them)"),
        (
            ("T2001", "a@b.tw", "--role", "registrar", "--dept", "X"),
            "a registrar sees every department; leave --dept out",
        ),
        (("T2001", "a@b.tw", "--dept", "X", "--birth", "69/13/5"), "The month is a number from 1 to 12"),
        (("T2001", "a@b.tw", "--dept", "X", "--id-last4", "12345"), "Enter the last 4 digits of your ID number."),
        (("T2001", "a@b.tw", "--dept", "X", "--update"), "there is no staff account T2001"),
    ],
)
def test_what_cannot_be_is_one_clear_line_and_nothing_is_written(run, words, complaint):
    status, said, complaints = run("add", *words)

    assert (status, said, complaints.strip()) == (1, "", complaint)
    assert letters() == []


@pytest.mark.parametrize("words", [("add", "T2001"), ("add", "T2001", "a@b.tw", "--role", "rector"), ("fire", "T2001")])
def test_a_command_that_is_not_one_is_status_two(run, words):
    assert run(*words)[0] == 2


@pytest.mark.parametrize("command", ["disable", "reset-second-factor"])
def test_an_account_that_is_not_there_is_said_so(run, command):
    assert run(command, "t9999") == (1, "", "there is no staff account T9999\n")


def test_an_account_cannot_be_taken_over_by_adding_it_again(run):
    employ(WU)

    status, _, complaints = run("add", "T1001", "mallory@example.org", "--role", "registrar")

    assert (status, complaints) == (1, "account T1001 is there already; to change it, add --update\n")
    assert in_list(WU).particulars["email"] == WU.email and letters() == []


def test_a_change_keeps_what_is_not_named_and_ends_the_sessions(plain, run):
    sign_in(plain, employ(KAO))

    status, said, _ = run("add", "T2001", "new@mail.ntue.edu.tw", "--update", "--dept", "音樂學系")

    assert (status, "http" in said, letters()) == (0, False, [])
    assert in_list(KAO).particulars == {"email": "new@mail.ntue.edu.tw", "birth_date": "1980-03-05", "id_last4": "6789"}
    assert plain.open("/staff").path == "/staff/login"
    assert KAO.name in password_only(plain, KAO).open("/staff/settings").text() and "音樂學系" in plain.text()


def test_a_clerk_who_becomes_registrar_has_to_set_up_a_phone(plain, run):
    employ(KAO)

    run("add", "T2001", KAO.email, "--update", "--role", "registrar")

    assert password_only(plain, KAO).path == "/staff/second-factor/new"
    assert depts_of(KAO) == []


def test_disabling_logs_out_at_once_and_updating_opens_the_account_again(plain, run):
    sign_in(plain, employ(KAO))

    assert run("disable", "t2001") == (0, "T2001 is disabled and logged out everywhere\n", "")
    assert plain.open("/staff").path == "/staff/login"
    assert password_only(plain, KAO).status == 422

    run("add", "T2001", KAO.email, "--update")
    assert password_only(plain, KAO).path == "/staff"


def test_whoever_lost_phone_and_paper_sets_up_another_after_the_reset(plain, run):
    sign_in(plain, employ(WU, has_phone=True))

    assert run("reset-second-factor", "T1001")[0] == 0

    assert plain.open("/staff").path == "/staff/login"
    assert password_only(plain, WU).path == "/staff/second-factor/new"
    assert plain.submit(code=digits()).status == 422
    assert letters()[-1][0] == WU.email and "手機驗證已取消" in letters()[-1][1]


def test_the_list_tells_everybody_with_state_phone_and_last_login(plain, run):
    run("add", "T3001", "x@mail.ntue.edu.tw", "--dept", "音樂學系")
    sign_in(plain, employ(WU, has_phone=True))
    employ(KAO)
    run("disable", "T2001")

    rows = [line.split("\t") for line in run("list")[1].splitlines()]

    assert [row[0] for row in rows] == ["T1001", "T2001", "T3001"]
    assert [row[4] for row in rows] == ["active", "disabled", "not activated"]
    assert [row[5] for row in rows] == ["with phone", "without phone", "without phone"]
    assert rows[0][2:4] == ["registrar", "-"] and rows[1][3] == "教育學系, 特殊教育學系"
    assert rows[0][6] != "-" and rows[2][6] == "-"


def test_nobody_on_the_list_is_an_empty_list(run):
    assert run("list") == (0, "", "")
