"""One letter on its way: its headers, its parts, who is trusted with it; and the folder of a demonstration."""

import ipaddress
import ssl
import stat
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from domain import mailboxes, settings
from domain.postman import Away, Letter, Refused, compose, new_mark, open_post
from domain.settings import BadSettings
from domain.words import Invalid
from tests.conftest import SETTINGS
from tests.post import SENDER, Post

AT = 1_787_000_000
HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
]  # fmt: skip
LETTER = Letter("a@example.com", "主旨 / Subject", "文字 text\n" * 20, "<!doctype html><p>文字</p>")
HOSTILE = [
    "", "a", "@", "a@", "@b.com", "a@b", "a b@c.com", "a@b.com c@d.com", "a@b.com,c@d.com", "a@b.com;c@d.com",
    "<a@b.com>", "A <a@b.com>", '"a b"@c.com', "a@b.com\r\nBcc: c@d.com", "a@b.com\nBcc: c@d.com",
    "a@b.com\rBcc: c@d.com", "a@b.com\n", "\r\na@b.com", "a\r\n@b.com", "a@b.com\u2028Bcc: c@d.com",
    "a@b.com\u2029", "a\u0085@b.com", "a@b.com\x0bBcc: x@y.z", "a@b.com\x00", "=?utf-8?q?a=0d=0aBcc:_c=40d.com?=@b.com",
    "=?utf-8?q?a?=@b.com",
    "=?utf-8?b?YQ0KQmNjOiBjQGQuY29t?=@b.com", "a@=?utf-8?q?b.com=0aBcc:_c=40d.com?=", "a%0d%0aBcc:c@b.com", ".a@b.com",
    "a.@b.com", "a..b@c.com", "a@-b.com", "a@b-.com", "a@b..com", "a@[127.0.0.1]", "用戶@例子.com", "a@例子.com",
    "a" * 250 + "@b.com", "a@b.com>", "a@b.com(c)",
]  # fmt: skip


def sent_to(post, letter=LETTER, **changes):
    """Deliver a letter to a post, and what arrived."""
    message = compose(letter, SENDER, new_mark(SENDER), AT)
    with open_post({**post.settings, **changes}) as way:
        way.deliver(message)
    return post.taken[-1]


@pytest.mark.parametrize("address", HOSTILE, ids=ascii)
def test_what_is_not_one_plain_address_gets_no_letter(address):
    with pytest.raises(Refused) as caught:
        compose(Letter(address, "x", "y"), SENDER, new_mark(SENDER), AT)

    assert caught.value.is_final


@pytest.mark.parametrize("address", [one for one in HOSTILE if one.strip() == one], ids=ascii)
def test_nor_can_anybody_give_it_as_theirs(address):
    with pytest.raises(Invalid):
        mailboxes.address(address)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a411510001@grad.ntue.edu.tw", "a411510001@grad.ntue.edu.tw"),
        (" Some.One+tag@Example.COM ", "Some.One+tag@Example.COM"),
        ("ｎａｍｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "name@example.com"),
        ("o'neil_9@mail-1.example.co", "o'neil_9@mail-1.example.co"),
    ],
)
def test_an_ordinary_address_is_taken(typed, kept):
    assert mailboxes.address(typed) == kept


@pytest.mark.parametrize(
    "subject",
    [
        "x\r\nBcc: c@d.com",
        "x\nBcc: c@d.com",
        "x\u2028Bcc: c@d.com",
        "x\u0085Bcc: c@d.com",
        "=?utf-8?q?x=0d=0aBcc:_c@d.com?=",
    ],
    ids=ascii,
)
def test_a_subject_brings_no_header_along(subject):
    with Post() as post:
        message = sent_to(post, LETTER._replace(subject=subject))

    assert message.keys() == HEADERS and post.recipients == ["a@example.com"]


def test_a_letter_is_the_same_text_in_plain_and_html_with_a_fixed_set_of_headers():
    with Post() as post:
        message = sent_to(post)

    assert message.keys() == HEADERS and message["Subject"] == LETTER.subject
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().split() for part in message.iter_parts()] == [LETTER.text.split(), LETTER.html.split()]


def test_a_server_that_only_takes_ascii_gets_ascii():
    with Post(decode_data=True) as post, open_post(post.settings) as way:
        way.deliver(compose(LETTER, SENDER, new_mark(SENDER), AT))
        raw = post.letters[0].content

    assert raw.isascii() and max(map(len, raw.splitlines())) < 100
    message = message_from_bytes(raw.encode(), policy=policy.default)
    assert message.get_body(("plain",)).get_content().strip() == LETTER.text.strip()


def test_a_very_long_line_arrives_whole():
    long = LETTER._replace(text="文字 text " * 200)

    with Post() as post:
        assert sent_to(post, long).get_body(("plain",)).get_content().strip() == long.text.strip()


def test_the_same_letter_is_the_same_to_the_byte_when_it_is_tried_again():
    mark = new_mark(SENDER)

    assert compose(LETTER, SENDER, mark, AT).as_bytes() == compose(LETTER, SENDER, mark, AT).as_bytes()
    assert len({new_mark(SENDER) for _ in range(100)}) == 100 and mark.endswith("@xueji.example>")


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for 127.0.0.1 and the server's side of it; `trusted` makes this machine trust it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    at = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, at - timedelta(1), at + timedelta(1))
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    pem = made.add_extension(address, critical=True).sign(key, SHA256()).public_bytes(Encoding.PEM)
    (tmp_path / "cert.pem").write_bytes(pem)
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context, lambda: monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))


WAYS = [("starttls", "tls_context"), ("on", "tls_context"), ("ssl", "ssl_context")]


@pytest.mark.parametrize(("tls", "option"), WAYS)
def test_a_server_with_a_trusted_certificate_gets_the_letter_encrypted(certificate, tls, option):
    context, trust = certificate
    trust()
    with Post(**{option: context}) as post:
        sent_to(post, MAIL_TLS=tls)

    assert len(post.letters) == 1 and post.encrypted == [True]


@pytest.mark.parametrize(("tls", "option"), WAYS)
def test_a_server_nobody_vouches_for_gets_nothing(certificate, tls, option):
    with Post(**{option: certificate[0]}) as post, pytest.raises(Away):
        sent_to(post, MAIL_TLS=tls)

    assert not post.letters


@pytest.mark.parametrize("tls", ["starttls", "on"])
def test_a_server_that_offers_no_encryption_gets_nothing(tls):
    with Post() as post, pytest.raises(Away):
        sent_to(post, MAIL_TLS=tls, MAIL_USERNAME="u", MAIL_PASSWORD="p")

    assert not post.letters


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_TLS", "yes"), ("MAIL_TLS", "ON"), ("MAIL_TIMEOUT", "0"), ("MAIL_SENDER", "x"),
        ("MAIL_SENDER", "a@b.com, c@d.com"), ("MAIL_SENDER", "a@b.com\nBcc: c@d.com"),
    ],
)  # fmt: skip
def test_bad_mail_settings_are_refused_by_name(tmp_path, name, value):
    with pytest.raises(BadSettings, match=f"XUEJI_{name}"):
        settings.read({**SETTINGS, f"XUEJI_{name}": value}, tmp_path)


@pytest.mark.parametrize("value", ["reg@ntue.edu.tw", "註冊組 <reg@ntue.edu.tw>", "xueji@localhost"])
def test_a_sender_may_have_a_name(tmp_path, value):
    assert settings.read({**SETTINGS, "XUEJI_MAIL_SENDER": value}, tmp_path)["MAIL_SENDER"] == value


def test_in_a_demonstration_letters_are_files_that_only_their_owner_reads(tmp_path):
    folder = {"MAIL_SERVER": "", "MAIL_FOLDER": str(tmp_path / "mail")}
    messages = [compose(LETTER, SENDER, new_mark(SENDER), AT) for _ in range(5)]
    for message in [*messages, messages[0]]:
        with open_post(folder) as way:
            way.deliver(message)

    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == 5 and all(
        file.suffix == ".eml" and stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files
    )
    assert "文字 text" in files[0].read_text("utf-8")


def test_a_folder_that_cannot_be_written_is_a_server_that_is_away(tmp_path):
    (tmp_path / "mail").write_text("in the way")

    with pytest.raises(Away), open_post({"MAIL_SERVER": "", "MAIL_FOLDER": str(tmp_path / "mail")}):
        pass
