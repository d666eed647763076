"""One student at two devices, or with a form that is sent twice: nothing is overwritten unseen, nothing done twice."""

from threading import Barrier, Thread

import pytest

from models import SavedTab
from tables.drafts import Draft
from tables.history import History
from tables.returns import Return
from tables.store import database
from tests.answers import fill_tab, log_in
from tests.browser import FORM, Browser, urlencode
from tests.people import CHEN, LIN

TAB = "/record/contact"


@pytest.fixture
def phone(app, lin):
    """Another device of hers, with the same way of sending forms; the tab is saved and open on both."""
    fill_tab(lin, "contact")
    phone = Browser(app, htmx=lin.htmx)
    log_in(phone, LIN)
    phone.open(TAB, edit=1)
    lin.open(TAB, edit=1)
    return phone


def saved(tab="contact"):
    """The answers in the database."""
    with database.connection_context():
        return SavedTab.of(LIN.account)[tab][0]


def count(table):
    """How many rows a table has of her."""
    with database.connection_context():
        return table.select().where(table.student == LIN.account).count()


def test_what_two_devices_changed_in_different_fields_is_put_together(lin, phone):
    phone.submit(mobile="0987654321")
    lin.submit(email="new@example.com")

    assert lin.status == 200 and "0987654321" in lin.text("#panel") and "new@example.com" in lin.text("#panel")
    assert (saved()["mobile"], saved()["email"]) == ("0987654321", "new@example.com")


def test_of_a_field_that_both_changed_both_values_are_shown_and_nothing_is_saved(lin, phone):
    phone.submit(mobile="0987654321", email="phone@example.com")
    lin.submit(mobile="0911111111", reg_addr="新生南路三段 1 號")

    assert lin.status == 409
    assert "0987654321" in lin.text("table") and "0911111111" in lin.text("table")
    assert "phone@example.com" not in lin.text("table") and "新生南路" not in lin.text("table")
    assert (saved()["mobile"], saved()["email"]) == ("0987654321", "phone@example.com")
    assert "新生南路" not in saved()["reg_addr"]


@pytest.mark.parametrize(("keep", "mobile"), [("mine", "0911111111"), ("theirs", "0987654321")])
def test_the_student_chooses_which_is_kept_and_the_rest_is_saved_with_it(lin, phone, keep, mobile):
    phone.submit(mobile="0987654321", email="phone@example.com")
    lin.submit(mobile="0911111111", reg_addr="新生南路三段 1 號")
    lin.submit("form.clash", button=("keep", keep))

    assert lin.status == 200 and mobile in lin.text("#panel")
    assert saved() | {"mobile": mobile, "email": "phone@example.com", "reg_addr": "新生南路三段 1 號"} == saved()
    assert count(Draft) == 0


def test_a_choice_that_comes_too_late_is_asked_for_again(lin, phone):
    phone.submit(mobile="0987654321")
    lin.submit(mobile="0911111111")
    phone.open(TAB, edit=1).submit(mobile="0922222222")
    lin.submit("form.clash", button=("keep", "mine"))

    assert lin.status == 409 and "0922222222" in lin.text("table") and saved()["mobile"] == "0922222222"


def test_before_a_choice_is_made_what_was_typed_is_a_draft_for_every_device(lin, phone):
    phone.submit(mobile="0987654321")
    lin.submit(mobile="0911111111")

    assert phone.open(TAB).value("mobile") == "0911111111" and "草稿" in phone.text(".note.warn")


def test_both_changed_it_to_the_same(lin, phone):
    phone.submit(mobile="0987654321")
    lin.submit(mobile="0987 654 321")

    assert lin.status == 200 and saved()["mobile"] == "0987654321"


def test_wrong_answers_of_one_device_do_not_touch_those_of_the_other(lin, phone):
    phone.submit(email="phone@example.com")
    lin.submit(mobile="12")

    assert lin.status == 422 and lin.value("mobile") == "12" and lin.value("email") == "phone@example.com"
    assert saved()["email"] == "phone@example.com"


def test_the_first_save_of_a_tab_can_clash_as_well(app, lin):
    phone = Browser(app, htmx=lin.htmx)
    log_in(phone, LIN)
    phone.open("/record/emergency").submit(ec1_name="林大山")
    lin.open("/record/status")
    lin.open("/record/emergency")
    phone.submit(ec1_name="林小山", ec1_mobile="0922333444")
    lin.submit(ec1_name="林中山")

    assert lin.status == 409 and "林小山" in lin.text("table") and "林中山" in lin.text("table")


def again(browser, body):
    """Send exactly what was sent before."""
    headers = {"HX-Request": "true"} if browser.htmx else {}
    return browser.send("POST", TAB, data=body, headers=headers, content_type=FORM)


def test_a_form_that_is_sent_twice_has_one_effect_and_one_answer(lin, phone):
    body = urlencode([*((n, v) for n, v in lin.typed() if n != "mobile"), ("mobile", "0955555555"), ("do", "save")])
    before = count(History)
    first, second = again(lin, body), again(lin, body)

    assert first.status_code == second.status_code == (200 if lin.htmx else 302)
    assert count(History) == before + 1 and saved()["mobile"] == "0955555555"


def test_a_retry_does_not_undo_what_another_device_saved_in_between(lin, phone):
    body = urlencode([*((n, v) for n, v in lin.typed() if n != "mobile"), ("mobile", "0955555555")])
    again(lin, body)
    phone.open(TAB, edit=1).submit(mobile="0966666666")
    reply = again(lin, body)

    assert reply.status_code in (200, 302) and saved()["mobile"] == "0966666666"


def test_after_a_lost_answer_the_same_form_can_be_changed_and_sent_again(lin, phone):
    typed = [(n, v) for n, v in lin.typed() if n not in ("mobile", "email")]
    again(lin, urlencode([*typed, ("mobile", "0955555555"), ("email", "a@example.com")]))
    reply = again(lin, urlencode([*typed, ("mobile", "0944444444"), ("email", "a@example.com")]))

    assert reply.status_code in (200, 302) and saved()["mobile"] == "0944444444"


def test_a_retry_does_not_answer_a_return_that_came_in_between(lin, phone):
    body = urlencode(lin.typed())
    again(lin, body)
    with database.connection_context(), database.atomic():
        Return.make(LIN.account, "contact", "T0001", reason="電話打不通")
    again(lin, body)

    assert lin.open("/record").tabs["contact"] == "returned"


def test_a_form_that_names_no_version_overwrites(lin, phone):
    phone.submit(mobile="0987654321")
    typed = {name: value for name, value in lin.typed() if name != "rev"}
    assert again(lin, urlencode(typed | {"mobile": "0900000000"})).status_code in (200, 302)
    assert saved()["mobile"] == "0900000000"


def test_a_form_of_somebody_else_is_not_saved_in_ones_own_record(app, lin, phone):
    body = dict(lin.typed()) | {"mobile": "0933333333"}
    lin.open("/record")
    chen = Browser(app, htmx=lin.htmx)
    log_in(chen, CHEN, CHEN.first).submit(new="Tangerine&Kite47", again="Tangerine&Kite47").open("/record")
    token = chen.open("/record").page.select_one("[name=csrf_token]")["value"]
    reply = again(chen, urlencode(body | {"csrf_token": token}))

    assert reply.status_code in (302, 403)
    with database.connection_context():
        assert "contact" not in SavedTab.of(CHEN.account)
        assert Draft.of(LIN.account, "contact")[0]["mobile"] == "0933333333"


def test_saves_at_the_same_moment_are_put_together(app, lin_plain):
    fill_tab(lin_plain, "contact")
    devices = [Browser(app) for _ in range(4)]
    changes = [{"mobile": "0987654321"}, {"email": "at.once@example.com"}, {"reg_addr": "x 1"}, {"tel": "0223456789"}]
    for device in devices:
        log_in(device, LIN).open(TAB, edit=1)
    barrier = Barrier(len(devices))

    def send(device, change):
        barrier.wait()
        device.submit(**change)

    threads = [Thread(target=send, args=pair) for pair in zip(devices, changes, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = {key: value for change in changes for key, value in change.items()}
    assert {key: saved()[key] for key in wanted} == wanted
