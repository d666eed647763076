"""The weekly digest to departments: when, to whom, and that it holds numbers only."""

import pytest

from blueprints import digest
from domain.clock import seconds
from tables import digests
from tables.contacts import Contact
from tables.letterbox import Mail
from tables.store import now
from tests.answers import begin, fill_tab
from tests.browser import Browser
from tests.crowd import at_once
from tests.offices import KAO, hire
from tests.people import LIN
from tests.seasons import DAY, HOUR, wave

MONDAY = seconds("2026-08-24T09:00")


def digests_sent():
    """(to, text) of the digests that wait."""
    return [(mail.opened.to, mail.opened.text) for mail in Mail.waiting().where(Mail.kind == "digest")]


def test_a_department_gets_percentages_and_no_names_once_a_week(app, summed):
    hire(KAO)
    wave()
    fill_tab(begin(Browser(app), LIN), "contact")

    with summed():
        digest.send_due(MONDAY)
        digest.send_due(MONDAY + HOUR)
        [(to, text)] = digests_sent()

    assert to == KAO.email and text.startswith("教育學系")
    assert "學士班：3 人，完成 0%，填寫中 33%，從來沒登入 66%" in text
    assert LIN.name not in text and LIN.account not in text


def test_the_contacts_of_a_department_get_it_with_its_staff(summed):
    hire(KAO)
    wave()

    with summed():
        Contact.create(dept="教育學系", name="王主任", email="head@example.edu.tw")
        digest.send_due(MONDAY)
        assert [to for to, _ in digests_sent()] == [KAO.email, "head@example.edu.tw"]


def test_two_background_processes_send_a_digest_once(app, summed):
    hire(KAO)
    wave()

    def look():
        with app.app_context():
            digest.send_due(MONDAY)

    at_once(5, look)

    with summed():
        assert len(digests_sent()) == 1


@pytest.mark.parametrize(
    ("times", "n"),
    [
        (None, 0),
        ({"opens": HOUR}, 0),
        ({"opens": -HOUR}, 1),
        ({"opens": -9 * DAY, "closes": -6 * DAY}, 1),
        ({"opens": -9 * DAY, "closes": -8 * DAY}, 0),
        ({"opens": -HOUR, "dept": "音樂學系"}, 0),
    ],
)
def test_digests_come_while_students_of_the_department_fill_in(summed, times, n):
    hire(KAO)
    if times:
        wave(**times)

    with summed():
        digest.send_due(MONDAY)
        assert len(digests_sent()) == n


def test_percentages_are_whole_and_only_what_is_complete_is_a_hundred():
    parts = {"total": 300, "done": 299, "begun": 1, "never": 0}

    assert digest.percentages(parts) == {"done": 99, "begun": 0, "never": 0}


def test_what_was_sent_long_ago_is_forgotten(summed):
    with summed():
        digests.Digest.create(week="2024-W01", dept="教育學系", at=now() - 400 * DAY)
        digests.sweep()
        assert digests.Digest.select().count() == 0
