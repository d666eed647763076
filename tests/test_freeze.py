"""That was not me: the link that freezes an account, and the ways back into it."""

import json
import logging

import pytest

from tables.journal import Event
from tables.letterbox import OwnMailbox
from tables.recovery import Freeze, FreezeLink, ResetLink
from tables.store import database
from tests.answers import begin, first_password, log_in
from tests.browser import Browser
from tests.people import CHEN, LIN, PASSWORD
from tests.post import links_in, written

DOORS = ["/intue/login", "/portal/login"]
CAMPUS = "a411510001@grad.ntue.edu.tw"
GOOD = "Another&Kite48"


def run(app, *words):
    """A command as `bin/xueji` runs it."""
    return app.test_cli_runner().invoke(args=list(words))


def notice_link(app):
    """The path of the freeze link in the newest notice."""
    return next(found[0] for letter in reversed(written(app)) if (found := links_in(letter, "not-me")))


def freeze(app, path=None):
    """Open the link and press the button."""
    return Browser(app).open(path or notice_link(app)).submit()


def set_by_link(app, password=GOOD):
    """Forgot password, by the campus mailbox."""
    Browser(app).open("/password/forgot").submit(id_number=LIN.id_number, email=CAMPUS)
    return Browser(app).open(links_in(written(app)[-1])[0]).submit(new=password, again=password)


def test_a_room_mate_who_was_faster_is_thrown_out_at_once_and_the_owner_comes_in(app):
    room_mate = begin(Browser(app), LIN)
    assert written(app)[0].to == CAMPUS

    page = freeze(app)

    assert (page.path, page.status, page.heading) == ("/password/frozen", 200, "帳號已凍結")
    assert room_mate.open("/record").path == "/intue/login"
    for door in DOORS:
        assert log_in(Browser(app), LIN, PASSWORD, door).status == 422
    assert set_by_link(app).path == "/intue/login"
    assert log_in(Browser(app), LIN, GOOD).path == "/home"
    assert log_in(Browser(app), LIN, PASSWORD).status == 422


def test_opening_the_link_changes_nothing(app):
    lin = begin(Browser(app), LIN)
    path = notice_link(app)
    for _ in range(3):
        page = Browser(app).open(path)
        assert page.status == 200 and page.form().select_one("button") and LIN.account not in page.text("main")

    assert lin.open("/home").path == "/home"


def test_a_button_pressed_from_elsewhere_does_nothing(app):
    lin = begin(Browser(app), LIN)

    assert Browser(app).send("POST", notice_link(app), data={}).status_code in (302, 400, 403)
    assert lin.open("/home").path == "/home"


@pytest.mark.parametrize("door", DOORS)
def test_a_frozen_account_reads_like_a_wrong_password(app, door):
    for person in (LIN, CHEN):
        first_password(Browser(app), person)
    freeze(app, links_in(written(app)[0], "not-me")[0])

    frozen = log_in(Browser(app, address="10.1.1.1"), LIN, PASSWORD, door)
    wrong = log_in(Browser(app, address="10.1.2.1"), CHEN, "Wrong&Kite99", door)

    assert (frozen.status, frozen.text("main")) == (wrong.status, wrong.text("main"))


@pytest.mark.parametrize("initial", [LIN.first, LIN.second])
def test_no_initial_password_opens_a_frozen_account(app, initial):
    with database.connection_context():
        Freeze.insert(student=LIN.account).execute()

    assert log_in(Browser(app), LIN, initial).status == 422


def test_the_link_works_once_and_takes_all_others_of_the_account_along(app):
    begin(Browser(app), LIN)
    set_by_link(app)
    first, second = (links_in(letter, "not-me")[0] for letter in written(app) if links_in(letter, "not-me"))
    freeze(app, second)

    for path in (first, second):
        page = Browser(app).open(path)
        assert page.status == 410 and page.page.select_one("main a[href^='tel:']")


def test_an_earlier_notice_still_works_after_the_password_was_changed_again(app):
    lin = begin(Browser(app), LIN)
    first = notice_link(app)
    lin.open("/password/change").submit(current=PASSWORD)
    lin.submit(new=GOOD, again=GOOD)

    assert freeze(app, first).path == "/password/frozen"
    assert log_in(Browser(app), LIN, GOOD).status == 422


def test_the_link_runs_out_after_a_month(app):
    begin(Browser(app), LIN)
    path = notice_link(app)
    with database.connection_context():
        FreezeLink.update(expires_at=FreezeLink.expires_at - 30 * 86400).execute()

    assert Browser(app).open(path).status == 410


def test_a_link_that_was_asked_for_before_does_not_end_the_freeze(app):
    begin(Browser(app), LIN)
    with database.connection_context():
        token = ResetLink.make(LIN.account)
    freeze(app)

    assert Browser(app).open(f"/password/reset/{token}").status == 410


def test_a_mailbox_the_room_mate_added_is_gone_and_gets_no_link(app):
    begin(Browser(app), LIN)
    with database.connection_context():
        OwnMailbox.keep(LIN.account, "room-mate@example.com")
    freeze(app)
    before = len(written(app))

    Browser(app).open("/password/forgot").submit(id_number=LIN.id_number, email="room-mate@example.com")

    assert len(written(app)) == before
    with database.connection_context():
        assert OwnMailbox.of(LIN.account) is None


def test_a_mailbox_the_room_mate_added_is_gone_when_the_owner_resets_without_freezing(app):
    begin(Browser(app), LIN)
    with database.connection_context():
        OwnMailbox.keep(LIN.account, "room-mate@example.com")
    set_by_link(app)

    with database.connection_context():
        assert OwnMailbox.of(LIN.account) is None
    assert "個人信箱已移除" in written(app)[-1].text


def test_other_accounts_are_left_alone(app):
    chen = begin(Browser(app), CHEN)
    begin(Browser(app), LIN)
    freeze(app)

    assert chen.open("/home").path == "/home"
    assert log_in(Browser(app), CHEN).path == "/home"


def test_the_office_can_lift_a_freeze(app):
    begin(Browser(app), LIN)
    freeze(app)

    assert run(app, "unfreeze", LIN.account).exit_code == 0
    assert log_in(Browser(app), LIN).path == "/home"
    assert run(app, "unfreeze", LIN.account).exit_code == 1


@pytest.mark.parametrize("number", ["411599999", "", "' OR 1=1"])
def test_nobody_is_unfrozen_who_does_not_exist(app, number):
    seen = run(app, "unfreeze", number)

    assert seen.exit_code == 1 and len(seen.output.strip().splitlines()) == 1 and "Traceback" not in seen.output


def test_after_a_freeze_is_lifted_the_old_links_cannot_bring_it_back(app):
    begin(Browser(app), LIN)
    path = notice_link(app)
    freeze(app)
    run(app, "unfreeze", LIN.account)

    assert Browser(app).open(path).status == 410


def test_staff_are_told_by_a_line_of_the_log_without_the_token(app, caplog):
    caplog.set_level(logging.INFO)
    begin(Browser(app), LIN)
    path = notice_link(app)
    freeze(app, path)

    lines = [json.loads(one.message) for one in caplog.records if one.message.startswith("{")]
    assert [one["account"] for one in lines if one["what"] == "frozen"] == [LIN.account]
    assert path.rpartition("/")[2] not in caplog.text
    with database.connection_context():
        assert Event.select().where(Event.what == "frozen").count() == 1
