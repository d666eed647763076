"""Where the time of a tab save goes: `python -m tests.bench.stages` prints a table in Markdown.

In one process, without a server: the functions named below are timed each time they run, in CPU time, and the rest is
what is left of the whole request. As in tests.bench.save, each save changes an answer and sends nothing else.
"""

import logging
import statistics
import tempfile
import time
from collections import Counter
from functools import partial, wraps

from flask.sessions import SecureCookieSessionInterface
from playhouse.pool import PooledSqliteDatabase
from werkzeug.wrappers import Request

import models
from app import build_app
from blueprints import access, drawn, record, saving, security, watching
from domain import roster, roster_file
from tables import reopenings, standing, visits
from tables.acknowledgements import Acknowledgement
from tables.returns import Return
from tables.store import database
from tests.answers import begin, fill
from tests.bench.save import BROWSER, two_bodies
from tests.bench.served import ROOT
from tests.browser import FORM, Browser
from tests.conftest import SETTINGS
from tests.people import LIN

ROUNDS = 150
PARTS = {
    "the durable commit, sealing included": [
        (models.SavedTab, "keep"), (PooledSqliteDatabase, "begin"), (PooledSqliteDatabase, "commit"),
    ],
    "what else is written: history, draft, summary": [
        (saving, "note_changes"), (saving, "_settle"), (standing, "follow"), (models.SavedTab, "revs"),
    ],
    "judging: the tab as typed, then the whole record": [(saving, "merged"), (access, "progress")],
    "drawing the reply": [(record, "tab_page")],
    "compressing it": [(security, "_compress")],
    "session, student, answers and notice out of the database": [
        (visits.Session, "load"), (models.SavedTab, "kept"), (Acknowledgement, "exists_for"), (Return, "of"),
        (reopenings, "look"),
    ],
    "the signed cookie": [(SecureCookieSessionInterface, "open_session")],
    "the CSRF token": [(security.csrf, "protect")],
    "reading the form": [
        (Request, "_load_form_data"), (security, "check_body"), (record, "read_typed"), (drawn, "sent"),
    ],
    "number, figures and log line of the request": [(watching.Watched, "note"), (watching.Watched, "number_for")],
}  # fmt: skip
WHOLE = "all"


class Stopwatch:
    """CPU seconds by part. What one part does inside another counts for the inner one only."""

    def __init__(self):
        self.spent, self.inside = Counter(), []

    def time(self, owner, name, part):
        """Have every call of `owner.name` timed."""
        plain = getattr(owner, name)

        @wraps(plain)
        def timed(*args, **kwargs):
            began = time.process_time()
            self.inside.append(0)
            try:
                return plain(*args, **kwargs)
            finally:
                took = time.process_time() - began
                self.spent[part] += took - self.inside.pop()
                if self.inside:
                    self.inside[-1] += took

        setattr(owner, name, timed)


def saves(app):
    """(client, [(path, the bodies of two saves)]) of a student who is done with everything."""
    browser = begin(Browser(app, htmx=True), LIN).open("/record")
    client, made = browser.client, []
    for tab in list(browser.tabs):
        fill(browser.open(path := f"/record/{tab}"))
        browser.open(path, edit=1)
        if not browser.form().has_attr("enctype"):
            send = partial(status, client, path)
            made.append((path, two_bodies(send, browser.form(), browser.typed())))
    return client, made


def status(client, path, body):
    """What comes of one save."""
    return client.post(path, data=body, content_type=FORM, headers=BROWSER).status_code


def measure(watch, client, made, number):
    """Save every tab once and give {part: seconds of one save}."""
    watch.spent.clear()
    for path, bodies in made:
        assert status(client, path, bodies[number % len(bodies)]) == 200, path
    return {part: seconds / len(made) for part, seconds in watch.spent.items()}


def main():
    """Measure, and print a table in Markdown."""
    watch = Stopwatch()
    watch.time(watching.Watched, "__call__", WHOLE)
    for part, places in PARTS.items():
        for owner, name in places:
            watch.time(owner, name, part)
    with tempfile.TemporaryDirectory() as folder:
        app = build_app({**SETTINGS, "XUEJI_DATABASE_URL": f"sqlite:///{folder}/xueji.db"})
        logging.disable()
        with database.connection_context():
            models.Roster.take(roster.check(roster_file.read(ROOT / "deploy" / "demo-roster.csv")).students)
        client, made = saves(app)
        rounds = [measure(watch, client, made, number) for number in range(ROUNDS)]
        database.close_all()
    medians = {part: statistics.median(one.get(part, 0) for one in rounds) for part in (*PARTS, WHOLE)}
    total = sum(medians.values())
    medians["Flask's dispatch and everything else"] = medians.pop(WHOLE)
    print("| part of a save | ms of CPU | share |\n|---|---|---|")
    for part, seconds in sorted(medians.items(), key=lambda pair: -pair[1]):
        print(f"| {part} | {seconds * 1000:.2f} | {seconds / total:.0%} |")
    print(f"| **all** | {total * 1000:.2f} | |")


if __name__ == "__main__":
    main()
