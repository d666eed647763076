"""The database underneath: what makes a save durable, which SQLite may be trusted, and how it is opened."""

import os
import sqlite3 as stock
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.vault import Vault
from models import Student
from tables import schema, store, trouble
from tables.store import BadDatabase, Settings, connect, database, durable_pragmas, is_sound
from tests.answers import fill_tab
from tests.conftest import ROOT
from tests.people import LIN
from tests.stored import files_only


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False),
        ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 52, 0), False),
        ((3, 53, 0), True), ((4, 0, 0), True),
    ],
)  # fmt: skip
def test_wal_is_for_versions_without_the_bug_only(version, sound):
    pragmas = durable_pragmas(version)

    assert is_sound(version) is sound
    wanted = ("wal", "full") if sound else ("delete", "extra")
    assert (pragmas["journal_mode"], pragmas["synchronous"]) == wanted


@files_only
def test_every_connection_is_durable_and_keeps_references(app):
    for _ in range(3):
        with database.connection_context():
            found = [
                database.execute_sql(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
        database.close_all()

        assert found == ["wal", 2, 1]


def test_this_program_runs_on_a_sound_sqlite():
    assert is_sound(store.sqlite3.sqlite_version_info)


@files_only
def test_a_save_that_was_answered_is_on_the_disk_even_if_the_program_dies(lin_plain, tmp_path):
    fill_tab(lin_plain, "basic")
    assert lin_plain.tabs["basic"] == "done"

    copies = [(tmp_path / f"xueji.db{end}", tmp_path / f"dead.db{end}") for end in ("", "-wal")]
    for live, copy in copies:
        copy.write_bytes(live.read_bytes() if live.exists() else b"")

    rows = stock.connect(tmp_path / "dead.db").execute("select tab from saved_tab where student_id = ?", (LIN.account,))
    assert ("basic",) in rows.fetchall()


@pytest.mark.parametrize("url", ["mysql://x/y", "mysql://x", "xueji.db", "http://x", ""])
def test_another_kind_of_database_is_refused_in_words(tmp_path, url):
    with pytest.raises(BadDatabase, match="XUEJI_DATABASE_URL"):
        connect(url, tmp_path)


def test_a_path_that_is_not_absolute_is_taken_from_where_the_program_is(app, tmp_path):
    connect("sqlite:///there/xueji.db", tmp_path)
    with database.connection_context():
        schema.prepare()

    assert (tmp_path / "there" / "xueji.db").exists()


def test_another_key_is_refused(app, monkeypatch):
    monkeypatch.setattr(Settings, "vault", Vault(b"\x07" * 32))
    with database.connection_context(), pytest.raises(BadDatabase, match="XUEJI_DATA_KEY"):
        schema.prepare()


@files_only
def test_a_folder_nobody_may_write_is_noticed_by_the_health_check(app, tmp_path, monkeypatch):
    assert os.access(tmp_path, os.W_OK)
    with database.connection_context():
        assert trouble.what_stops_writing() == ""
        database.execute_sql("PRAGMA query_only = 1")
        monkeypatch.setattr(trouble, "MEMORY", 0)
        assert "readonly" in trouble.what_stops_writing()
        database.execute_sql("PRAGMA query_only = 0")


def test_two_who_read_before_they_write_wait_for_each_other(app):
    def change(_):
        with database.connection_context(), store.in_turn("guess"):
            n = Student.get_by_id(LIN.account).wrong_guesses
            Student.update(wrong_guesses=n + 1).where(Student.student_no == LIN.account).execute()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(40)))

    with database.connection_context():
        assert Student.get_by_id(LIN.account).wrong_guesses == 40


def test_rows_are_counted_in_words_that_every_database_knows():
    sources = {path.name: path.read_text("utf-8") for path in (ROOT / "tables").glob("*.py")}

    assert [name for name, text in sources.items() if "COUNT()" in text] == ["store.py"]
