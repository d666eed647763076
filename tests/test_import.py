"""A roster through the pages: upload, preview, confirm, and what is written then."""

import pytest

from models import Student
from tables.store import database
from tests.browser import Browser
from tests.rosters import csv_of, people, registrar, upload


@pytest.fixture
def wu(app):
    """A registrar at a browser."""
    return registrar(Browser(app))


def numbers():
    """Every student number in the database."""
    with database.connection_context():
        return {student.student_no for student in Student.select()}


def test_a_good_file_goes_from_upload_to_preview_to_done(wu):
    upload(wu, csv_of(people(3)))

    assert wu.heading == "匯入預覽" and "新增 3" in wu.text(".stats")
    wu.submit("form[action$='/write']")
    assert wu.heading == "匯入完成" and "已匯入 3 人" in wu.text(".note")
    assert {one["student_no"] for one in people(3)} <= numbers()
