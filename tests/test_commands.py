"""What is done at the command line: the roster in, samples, the record checked, the demonstration."""

import csv
import os
import re
import subprocess
import sys

import pytest

from blueprints import commands
from models import SavedTab, Student
from tables.store import database
from tests.answers import begin, fill_tab, log_in
from tests.browser import Browser
from tests.conftest import ROOT, SETTINGS
from tests.people import LIN
from tests.record_copies import Copy

HEADER = "學號,姓名,身分證字號,出生日期,學制,系所,境外生類別,備註"
ROWS = {
    "good": "411599001,王大明,A123456789,2007-01-31,學士班,教育學系,無,",
    "foreign": "411599002,JOHN SMITH,A800000014,2006/05/17,碩士班,教育學系,外國學生,x",
    "bad date": "411599003,陳小美,B223456782,2007-02-30,學士班,教育學系,無,",
    "bad id": "411599004,林大山,A123456780,960131,學士班,教育學系,無,",
    "no name": "411599005,,F131104093,960131,學士班,,無,",
}


@pytest.fixture
def command(app, monkeypatch):
    """Run a command in this process: (exit status, what it said, what it complained of)."""
    monkeypatch.setattr(commands, "LANGUAGE", "en")

    def run(*words):
        result = app.test_cli_runner().invoke(args=[str(word) for word in words])
        database.close_all()
        assert not result.exception or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def roster_file(tmp_path):
    """Write rows, by name, into a file."""

    def write(*names, header=HEADER, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_text("\n".join([header, *(ROWS[name] for name in names)]) + "\n", encoding)
        return path

    return write


def numbers():
    """Every student number in the database."""
    with database.connection_context():
        return {student.student_no for student in Student.select()}


def test_a_good_roster_goes_in_and_is_counted(command, roster_file):
    status, said, _ = command("roster", "import", roster_file("good", "foreign"))

    assert status == 0 and "2 new" in said
    assert {"411599001", "411599002"} <= numbers()


def test_the_same_again_changes_nothing_and_says_so(command, roster_file):
    command("roster", "import", roster_file("good"))

    assert "0 new, 0 changed, 1 unchanged" in command("roster", "import", roster_file("good"))[1]


def test_every_bad_cell_is_named_by_row_and_column_and_nothing_is_written(command, roster_file):
    before = numbers()

    status, _, complaints = command("roster", "import", roster_file("good", "bad date", "bad id", "no name"))

    assert status == 1 and numbers() == before
    for place in ("row 3, 出生日期: ", "row 4, 身分證字號: ", "row 5, 姓名: ", "row 5, 系所: "):
        assert place in complaints
    assert "row 2" not in complaints and "4 bad cells" in complaints


def test_a_trial_run_checks_everything_and_writes_nothing(command, roster_file):
    before = numbers()

    status, said, _ = command("roster", "import", roster_file("good", "foreign"), "--dry-run")

    assert status == 0 and "would import: 2 new" in said and numbers() == before


def test_a_column_nobody_knows_is_reported(command, roster_file):
    assert "備註" in command("roster", "import", roster_file("good"))[2]


def test_an_id_that_belongs_to_another_number_already_is_refused(command, roster_file):
    command("roster", "import", roster_file("good"))
    path = roster_file("good")
    path.write_text(path.read_text("utf-8").replace("411599001", "411599009"), "utf-8")

    status, _, complaints = command("roster", "import", path)

    assert status == 1 and "row 2, 身分證字號: " in complaints and "411599001" in complaints


def test_importing_again_changes_what_the_school_says_and_not_what_students_did(app, command, tmp_path):
    browser = begin(Browser(app), LIN)
    fill_tab(browser, "basic")
    text = (ROOT / "deploy" / "demo-roster.csv").read_text("utf-8-sig").replace("林予晴", "林雨晴")
    (tmp_path / "again.csv").write_text(text, "utf-8-sig")

    status, said, _ = command("roster", "import", tmp_path / "again.csv")

    assert status == 0 and "1 changed" in said
    again = log_in(Browser(app), LIN).open("/record/basic")
    assert "林雨晴" in again.text(".locked") and again.tabs["basic"] == "done"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp950"])
def test_a_roster_in_every_encoding_gives_the_same_students(command, roster_file, encoding):
    command("roster", "import", roster_file("good", encoding=encoding))

    with database.connection_context():
        assert Student.get_by_id("411599001").known["name_zh"] == "王大明"


BAD_FILES = {
    "empty": b"",
    "no roster": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "header only": HEADER.encode(),
    "no header": b"411599001,x,y\n",
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_file_that_is_no_roster_is_refused_in_words(command, tmp_path, what):
    (tmp_path / "roster.csv").write_bytes(BAD_FILES[what])

    status, _, complaints = command("roster", "import", tmp_path / "roster.csv")

    assert status in (1, 2) and complaints.strip() and "Traceback" not in complaints


@pytest.mark.parametrize(
    "words",
    [
        ("roster",),
        ("roster", "import"),
        ("roster", "sample", "x", "f"),
        ("roster", "sample", "0", "f"),
        ("export",),
        ("sing",),
    ],
)
def test_a_command_that_lacks_something_explains_its_use_with_status_2(command, words):
    status, said, complaints = command(*words)

    assert status == 2 and "Usage" in said + complaints


def test_made_up_students_pass_every_check(command, tmp_path):
    before = len(numbers())

    status, said, _ = command("roster", "sample", "50", tmp_path / "sample.csv")
    assert status == 0 and "50" in said

    assert "50 new" in command("roster", "import", tmp_path / "sample.csv")[1]
    assert len(numbers()) == before + 50


def test_the_record_file_is_found_sound(command):
    status, said, _ = command("record", "check")

    assert status == 0 and re.search(r"record\.toml is sound: \d+ tabs, \d+ fields", said)


def test_a_bad_record_file_is_refused_place_by_place(command, tmp_path):
    bad = Copy().set("mobile", kind='"fone"').set("photo", need='"maybe"').write(tmp_path)

    status, said, complaints = command("record", "check", bad)

    assert status == 1 and "contact.mobile" in complaints and said == ""


def test_the_demonstration_can_be_prepared_again_and_again(command):
    before = numbers()
    (status, first, _), (_, again, _) = command("demo"), command("demo")

    *accounts, _blank = first.split("\n")
    assert status == 0 and again.split("\n")[:4] == accounts[:4] and numbers() == before
    assert LIN.account in first and LIN.first in first and first.count(" / ") >= 3
    assert "/staff/activate/" in accounts[4]


def test_an_answer_is_not_touched_by_any_of_this(app, command, roster_file):
    fill_tab(begin(Browser(app), LIN), "basic")
    with database.connection_context():
        before = SavedTab.of(LIN.account)

    command("roster", "import", roster_file("good"))
    command("demo")

    with database.connection_context():
        assert SavedTab.of(LIN.account) == before


@pytest.mark.parametrize("words", [("record", "check", "/nowhere/record.toml"), ("export", "/nowhere/out.csv")])
def test_a_path_that_leads_nowhere_is_named(command, words):
    status, _, complaints = command(*words)

    assert status in (1, 2) and words[-1] in complaints and complaints.count("\n") == 1


def run(folder, *words, **changes):
    """Run a command as an operator does, in a process of its own."""
    environ = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        **SETTINGS,
        "XUEJI_DATABASE_URL": f"sqlite:///{folder}/x.db",
    }
    words = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), *map(str, words)]
    return subprocess.run(words, env={**environ, **changes}, cwd=folder, capture_output=True, text=True, check=False)


def test_a_new_installation_takes_a_roster_and_gives_an_empty_export(tmp_path, roster_file):
    taken = run(tmp_path, "roster", "import", roster_file("good"))
    given = run(tmp_path, "export", "out.csv")

    assert (taken.returncode, given.returncode) == (0, 0), taken.stderr + given.stderr
    with (tmp_path / "out.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.reader(file))) == 1


@pytest.mark.parametrize(
    ("words", "changes", "said"),
    [
        (("roster", "import", "none.csv"), {}, "No such file"),
        (("record", "check"), {"XUEJI_SECRET_KEY": "x"}, "XUEJI_SECRET_KEY"),
    ],
)
def test_what_a_user_can_cause_ends_in_one_line_and_no_traceback(tmp_path, words, changes, said):
    ended = run(tmp_path, *words, **changes)

    assert ended.returncode in (1, 2) and said in ended.stderr
    assert "Traceback" not in ended.stderr
