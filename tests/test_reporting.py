"""What is logged and reported of a fault: where it is in the program, and never what somebody typed."""

import gzip
import json
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest

from app import build_app
from blueprints import logs, watching
from domain.settings import BadSettings
from tests import stored
from tests.conftest import SETTINGS

CANARY = "A223456781-canary"
UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}


class Sentry(BaseHTTPRequestHandler):
    """Takes what is reported."""

    def do_POST(self):
        """Keep the envelope."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(UNPACK[self.headers["Content-Encoding"]](body).decode())
        self.server.arrived.set()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def sentry():
    """A Sentry of our own on this machine: `got` has the envelopes."""
    server = HTTPServer(("127.0.0.1", 0), Sentry)
    server.got, server.arrived = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def build(tmp_path):
    """Build an app with a fault in it, and take down what it has hung onto the log."""
    before = list(logging.getLogger().handlers)

    def built(**settings):
        app = build_app({**SETTINGS, "XUEJI_DATABASE_URL": stored.make(tmp_path), **settings})
        app.add_url_rule("/faulty/<token>", view_func=fault, methods=["POST"])
        return app

    yield built
    for handler in set(logging.getLogger().handlers) - set(before):
        logging.getLogger().removeHandler(handler)


def fault(token):
    """Fail with a secret at hand in every way."""
    secret = CANARY
    try:
        int(secret)
    except ValueError as reason:
        raise RuntimeError(f"{secret} and {token}") from reason


def send(app):
    """A request that has the canary in everything."""
    client = app.test_client()
    client.set_cookie("xueji", CANARY)
    token = app.test_client()
    del token
    headers = {
        "User-Agent": CANARY,
        "Authorization": CANARY,
        "Referer": f"http://x/{CANARY}",
        "X-Forwarded-For": "192.0.2.77",
    }
    app.config["WTF_CSRF_ENABLED"] = False
    return client.post(f"/faulty/{CANARY}?q={CANARY}", data={"id_no": CANARY}, headers=headers)


def test_sentry_is_told_where_it_broke_and_nothing_about_anybody(build, sentry):
    sdk = pytest.importorskip("sentry_sdk")
    reply = send(build(XUEJI_SENTRY_DSN=f"http://key@127.0.0.1:{sentry.server_port}/1"))
    sdk.flush(5)
    sdk.get_client().close()

    assert reply.status_code == 500 and sentry.arrived.wait(5)
    (envelope,) = sentry.got
    event = json.loads(envelope.splitlines()[2])
    errors = event["exception"]["values"]
    assert [error["type"] for error in errors] == ["ValueError", "RuntimeError"]
    assert any(frame["function"] == "fault" for frame in errors[-1]["stacktrace"]["frames"])
    assert event["tags"]["route"] == "/faulty/<token>" and event["tags"]["request"] in reply.get_data(as_text=True)
    assert "canary" not in envelope and "192.0.2.77" not in envelope and "A223456781" not in envelope
    assert not {"request", "user", "contexts", "breadcrumbs", "modules", "server_name"} & set(event)


def test_a_package_that_is_missing_is_named(build, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)

    with pytest.raises(BadSettings, match=r"pip install sentry-sdk=="):
        build(XUEJI_SENTRY_DSN="http://key@127.0.0.1:1/1")


def test_an_address_that_is_none_is_refused(build):
    pytest.importorskip("sentry_sdk")
    with pytest.raises(BadSettings, match="XUEJI_SENTRY_DSN"):
        build(XUEJI_SENTRY_DSN="sentry")


def test_nothing_is_imported_without_an_address(build, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)

    assert send(build()).status_code == 500


def formatted(formatter, error):
    """The line for an exception that was raised."""
    record = logging.LogRecord("xueji", logging.ERROR, "", 0, "fault\n%s", ("\x1b[31m",), None)
    try:
        raise error
    except type(error) as raised:
        record.exc_info = type(raised), raised, raised.__traceback__
    return formatter.format(record)


@pytest.mark.parametrize(
    ("error", "is_told"), [(ValueError("canary"), False), (KeyError("canary"), False), (OSError("canary"), True)]
)
def test_what_an_exception_says_is_told_only_where_it_quotes_nobody(error, is_told):
    text = logs.Text()
    text.is_open = False
    for line in (formatted(logs.Json(), error), formatted(text, error)):
        assert ("canary" in line) is is_told and type(error).__name__ in line and "test_reporting.py" in line


def test_a_line_for_people_has_no_line_breaks_and_colours_of_others():
    first = formatted(logs.Text(), ValueError("a\nb")).splitlines()[0]

    assert first.endswith(r"ERROR fault\n\x1b[31m") and "\x1b" not in first


def test_long_words_are_cut_and_what_waitress_says_has_no_address():
    long = logging.LogRecord("xueji", logging.INFO, "", 0, "a" * 10**6, (), None)
    waitress = logging.LogRecord(
        "waitress", logging.INFO, "", 0, "Exception while serving /password/reset/canary", (), None
    )

    assert len(logs.Json().format(long)) < 2500
    assert json.loads(logs.Json().format(waitress))["message"] == "Exception while serving a request"


def test_lines_for_people_and_programs_say_the_same_of_a_request():
    about = ("ABCDEFGH", "GET", "/record/<key>", 200, 0.01234)

    told = json.loads(logs.Json().request(*about))
    assert (told["request"], told["route"], told["status"], told["ms"]) == ("ABCDEFGH", "/record/<key>", 200, 12.3)
    assert logs.Text().request(*about).endswith("GET /record/<key> 200 12.3 ms [ABCDEFGH]")


@pytest.mark.parametrize(("hops", "given", "is_taken"), [
    ("1", "0af7651916cd43dd8448eb211c80319c", True), ("0", "0af7651916cd43dd8448eb211c80319c", False),
    ("1", "x y", False), ("1", "a" * 65, False), ("1", "<script>", False), ("1", "", False),
])  # fmt: skip
def test_the_number_of_a_trusted_proxy_is_taken_over_when_it_is_sane(started, hops, given, is_taken):
    reply = started(TRUSTED_PROXIES=hops).test_client().get("/?x=%ff", headers={"X-Request-ID": given})

    number = reply.headers["X-Request-ID"]
    assert (number == given) is is_taken and number in reply.get_data(as_text=True)


def test_even_without_an_error_page_there_is_an_answer_with_a_number(app, caplog):
    def fail(*_):
        raise ValueError("no page")

    inner = type("App", (), {"config": app.config, "extensions": app.extensions, "wsgi_app": staticmethod(fail)})
    said = []
    body = watching.Watched(inner)({"REQUEST_METHOD": "GET"}, lambda line, *_: said.append(line))

    assert said == ["500 Internal Server Error"]
    assert caplog.records[-1].request in b"".join(body).decode()
