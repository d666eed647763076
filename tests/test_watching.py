"""What an installation tells those who watch it, from the real server with two workers: its log, and /metrics."""

import base64
import json
import re
import socket
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.answers import fill_tab
from tests.bench import served, slow
from tests.bench.weight import BIRTH_DATE, begin, installation
from tests.people import PASSWORD

TOKEN = "a-token-for-the-metrics"
CANARIES = {"wrong password": "Canary&Kite47", "token": "canary-token-of-a-link", "mailbox": "canary@example.com"}
FIGURE = re.compile(r'xueji_[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? [-+.e\d]+')


@pytest.fixture(scope="module")
def log_file(tmp_path_factory):
    """Where the server writes its log."""
    return tmp_path_factory.mktemp("log") / "log"


@pytest.fixture(scope="module")
def place(log_file):
    """A production server that somebody has been through, with a secret in everything that was sent."""
    settings = {"XUEJI_MODE": "production", "XUEJI_WORKERS": "2", "XUEJI_METRICS_TOKEN": TOKEN}
    settings["XUEJI_SECRET_KEY"] = "0123456789abcdef" * 2
    with open(log_file, "wb") as log, installation(log=log, **settings) as place:
        place.tour = Tour(place)
        yield place


class Tour:
    """A student who comes for the first time, errs, and saves; everything of theirs that must not be told."""

    def __init__(self, place):
        student = place.student("woman")
        browser, wire = place.browser()
        begin(place, browser, student)
        fill_tab(browser, "contact")
        browser.open("/record/contact", edit=1).submit(email=CANARIES["mailbox"] + " wrong")
        browser.open(f"/password/reset/{CANARIES['token']}")
        stranger, other = place.browser()
        stranger.open("/intue/login").submit(account=student["student_no"], password=CANARIES["wrong password"])
        other.close()
        number, day = student["id_no"], BIRTH_DATE
        self.secrets = {
            **CANARIES, "password": PASSWORD, "ID number": number, "initial password": number[-5:] + "@Ntue",
            "birthday": day, "name": student["name_zh"], "cookie": wire.cookies["xueji"],
            "form token": dict(browser.open("/record/basic", edit=1).typed())["csrf_token"],
        }  # fmt: skip
        wire.close()


def asked(place, path, method="GET", **headers):
    """(status, headers, text) of a request on a connection of its own."""
    with closing(HTTPConnection("127.0.0.1", place.port, timeout=10)) as connection:
        connection.request(method, path, headers=headers)
        reply = connection.getresponse()
        return reply.status, dict(reply.getheaders()), reply.read().decode()


def metrics(place):
    """{name with labels: number}."""
    lines = asked(place, "/metrics")[2].splitlines()
    return {name: float(n) for name, _, n in (line.rpartition(" ") for line in lines if not line.startswith("#"))}


def lines(log_file):
    """The lines of the log."""
    return [json.loads(line) for line in log_file.read_text("utf-8").splitlines()]


def disguises(secret):
    """What else a secret may look like in a file."""
    raw = secret.encode()
    yield from (raw, secret.encode("utf-16-le"), secret.replace("@", "%40").replace("&", "%26").encode())
    yield from (base64.b64encode(raw)[:-4], json.dumps(secret)[1:-1].encode())


def test_nothing_that_is_anybodys_own_is_told(place, log_file):
    told = log_file.read_bytes() + asked(place, "/metrics")[2].encode()
    told += b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in served.children(place.process))

    found = {what for what, secret in place.tour.secrets.items() if any(one in told for one in disguises(secret))}
    assert found == set() and len(place.tour.secrets) == 10


def test_every_line_is_an_object_and_every_request_has_one(place, log_file):
    requests = [line for line in lines(log_file) if "route" in line]

    assert {"at", "level", "pid", "request", "method", "route", "status", "ms"} == set(requests[0])
    seen = {(line["method"], line["route"], line["status"]) for line in requests}
    assert {("POST", "/record/<key>", 200), ("GET", "/password/reset/<token>", 410)} <= seen
    assert len({line["request"] for line in requests}) == len(requests)


def test_messages_stand_beside_the_request_that_they_are_about(place, log_file):
    told = lines(log_file)
    (seen,) = (line for line in told if line.get("event", {}).get("what") == "first-sign-in")

    (request,) = (line for line in told if line.get("request") == seen["request"] and "route" in line)
    assert (request["method"], request["route"]) == ("POST", "/portal/login")


def test_nobody_writes_lines_of_their_own(place, log_file):
    before = len(lines(log_file))
    agent = '"}\\n{"level": "error"} \xff' + "a" * 12_000
    for path in ("/%0a%7b%22level%22:%22error%22%7d", "/record/x%0d%0aINFO", "/static/%1b%5b31m"):
        asked(place, path, **{"User-Agent": agent, "X-Request-ID": "canary-number", "Referer": "x\ty"})
    with socket.create_connection(("127.0.0.1", place.port)) as visitor:
        visitor.sendall(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        visitor.makefile("rb").read()
    with socket.create_connection(("127.0.0.1", place.port)) as visitor:
        visitor.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: \x1b[31mred\x1b[0m\r\n\r\n")
        assert b" 400 Bad Request" in visitor.makefile("rb").readline()

    new = lines(log_file)[before:]
    assert [line["route"] for line in new if "route" in line] == ["-", "/record/<key>", "/static/<name>", "-"]
    raw = log_file.read_text("utf-8")
    assert "canary-number" not in raw and "\x1b" not in raw and max(map(len, raw.splitlines())) < 3000


def test_fifty_slow_readers_hold_up_nobody(place):
    good, failures, there = slow.measure(place.port, "readers", 50, seconds=1, patience=60)

    assert good and failures == 0 and there == 50


def test_metrics_are_true_of_both_workers_together(place, log_file):
    before = metrics(place)
    for _ in range(40):
        assert asked(place, "/privacy")[0] == 200
    after = metrics(place)

    name = 'requests_total{endpoint="pages.privacy",method="GET",status="2xx"}'
    assert after[f"xueji_{name}"] - before.get(f"xueji_{name}", 0) == 40
    buckets = [n for key, n in after.items() if key.startswith('xueji_request_seconds_bucket{endpoint="pages.privacy"')]
    assert buckets == sorted(buckets) and buckets[-1] == after[f"xueji_{name}"]
    assert len({line["pid"] for line in lines(log_file) if line.get("route") == "/privacy"}) == 2


def test_metrics_tell_what_people_did_and_how_things_stand(place):
    told = metrics(place)

    assert told['xueji_logins_total{outcome="ok"}'] == 1 and told['xueji_logins_total{outcome="failed"}'] == 1
    assert told['xueji_saves_total{outcome="done"}'] == 1 and told['xueji_saves_total{outcome="incomplete"}'] == 1
    assert told['xueji_sessions{of="student"}'] == 1 and told["xueji_attack_mode"] == 0
    assert told["xueji_database_bytes"] > 100_000 and told["xueji_disk_free_bytes"] > 0
    assert len([name for name in told if "process_memory_bytes" in name]) == 4


def test_metrics_are_in_the_format_of_prometheus(place):
    status, headers, text = asked(place, "/metrics")

    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    figures = [line for line in text.splitlines() if not line.startswith("# ")]
    assert len(figures) > 50 and [line for line in figures if not FIGURE.fullmatch(line)] == []
    assert len(set(re.findall("# TYPE ([a-z_]+)", text))) == text.count("# TYPE")


@pytest.mark.parametrize(
    "header",
    [
        ("X-Forwarded-For", "127.0.0.1"),
        ("Forwarded", "for=127.0.0.1"),
        ("Via", "1.1 x"),
        ("Host", "xueji.example.edu.tw"),
    ],
)
def test_metrics_are_not_there_for_others(place, header):
    status, _, text = asked(place, "/metrics", **dict([header]))

    assert status == 404 and text == asked(place, "/nothing", **dict([header]))[2]
    with_token = asked(place, "/metrics", Authorization=f"Bearer {TOKEN}", **dict([header]))
    wrong = asked(place, "/metrics", Authorization=f"Bearer {TOKEN}x", **dict([header]))
    assert (with_token[0], wrong[0]) == (200, 404)
