"""What the pages weigh on the wire: `python -m tests.bench.weight` prints the figures in Markdown.

Sizes are bytes received: status line, headers and body, of every reply a browser would ask for.
"""

import csv
import tempfile
from contextlib import contextmanager

from domain import identity
from domain.roster_columns import COLUMNS
from tests.answers import fill
from tests.bench import served
from tests.bench.wire import Wire
from tests.browser import Browser
from tests.people import PASSWORD

PUBLIC = {
    "home": "/",
    "lookup": "/lookup",
    "portal log-in": "/portal/login",
    "iNTUE log-in": "/intue/login",
    "forgot password": "/password/forgot",
}
KINDS = {
    "woman": {"sex": "女", "overseas_kind": "無", "nationality": "中華民國", "prefix": "A2"},
    "man": {"sex": "男", "overseas_kind": "無", "nationality": "中華民國", "prefix": "A1"},
    "overseas": {"sex": "女", "overseas_kind": "外國學生", "nationality": "越南", "prefix": "A90"},
}
BIRTH_DATE, PROGRAM = "2007-05-20", "學士班"


class Installation:
    """A running server with as many students of each kind as are asked for."""

    def __init__(self, folder, process, port):
        self.folder, self.process, self.port, self.used = folder, process, port, 0

    def browser(self, encoding="br", lang="zh", htmx=True):
        """Somebody who was never here before, as (browser, wire)."""
        wire = Wire(self.port, encoding)
        return Browser(wire, lang=lang, htmx=htmx), wire

    def student(self, kind):
        """A student of this kind who has not logged in yet: their row of the roster."""
        self.used += 1
        return row(kind, self.used)


@contextmanager
def installation():
    """An Installation with the verification code on, gone at the end of the block."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/roster.csv", "w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, [column.name for column in COLUMNS], restval="")
            rows.writeheader()
            rows.writerows(row(kind, number) for kind in KINDS for number in range(1, 60))
        served.command(folder, "roster", "import", f"{folder}/roster.csv")
        with served.server(folder) as (process, port):
            yield Installation(folder, process, port)


def row(kind, number):
    """One student as the roster has them. Numbers are unique for all kinds together."""
    about = dict(KINDS[kind])
    prefix = about.pop("prefix")
    place = 100 * list(KINDS).index(kind) + number
    return {
        "student_no": f"4115{place:05}", "name_zh": "林予晴", "id_no": identity.completed(f"{prefix}{place:0{9 - len(prefix)}}"),
        "birth_date": BIRTH_DATE, "program": PROGRAM, "dept": "教育學系", "class": "甲", "entry_year": "115",
        "entry_term": "1", "route": "申請入學", "identity": "一般生", "email": "someone@example.com", **about,
    }  # fmt: skip


def begin(place, browser, student):
    """From the look-up to the list of tabs, as every student goes; codes are read off the pictures."""
    browser.open("/")
    browser.open("/lookup")
    y, m, d = BIRTH_DATE.split("-")
    code = {"captcha": served.code_drawn(place.folder, browser.value("captcha_id"))}
    browser.submit(
        program=PROGRAM, id_number=student["id_no"], birth_date__y=y, birth_date__m=m, birth_date__d=d, **code
    )
    browser.open("/portal/login")
    code = {"captcha": served.code_drawn(place.folder, browser.value("captcha_id"))}
    browser.submit(account=student["student_no"], password=student["id_no"][-5:] + "@Ntue", **code)
    browser.submit(new=PASSWORD, again=PASSWORD)
    browser.open("/record")
    fill(browser)
    browser.open("/record")


def walk(place, kind, lang, encoding="br"):
    """Every tab in every state for a student of a kind: {(tab, state): bytes}."""
    careful, careless = Visit(place, kind, lang, encoding), Visit(place, kind, lang, encoding)
    weights = {}
    for tab in careful.browser.tabs:
        path = f"/record/{tab}"
        weights[tab, "yellow page"] = careful.weigh(path, careful.browser.open, path)
        for state, htmx in (("page with errors", False), ("fragment with errors", True)):
            careless.browser.open(path)
            weights[tab, state] = careless.weigh(path, everything_wrong, careless.browser, htmx)
        weights[tab, "fragment saved"] = careful.weigh(path, fill, careful.browser)
        if careful.browser.status!=200: print(careful.browser.errors)
        weights[tab, "green page"] = careful.weigh(path, careful.browser.open, path)
        weights[tab, "page to change"] = careful.weigh(path, careful.browser.open, path + "?edit=1")
    return weights


class Visit:
    """A student past the privacy notice."""

    def __init__(self, place, kind, lang, encoding):
        self.browser, self.wire = place.browser(encoding, lang)
        begin(place, self.browser, place.student(kind))

    def weigh(self, path, action, *args):
        """Do something, and give the bytes of the reply from `path` that it leads to."""
        before = len(self.wire.transfers)
        action(*args)
        return self.wire.weight(before, lambda one: one.path == path)[0]


def everything_wrong(browser, htmx):
    """Send a tab with a wrong answer in every field that is there."""
    form = browser.form()
    typed = [(name, "?") for name in {c["name"] for c in form.select("[name]")} - {"csrf_token", "do"}]
    token = [("csrf_token", c["value"]) for c in form.select("[name=csrf_token]")]
    return browser.post(form["action"], typed + token, htmx=htmx)
