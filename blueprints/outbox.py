"""What the server does beside answering: letters go out, and what has run out is swept away."""

import logging

import staff_visits
from domain import postman
from store import database, now
from visits import Mail, sweep

log = logging.getLogger("xueji")
ROUND, SWEEP_EVERY = 5, 600
LONGEST_WAIT = 3600


def send_waiting(settings) -> tuple[int, int]:
    """Try every letter that is due: (sent, still waiting). One that fails waits longer each time, up to an hour."""
    sent = failed = 0
    for mail in list(Mail.waiting()):
        try:
            postman.deliver(mail.opened, settings)
        except OSError as reason:
            failed += 1
            wait = min(LONGEST_WAIT, 30 * 2**mail.tries)
            Mail.update(tries=mail.tries + 1, due_at=now() + wait).where(Mail.id == mail.id).execute()
            log.warning("letter %s could not be sent, next try in %s s: %s", mail.id, wait, reason)
        else:
            sent += 1
            Mail.update(sent_at=now(), letter=b"").where(Mail.id == mail.id).execute()
            log.info("letter %s sent", mail.id)
    return sent, failed


def background(settings):
    """The job of the server's one background process, until `stop` (a threading.Event) is set."""

    def run(stop):
        swept = 0
        while not stop.wait(ROUND):
            with database.connection_context():
                send_waiting(settings)
                if now() - swept > SWEEP_EVERY:
                    sweep()
                    staff_visits.sweep()
                    swept = now()

    return run
