"""What a release leaves behind: `python -m tests.released VERSION postgresql://…/EMPTY_DATABASE` writes it down.

Two dumps come of it in `tests/files/`, one for SQLite and one for PostgreSQL, with rows in every table of the program
as it is. `tests/test_released.py` brings each of them to the schema of today. They are made once, when a version is
released, and never changed afterwards.
"""

import gzip
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from app import build_app
from blueprints import reminding
from domain import roster, roster_file
from domain.reminding import Choice
from domain.roster_columns import BY_NAME
from models import Photo, Roster
from tables import moving, standing
from tables.confirmations import PasswordEntry
from tables.contacts import Contact
from tables.digests import Digest
from tables.exports import ExportMapping
from tables.import_parts import ImportColumns
from tables.letter_texts import LetterText
from tables.letterbox import MailboxCode, OwnMailbox
from tables.photos import PhotoVerdict
from tables.record_versions import RecordDraft, RecordVersion, mark_of
from tables.recovery import Freeze, FreezeLink, ResetLink, ResetRequest, Slip
from tables.reopenings import Reopening
from tables.returns import ReadyReason, Return
from tables.staff_visits import ActivationLink, StaffSession
from tables.store import Table, database, now, opened
from tables.trend import Snapshot
from tables.tries import Lock
from tables.visits import Captcha, Stash
from tests.answers import begin, fill_all, fill_tab, log_in
from tests.browser import Browser
from tests.conftest import ROOT, SETTINGS
from tests.offices import KAO, WU, employ, in_list, sign_in
from tests.people import CHEN, HO, LIN, MARTIN, MINOR, NGUYEN
from tests.post import at_work
from tests.record_copies import Copy
from tests.rosters import bring_in, csv_of, people
from tests.seasons import DAY, wave

FILES = Path(__file__).parent / "files"


def main(version, empty):
    """A season of the demonstration, written down for both databases."""
    with tempfile.TemporaryDirectory() as folder:
        app = build_app({**SETTINGS, "XUEJI_DATABASE_URL": f"sqlite:///{folder}/xueji.db"})
        live(app)
        with database.connection_context():
            lacking = [model._meta.table_name for model in Table.__subclasses__() if not model.select().exists()]
            assert not lacking, f"nothing in {lacking}"
            server = opened(empty, ROOT)
            with server.connection_context():
                list(moving.move(database.obj, server))
        database.close_all()
        with sqlite3.connect(f"{folder}/xueji.db") as source:
            keep(version, "sqlite", "\n".join(source.iterdump()))
    keep(version, "postgresql", dump(empty))


def keep(version, kind, text):
    """Write one file; the same text gives the same bytes."""
    packed = gzip.compress(text.encode(), mtime=0)
    (FILES / f"schema-{version}.{kind}.sql.gz").write_bytes(packed)


def dump(url) -> str:
    """A database of the server as statements; a program that reads them needs no words of psql's."""
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", "--dbname", url]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.sub(r"(?m)^(\\|--).*\n", "", text)


def live(app):
    """Everything that leaves rows: students, office, background, and what they wait for."""
    students = roster.check(roster_file.read(ROOT / "deploy" / "demo-roster.csv")).students
    with at_work(app):
        Roster.take(students)
        standing.rebuild(app.extensions["record"], [one["student_no"] for one in students])
    lin, wu = Browser(app), employ(WU, has_phone=True) and sign_in(Browser(app), WU)
    employ(KAO)
    fill_all(begin(lin, LIN))
    fill_tab(begin(Browser(app), CHEN), "contact")
    begin(Browser(app), NGUYEN).open("/record/contact").submit(mobile="0912")
    log_in(Browser(app), HO, "wrong")
    ask_and_answer(lin, wu)
    with at_work(app), database.atomic():
        office()
        on_the_way()
        behind_the_scenes(app)


def ask_and_answer(lin, wu):
    """Requests of a student, and what a registrar does at the pages."""
    lin.open("/corrections/name_zh").submit(wanted="林𠮷晴", reason="身分證上寫的是這個字")
    wu.open("/staff/export").submit("#order", what="all", who="complete", kind="csv", reason="移交", handover="1")
    assert LIN.account in wu.reply.get_data(as_text=True)
    bring_in(wu, csv_of(people(3)))


def office():
    """Decisions and settings of the office."""
    wave("碩士在職專班", program="碩士在職專班", closes=9 * DAY)
    Reopening.begin(MINOR.account, now() + DAY, "住院", WU.account)
    Return.make(LIN.account, "contact", KAO.account, reason="地址請寫到樓層。")
    ReadyReason.replace_all("photo", ["看不清楚"])
    PhotoVerdict.give(Photo.get(Photo.student == LIN.account), KAO.account, True)
    Contact.create(dept="教育學系", name="高助教", email=KAO.email)
    ExportMapping.keep(None, "學務", [["roster.student_no", "學號"]], "iso", WU.account)
    ImportColumns.remember(["准考證號"], {0: BY_NAME["student_no"]})
    LetterText.put("reset", {"zh": ("設定新密碼", "{link}")}, WU.account)
    text = Copy().text
    RecordVersion.put(text, WU.account, "與檔案相同", mark_of(text))
    RecordDraft.begin(text, WU.account, "再看一次", mark_of(text))


def on_the_way():
    """Codes, links and locks that somebody still has to use."""
    OwnMailbox.keep(CHEN.account, "chen@example.com")
    MailboxCode.draw(LIN.account, "lin@example.com")
    ResetRequest.keep(HO.id_number, "ho@example.com", "zh")
    for way in (ResetLink, FreezeLink, Slip):
        way.make(HO.account)
    Freeze.create(student=MARTIN.account)
    ActivationLink.make(in_list(KAO))
    Captcha.draw("lookup", "ABCDE")
    Stash.keep(CHEN.account, "bank", [["acct_kind", "尚未開戶"]])
    Lock.attempt("account|nobody", 1, 900)


def behind_the_scenes(app):
    """What the background process does by the clock."""
    standing.rebuild(app.extensions["record"], standing.stale(app.extensions["record"]))
    Snapshot.take()
    reminding.send(Choice(), None, WU.account)
    Digest.take("2026-W48", "教育學系")
    PasswordEntry.create(session=StaffSession.get())


if __name__ == "__main__":
    main(*sys.argv[1:])
