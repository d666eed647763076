"""The database in the wrong hands: after a whole journey nothing personal can be read in its files."""

import base64

import pytest

from domain.vault import Vault, WrongKey
from models import Photo, SavedTab, Student
from tables.store import Settings, database
from tests import stored
from tests.answers import begin
from tests.browser import Browser
from tests.people import CHEN, LIN, PASSWORD

SECRETS = [
    LIN.id_number, "2007-11-20", "20071120", "yuching.lin@example.com", "someone@example.com", "0912345678",
    "0922333444", "和平東路二段", "134 號", "大安區", "林大山", "市立成功高中", "YU-CHING", "56781@Ntue",
    LIN.first, PASSWORD, "JFIF",
]  # fmt: skip


def disguises(secret):
    """The bytes of a secret as they might stand in a file: in three encodings, plain, as hex and as base64."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = secret.encode(encoding)
        yield from (raw, raw.hex().encode(), raw.hex().upper().encode())
        for shift in range(3):
            # Only the middle: what stands at either end depends on the neighbours.
            yield base64.b64encode(b"\0" * shift + raw)[4:-4]


def test_no_secret_of_a_whole_journey_can_be_read_in_the_files(app, lin_done, tmp_path):
    begin(Browser(app), CHEN)
    files = stored.contents(tmp_path)

    readable = [secret for secret in SECRETS for form in disguises(secret) if len(form) > 3 and form in files]

    assert LIN.account.encode() in files
    assert readable == []


def test_without_the_key_nothing_opens(lin_done):
    thief = Vault(b"\x07" * 32)
    with database.connection_context():
        student, photo = Student.get_by_id(LIN.account), Photo.get()
        cells = [(student.roster, f"student|roster|{LIN.account}"), (photo.jpeg, f"photo|photo|{LIN.account}")]
        cells += [(row.answers, f"tab|{row.tab}|{LIN.account}") for row in SavedTab.select()]

    assert len(cells) > LIN.tabs
    for sealed, place in cells:
        assert Settings.vault.open(sealed, place)
        with pytest.raises(WrongKey):
            thief.open(sealed, place)


def test_two_students_cannot_be_exchanged(app):
    with database.connection_context():
        lin, chen = Student.get_by_id(LIN.account), Student.get_by_id(CHEN.account)
        lin.roster, chen.roster = chen.roster, lin.roster
        lin.save()
        chen.save()

        for student in (lin, chen):
            with pytest.raises(WrongKey):
                _ = student.known


def test_two_tabs_and_two_photos_cannot_be_exchanged(app, lin_done):
    begin(Browser(app), CHEN)
    with database.connection_context():
        SavedTab.update(tab="swap").where(SavedTab.tab == "bank").execute()
        Photo.update(student=CHEN.account).execute()

        with pytest.raises(WrongKey):
            SavedTab.of(LIN.account)
        with pytest.raises(WrongKey):
            Photo.read(CHEN.account, "photo")


def test_a_page_over_exchanged_rows_shows_nothing_of_the_other(app, lin_done):
    with database.connection_context():
        sealed = Student.get_by_id(CHEN.account).roster
        Student.update(roster=sealed).where(Student.student_no == LIN.account).execute()

    lin_done.open("/record/basic")

    assert lin_done.status == 500
    assert not [word for word in (CHEN.name, CHEN.id_number, "資訊科學系") if word in lin_done.text("body")]


def test_the_number_is_found_by_a_fingerprint_that_only_the_key_makes(app):
    with database.connection_context():
        index = bytes(Student.get_by_id(LIN.account).id_index)

    assert index == Settings.vault.index(LIN.id_number) != Vault(b"\x07" * 32).index(LIN.id_number)
