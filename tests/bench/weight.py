"""What the pages weigh on the wire: `python -m tests.bench.weight` prints the figures in Markdown.

Sizes are bytes received: status line, headers and body, of every reply a browser would ask for.
"""

import csv
import tempfile
from contextlib import contextmanager

from domain import identity
from domain.roster_columns import COLUMNS
from tests.answers import ANSWERS, fill, log_in
from tests.bench import served
from tests.bench.wire import Wire
from tests.browser import Browser
from tests.conftest import PASSWORD

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

    def __init__(self, folder, port):
        self.folder, self.port, self.used = folder, port, 0

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
        with served.server(folder) as (_, port):
            yield Installation(folder, port)


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
