"""The privacy notice: nothing of the record is seen or saved before it was read, and a new version is read again."""

import pytest

from models import SavedTab
from tables.acknowledgements import Acknowledgement
from tables.store import database, now
from tests.answers import begin, fill, first_password, log_in
from tests.browser import Browser
from tests.people import LIN, MINOR
from tests.record_copies import Copy

GATE = "/record/notice"


@pytest.fixture
def newcomer(visitor):
    """Somebody with a password who has read nothing yet."""
    return first_password(visitor, LIN)


def acknowledgements():
    """All that are stored."""
    with database.connection_context():
        return list(Acknowledgement.select())


@pytest.mark.parametrize(
    "path", ["/record", "/record/basic", "/record/photo", "/record/receipt", "/record/basic?edit=1"]
)
def test_before_the_notice_every_page_of_the_record_leads_to_it(newcomer, path):
    newcomer.open(path)

    assert newcomer.path == GATE
    assert not newcomer.page.select("[data-tab]") and LIN.id_number not in newcomer.text("body")


def test_nothing_is_saved_before_the_notice(newcomer):
    token = dict(newcomer.open(GATE).typed())["csrf_token"]

    newcomer.post("/record/basic", {"csrf_token": token, "name_en_last": "LIN"})

    assert newcomer.path == GATE
    with database.connection_context():
        assert not SavedTab.select().where(SavedTab.tab == "basic").exists()


def test_the_notice_says_what_the_law_wants_said(newcomer):
    headings = [one.get_text(strip=True) for one in newcomer.open(GATE).page.select("main h2")]

    assert len(headings) >= 6
    assert headings == [one.get_text(strip=True) for one in newcomer.open("/privacy").page.select("main h2")]


def test_it_must_be_ticked(newcomer):
    newcomer.open(GATE).submit()

    assert newcomer.status == 422 and list(newcomer.errors) == ["ack"] and newcomer.title_says_error
    assert acknowledgements() == []
    assert newcomer.open("/record").path == GATE


def test_after_it_the_tabs_are_there(newcomer):
    fill(newcomer.open(GATE))

    assert newcomer.path == "/record/basic" and len(newcomer.tabs) == LIN.tabs
    assert newcomer.open("/record").path == "/record"


def test_version_time_and_a_fingerprint_of_the_address_are_kept(app):
    begin(Browser(app, address="203.0.113.7"), LIN)

    (kept,) = acknowledgements()
    assert (kept.student_id, kept.version) == (LIN.account, "1")
    assert abs(kept.at - now()) < 60
    assert len(bytes(kept.address)) == 32 and b"203.0.113.7" not in bytes(kept.address)


def test_somebody_under_18_needs_a_guardian_who_has_read_it(visitor):
    first_password(visitor, MINOR).open("/record")

    visitor.submit(ack="yes")
    assert visitor.status == 422 and list(visitor.errors) == ["guardian_ack", "guardian_name"]
    assert visitor.value("ack") == ["yes"]

    visitor.submit(guardian_ack="yes", guardian_name="許大方")
    assert visitor.path == "/record/basic"


def test_the_optional_consent_may_stay_empty_and_is_kept_when_given(app):
    browser = first_password(Browser(app), LIN).open("/record")

    browser.submit(ack="yes", consent_dept_contact="yes")

    assert browser.open(GATE).value("consent_dept_contact") == ["yes"]


def test_a_new_version_is_asked_again_and_what_was_filled_in_is_still_there(app, started, tmp_path):
    browser = begin(Browser(app), LIN)
    browser.open("/record/contact").submit(mobile="0987654321")
    renewed = started(RECORD_FILE=Copy().replace('version = "1"', 'version = "2"').write(tmp_path))

    browser = log_in(Browser(renewed), LIN).open("/record/contact")
    assert browser.path == GATE

    fill(browser)
    assert browser.open("/record/contact").value("mobile") == "0987654321"
    assert sorted(one.version for one in acknowledgements()) == ["1", "2"]


def test_a_record_without_a_gate_begins_with_its_tabs(app, started, tmp_path):
    without = Copy().replace("gate = true\n", 'need = "hidden"\n')

    browser = first_password(Browser(started(RECORD_FILE=without.write(tmp_path))), LIN).open("/record")

    assert browser.path == "/record" and len(browser.tabs) == LIN.tabs
