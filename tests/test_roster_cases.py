"""Every roster of the table in docs/roster.md is told what it says there, and files that are too large are not read."""

import io

import pytest

from domain import roster_file
from tests import roster_cases
from tests.browser import Browser
from tests.rosters import csv_of, people, registrar, upload


class Unread(io.BytesIO):
    """A body that nobody may look into."""

    def read(self, *_):
        raise AssertionError("the body was read")

    readline = readinto = read


def body(length):
    """What a request says of an upload of so many bytes."""
    kind = "multipart/form-data; boundary=x"
    return {"content_type": kind, "input_stream": Unread(), "environ_overrides": {"CONTENT_LENGTH": str(length)}}


def test_the_table_in_the_documents_is_what_clerks_are_told():
    assert roster_cases.PAGE.read_text("utf-8") == roster_cases.page(), "run python -m tests.roster_cases"


def test_a_body_of_two_hundred_megabytes_is_refused_by_its_length(app):
    wu = registrar(Browser(app))

    reply = wu.send("POST", "/staff/import", **body(200_000_000))

    assert reply.status_code == 413 and "20 MB" in reply.get_data(as_text=True)


def test_a_file_over_the_limit_is_refused_on_the_page_it_came_from(app, monkeypatch):
    monkeypatch.setattr(roster_file, "MAX_BYTES", 1_000_000)
    wu = upload(registrar(Browser(app)), b"x" * 1_000_001)

    assert wu.status == 422 and "1 MB" in wu.error("file")


def test_a_photograph_s_limit_still_holds_elsewhere(app):
    assert Browser(app).send("POST", "/lookup", **body(20_000_000)).status_code == 413


@pytest.mark.parametrize("name", ["兩張工作表都是名單", "XLSX，上面有標題列，欄位名稱合併成兩列", "1,000 格有錯"])
def test_the_browser_is_told_the_same(app, name):
    wu = registrar(Browser(app))

    upload(wu, roster_cases.CASES[name](), "roster.xlsx")

    told = {"兩張工作表都是名單": "Sheet2", "1,000 格有錯": "正在檢查"}.get(name, "新增 3")
    assert told in wu.text()


def test_files_of_one_shape_and_another_bring_the_same_students(app):
    wu = registrar(Browser(app))
    upload(wu, csv_of(people(3), encoding="utf-16"))
    first = wu.text(".stats")

    wu.submit("form[action$='/cancel']")

    assert upload(wu, csv_of(people(3), encoding="utf-8")).text(".stats") == first
