"""The outbox: every letter goes out once, in order, whatever the mail server is up to."""

import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress

import pytest

from blueprints import outbox
from tables.letterbox import REFUSED, SENT, WAITING, Mail
from tables.store import database, now
from tests.conftest import ROOT, SETTINGS
from tests.crowd import at_once
from tests.post import Post, aged, at_work, silent_server, until, write

HOUR, STEP = 3600, 240


@pytest.fixture(autouse=True)
def working(app):
    """What the background process has around it, for the whole test."""
    with at_work(app):
        yield


@pytest.fixture
def post():
    """A mail server that listens."""
    with Post() as post:
        yield post


def states():
    """How many letters there are in which state."""
    return Counter(mail.state for mail in Mail.select())


def write_to_many(people, each):
    """Letters to so many people, a few for each, in no order of people; the order in which each should get theirs."""
    turns = [person for person in range(people) for _ in range(each)]
    random.Random(4).shuffle(turns)
    texts = {f"p{person}@example.com": [] for person in range(people)}
    for n, person in enumerate(turns):
        write(f"p{person}@example.com", f"letter {n}")
        texts[f"p{person}@example.com"].append(f"letter {n}")
    return texts


def received(post):
    """What each person got, in the order of arrival."""
    texts = {}
    for envelope, message in zip(post.letters, post.taken, strict=True):
        texts.setdefault(envelope.rcpt_tos[0], []).append(message.get_content().strip())
    return texts


def test_letters_go_out_in_order_over_one_connection(post):
    for n in range(20):
        write(f"p{n}@example.com")

    counts = outbox.send_waiting(post.settings)

    assert counts == {"sent": 20} and post.connections == 1
    assert post.recipients == [f"p{n}@example.com" for n in range(20)]
    assert [one["Message-ID"] for one in post.taken] == [mail.mark for mail in Mail.select().order_by(Mail.id)]


def test_nobody_is_called_when_nothing_waits(post):
    assert outbox.send_waiting(post.settings) == {} and post.connections == 0


@pytest.mark.parametrize(("mood", "people"), [("closed", 100), ("421", 5), ("451", 4), ("drops", 5), ("no sender", 5)])
def test_after_an_hour_without_a_server_every_letter_arrives_once_and_soon(mood, people):
    post = Post()
    wanted = write_to_many(people, each=2)
    post.mood = mood
    if mood != "closed":
        post.open()
    for _ in range(HOUR // STEP):
        outbox.send_waiting(post.settings)
        aged(STEP)
    assert not post.letters

    post.mood, waited = "", 0
    with closing(post if post.is_open else post.open()):
        while not post.letters and waited < HOUR:
            aged(60)
            waited += 60
            outbox.send_waiting(post.settings)
        for _ in range(6):
            aged(60)
            outbox.send_waiting(post.settings)
    assert waited <= 300 and received(post) == wanted and states() == {SENT: 2 * people}


def test_a_server_that_says_nothing_holds_nobody_up_for_long():
    write()
    with silent_server() as port:
        began = time.monotonic()
        counts = outbox.send_waiting({**Post().settings, "MAIL_PORT": port, "MAIL_TIMEOUT": 1})

    assert counts == {"away": 1} and time.monotonic() - began < 8
    assert Mail.get().state == WAITING and Mail.get().tries == 0


def test_a_server_that_is_away_is_asked_less_and_less_but_within_four_minutes():
    pause, at, knocks = outbox.Pause(), 0, []
    while at < HOUR:
        if pause.is_over(at):
            knocks.append(at)
            pause.note(True, at)
        at += outbox.ROUND
    gaps = [later - earlier for earlier, later in zip(knocks, knocks[1:], strict=False)]

    assert gaps == sorted(gaps) and max(gaps) <= 243 and len(knocks) < 40
    pause.note(False, at)
    assert pause.is_over(at)


def test_a_letter_that_was_taken_before_the_line_broke_comes_twice_at_most_with_one_message_id(post):
    for n in range(3):
        write(f"p{n}@example.com")
    post.mood = "takes and drops"
    outbox.send_waiting(post.settings)
    post.mood = ""
    Mail.update(due_at=0).execute()
    outbox.send_waiting(post.settings)

    assert sorted(Counter(post.recipients).values()) == [1, 1, 2]
    assert len({one["Message-ID"] for one in post.taken}) == 3
    assert len({bytes(one) for one in post.taken}) == 3


def test_a_process_killed_while_it_sends_costs_one_duplicate_at_most(database_url, post, tmp_path):
    for n in range(4):
        write(f"p{n}@example.com")
    post.mood = "ponders"
    given = {f"XUEJI_{name}": str(value) for name, value in post.settings.items()}
    environ = {**SETTINGS, **given, "XUEJI_MAIL_TIMEOUT": "20", "XUEJI_DATABASE_URL": database_url, "PATH": ""}
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), "mail", "send"]
    with open(tmp_path / "said", "w") as said:
        process = subprocess.Popen(command, env=environ, cwd=tmp_path, stdout=said, stderr=said)
    until(lambda: post.letters)
    process.kill()
    process.wait()

    post.mood = ""
    assert outbox.send_waiting(post.settings)["sent"] == 3
    aged(200)
    assert outbox.send_waiting(post.settings)["sent"] == 1
    assert Counter(post.recipients) == {
        "p0@example.com": 2,
        "p1@example.com": 1,
        "p2@example.com": 1,
        "p3@example.com": 1,
    }
    assert len({one["Message-ID"] for one in post.taken}) == 4


def test_four_who_send_at_once_send_each_letter_once_and_in_order(post):
    wanted = write_to_many(8, each=5)

    counts = at_once(4, lambda: outbox.send_waiting(post.settings))
    counts.append(outbox.send_waiting(post.settings))

    assert sum(one["sent"] for one in counts) == 40 and received(post) == wanted
    assert [one for one in counts[:4] if one["sent"]] and states() == {SENT: 40}


def test_while_one_letter_is_on_its_way_the_next_to_the_same_mailbox_waits_and_others_do_not():
    write("a@example.com", "first")
    write("A@Example.com", "second")
    write("b@example.com", "other")

    first, other, none = Mail.claim(60), Mail.claim(60), Mail.claim(60)
    assert (first.opened.text, other.opened.text, none) == ("first", "other", None)

    first.close()
    assert Mail.claim(60).opened.text == "second"


def test_a_lease_runs_out_when_its_holder_has_died():
    write()

    assert Mail.claim(60) and Mail.claim(60) is None
    aged(61)
    assert Mail.claim(60)


def test_a_letter_is_queued_with_its_cause_or_not_at_all():
    with suppress(KeyError), database.atomic():
        write()
        raise KeyError

    assert states() == {}


def test_of_a_sent_letter_only_to_whom_what_and_when_is_kept_for_half_a_year(post):
    write("a@example.com", "a secret of somebody", kind="reset")
    outbox.send_waiting(post.settings)
    mail = Mail.get()

    assert (mail.state, mail.kind, bytes(mail.letter)) == (SENT, "reset", b"") and now() - mail.closed_at < 5
    outbox.sweep_after(0)
    assert Mail.select().count() == 1
    aged(Mail.KEPT + 1)
    outbox.sweep_after(0)
    assert Mail.select().count() == 0


def test_a_letter_whose_row_was_altered_stops_no_other(post):
    for name in "abc":
        write(f"{name}@example.com")
    Mail.update(letter=b"\x01" + bytes(60)).where(Mail.id == 2).execute()

    assert outbox.send_waiting(post.settings) == {"sent": 2, "refused": 1}
    assert Mail.get_by_id(2).state == REFUSED and "altered" in Mail.get_by_id(2).words
