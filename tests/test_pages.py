"""The pages anyone may read, and what every reply carries."""

import pytest

from blueprints.assets import ASSETS
from tests.answers import begin, log_in
from tests.browser import Browser
from tests.people import LIN
from tests.post import written
from tests.record_copies import Copy

PUBLIC = ["/", "/lookup", "/intue/login", "/portal/login", "/password/forgot", "/privacy", "/accessibility"]
PERSONAL = ["/home", "/record", "/record/basic", "/record/notice", "/password/change"]
REFUSED = ["/nothing-here", "/record/nothing", "/static/nothing.css", "/static/../app.py", "/password/reset/nothing"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_sound_and_leads_on(app, path, lang):
    browser = Browser(app, lang=lang).open(path)

    assert browser.status == 200 and browser.page.html["lang"] == {"zh": "zh-Hant-TW", "en": "en"}[lang]
    assert browser.page.select_one("a.skip[href='#main']") and browser.page.select_one("main#main")
    assert {"/privacy", "/accessibility"} <= {link["href"] for link in browser.page.select("footer a")}


def test_every_link_of_every_public_page_leads_somewhere(app):
    browser = Browser(app)
    links = {
        link["href"].split("?")[0]
        for path in PUBLIC
        for link in browser.open(path).page.select("a[href^='/'], link[href^='/'], script[src]")
        if link.get("href")
    }

    assert {link: browser.send("GET", link).status_code for link in links} == dict.fromkeys(links, 200)


def test_the_home_page_offers_the_three_ways_and_help(plain):
    links = {link["href"] for link in plain.open("/").page.select("a[href]")}

    assert {"/lookup", "/intue/login", "/password/forgot"} <= links
    assert any(link.startswith("tel:") for link in links) and any(link.startswith("mailto:") for link in links)


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        ("", "", ""),
        ("2020-08-17T09:00", "2099-09-11T17:00", "9 月 11 日"),
        ("2099-08-17T09:00", "2099-09-11T17:00", "8 月 17 日"),
        ("", "2020-09-11T17:00", "9 月 11 日"),
    ],
)
def test_the_home_page_says_when_the_record_can_be_filled(app, started, tmp_path, opens, closes, words):
    period = Copy().period(opens, closes) if opens or closes else Copy()

    home = Browser(started(RECORD_FILE=period.write(tmp_path))).open("/")

    assert bool(home.page.select(".note")) is bool(words) and words in home.text(".note")


def test_the_health_page_is_plain(app):
    reply = Browser(app).send("GET", "/healthz")

    assert (reply.status_code, reply.mimetype, reply.data) == (200, "text/plain", b"ok\n")


def test_demo_data_says_so_and_production_does_not(app, started):
    assert Browser(app).open("/").page.select_one(".demo")

    real = started(MODE="production", CAPTCHA="on", SECRET_KEY="0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2)
    assert not Browser(real).open("/").page.select_one(".demo")


def test_every_kind_of_reply_carries_the_headers(app):
    student, stranger = begin(Browser(app), LIN), Browser(app)
    replies = [stranger.send("GET", path) for path in (*PUBLIC, *REFUSED, "/home", "/healthz")]
    replies += [student.send("GET", path) for path in (*PERSONAL, "/record/receipt")]
    replies += [stranger.send("POST", "/lookup"), student.send("POST", "/record/basic"), student.send("PUT", "/")]

    assert {reply.status_code for reply in replies} >= {200, 302, 400, 404, 405, 410}
    for reply in replies:
        headers = reply.headers
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
        assert "X-Powered-By" not in headers
        if reply.location:
            assert not reply.data
        elif reply.mimetype == "text/html":
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
            assert "base-uri 'none'" in policy and "form-action 'self'" in policy
            assert headers["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin-when-cross-origin")


def test_over_https_browsers_are_told_to_stay_there(app):
    reply = Browser(app).send("GET", "/", base_url="https://xueji.example")

    assert "max-age=31536000" in reply.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("name", sorted(ASSETS))
@pytest.mark.parametrize("encoding", ["br", "gzip", None])
def test_static_files_are_named_by_content_and_kept_for_good(app, name, encoding):
    headers = {"Accept-Encoding": encoding} if encoding else {}

    reply = Browser(app).send("GET", f"/static/{ASSETS[name].name}", headers=headers)

    assert reply.status_code == 200 and reply.headers.get("Content-Encoding") == encoding
    assert "immutable" in reply.headers["Cache-Control"] and reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.data == (ASSETS[name].encoded[encoding] if encoding else ASSETS[name].plain)


def test_a_static_file_by_any_other_name_is_not_there(app):
    for path in ("style.css", "style.00000000.css", "../app.py", "%2e%2e/app.py", "..%2fapp.py", "digits/zh/1.wav"):
        assert Browser(app).send("GET", f"/static/{path}").status_code == 404, path


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_pages_are_compressed_for_whoever_takes_it(app, encoding):
    plain, packed = (Browser(app).send("GET", "/", headers=h) for h in ({}, {"Accept-Encoding": encoding}))

    assert packed.headers["Content-Encoding"] == encoding and len(packed.data) < len(plain.data) / 2


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80@127.0.0.1", "127.0.0.1:8000.evil.example"])
def test_the_host_header_never_gets_into_a_page_or_a_redirect(app, host):
    headers = {
        "Host": host,
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example",
    }
    browser = begin(Browser(app), LIN)

    for path in (*PUBLIC, *PERSONAL, "/record/photo"):
        assert "evil" not in browser.send("GET", path, headers=headers).get_data(as_text=True)
    stranger = Browser(app).send("GET", "/home", headers=headers)
    assert stranger.status_code in (302, 400) and "evil" not in stranger.headers.get("Location", "")


def test_the_link_in_a_letter_is_built_from_the_setting(app, started):
    site = started(BASE_URL="http://xueji.example/")
    browser = Browser(site).open("/password/forgot")
    typed = [*browser.typed(), ("id_number", LIN.id_number), ("email", "a411510001@grad.ntue.edu.tw")]
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    headers["Cookie"] = f"xueji={browser.client.get_cookie('xueji').value}"

    elsewhere = browser.client.application.test_client(use_cookies=False)
    elsewhere.post("/password/forgot", data=dict(typed), headers=headers)

    letters = [letter.text for letter in written(site)]
    assert letters and all("http://xueji.example/password/reset/" in text and "evil" not in text for text in letters)


def test_signing_in_again_while_signed_in_is_no_harm(lin_done):
    log_in(lin_done, LIN)

    assert lin_done.path == "/home"
