"""When the database cannot be used: nothing typed is lost, nobody waits for long, and whoever reads goes on reading."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from io import BytesIO

import pytest

from models import Photo
from tables import trouble, waiting
from tables.store import database
from tables.visits import Session
from tests import stored
from tests.answers import a_photo, begin
from tests.browser import Browser
from tests.conftest import ROOT
from tests.people import LIN
from tests.stored import ON_SERVER, files_only

TYPED = {"mobile": "0912345678", "email": "someone@example.com", "reg_addr": '和平東路\u2029二段 134 號 "A&B" <1>'}
LOOKS = ["/", "/privacy", "/intue/login", "/home", "/record", "/record/contact", "/password/change", "/corrections"]


@pytest.fixture
def lock(app, tmp_path, monkeypatch):
    """Another program that can hold the lock of the database; nobody has time to wait."""
    if ON_SERVER:
        pytest.skip("a server has no lock for all writers")
    monkeypatch.setattr(waiting, "LONGEST", 0.05)
    monkeypatch.setattr(waiting, "MOMENT", 0.05)
    monkeypatch.setattr(trouble, "MEMORY", 0)
    other = type(database.obj)(str(tmp_path / "xueji.db"), check_same_thread=False)
    other.connect()
    yield other
    other.close_all()


def hold(lock):
    """Keep everybody else from writing."""
    lock.execute_sql("BEGIN IMMEDIATE")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_save_that_cannot_be_written_comes_back_as_a_page_that_holds_all_of_it(app, lock, lang):
    browser = begin(Browser(app, lang=lang), LIN).open("/record/contact")
    hold(lock)

    browser.submit(**TYPED)

    assert browser.status == 503 and int(browser.reply.headers["Retry-After"]) > 0
    assert browser.heading.startswith("沒有存到" if lang == "zh" else "Not saved")
    assert dict(browser.typed()).items() >= TYPED.items()
    lock.rollback()
    browser.submit()
    assert browser.status == 422
    assert {name: browser.value(name) for name in TYPED} == TYPED


def test_a_file_has_to_be_chosen_again(lin_plain, lock):
    lin_plain.open("/record/photo")
    hold(lock)

    lin_plain.submit(files={"photo": (BytesIO(a_photo()), "me.jpg")})

    assert lin_plain.status == 503
    form = lin_plain.form()
    assert form["enctype"] == "multipart/form-data" and form.select_one("[name=photo][type=file]")


def test_no_password_comes_back(plain, lock):
    plain.open("/intue/login")
    hold(lock)

    plain.submit(account=LIN.account, password=LIN.first)

    assert plain.status == 503 and plain.page.main.form is None
    assert LIN.first not in plain.reply.get_data(as_text=True)


def test_every_field_for_something_secret_is_known_as_one():
    from blueprints.failures import SECRETS  # noqa: PLC0415 -- nothing else here needs it

    text = "".join(path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html"))
    named = re.findall(r'm\.pw\("([a-z]+)"', text) + re.findall(r'\{\{ pw\("([a-z]+)"', text)
    named += re.findall(r'm\.f\("([a-z]+)"[^\n]*one-time-code', text)

    assert {"password", "new", "code"} <= set(named) <= SECRETS


def test_whoever_only_looks_is_answered_while_nobody_can_write(lin_plain, lock):
    with database.connection_context():
        Session.update(seen_at=Session.seen_at - 2 * 60).execute()
    hold(lock)

    assert {path: lin_plain.open(path).status for path in LOOKS} == dict.fromkeys(LOOKS, 200)


def test_a_session_that_is_over_ends_though_that_cannot_be_noted(lin_plain, lock):
    with database.connection_context():
        Session.update(seen_at=0).execute()
    hold(lock)

    assert lin_plain.open("/record").path == "/intue/login"


def test_a_fault_of_ours_is_not_blamed_on_the_database(app, lock):
    add = "INSERT INTO fixed VALUES ('key', 'x')"
    with database.connection_context():
        with pytest.raises(trouble.ERRORS) as twice:
            database.execute_sql(add)
        hold(lock)
        with pytest.raises(trouble.ERRORS) as locked:
            database.execute_sql(add)

    assert [trouble.is_trouble(one.value) for one in (twice, locked)] == [False, True]


def test_two_writers_wait_and_the_others_are_sent_away_when_the_first_has_waited_for_a_moment(app, lock, monkeypatch):
    monkeypatch.setattr(waiting, "MOMENT", 0.1)
    monkeypatch.setattr(waiting, "LONGEST", 0.6)
    hold(lock)
    waited = []

    def write():
        begun = time.monotonic()
        with database.connection_context(), pytest.raises(trouble.ERRORS):
            database.execute_sql("DELETE FROM fixed WHERE name = ''")
        waited.append(time.monotonic() - begun)

    threads = [threading.Thread(target=write) for _ in range(5)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join()

    assert sum(one >= 0.6 for one in waited) == waiting.MOST, waited


@files_only
@pytest.mark.parametrize("is_whole", [True, False], ids=["transactions", "statements"])
def test_writers_who_take_turns_all_get_through(app, is_whole):
    def write():
        for n in range(12):
            with database.connection_context(), database.atomic() if is_whole else nullcontext():
                database.execute_sql("INSERT OR REPLACE INTO fixed VALUES ('n', ?)", (n,))
                time.sleep(0.02 if is_whole else 0)

    with ThreadPoolExecutor(8) as pool:
        assert [one.result() for one in [pool.submit(write) for _ in range(8)]] == [None] * 8


def test_who_came_first_is_served_first(app, lock, monkeypatch):
    monkeypatch.setattr(waiting, "LONGEST", 5)
    monkeypatch.setattr(waiting, "MOMENT", 5)
    hold(lock)
    served = []

    def write(number):
        with database.connection_context(), database.atomic():
            served.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for number, thread in enumerate(threads):
        thread.start()
        while len(waiting._line.waiting) <= number:
            time.sleep(0.001)
    lock.rollback()
    for thread in threads:
        thread.join()

    assert served == sorted(served)


def test_a_photo_is_stored_with_its_answer_or_not_at_all(lin_plain, lock):
    lin_plain.open("/record/photo")
    with database.connection_context():
        database.execute_sql(
            "CREATE TRIGGER full BEFORE INSERT ON history BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )

    lin_plain.submit(files={"photo": (BytesIO(a_photo()), "me.jpg")})

    with database.connection_context():
        assert lin_plain.status != 200 and Photo.select().count() == 0


WRITING = {"/lookup", "/portal/login", "/password/forgot", "/staff/activate"}


def test_of_all_pages_only_those_with_a_code_write_when_they_are_looked_at(built_with_codes, lin_done, lock):
    browser = Browser(built_with_codes)
    browser.client.set_cookie("xueji", lin_done.client.get_cookie("xueji").value)
    rules = [one for one in built_with_codes.url_map.iter_rules() if "GET" in one.methods and not one.arguments]
    hold(lock)

    statuses = {one.rule: browser.send("GET", one.rule).status_code for one in rules if one.rule != "/healthz"}

    assert len(statuses) > 40
    assert {path for path, status in statuses.items() if status >= 500} == WRITING


@pytest.mark.skipif(not ON_SERVER, reason="about the connections to a server")
def test_a_connection_that_a_server_has_cut_is_made_anew(lin_plain, tmp_path):
    page = lin_plain.open("/record/contact").page
    with database.connection_context():
        (ours,) = database.execute_sql("SELECT pg_backend_pid()").fetchone()
    stored.row(tmp_path, "SELECT pg_terminate_backend(?)", ours)

    first = lin_plain.submit(**TYPED).status
    lin_plain.page = page

    assert first in (422, 503) and lin_plain.submit(**TYPED).status == 422
