"""When something goes wrong: a page that says what to do, a number that is in the log, and nothing about the inside."""

import re

import pytest

from app import build_app
from tables import trouble, waiting
from tables.store import database
from tests import stored
from tests.answers import begin, log_in
from tests.browser import FORM, Browser
from tests.conftest import SETTINGS, at
from tests.offices import KAO, employ, sign_in
from tests.people import LIN

INSIDE = re.compile(
    r"Traceback|[Pp]eewee|[Ss][Qq][Ll]ite|[Ww]erkzeug|[Jj]inja2|/tmp/|site-packages|\w+\.py\b|SELECT |Waitress"
)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """An app with a fault of ours in it, which says a secret."""
    app = build_app({**SETTINGS, "XUEJI_DATABASE_URL": stored.make(tmp_path_factory.mktemp("faulty"))})

    def fault():
        raise RuntimeError("A223456781 in /tmp/secret.py")

    app.add_url_rule("/broken", view_func=fault, methods=["GET", "POST"])
    return app


@pytest.fixture
def broken(faulty, app):  # noqa: ARG001 -- for its database
    """The same with the database of this test."""
    return faulty


WAYS = [
    ("GET", "/nothing", None), ("GET", "/record/nothing", None), ("GET", "/captcha/x.png", None),
    ("PUT", "/", None), ("GET", "/static/x", None), ("GET", "/password/reset/x", None), ("GET", "/?x=%ff", None),
    ("GET", "/%ff%00", None), ("POST", "/lookup", b""), ("POST", "/lookup", b"%ff"),
    ("POST", "/lookup", b"x" * 70_000), ("POST", "/intue/login", b"&" * 400), ("DELETE", "/record/basic", None),
    ("GET", "/../../etc/passwd", None), ("GET", "/record/photo/x/y.jpg", None), ("GET", "/broken", None),
    ("GET", "/captcha/new?form=' or 1=1", None), ("GET", "/record/basic;x=1", None), ("TRACE", "/", None),
    ("GET", "//nothing", None), ("GET", "/" + "a" * 4000, None), ("GET", "/healthz/x", None),
]  # fmt: skip


@pytest.mark.parametrize("who", ["a stranger", "a student"])
def test_no_error_tells_anything_about_the_inside(broken, moments, tmp_path, who):
    browser = Browser(broken) if who == "a stranger" else at(moments["begun"], Browser(broken), tmp_path)

    told = {}
    for method, path, body in WAYS:
        reply = browser.send(method, path, data=body, content_type=FORM)
        text = reply.get_data(as_text=True)
        told[method, path] = reply.status_code < 300, INSIDE.findall(text), LIN.id_number in text

    assert told == dict.fromkeys(told, (False, [], False))


def test_a_fault_of_ours_gives_a_number_that_is_in_the_log(broken, caplog):
    browser = Browser(broken).open("/broken")

    assert browser.status == 500 and browser.heading
    (number,) = re.findall(r"\b[A-Z2-7]{8}\b", browser.text())
    (told,) = (record for record in caplog.records if record.exc_info)
    assert told.request == number == browser.reply.headers["X-Request-ID"] and told.exc_info[0] is RuntimeError


@pytest.mark.parametrize("path", ["/nothing", "/broken"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_error_page_is_a_page_like_any_other_with_a_way_on(broken, path, lang):
    browser = Browser(broken, lang=lang).open(path)

    assert browser.page.html["lang"].startswith(lang) and browser.page.select_one("main .acts a[href]")
    assert browser.open(browser.page.select_one("main .acts a")["href"]).status == 200


def test_an_error_page_for_a_student_leads_back_to_the_portal(lin):
    lin.open("/nothing")

    assert lin.status == 404 and lin.page.select_one('main .acts a[href="/home"]')


@pytest.mark.parametrize("number", [2**63, 10**40])
def test_a_number_that_no_database_holds_leads_nowhere(plain, number):
    sign_in(plain, employ(KAO))

    assert plain.open(f"/staff/corrections/{number}").status == 404


@pytest.fixture
def locked(app, tmp_path, monkeypatch):
    """Another program holds the database's lock, and nobody has time to wait."""
    browser = begin(Browser(app), LIN).open("/record/basic")
    monkeypatch.setattr(waiting, "LONGEST", 0.05)
    monkeypatch.setattr(trouble, "MEMORY", 0)
    other = type(database.obj)(str(tmp_path / "xueji.db"), check_same_thread=False)
    other.connect()
    other.execute_sql("BEGIN IMMEDIATE")
    yield browser, other
    other.close_all()


ANSWERS = {"name_en_last": "LIN", "name_en_first": "YU-CHING", "name_en_src": "護照"}


@stored.files_only
def test_while_the_database_cannot_be_written_a_save_says_so_and_is_worth_another_try(locked):
    browser, other = locked
    form = browser.page

    browser.submit(**ANSWERS)
    assert browser.status == 503 and browser.reply.headers["Retry-After"]
    assert not INSIDE.search(browser.text("body"))

    other.rollback()
    browser.page = form
    assert browser.submit(**ANSWERS).status == 200 and browser.tabs["basic"] == "done"


@stored.files_only
def test_while_the_database_cannot_be_written_the_health_page_says_so(locked):
    browser, other = locked
    assert browser.send("GET", "/healthz").status_code == 503

    other.rollback()
    assert browser.send("GET", "/healthz").status_code == 200


def test_the_log_holds_no_secret_of_a_whole_visit(app, caplog):
    caplog.set_level("DEBUG")
    browser = begin(Browser(app), LIN)
    browser.open("/record/contact").submit(mobile="0912345678", email="someone@example.com")
    log_in(Browser(app), LIN, "Wrong&Kite99")
    browser.open("/lookup").submit(
        program=LIN.program, id_number=LIN.id_number, birth_date__y="2007", birth_date__m="11", birth_date__d="20"
    )

    cookie = browser.client.get_cookie("xueji").value
    secrets = [
        LIN.id_number,
        LIN.first,
        "Wrong&Kite99",
        "Tangerine",
        "0912345678",
        "someone@example.com",
        "2007-11-20",
        cookie,
    ]
    assert [secret for secret in secrets if secret in caplog.text] == []
