"""A session that ends while somebody types: nothing typed is lost."""

from tables.store import database, now
from tables.visits import Session, Stash
from tests import stored
from tests.answers import begin, log_in
from tests.browser import Browser
from tests.people import CHEN, LIN

TYPED = {"mobile": "0912 345 678", "reg_addr": "和平東路二段 134 號 𠮷"}


def the_session_ends():
    """As after half an hour without a touch."""
    with database.connection_context():
        Session.update(seen_at=now() - 31 * 60).execute()


def test_what_was_sent_too_late_is_there_after_signing_in_again(lin):
    lin.open("/record/contact")
    the_session_ends()

    lin.htmx = False
    lin.submit(**TYPED)
    assert lin.path == "/intue/login"
    log_in(lin, LIN)

    assert lin.path == "/record/contact"
    assert lin.value("mobile") == "0912345678"
    assert lin.value("reg_addr") == TYPED["reg_addr"]


def test_a_fragment_that_came_too_late_keeps_the_form_and_says_what_to_do(lin):
    lin.open("/record/contact")
    the_session_ends()

    lin.htmx = True
    lin.submit(**TYPED)

    assert lin.status == 401
    assert lin.page.select_one("#save [role=alert] a[target=_blank]")
    assert lin.page.select_one("[name=mobile]")


def test_what_one_student_typed_never_reaches_another_on_the_same_phone(lin):
    lin.open("/record/contact")
    the_session_ends()
    lin.htmx = False
    lin.submit(**TYPED)

    begin(lin, CHEN)

    assert lin.open("/record/contact").value("mobile") == ""


def test_it_does_not_overwrite_what_another_device_saved_later(app, lin):
    lin.open("/record/contact")
    the_session_ends()
    lin.htmx = False
    lin.submit(**TYPED)
    with database.connection_context():
        Stash.update(at=now() - 60).execute()
    phone = Browser(app)
    with database.connection_context():
        stashed = list(Stash.select().dicts())
        Stash.delete().execute()
    log_in(phone, LIN)
    phone.open("/record/contact").submit(mobile="0987654321")
    with database.connection_context():
        Stash.insert_many(stashed).execute()

    log_in(lin, LIN)

    assert lin.open("/record/contact").value("mobile") == "0987654321"


def test_a_request_for_a_correction_that_was_sent_too_late_is_there_again_and_waits_to_be_sent(lin):
    lin.open("/corrections/name_zh")
    the_session_ends()

    lin.htmx = False
    lin.submit(wanted="林𠮷晴", reason="身分證上寫的是這個字")
    log_in(lin, LIN)

    assert lin.path == "/corrections/name_zh" and "剛才填的內容還在" in lin.text(".note")
    assert (lin.value("wanted"), lin.text("textarea")) == ("林𠮷晴", "身分證上寫的是這個字")
    lin.submit()
    assert "已送出申請" in lin.text(".note.ok") and "林𠮷晴" in lin.text("dl")
    with database.connection_context():
        assert not Stash.select().exists()


def test_what_is_kept_cannot_be_read_in_the_database(lin, tmp_path):
    lin.open("/record/contact")
    the_session_ends()
    lin.htmx = False
    lin.submit(**TYPED)

    files = stored.contents(tmp_path)
    with database.connection_context():
        assert Stash.select().count() == 1
    assert b"345678" not in files and "和平東路".encode() not in files
