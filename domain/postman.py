"""Sending letters: by SMTP, or in a demonstration into a folder where anyone can read them."""

import os
import secrets
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, getaddresses, parseaddr
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from domain.mailboxes import is_address

TLS = ("off", "starttls", "on", "ssl")
FINAL = 500
LONGEST_LINE = 998


class Letter(NamedTuple):
    """What one person gets: plain text, and the same as HTML."""

    to: str
    subject: str
    text: str
    html: str = ""


class Away(Exception):
    """The mail server cannot be reached, or does not want to talk to us now; no letter is to blame."""


class Refused(Exception):
    """The server did not take one letter. `is_final`: it never will; `words` are the server's."""

    def __init__(self, code, words):
        super().__init__(code)
        self.code, self.is_final = code, code >= FINAL
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        self.words = f"{code} {''.join(c if c.isprintable() else ' ' for c in said)}"[:300]


def is_sender(text) -> bool:
    """Whether letters can be sent from this: one address, with or without a name before it."""
    box, at, host = _address_of(text).rpartition("@")
    return bool(box and at and host) and text == _one_line(text) and len(getaddresses([text])) == 1


def new_mark(sender) -> str:
    """A Message-ID: 128 random bits at the host of the sender."""
    return f"<{secrets.token_hex(16)}@{_address_of(sender).rpartition('@')[2] or 'localhost'}>"


def compose(letter, sender, mark, at) -> EmailMessage:
    """The message of a letter with this Message-ID and date: the same to the byte every time it is tried.

    Raises Refused when the address is none: it could bring headers of its own along.
    """
    if not is_address(letter.to):
        raise Refused(FINAL, "not an address that can be written to")
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, letter.to, _one_line(letter.subject)
    message["Date"], message["Message-ID"] = formatdate(at), mark
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte=_encoding(letter.text))
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte=_encoding(letter.html))
        message.set_boundary(mark.strip("<>").partition("@")[0])
    return message


def _one_line(text):
    # Python reads encoded words (RFC 2047) in a header it is given, and writes out the line breaks that are in them.
    return " ".join(text.split()).replace("=?", "= ?")


def _encoding(text):
    """Readable in a folder and on the wire as long as no line is longer than RFC 5322 §2.1.1 allows."""
    return "8bit" if all(len(line.encode()) <= LONGEST_LINE for line in text.splitlines()) else "base64"


def _address_of(sender):
    return parseaddr(sender)[1]


def open_post(settings):
    """Whatever takes letters in this installation, as a context manager with `deliver(message)`."""
    if settings["MAIL_SERVER"]:
        return Server(settings)
    return Folder(Path(settings["MAIL_FOLDER"]))


class Server:
    """A connection to the mail server, opened once for all letters of a round."""

    def __init__(self, settings):
        self._settings = settings

    def __enter__(self):
        try:
            self._smtp = self._connect()
        except OSError as reason:
            raise Away(_plain(reason)) from None
        return self

    def __exit__(self, *_):
        with suppress(OSError):
            self._smtp.quit()
        self._smtp.close()

    def _connect(self):
        given = self._settings
        host, port, patience = given["MAIL_SERVER"], given["MAIL_PORT"], given["MAIL_TIMEOUT"]
        more = {"timeout": patience, "local_hostname": _own_name(given["BASE_URL"])}
        trusted = ssl.create_default_context()
        if given["MAIL_TLS"] == "ssl":
            smtp = smtplib.SMTP_SSL(host, port, context=trusted, **more)
        else:
            smtp = smtplib.SMTP(host, port, **more)
        try:
            self._introduce(smtp, trusted)
        except OSError:
            smtp.close()
            raise
        return smtp

    def _introduce(self, smtp, trusted):
        given = self._settings
        if given["MAIL_TLS"] in ("on", "starttls"):
            smtp.starttls(context=trusted)
        if given["MAIL_USERNAME"]:
            smtp.login(given["MAIL_USERNAME"], given["MAIL_PASSWORD"])
        smtp.ehlo_or_helo_if_needed()

    def deliver(self, message) -> str:
        """Hand one message over; to whom. Raises Refused, or Away when the connection is of no use any more."""
        plain = message.policy if self._smtp.has_extn("8bitmime") else message.policy.clone(cte_type="7bit")
        options = ["BODY=8BITMIME"] if plain is message.policy else []
        to, raw = message["To"].addresses[0].addr_spec, message.as_bytes(policy=plain)
        try:
            self._smtp.sendmail(_address_of(message["From"]), [to], raw, options)
        except smtplib.SMTPRecipientsRefused as reason:
            raise _refusal(*reason.recipients[to]) from None
        except smtplib.SMTPDataError as reason:
            raise _refusal(reason.smtp_code, reason.smtp_error) from None
        except OSError as reason:
            raise Away(_plain(reason)) from None
        return self._settings["MAIL_SERVER"]


def _refusal(code, words):
    # 421 closes the connection whatever it answers (RFC 5321 §3.8).
    return Away(f"{code}") if code == 421 else Refused(code, words)


def _plain(reason):
    """An error without the server's own words, which may quote what must not be in a log."""
    code = getattr(reason, "smtp_code", None)
    return f"{type(reason).__name__} {code}" if code else f"{type(reason).__name__} {reason.strerror or ''}".strip()


def _own_name(base_url):
    """How we introduce ourselves: asking the resolver for our name can take longer than sending."""
    host = urlsplit(base_url).hostname or "localhost"
    return f"[IPv6:{host}]" if ":" in host else f"[{host}]" if host.replace(".", "").isdigit() else host


class Folder:
    """The post of a demonstration: each letter is a file."""

    def __init__(self, folder):
        self._folder = folder

    def __enter__(self):
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as reason:
            raise Away(_plain(reason)) from None
        return self

    def __exit__(self, *_):
        """Nothing is open."""

    def deliver(self, message) -> str:
        """Write the message, and say where; a letter that is tried again is written over itself."""
        at = message["Date"].datetime.strftime("%Y%m%d-%H%M%S")
        path = self._folder / f"{at}-{message['Message-ID'].strip('<>')[:32]}.eml"
        try:
            with open(path.with_suffix(".part"), "wb", opener=_private) as file:
                file.write(message.as_bytes())
            path.with_suffix(".part").replace(path)
        except OSError as reason:
            raise Away(_plain(reason)) from None
        return str(path)


def _private(path, flags):
    return os.open(path, flags, 0o600)
