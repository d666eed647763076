"""Sending a letter: by SMTP, or in a demonstration into a folder where anyone can read it."""

import smtplib
import ssl
import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

PATIENCE = 20


def compose(letter, sender) -> EmailMessage:
    """The message of a letter (to, subject, text). Line breaks in a header raise ValueError: nobody adds headers."""
    to, subject, text = letter
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    message.set_content(text)
    return message


def deliver(letter, settings):
    """Send one letter as the settings say. Raises OSError, as smtplib's errors are, when it was not taken."""
    message = compose(letter, settings["MAIL_SENDER"])
    if settings["MAIL_SERVER"]:
        _by_smtp(message, settings)
    else:
        _into_folder(message, Path(settings["MAIL_FOLDER"]))


def _by_smtp(message, settings):
    with smtplib.SMTP(settings["MAIL_SERVER"], settings["MAIL_PORT"], timeout=PATIENCE) as server:
        if settings["MAIL_TLS"] == "on":
            server.starttls(context=ssl.create_default_context())
        if settings["MAIL_USERNAME"]:
            server.login(settings["MAIL_USERNAME"], settings["MAIL_PASSWORD"])
        server.send_message(message)


def _into_folder(message, folder):
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{message['Message-ID'][1:12]}.eml"
    (folder / name).write_bytes(bytes(message))
