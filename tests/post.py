"""The mail of the tests: what is in the outbox, and a mail server that can be in any mood."""

import asyncio
import contextlib
import re
import socket
import threading
import time
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from blueprints import outbox
from domain.postman import Letter, new_mark
from tables.letterbox import Mail
from tables.store import database

SENDER = "reg@xueji.example"


@contextlib.contextmanager
def at_work(app):
    """What the background process has around it."""
    with app.app_context(), database.connection_context():
        yield


def written(app) -> list[Letter]:
    """Every letter that waits, oldest first, after the background process has looked into what was asked for."""
    with at_work(app):
        outbox.answer_requests()
        return [mail.opened for mail in Mail.waiting()]


@contextlib.contextmanager
def background_work(app):
    """The background process of the server, as a thread."""
    stop = threading.Event()
    work = threading.Thread(target=app.extensions["xueji_background"], args=(stop,))
    work.start()
    yield
    stop.set()
    work.join()


def links_in(letter, what="reset") -> list[str]:
    """The paths of the links of a letter: to `reset` a password, or `not-me`."""
    return re.findall(rf"/password/{what}/[\w-]+", letter.text)


def write(to="someone@example.com", text="Hello", **more):
    """Put a letter into the outbox."""
    Mail.queue(Letter(to, more.get("subject", "Subject"), text), new_mark(SENDER), more.get("kind", "letter"))


def aged(seconds):
    """Everything in the outbox happened that much earlier."""
    fields = (Mail.queued_at, Mail.due_at, Mail.leased_until, Mail.closed_at)
    Mail.update({field: field - seconds for field in fields}).execute()


class _Server(SMTP):
    """Hangs up where it is told to."""

    async def smtp_MAIL(self, arg):  # noqa: N802 -- the name of the command
        if self.event_handler.mood == "421":
            await self.push("421 4.3.2 shutting down")
            self.transport.close()
        elif self.event_handler.mood == "no sender":
            await self.push("550 5.7.1 you may not send from here")
        else:
            await super().smtp_MAIL(arg)


class _Controller(Controller):
    def factory(self):
        return _Server(self.handler, hostname="mail.example", **self.SMTP_kwargs)


class Post:
    """A mail server on a free port. `mood`: "" accepts; 421, 451, no sender, drops, takes and drops, ponders.

    `refuses`: {address: reply} for recipients it does not want.
    """

    def __init__(self, **options):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.mood, self.refuses, self.letters, self.connections, self.options = "", {}, [], 0, options
        self.encrypted, self._controller = [], None

    def open(self):
        """Begin to listen."""
        self._controller = _Controller(self, "127.0.0.1", self.port, **self.options)
        self._controller.start()
        return self

    def close(self):
        """Refuse connections from now on."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    __enter__ = open

    def __exit__(self, *_):
        self.close()

    @property
    def is_open(self):
        """Whether it listens."""
        return self._controller is not None

    @property
    def settings(self):
        """The settings of an installation that sends here."""
        return {
            "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": self.port, "MAIL_TLS": "off", "MAIL_TIMEOUT": 2,
            "MAIL_USERNAME": "", "MAIL_PASSWORD": "", "MAIL_SENDER": SENDER, "BASE_URL": "https://xueji.example",
        }  # fmt: skip

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802, PLR0913
        """Somebody has come."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802, PLR0913
        """Whether it knows the recipient."""
        if self.mood == "451":
            return "451 4.7.1 greylisted, come back later"
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        """Take the letter, or hang up in the middle of it."""
        if self.mood != "drops":
            self.letters.append(envelope)
            self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        if self.mood == "ponders":
            await asyncio.sleep(15)
        elif self.mood:
            server.transport.abort()
        return "250 ok"

    @property
    def taken(self):
        """The messages that were taken, as messages."""
        return [message_from_bytes(one.content, policy=policy.default) for one in self.letters]

    @property
    def recipients(self):
        """To whom, in the order of arrival."""
        return [one.rcpt_tos[0] for one in self.letters]


@contextlib.contextmanager
def silent_server():
    """A server that takes connections and never says a word: its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def until(fact, seconds=10):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
