"""What the background process does with a large file: step by step, beginning anew when it was interrupted."""

import threading

import pytest
from peewee import OperationalError

from blueprints import background, language
from domain.roster_columns import BY_NAME
from models import Roster
from tables import import_check, import_work, import_write, imports
from tables.import_parts import FILE, ROWS, ImportPart
from tables.imports import ImportJob
from tables.store import database, now
from tests.browser import Browser
from tests.rosters import a_day_later, csv_of, numbers, people, registrar, upload

MANY = 600


@pytest.fixture
def wu(app):
    """A registrar at a browser."""
    return registrar(Browser(app))


@pytest.fixture
def step(app):
    """One round of the background process: whether there was something to do."""

    def run(stopped=lambda: False):
        with database.connection_context():
            return import_work.step(import_work.Tools(app.extensions["record"], language.say), stopped)

    return run


def job():
    """The last import as it is in the database."""
    with database.connection_context():
        return ImportJob.select().order_by(ImportJob.id.desc()).get()


def fragment(browser):
    """What htmx gets when it asks how far the work is."""
    return browser.send("GET", browser.page.select_one("#progress")["hx-get"], headers={"HX-Request": "true"})


def test_a_large_roster_is_worked_on_behind_the_page_and_seen_to_go_on(wu, step):
    upload(wu, csv_of(people(MANY)))
    assert wu.heading == "匯入新生名單" and wu.page.select_one("progress")["value"] == "0"
    assert 'content="3"' in str(wu.page.select_one("noscript"))
    assert "正在檢查每一格" in fragment(wu).get_data(as_text=True)

    assert step() and not step()
    wu.open(fragment(wu).headers["HX-Redirect"]).submit("form[action$='/write']")
    assert "正在寫入" in wu.text("#progress") and "900000000" not in numbers()
    step()

    assert "已匯入 600 人" in wu.open(wu.path).text(".note")


def test_a_large_file_is_not_even_read_before_the_reply(wu, step):
    upload(wu, csv_of(people(2)) + (b" " * 99 + b"\n") * (import_work.SOON_BYTES // 100))
    assert "正在讀取檔案" in wu.text("#progress")

    assert step() and step()

    assert wu.open(wu.path).heading == "匯入預覽"


def test_a_large_file_that_is_no_roster_says_so_when_it_has_been_read(wu, step):
    upload(wu, b"a,b\n" * import_work.SOON_BYTES)
    step()

    wu.open(wu.path)

    assert wu.has_field("file") and "學號" in wu.error("file")


def test_without_htmx_the_address_of_the_progress_leads_to_the_page(wu):
    upload(wu, csv_of(people(MANY)))

    assert wu.open(wu.path + "/progress").page.select_one("progress")


def test_a_long_list_of_bad_cells_is_turned_page_by_page_with_htmx_and_without(wu, step):
    upload(wu, csv_of(people(MANY, birth_date="2007-02-30")))
    step()
    wu.open(wu.path)
    assert [one.get_text() for one in wu.page.select("#problems .pager > *")] == ["1", "2", "3", "12"]

    link = wu.page.select("#problems .pager a")[-1]
    reply = wu.send("GET", link["hx-get"], headers={"HX-Request": "true"}).get_data(as_text=True)
    wu.open(link["href"])

    assert reply.startswith('<section id="problems">') and "<html" not in reply
    assert "601" in reply and "601" in wu.text("#problems tbody tr:last-child") and wu.heading == "匯入預覽"


def test_an_interrupted_check_begins_anew(wu, step):
    upload(wu, csv_of(people(MANY)))

    assert step(stopped=lambda: True) and job().state == imports.CHECKING
    assert not step()
    with database.connection_context():
        ImportJob.release_all()

    assert step() and job().state == imports.CHECKED


def test_whoever_falls_silent_in_the_middle_is_replaced(wu, step):
    upload(wu, csv_of(people(MANY)))
    with database.connection_context():
        turn = ImportJob.claim()
        assert not step()
        ImportJob.update(beat=now() - imports.SILENCE - 1).execute()
        assert step()

        with pytest.raises(imports.Lost):
            turn.finish(imports.CHECKED)


def test_an_import_that_brings_the_process_down_again_and_again_is_given_up(wu, step):
    upload(wu, csv_of(people(MANY)))
    with database.connection_context():
        ImportJob.update(tries=imports.TRIES).execute()

    step()

    assert job().state == imports.FAILED and "處理不了" in wu.open(wu.path).error("file")


def test_nothing_is_half_written_when_the_database_gives_up_in_the_middle(wu, step, monkeypatch):
    upload(wu, csv_of(people(MANY)))
    step()
    wu.open(wu.path).submit("form[action$='/write']")
    monkeypatch.setattr(import_write.journal, "note", away)

    step()
    assert job().state == imports.WRITING and "900000000" not in numbers()
    monkeypatch.undo()
    step()

    assert job().state == imports.DONE and "900000599" in numbers()


def test_an_interrupted_undoing_goes_on_where_it_stopped(wu, step):
    upload(wu, csv_of(people(MANY)))
    step()
    wu.open(wu.path).submit("form[action$='/write']")
    step()
    wu.open(wu.path).submit("form[action$='/undo']")
    answers = iter([False, True])

    step(stopped=lambda: next(answers))
    assert {"900000000", "900000599"} & numbers() == {"900000599"}
    with database.connection_context():
        ImportJob.release_all()
    step()

    assert "移除 600 人" in wu.open(wu.path).text(".note") and "900000599" not in numbers()


def test_what_is_written_stays_so_when_summing_up_fails_behind_it(wu, monkeypatch):
    upload(wu, csv_of(people(2)))
    monkeypatch.setattr(import_write.standing, "rebuild", away)

    wu.submit("form[action$='/write']")

    assert "已匯入 2 人" in wu.text(".note") and job().state == imports.DONE


def away(*_args, **_more):
    """What a database says that is gone."""
    raise OperationalError("disk I/O error")


def test_students_who_changed_since_the_preview_are_not_overwritten_unseen(wu, step):
    upload(wu, csv_of(people(2)))
    with database.connection_context():
        Roster.take([{**dict.fromkeys(BY_NAME, ""), **people(2)[0], "name_zh": "別人寫的"}])

    wu.submit("form[action$='/write']")

    assert wu.heading == "匯入預覽" and "學生資料剛才有變動" in wu.text(".note.warn")
    assert "會更新 1" in wu.text(".stats") and "900000001" not in numbers()


def test_an_import_can_be_given_up_while_it_is_worked_on(wu, step):
    upload(wu, csv_of(people(MANY)))
    with database.connection_context():
        turn = ImportJob.claim()

    wu.submit("form[action$='/cancel']")

    with database.connection_context(), pytest.raises(imports.Lost):
        turn.at(50)
    assert wu.has_field("file") and not step()


def test_nothing_personal_lies_open_in_the_database_and_little_of_it_for_long(wu, app):
    upload(wu, csv_of(people(3)))
    with database.connection_context():
        kept = b"".join(bytes(part.sealed) for part in ImportPart.select()) + bytes(job().facts)
        assert {part.kind for part in ImportPart.select()} == {FILE, ROWS}
    assert not [
        one
        for one in people(3)
        if one["name_zh"].encode() in kept or one["id_no"].encode() in kept[: len(kept) if one["id_no"] else 0]
    ]

    wu.submit("form[action$='/write']")
    with database.connection_context():
        assert {part.kind for part in ImportPart.select()} == {"undo"} and job().known["samples"] == {}
    a_day_later()
    with database.connection_context():
        imports.sweep()
        assert not ImportPart.select().count() and ImportJob.select().count() == 1


def test_an_import_that_nobody_went_on_with_is_closed_after_a_day(wu):
    upload(wu, csv_of(people(3)))
    a_day_later()

    with database.connection_context():
        imports.sweep()

    with database.connection_context():
        assert job().state == imports.CANCELLED and job().known["samples"] == {} and not ImportPart.select().count()
    assert wu.open("/staff/import").has_field("file")


def test_the_background_jobs_run_side_by_side_and_leave_together():
    stop, seen = threading.Event(), []

    def job_of(name):
        return lambda stop: seen.append(name) or stop.wait(5)

    thread = threading.Thread(target=background.side_by_side(job_of("letters"), job_of("imports")), args=(stop,))
    thread.start()
    stop.set()
    thread.join(5)

    assert not thread.is_alive() and sorted(seen) == ["imports", "letters"]


def test_the_importing_job_looks_for_work_until_it_is_told_to_stop(wu, app, monkeypatch):
    upload(wu, csv_of(people(MANY)))
    stop = threading.Event()
    monkeypatch.setattr(background, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(import_check, "check", lambda *_: stop.set())

    background.importing(app)(stop)

    assert stop.is_set()
