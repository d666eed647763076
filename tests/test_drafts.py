"""What is typed and not saved: it is kept while it is typed, and when the session ends, and is there on any device."""

import pytest

from models import SavedTab
from tables.drafts import Draft
from tables.store import database
from tables.visits import Session
from tests import stored
from tests.answers import begin, fill_tab, first_password, log_in
from tests.browser import FORM, Browser, urlencode
from tests.people import CHEN, LIN, PASSWORD

TAB = "/record/contact"
TYPED = {"mobile": "0912 345 678", "reg_addr": "和平東路二段 134 號 𠮷"}


def the_session_ends():
    """As after half an hour without a touch."""
    with database.connection_context():
        Session.update(opened_at=Session.opened_at - 86400).execute()


def draft(place="contact"):
    """What the database has of her draft."""
    with database.connection_context():
        return Draft.of(LIN.account, place)[0]


def keep(browser, **typed):
    """Send what changed in the form that is open, as the page does while somebody types."""
    about = {name: value for name, value in browser.typed(browser.form("form.fill")) if name in ("csrf_token", "rev")}
    pairs = [*about.items(), ("part", "1"), *typed.items()]
    headers = {"HX-Request": "true"}
    return browser.send("POST", f"{TAB}/draft", data=urlencode(pairs), headers=headers, content_type=FORM)


def test_what_is_typed_is_there_on_another_device_and_not_yet_saved(app, lin):
    reply = keep(lin.open(TAB), mobile="0912 345 6", reg_addr=TYPED["reg_addr"])
    assert (reply.status_code, reply.data) == (200, b"")
    tablet = Browser(app)
    log_in(tablet, LIN)

    assert tablet.open(TAB).value("mobile") == "0912 345 6" and tablet.value("reg_addr") == TYPED["reg_addr"]
    assert "草稿" in tablet.text(".note.warn") and not tablet.errors
    assert tablet.tabs["contact"] == "todo"
    with database.connection_context():
        assert "contact" not in SavedTab.of(LIN.account)


def test_a_draft_grows_field_by_field_and_is_gone_when_it_is_saved(lin):
    keep(lin.open(TAB), mobile="0912345678")
    keep(lin, email="a@example.com")
    assert draft() == {"mobile": "0912345678", "email": "a@example.com"}

    lin.open(TAB).submit()

    assert draft() == {}
    with database.connection_context():
        assert SavedTab.of(LIN.account)["contact"][0]["email"] == "a@example.com"


def test_what_is_as_it_was_saved_is_no_draft(lin):
    fill_tab(lin, "contact")
    keep(lin.open(TAB, edit=1), mobile="0900000000")
    assert draft() == {"mobile": "0900000000"}
    keep(lin, mobile="0912-345-678")
    assert draft() == {}


def test_a_done_tab_with_a_draft_opens_with_it_and_stays_done(lin):
    fill_tab(lin, "contact")
    keep(lin.open(TAB, edit=1), mobile="0900000000")

    assert lin.open(TAB).value("mobile") == "0900000000" and lin.tabs["contact"] == "done"


def test_a_draft_can_be_discarded(lin):
    fill_tab(lin, "contact")
    keep(lin.open(TAB, edit=1), mobile="0900000000")
    lin.open(TAB).submit(button=("do", "discard"))

    assert draft() == {} and "0912345678" in lin.text("#panel") and not lin.page.select("form.fill")


def test_ticks_that_were_not_touched_stay_and_those_taken_away_go(lin):
    fill_tab(lin, "contact", mail_same="yes")
    lin.open(TAB, edit=1)
    keep(lin, mobile="0900000000")
    assert draft() == {"mobile": "0900000000"}
    keep(lin, mail_same="")
    assert draft() == {"mobile": "0900000000", "mail_same": ""}


def test_a_save_of_what_changed_leaves_the_rest_as_it_is(lin):
    fill_tab(lin, "contact", mail_same="yes")
    lin.open(TAB, edit=1)
    about = {name: value for name, value in lin.typed() if name in ("csrf_token", "rev", "drawn")}
    lin.post(TAB, about | {"part": "1", "mobile": "0900000000", "do": "save"}, htmx=lin.htmx)

    assert lin.status == 200
    with database.connection_context():
        answers = SavedTab.of(LIN.account)["contact"][0]
    assert (answers["mobile"], answers["mail_same"], answers["reg_city"]) == ("0900000000", "yes", "臺北市")


def test_what_another_device_has_typed_stays_a_draft_when_this_one_saves(app, lin):
    fill_tab(lin, "contact")
    phone = Browser(app, htmx=lin.htmx)
    log_in(phone, LIN)
    phone.open(TAB, edit=1)
    keep(lin.open(TAB, edit=1), email="typed@example.com")
    phone.submit(mobile="0900000000")

    assert draft() == {"email": "typed@example.com"}
    assert phone.open(TAB).value("email") == "typed@example.com" and phone.value("mobile") == "0900000000"


@pytest.mark.parametrize("name", ["sex", "name_zh", "nobody", "photo"])
def test_nothing_but_white_fields_of_the_tab_is_kept(lin, name):
    keep(lin.open(TAB), **{name: "x", "mobile": "1"})

    assert draft() == {"mobile": "1"}


def test_there_is_no_draft_of_a_tab_that_is_not_there(lin):
    lin.open(TAB)
    for path in ("/record/service/draft", "/record/nothing/draft", "/record/notice/draft"):
        token = lin.page.select_one("[name=csrf_token]")["value"]
        assert lin.send("POST", path, data={"csrf_token": token, "mobile": "1"}).status_code == 404


def test_nothing_is_kept_of_somebody_who_has_not_read_the_notice(app):
    chen = first_password(Browser(app), CHEN)
    token = chen.page.select_one("[name=csrf_token]")["value"]

    assert chen.send("POST", f"{TAB}/draft", data={"csrf_token": token, "mobile": "1"}).status_code == 403
    with database.connection_context():
        assert not Draft.select().exists()


def test_a_draft_without_a_token_is_refused(lin):
    lin.open(TAB)
    lin.page.select_one("form.fill [name=csrf_token]")["value"] = "forged"
    assert keep(lin, mobile="1").status_code == 403 and draft() == {}


def test_a_draft_that_comes_when_the_session_has_ended_is_kept_and_brings_the_door(lin):
    lin.open(TAB)
    the_session_ends()
    reply = keep(lin, mobile="0912 345 678")

    assert reply.status_code == 401 and reply.headers["HX-Retarget"] == "#door"
    assert draft() == {"mobile": "0912 345 678"}


def test_a_form_whose_cookies_are_gone_is_kept_for_the_one_it_was_drawn_for(lin):
    lin.open(TAB)
    lin.client._cookies.clear()
    lin.htmx = False
    lin.submit(**TYPED)

    assert lin.path == "/intue/login" and draft() | TYPED == draft()
    assert "剛才填的都留著" in lin.text("main")
    log_in_here(lin)
    assert lin.path == TAB and lin.value("reg_addr") == TYPED["reg_addr"]


def test_nobody_can_leave_a_draft_for_somebody_else(app, lin):
    lin.open(TAB)
    mark = lin.page.select_one("[name=rev]")["value"]
    stranger = Browser(app)
    for forged in (mark.replace(LIN.account, CHEN.account), mark[:-1], "", "1.2.3.4.5"):
        stranger.send("POST", TAB, data={"rev": forged, "mobile": "1"})
    with database.connection_context():
        assert not Draft.select().exists()


def log_in_here(browser):
    """Through the door that is open, which leads back."""
    return browser.submit(account=LIN.account, password=PASSWORD)


def test_what_was_sent_too_late_is_there_after_signing_in_again(lin):
    lin.open("/record/contact")
    the_session_ends()

    lin.htmx = False
    lin.submit(**TYPED)
    assert lin.path == "/intue/login"
    log_in_here(lin)

    assert lin.path == "/record/contact" and "草稿" in lin.text(".note.warn")
    assert lin.value("mobile") == "0912345678"
    assert lin.value("reg_addr") == TYPED["reg_addr"]
    lin.submit()
    with database.connection_context():
        assert SavedTab.of(LIN.account)["contact"][0]["mobile"] == "0912345678"


def test_a_fragment_that_came_too_late_keeps_the_form_and_brings_the_door(lin):
    lin.open(TAB)
    the_session_ends()

    lin.htmx = True
    lin.submit(**TYPED)

    assert lin.status == 401 and "登入" in lin.text("#door") and lin.text("#save [role=alert]")
    assert lin.value("account") == LIN.account and lin.value("mobile") == TYPED["mobile"]
    assert draft() | TYPED == draft()


def test_logging_in_inside_of_the_page_leaves_the_form_and_one_press_saves(lin):
    lin.open(TAB)
    the_session_ends()
    lin.htmx = True
    lin.submit(**TYPED)
    lin.submit("#door form", password="wrong")
    assert lin.status == 422 and lin.text("#door .note.bad") and lin.value("mobile") == TYPED["mobile"]
    lin.submit("#door form", password=PASSWORD)
    assert lin.status == 200 and not lin.text("#door") and "再按" in lin.text("#save [role=alert]")
    assert lin.page.select_one("#save .btn[data-focus]")

    lin.submit()

    assert lin.status == 422 and lin.value("mobile") == "0912345678"
    with database.connection_context():
        assert SavedTab.of(LIN.account)["contact"][0]["reg_addr"] == TYPED["reg_addr"]


def test_somebody_else_who_logs_in_inside_of_the_page_leaves_it(app, lin):
    begin(Browser(app), CHEN)
    lin.open(TAB)
    the_session_ends()
    lin.htmx = True
    lin.submit(**TYPED)
    door = lin.page.select_one("#door form")
    typed = dict(lin.typed(door)) | {"account": CHEN.account, "password": PASSWORD}
    reply = lin.send("POST", "/intue/login", data=typed, headers={"HX-Request": "true"})

    assert reply.headers["HX-Redirect"] == TAB and not reply.data


def test_what_one_student_typed_never_reaches_another_on_the_same_phone(lin):
    lin.open("/record/contact")
    the_session_ends()
    lin.htmx = False
    lin.submit(**TYPED)

    begin(lin, CHEN)

    assert lin.open("/record/contact").value("mobile") == ""


def test_it_does_not_overwrite_what_another_device_saved_later(app, lin):
    fill_tab(lin, "contact")
    lin.open(TAB, edit=1)
    the_session_ends()
    lin.htmx = False
    lin.submit(**TYPED)
    phone = Browser(app)
    log_in(phone, LIN)
    phone.open(TAB, edit=1).submit(email="later@example.com", mobile="0987654321")

    assert draft() == {}
    with database.connection_context():
        assert SavedTab.of(LIN.account)["contact"][0]["mobile"] == "0987654321"


def test_a_request_for_a_correction_that_was_sent_too_late_is_there_again_and_waits_to_be_sent(lin):
    lin.open("/corrections/name_zh")
    the_session_ends()

    lin.htmx = False
    lin.submit(wanted="林𠮷晴", reason="身分證上寫的是這個字")
    log_in_here(lin)

    assert lin.path == "/corrections/name_zh" and "剛才填的內容還在" in lin.text(".note")
    assert (lin.value("wanted"), lin.text("textarea")) == ("林𠮷晴", "身分證上寫的是這個字")
    lin.submit()
    assert "已送出申請" in lin.text(".note.ok") and "林𠮷晴" in lin.text("dl")
    with database.connection_context():
        assert not Draft.select().exists()


def test_what_is_kept_cannot_be_read_in_the_database(lin, tmp_path):
    lin.open("/record/contact")
    the_session_ends()
    lin.htmx = False
    lin.submit(**TYPED)

    files = stored.contents(tmp_path)
    with database.connection_context():
        assert Draft.select().count() == 1
    assert b"345678" not in files and "和平東路".encode() not in files
