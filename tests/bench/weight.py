"""What the pages weigh on the wire: `python -m tests.bench.weight` prints the figures in Markdown.

Sizes are bytes received: status line, headers and body, of every reply a browser would ask for.
"""

import csv
import tempfile
from contextlib import contextmanager
from pathlib import Path

from domain import identity
from domain.roster_columns import COLUMNS
from tests.answers import fill
from tests.bench import served
from tests.bench.wire import Wire
from tests.browser import Browser, is_hidden
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
def installation(**settings):
    """An Installation with the verification code on, gone at the end of the block."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/roster.csv", "w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, [column.name for column in COLUMNS], restval="")
            rows.writeheader()
            rows.writerows(row(kind, number) for kind in KINDS for number in range(1, 60))
        served.command(folder, "roster", "import", f"{folder}/roster.csv")
        with served.server(folder, **settings) as (process, port):
            yield Installation(Path(folder), process, port)


def row(kind, number):
    """One student as the roster has them. Numbers are unique for all kinds together."""
    about = dict(KINDS[kind])
    prefix = about.pop("prefix")
    place = 100 * list(KINDS).index(kind) + number
    return {
        "student_no": f"4115{place:05}", "name_zh": "林予晴",
        "id_no": identity.completed(f"{prefix}{place:0{9 - len(prefix)}}"),
        "birth_date": BIRTH_DATE, "program": PROGRAM, "dept": "教育學系", "class": "甲", "entry_year": "115",
        "entry_term": "1", "route": "申請入學", "identity": "一般生", "email": "someone@example.com", **about,
    }  # fmt: skip


def begin(place, browser, student):
    """From the look-up to the list of tabs, as every student goes; codes are read off the pictures."""
    browser.open("/")
    look_up(place, browser.open("/lookup"), student)
    browser.open("/portal/login")
    code = {"captcha": served.code_drawn(place.folder, browser.value("captcha_id"))}
    browser.submit(account=student["student_no"], password=student["id_no"][-5:] + "@Ntue", **code)
    browser.submit(new=PASSWORD, again=PASSWORD)
    browser.open("/record")
    fill(browser)
    browser.open("/record")


def look_up(place, browser, student):
    """Find the student number; the code is read off the picture."""
    y, m, d = BIRTH_DATE.split("-")
    code = served.code_drawn(place.folder, browser.value("captcha_id"))
    browser.submit(
        program=PROGRAM, id_number=student["id_no"], captcha=code, birth_date__y=y, birth_date__m=m, birth_date__d=d
    )


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
        weights[tab, "green page"] = careful.weigh(path, careful.browser.open, path)
        weights[tab, "page to change"] = careful.weigh(path, careful.browser.open, path + "?edit=1")
    careful.wire.close()
    careless.wire.close()
    return weights


class Visit:
    """A student past the privacy notice."""

    def __init__(self, place, kind, lang, encoding):
        self.browser, self.wire = place.browser(encoding, lang)
        begin(place, self.browser, place.student(kind))

    def weigh(self, path, action, *args):
        """Do something, and give the bytes of the last reply from `path` that it leads to."""
        before = len(self.wire.transfers)
        action(*args)
        return max(one.size for one in self.wire.transfers[before:] if one.path == path)


def everything_wrong(browser, htmx):
    """Send a tab with a wrong text in every box that is shown, and nothing chosen."""
    form = browser.form()
    typed = [(one["name"], one["value"]) for one in form.select("input[type=hidden]")]
    boxes = form.select("input:not([type=hidden], [type=radio], [type=checkbox], [type=file])")
    typed += [(one["name"], "?") for one in boxes if not is_hidden(one)]
    return browser.post(form["action"], typed + [(one["name"], "") for one in form.select("select")], htmx=htmx)


def public(place, lang, encoding="br"):
    """{page: (bytes, requests)} of each public page to somebody who was never here."""
    weights = {}
    for name, path in PUBLIC.items():
        browser, wire = place.browser(encoding, lang)
        browser.open(path)
        weights[name] = wire.weight()
        wire.close()
    return weights


def journey(place, lang, encoding="br") -> int:
    """Bytes down in all, from the home page to the receipt, for a woman from Taiwan; uploads are not down.

    She follows the links that the pages offer: from the look-up to the door, from tab to tab.
    """
    browser, wire = place.browser(encoding, lang)
    student, words = place.student("woman"), LINKS[lang]
    browser.open("/")
    look_up(place, browser.open("/lookup"), student)
    browser.click(words["door"]).submit(password=student["id_no"] + BIRTH_DATE[5:].replace("-", ""))
    browser.submit(new=PASSWORD, again=PASSWORD)
    fill(browser.click(words["first"]))
    while browser.progress[0] < browser.progress[1]:
        fill(browser)
        if browser.progress[0] < browser.progress[1]:
            browser.click(words["next"])
    browser.click(words["end"]).click(words["receipt"])
    assert browser.path == "/record/receipt", browser.path
    wire.close()
    return wire.weight()[0]


LINKS = {
    "zh": {"door": "用這個學號登入", "first": "繼續填寫", "next": "填下一頁", "end": "全部完成", "receipt": "證明"},
    "en": {
        "door": "Log in with this number", "first": "Continue", "next": "Fill the next tab",
        "end": "All done", "receipt": "receipt",
    },
}  # fmt: skip


def main():
    """Measure, and print tables in Markdown."""
    with installation() as place:
        print("| public page, cold | br, zh | br, en | gzip, zh | requests |\n|---|---|---|---|---|")
        columns = [public(place, "zh"), public(place, "en"), public(place, "zh", "gzip")]
        for name in PUBLIC:
            print(f"| {name} |", " | ".join(str(one[name][0]) for one in columns), f"| {columns[0][name][1]} |")
        print("\n| tab | state | br, zh | br, en |\n|---|---|---|---|")
        zh, en = walk(place, "woman", "zh"), walk(place, "woman", "en")
        for tab, state in zh:
            print(f"| {tab} | {state} | {zh[tab, state]} | {en[tab, state]} |")
        print("\n| journey of a woman from Taiwan | bytes |\n|---|---|")
        for lang, encoding in (("zh", "br"), ("en", "br"), ("zh", "gzip")):
            print(f"| {lang}, {encoding} | {journey(place, lang, encoding)} |")


if __name__ == "__main__":
    main()
