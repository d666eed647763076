"""Bodies that no form of ours would send: refused with a clear page, and nothing of them is kept."""

import io

import pytest

from models import SavedTab
from tables.store import database
from tests.browser import FORM
from tests.people import LIN

REFUSED = {
    "Big5": "name_en_last=測試".encode("big5"),
    "Big5, percent-encoded": b"name_en_last=%B4%FA%B8%D5",
    "NUL": b"name_en_last=a\x00b",
    "NUL, percent-encoded": b"name_en_last=a%00b",
    "a lone surrogate": b"name_en_last=%ED%A0%80",
    "overlong UTF-8": b"name_en_last=%C0%AF",
    "half a character": b"name_en_last=%E5%8F",
    "beyond Unicode": b"name_en_last=%F5%80%80%80",
    "UTF-16": "name_en_last=LIN".encode("utf-16"),
    "a name that is not UTF-8": b"%ff%fe=1",
}


@pytest.fixture
def token(lin_plain):
    """The CSRF token of the form."""
    return dict(lin_plain.open("/record/basic").typed())["csrf_token"]


def answers():
    """What is stored of the tab."""
    with database.connection_context():
        return SavedTab.of(LIN.account).get("basic")


def refusal(browser, reply):
    """(status, heading) of a page, which is a whole and sound one."""
    browser._show(reply)
    return browser.status, browser.heading


@pytest.mark.parametrize("what", REFUSED)
def test_a_body_in_no_encoding_of_ours_is_refused_with_a_clear_page(lin_plain, token, what):
    body = f"csrf_token={token}&".encode() + REFUSED[what]

    status, heading = refusal(lin_plain, lin_plain.send("POST", "/record/basic", data=body, content_type=FORM))

    assert status == 400 and heading and lin_plain.page.select_one(".acts a")
    assert answers() is None


@pytest.mark.parametrize(
    "what", [what for what in REFUSED if "percent" not in what and what != "a name that is not UTF-8"]
)
@pytest.mark.parametrize("path", ["/record/basic", "/record/photo", "/lookup", "/intue/login"])
def test_the_same_in_a_form_with_files(lin_plain, token, path, what):
    name, _, value = REFUSED[what].partition(b"=")
    parts = {b"csrf_token": token.encode(), b"name_en_last": value if name == b"name_en_last" else REFUSED[what]}
    parts = {k: bytes.fromhex(v.decode().replace("%", "")) if v.startswith(b"%") else v for k, v in parts.items()}
    body = b"".join(b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % pair for pair in parts.items())

    reply = lin_plain.send("POST", path, data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x")

    assert refusal(lin_plain, reply)[0] == 400
    assert answers() is None


@pytest.mark.parametrize("query", ["%ff", "x=%00", "x=%ED%A0%80", "%C0%AF=1", "next=%B4%FA"])
@pytest.mark.parametrize("path", ["/", "/lookup", "/intue/login", "/record/basic", "/captcha/new"])
def test_an_address_in_no_encoding_of_ours_is_refused(lin_plain, path, query):
    assert refusal(lin_plain, lin_plain.send("GET", f"{path}?{query}"))[0] == 400


@pytest.mark.parametrize("fields", [301, 1000, 100_000])
def test_more_than_three_hundred_fields_are_refused(lin_plain, token, fields):
    body = f"csrf_token={token}" + "".join(f"&a{n}=1" for n in range(fields))

    assert refusal(lin_plain, lin_plain.send("POST", "/record/basic", data=body, content_type=FORM))[0] == 413
    assert answers() is None


def test_as_many_as_the_largest_tab_could_have_are_not(lin_plain, token):
    body = f"csrf_token={token}" + "".join(f"&a{n}=1" for n in range(290))

    assert lin_plain.send("POST", "/record/basic", data=body, content_type=FORM).status_code == 422


@pytest.mark.parametrize("size", [64 * 1024 + 1, 300_000, 10_000_000])
def test_more_than_sixty_four_kilobytes_are_refused(lin_plain, token, size):
    body = f"csrf_token={token}&name_en_last=" + "x" * size

    assert refusal(lin_plain, lin_plain.send("POST", "/record/basic", data=body, content_type=FORM))[0] == 413
    assert answers() is None


def test_sixty_thousand_characters_are_not_and_come_back(lin_plain, token):
    body = f"csrf_token={token}&name_en_last=" + "x" * 60_000

    lin_plain._show(lin_plain.send("POST", "/record/basic", data=body, content_type=FORM))

    assert lin_plain.status == 422 and lin_plain.value("name_en_last") == "x" * 60_000


def test_twenty_thousand_parts_are_refused(lin_plain, token):
    body = (
        "".join(f'--x\r\nContent-Disposition: form-data; name="a{n}"\r\n\r\n1\r\n' for n in range(20_000)) + "--x--\r\n"
    )

    reply = lin_plain.send("POST", "/record/photo", data=body, content_type="multipart/form-data; boundary=x")

    assert refusal(lin_plain, reply)[0] == 413


PART = b"--x\r\nContent-Disposition: form-data"
ODD = {
    "JSON": ("application/json", b'{"name_en_last": "LIN"}'),
    "XML": ("text/xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    "text": ("text/plain", b"name_en_last=LIN"), "nothing said": ("", b"name_en_last=LIN"),
    "parts without a boundary": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "parts with another boundary": ("multipart/form-data; boundary=y", b"--x\r\n\r\n--x--"),
    "parts cut off": ("multipart/form-data; boundary=x", PART + b'; name="a"\r\n\r\nhalf'),
    "a part without a name": ("multipart/form-data; boundary=x", PART + b"\r\n\r\n1\r\n--x--\r\n"),
    "a charset": ("application/x-www-form-urlencoded; charset=big5", "name_en_last=測試".encode("big5")),
    "nothing": (FORM, b""),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("path", ["/record/basic", "/record/photo", "/lookup", "/portal/login", "/password/forgot"])
def test_other_kinds_of_body_are_refused_and_never_a_fault(lin_plain, path, what):
    content_type, body = ODD[what]

    status, _ = refusal(lin_plain, lin_plain.send("POST", path, data=io.BytesIO(body), content_type=content_type))

    assert 400 <= status < 500
    assert answers() is None


def test_a_refused_htmx_request_gets_the_reason_in_its_bar(lin_plain, token):
    body, headers = f"csrf_token={token}&name_en_last=%B4%FA", {"HX-Request": "true"}

    reply = lin_plain.send("POST", "/record/basic", data=body, content_type=FORM, headers=headers)

    text = reply.get_data(as_text=True)
    assert reply.status_code == 400 and "<html" not in text and 'role="alert"' in text
