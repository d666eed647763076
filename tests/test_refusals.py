"""Letters that a mail server does not take: for now, or for good; and what an operator sees of it."""

import pytest

from blueprints import outbox
from tables.letterbox import REFUSED, WAITING, Mail
from tables.store import database, now
from tests import stored
from tests.post import Post, aged, at_work, write

GONE = "550 5.1.1 <a@example.com> no such mailbox here"
FULL = "452 4.2.2 mailbox full"
DAY = 86400


@pytest.fixture
def working(app):
    """What the background process has around it, for the whole test."""
    with at_work(app):
        yield


@pytest.fixture
def post():
    """A mail server that listens."""
    with Post() as post:
        yield post


@pytest.fixture
def run(app, post):
    """Runs a command as `bin/xueji` does, in an installation that sends to the post."""
    before = {name: app.config[name] for name in post.settings}
    app.config.update(post.settings)
    yield lambda *words: app.test_cli_runner().invoke(args=list(words))
    app.config.update(before)


def write_here(*addresses):
    """Letters to these addresses."""
    with database.connection_context():
        for address in addresses:
            write(address)


def state_of(address):
    """The state of the newest letter to an address."""
    with database.connection_context():
        return next(mail for mail in Mail.select().order_by(Mail.id.desc()) if mail.opened.to == address).state


def test_a_mailbox_that_does_not_exist_is_marked_and_left_alone(working, post, caplog):
    post.refuses = {"a@example.com": GONE}
    for address in ("a@example.com", "b@example.com", "a@example.com"):
        write(address)

    assert outbox.send_waiting(post.settings) == {"sent": 1, "refused": 2}
    aged(DAY)
    assert outbox.send_waiting(post.settings) == {}
    assert post.recipients == ["b@example.com"] and post.connections == 1
    assert Mail.get_by_id(1).words == GONE
    assert "a@example.com" not in caplog.text and "550" in caplog.text


def test_the_words_of_a_server_are_kept_sealed_short_and_on_one_line(working, post):
    post.refuses = {"a@example.com": "550 no\x1b[31m " + "x" * 480}
    write("a@example.com")
    outbox.send_waiting(post.settings)

    mail = Mail.get()
    assert mail.words.startswith("550 no") and mail.words.isprintable() and len(mail.words) <= 300
    assert b"550" not in bytes(mail.reason)


def test_a_full_mailbox_keeps_nobody_else_waiting_and_its_waits_grow_up_to_an_hour(working, post):
    post.refuses = {"a@example.com": FULL}
    write("a@example.com")
    waits = []
    for age in (0, 60, 600, 3600, DAY, DAY):
        aged(age)
        write(f"b{len(waits)}@example.com")
        outbox.send_waiting(post.settings)
        mail = Mail.get_by_id(1)
        waits.append(mail.due_at - now())

    assert len(post.letters) == len(waits) and mail.state == WAITING and mail.words == FULL
    assert waits == sorted(waits) and waits[0] in (29, 30) and waits[3] < 300 and waits[-1] in (3599, 3600)


def test_a_mailbox_that_is_full_for_days_is_given_up(working, post):
    post.refuses = {"a@example.com": FULL}
    write("a@example.com")
    aged(outbox.GIVE_UP + 60)

    assert outbox.send_waiting(post.settings) == {"refused": 1}
    assert Mail.get().state == REFUSED


def test_a_later_letter_waits_for_the_earlier_one_that_a_full_mailbox_did_not_take(working, post):
    post.refuses = {"a@example.com": FULL}
    write("a@example.com", "first")
    outbox.send_waiting(post.settings)
    post.refuses = {}
    write("a@example.com", "second")

    assert outbox.send_waiting(post.settings) == {}
    aged(60)
    outbox.send_waiting(post.settings)
    assert [one.get_content().strip() for one in post.taken] == ["first", "second"]


def test_mail_send_delivers_what_waits_and_says_so(run, post):
    write_here("a@example.com", "b@example.com")

    seen = run("mail", "send")

    assert seen.exit_code == 0 and seen.output.startswith("2 sent, 0 refused for good, 0 ")
    assert len(post.letters) == 2


def test_mail_send_does_not_wait_until_a_letter_is_due(run, post):
    post.mood = "451"
    write_here("a@example.com")
    assert run("mail", "send").exit_code == 1
    post.mood = ""

    assert run("mail", "send").exit_code == 0
    assert len(post.letters) == 1


def test_mail_send_without_a_server_says_how_many_wait(run, post):
    write_here("a@example.com")
    post.close()

    seen = run("mail", "send")

    assert seen.exit_code == 1 and "1 could not be sent and wait" in seen.output and "Traceback" not in seen.output


def test_letters_refused_by_mistake_can_be_sent_after_all(run, post):
    post.refuses = {"a@example.com": "554 5.7.1 relay access denied"}
    write_here("a@example.com")
    assert run("mail", "send").exit_code == 1
    post.refuses = {}

    assert run("mail", "send").output.startswith("0 sent")
    assert run("mail", "send", "--refused").output.startswith("1 sent")
    assert run("mail", "send", "--refused").output.startswith("0 sent")


def test_the_contents_of_a_refused_letter_go_after_a_week(working, post):
    post.refuses = {"a@example.com": GONE}
    write("a@example.com")
    outbox.send_waiting(post.settings)
    aged(Mail.KEPT_REFUSED + 1)
    outbox.sweep_after(0)

    assert bytes(Mail.get().letter) == b"" and Mail.try_refused_again() == 0


def doctor(run):
    """The lines of the doctor about mail, and how it ended."""
    seen = run("doctor")
    return [line for line in seen.output.splitlines() if " mail" in line], seen.exit_code


def test_the_doctor_is_content_while_letters_go_out(run, post):
    write_here("a@example.com")
    run("mail", "send")

    lines, status = doctor(run)

    assert status == (not stored.survives_power_cuts()) and [line[:4] for line in lines] == ["ok  ", "ok  "]
    assert "0 waiting" in lines[0] and "0, sent: 1" in lines[1]


def test_the_doctor_says_how_long_the_oldest_letter_has_been_waiting(run):
    write_here("a@example.com", "b@example.com")
    with database.connection_context():
        aged(20 * 60)

    lines, status = doctor(run)

    assert status == 1 and lines[0].startswith("BAD ") and "2 waiting, the oldest for 20 min, 2 stuck" in lines[0]


def test_the_doctor_repeats_what_the_server_says_of_stuck_and_refused_letters(run, post):
    post.refuses = {"a@example.com": FULL, "b@example.com": GONE}
    write_here("a@example.com", "b@example.com", "c@example.com")
    for _ in range(3):
        run("mail", "send")

    lines, status = doctor(run)

    assert status == 1 and "1 stuck" in lines[0] and FULL in lines[0]
    assert "1, sent: 1" in lines[1] and GONE in lines[2]


def test_the_doctor_is_alarmed_when_more_is_refused_than_sent(run, post):
    post.refuses = {f"p{n}@example.com": "554 5.7.1 relay access denied" for n in range(3)}
    write_here(*post.refuses)
    run("mail", "send")

    lines, status = doctor(run)

    assert status == 1 and lines[1].startswith("BAD ") and "relay access denied" in lines[2]
