"""The configurations that are shipped for nginx and Caddy, before the real server: what they pass on and log."""

import json
import shutil
from contextlib import closing
from http.client import HTTPSConnection

import pytest

from tests import proxies
from tests.bench import served, slow

PROXIES = ["nginx", "caddy"]
TOKEN = "canary-token-of-a-link"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority of our own."""
    return proxies.Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    """The Unix socket of a running server that trusts one proxy, with its log beside it."""
    folder = tmp_path_factory.mktemp("xueji")
    settings = {"XUEJI_TRUSTED_PROXIES": "1", "XUEJI_LOG": "json", "XUEJI_METRICS_TOKEN": "t" * 20}
    with open(folder / "log", "wb") as log, served.server(folder, log=log, HOST=f"unix:{folder}/s", **settings):
        yield folder / "s"


@pytest.fixture(params=PROXIES, scope="module")
def way(request, authority, tmp_path_factory):
    """Starts a proxy of one kind: `with way(upstream) as port`; its log is in `way.folder`."""
    if not (shutil.which(request.param, path="/usr/sbin:/usr/bin:/usr/local/bin")):
        pytest.skip(f"there is no {request.param}")
    folder = tmp_path_factory.mktemp(request.param)

    def start(upstream):
        site = () if request.param == "nginx" else (caddyfile(),)
        return getattr(proxies, request.param)(folder, authority, upstream, *site)

    start.folder = folder
    return start


def caddyfile():
    """The file for the Caddy that is here, as bin/install chooses."""
    version = served.subprocess.run(["caddy", "version"], check=True, stdout=-1, text=True).stdout.strip().lstrip("v")
    return "Caddyfile-2.6.2" if tuple(map(int, version.split(".")[:2])) <= (2, 6) else "Caddyfile"


@pytest.fixture(scope="module")
def port(way, upstream):
    """The port of a proxy before the server."""
    with way(upstream) as port:
        yield port


def ask(port, authority, path, **headers):
    """(status, headers, text)."""
    with closing(HTTPSConnection("localhost", port, timeout=10, context=authority.trust)) as connection:
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        return reply.status, dict(reply.getheaders()), reply.read().decode()


def test_pages_come_through_with_what_https_asks_for(port, authority):
    status, headers, text = ask(port, authority, "/")

    assert status == 200 and "<h1" in text and headers["Strict-Transport-Security"]
    assert headers.get("Server") in (None, "nginx")


def test_visitors_make_up_neither_their_address_nor_a_number_nor_a_place_beside_the_server(port, authority, upstream):
    made_up = {"X-Request-ID": "canary-number", "X-Forwarded-For": "127.0.0.1", "Host": "localhost"}

    assert ask(port, authority, "/metrics", **made_up)[0] == 404
    assert ask(port, authority, "/metrics", Authorization="Bearer " + "t" * 20)[0] == 200
    lines = [json.loads(line) for line in (upstream.parent / "log").read_text("utf-8").splitlines()]
    assert {line["status"] for line in lines if line.get("route") == "/metrics"} == {404, 200}
    assert "canary-number" not in (upstream.parent / "log").read_text("utf-8")


def test_fifty_slow_forms_hold_up_nobody(port, authority):
    good, failures, there = slow.measure(port, "bodies", 50, authority.trust, seconds=1, patience=60)

    assert good and failures == 0 and there == 50


def test_what_goes_wrong_behind_the_proxy_is_logged_without_addresses(way, authority, tmp_path):
    with way(tmp_path / "nobody") as port:
        assert ask(port, authority, f"/password/reset/{TOKEN}", Cookie=f"xueji={TOKEN}")[0] == 502

    assert TOKEN not in (way.folder / proxies.LOG).read_text("utf-8")
