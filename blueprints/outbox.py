"""What the server does beside answering: reset requests are looked into, letters go out, what has run out is swept."""

import logging
import time
from collections import Counter

from peewee import OperationalError

from blueprints import digest, letters, reminding, trials
from blueprints.summing import Summing
from domain import mailboxes, postman
from domain.vault import WrongKey
from models import Student
from tables import digests, imports, journal, letterbox, recovery, staff_visits, tries, trouble, visits
from tables.letterbox import Mail
from tables.recovery import ResetRequest
from tables.set_back import Watch
from tables.store import database, now

log = logging.getLogger("xueji")
ROUND, REMIND_EVERY, SWEEP_EVERY = 3, 60, 600
SHORTEST_WAIT, LONGEST_WAIT = 30, 3600
# A server that was away is asked again within four minutes, so that the oldest letter is out within five.
LONGEST_PAUSE = 240
# A letter waits for a fifteenth of its age: four minutes more after an hour. RFC 5321 §4.5.4.1 gives up after 4-5 days.
FRACTION, GIVE_UP = 15, 5 * 86400
# The longest that handing over one letter takes: a few commands, each of which may wait for the server's patience.
COMMANDS = 10
WRITINGS = 10


def answer_requests():
    """Send a reset link to everybody who asked for one and is known with that mailbox."""
    while ResetRequest.select().exists():
        with database.atomic():
            request = ResetRequest.take()
            try:
                send_links(*request.opened, request.at) if request else None
            except WrongKey:
                log.error("a reset request could not be opened and was dropped")


def send_links(id_number, mailbox, lang, at):
    """A link to the mailbox for each account that it fits, unless its owner came in without one since."""
    for student in Student.with_number(id_number):
        theirs = [one for one in recovery.mailboxes(student) if mailboxes.same(one, mailbox)]
        if theirs and not recovery.has_come_in(student, at):
            letters.queue_reset(student, theirs[0], lang)
            journal.note("reset-asked", student.student_no)


def send_waiting(settings, due_by=None, stopped=lambda: False) -> Counter:
    """Try every letter that is due, or will be by `due_by`, over one connection.

    How many were `sent`, `refused` for good or put off (`later`); `away`: whether the server could not be used.
    """
    counts = Counter()
    if not Mail.is_any_due(due_by):
        return counts
    try:
        with postman.open_post(settings) as post:
            after = 0
            while not stopped() and (mail := Mail.claim(COMMANDS * settings["MAIL_TIMEOUT"], after, due_by)):
                after = mail.id
                counts[deliver(mail, post, settings)] += 1
    except postman.Away as reason:
        log.warning("mail server: %s", reason)
        counts["away"] += 1
    return counts


def deliver(mail, post, settings) -> str:
    """Try one letter: `sent`, `refused` or `later`. Raises Away when there is no use in trying another one."""
    try:
        taken_by = post.deliver(postman.compose(mail.opened, settings["MAIL_SENDER"], mail.mark, mail.queued_at))
    except postman.Refused as reason:
        return put_aside(mail, reason)
    except postman.Away:
        mail.put_off(wait_for(mail))
        raise
    except WrongKey:
        return put_aside(mail, postman.Refused(postman.FINAL, "the letter in the outbox was altered"))
    keep_trying(mail.close)
    log.info("letter %s (%s) went to %s", mail.id, mail.kind, taken_by)
    return "sent"


def keep_trying(change):
    """Write down what has happened, though somebody else may be writing for longer than we usually wait."""
    for _ in range(WRITINGS):
        try:
            return change()
        except OperationalError as reason:
            log.error("database: %s", reason)
    return change()


def put_aside(mail, reason):
    """For good when the server says so or has said "later" for days; else for a while."""
    is_final = reason.is_final or mail.age > GIVE_UP
    if is_final:
        mail.close(reason.words)
    else:
        mail.put_off(wait_for(mail), reason.words)
    log.warning("letter %s (%s): %s, %s", mail.id, mail.kind, reason.code, "refused for good" if is_final else "later")
    return "refused" if is_final else "later"


def wait_for(mail) -> int:
    """Seconds until a letter is tried again."""
    return min(LONGEST_WAIT, max(SHORTEST_WAIT, mail.age // FRACTION))


class Pause:
    """How long a mail server that is away is left alone: half as long again as it has been away, up to four minutes."""

    def __init__(self):
        self._since = self._until = None

    def is_over(self, at) -> bool:
        """Whether it is time to knock again; `at` in seconds of a clock that never goes back."""
        return self._until is None or at >= self._until

    def note(self, is_away, at):
        """Learn whether the server was there at this time."""
        if not is_away:
            self._since = self._until = None
            return
        self._since = at if self._since is None else self._since
        self._until = at + min(LONGEST_PAUSE, (at - self._since) / 2)


def background(app):
    """The job of the server's background process, until `stop` (a threading.Event) is set."""

    def run(stop):
        pause, swept, reminded, summing, watch = Pause(), 0, 0, Summing(app), Watch()
        while not stop.wait(ROUND):
            try:
                with app.app_context(), database.connection_context():
                    watch.look()
                    app.extensions["in_force"].look()
                    one_round(app.config, pause, stop)
                    reminded = remind_after(reminded)
                    swept = sweep_after(swept)
                    summing.go_on()
                    trials.go_on()
            except trouble.ERRORS as reason:
                trouble.endure(reason)

    return run


def one_round(settings, pause, stop):
    """Everything that is to be done now."""
    answer_requests()
    if pause.is_over(time.monotonic()):
        counts = send_waiting(settings, stopped=stop.is_set)
        pause.note(bool(counts["away"]), time.monotonic())


def remind_after(reminded):
    """Queue reminders and digests that are due when the last look is a minute ago; when it was done last."""
    if now() - reminded < REMIND_EVERY:
        return reminded
    reminding.send_automatic()
    digest.send_due(now())
    return now()


def sweep_after(swept):
    """Sweep when the last time is long enough ago; when it was done last."""
    if now() - swept < SWEEP_EVERY:
        return swept
    for tables in (visits, staff_visits, journal, tries, letterbox, recovery, imports, digests):
        tables.sweep()
    return now()
