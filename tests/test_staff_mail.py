"""Letters that are stuck or refused, for staff: whose they see, how little of them, and another try."""

import pytest

from models import Student
from tables.journal import Event
from tables.letterbox import REFUSED, SENT, WAITING, Mail, OwnMailbox
from tables.store import database
from tests.browser import Browser
from tests.offices import KAO, WU, YEH, employ, sign_in
from tests.people import LIN
from tests.post import aged, write

CAMPUS = f"a{LIN.account}@grad.ntue.edu.tw"
SAID = f"550 5.1.1 <{CAMPUS}>: no such user"


@pytest.fixture
def wu(app):
    """The registrar, at work."""
    return sign_in(Browser(app), employ(WU, has_phone=True))


def letter(to=CAMPUS, words=None, kind="reset", text="secret link"):
    """A letter, refused for good with these words if there are any; its row."""
    with database.connection_context():
        write(to, kind=kind, text=text)
        mail = Mail.select().order_by(Mail.id.desc()).get()
        if words:
            mail.close(words)
    return mail


def of(mail):
    """The row of a letter as it is now."""
    with database.connection_context():
        return Mail.get_by_id(mail.id)


def test_a_refused_letter_shows_its_kind_a_masked_address_and_the_reason_and_nothing_else(wu):
    letter(words=SAID)

    page = wu.open("/staff/mail")

    assert (
        "設定新密碼的連結" in page.text() and "a***@grad.ntue.edu.tw" in page.text() and "no such user" in page.text()
    )
    assert CAMPUS not in page.reply.get_data(as_text=True) and "secret" not in page.reply.get_data(as_text=True)
    assert LIN.account in page.text("table")


def test_what_waits_for_a_quarter_of_an_hour_is_stuck_and_what_is_new_or_sent_is_not_there(wu):
    old = letter()
    with database.connection_context():
        aged(15 * 60 + 5)
    letter("new@example.com")
    sent = letter("sent@example.com")
    with database.connection_context():
        sent.close()
        aged(1)

    assert len(wu.open("/staff/mail").page.select("tbody tr")) == 1 and of(old).state == WAITING
    assert of(sent).state == SENT


def test_nothing_stuck_is_said_in_words(wu):
    assert "沒有卡住的信" in wu.open("/staff/mail").text()


def test_one_press_has_a_refused_letter_wait_again_and_notes_for_whom(wu):
    mail = letter(words=SAID)

    wu.open("/staff/mail").submit(f"form[action='/staff/mail/{mail.id}/again']")

    assert of(mail).state == WAITING and "再寄一次" in wu.text()
    with database.connection_context():
        note = Event.get(Event.what == "mail-again")
    assert (note.account, note.about) == (WU.account, LIN.account) and "@" not in note.details


def test_all_can_be_tried_again_at_once(wu):
    mails = [letter(words=SAID), letter("other@example.com", words="551 moved")]

    wu.open("/staff/mail").submit("form[action='/staff/mail/again']")

    assert {of(mail).state for mail in mails} == {WAITING}


def test_a_letter_that_is_being_sent_stays_with_whoever_sends_it(wu):
    mail = letter()
    with database.connection_context():
        aged(15 * 60 + 5)
        assert Mail.claim(60).id == mail.id

    wu.open("/staff/mail").submit(f"form[action='/staff/mail/{mail.id}/again']")

    with database.connection_context():
        assert Mail.claim(60) is None


def test_a_letter_whose_text_is_deleted_cannot_be_tried_again(wu):
    mail = letter(words=SAID)
    with database.connection_context():
        Mail.update(letter=b"").execute()

    assert not wu.open("/staff/mail").page.select(f"form[action='/staff/mail/{mail.id}/again']")
    wu.submit("form[action='/staff/mail/again']")
    assert of(mail).state == REFUSED


def test_a_clerk_sees_letters_to_the_mailboxes_of_their_own_students_only(app):
    campus, other = letter(words=SAID), letter("stranger@example.com", words="550 no")
    with database.connection_context():
        OwnMailbox.keep(LIN.account, "yuching@example.com")
    own = letter("yuching@example.com", words="552 full")
    kao, yeh = sign_in(Browser(app), employ(KAO)), sign_in(Browser(app), employ(YEH))

    assert {link["action"] for link in kao.open("/staff/mail").page.select("td form")} == {
        f"/staff/mail/{mail.id}/again" for mail in (campus, own)
    }
    token = dict(yeh.open("/staff/settings").typed())["csrf_token"]
    assert yeh.post(f"/staff/mail/{campus.id}/again", {"csrf_token": token}).status == 404
    yeh.post("/staff/mail/again", {"csrf_token": token})
    assert {of(mail).state for mail in (campus, own, other)} == {REFUSED}


def test_the_page_holds_with_a_class_of_students(app, wu):
    with database.connection_context():
        assert Student.select().count() > 5
    for n in range(30):
        letter(f"s{n}@example.com", words="550 no")

    assert len(wu.open("/staff/mail").page.select("tbody tr")) == 30
