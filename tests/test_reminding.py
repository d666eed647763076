"""Reminders as rules: when they are due, what a letter may name, and what is queued for whom."""

import pytest

from blueprints import outbox, reminding
from domain import reminding as rules
from domain.clock import seconds
from domain.reminding import Choice
from models import Student
from tables import reminders, standing
from tables.letterbox import REFUSED, Mail, OwnMailbox
from tables.reminders import Reminded, Reminder
from tables.store import now
from tests.answers import begin, fill_tab
from tests.browser import Browser
from tests.crowd import at_once
from tests.people import CHEN, LIN, NGUYEN
from tests.post import at_work
from tests.seasons import DAY, HOUR, wave

CLOSES = seconds("2026-09-11T17:00")


def later(hours):
    """Reminders of now were sent so many hours ago."""
    Reminded.update(at=Reminded.at - hours * HOUR).execute()


def letters():
    """(to, text) of the reminders that wait."""
    return [(mail.opened.to, mail.opened.text) for mail in Mail.waiting().where(Mail.kind == "reminder")]


@pytest.mark.parametrize(
    ("time", "days"),
    [
        ("2026-09-04T08:59", None),
        ("2026-09-04T09:00", 7),
        ("2026-09-04T23:59", 7),
        ("2026-09-05T09:00", None),
        ("2026-09-09T09:00", 2),
        ("2026-09-11T09:59", None),
        ("2026-09-11T10:00", 0),
        ("2026-09-11T16:59", 0),
        ("2026-09-11T17:00", None),
    ],
)
def test_reminders_are_due_seven_and_two_days_before_closing_and_on_that_day(time, days):
    assert rules.due(CLOSES, seconds(time)) == days


def test_a_wave_that_closes_in_the_night_is_reminded_of_three_hours_before():
    closes = seconds("2026-09-11T01:00")

    assert rules.due(closes, closes - 3 * HOUR) == 0 and rules.due(closes, closes - 3 * HOUR - 1) is None


def test_forty_eight_hours_lie_between_the_last_two():
    assert seconds("2026-09-11T10:00") - seconds("2026-09-09T09:00") > rules.APART


@pytest.mark.parametrize(
    ("time", "week"),
    [
        ("2026-08-24T09:00", "2026-W35"),
        ("2026-08-24T08:59", None),
        ("2026-08-25T09:00", None),
        ("2027-01-04T12:00", "2027-W01"),
    ],
)
def test_the_digest_is_due_on_monday_mornings(time, week):
    assert rules.digest_week(seconds(time)) == week


def test_a_letter_names_tabs_and_labels_in_both_languages_and_a_link_of_ours(summed, started):
    app = started(BASE_URL="https://xueji.example")
    with at_work(app):
        letter = reminding.example(Choice(), ["教育學系"])

    assert "/ Action needed: 7 tabs of your student record to go" in letter.subject
    assert "・照片：大頭照" in letter.text and "・Photo: Head shot" in letter.text
    assert "https://xueji.example/intue/login" in letter.text and "第一次登入用預設密碼" in letter.text


def test_a_letter_holds_no_value_and_no_field_that_tells_of_an_answer(app, summed):
    lin = begin(Browser(app), LIN)
    lin.open("/record/status").submit(disability="領有身心障礙證明", indigenous="平地原住民")
    telling = [app.extensions["record"].fields[key].label.zh for key in lin.errors if key != "new_immigrant"]
    fill_tab(lin.open("/record"), "contact")

    with summed():
        text = next(text for to, text in sent(Choice()) if LIN.account in to)

    assert telling and not [label for label in telling if label in text]
    assert f"・身分與權益：新住民子女、另外 {len(telling)} 欄" in text and "通訊資料" not in text
    assert "領有" not in text and "平地" not in text


def sent(choice, depts=None):
    """Send, and give (to, text) of the letters."""
    reminding.send(choice, depts, "T1001")
    return letters()


def test_nobody_is_reminded_twice_in_forty_eight_hours(summed):
    with summed():
        first = reminding.send(Choice(), None, "T1001")[0]
        second = reminding.send(Choice(dept="教育學系"), None, "T2001")[0]
        later(47)
        third = reminding.send(Choice(), None, "T1001")[0]
        later(2)
        fourth = reminding.send(Choice(), None, "T1001")[0]

        assert (first, second, third, fourth) == (14, 0, 0, 14)
        assert [one.n for one in Reminder.select().order_by(Reminder.id)] == [14, 0, 0, 14]


def test_two_clerks_who_press_at_the_same_moment_send_one_letter_to_each(app, summed):
    def press():
        with app.app_context():
            return reminding.send(Choice(), None, "T1001")[0]

    counts = at_once(6, press)

    with summed():
        assert sum(counts) == 14 == len({to for to, _ in letters()}) == len(letters())


def test_two_background_processes_send_each_automatic_letter_once(app, summed):
    wave(closes=HOUR, reminds=True)

    def look():
        with app.app_context():
            reminding.send_automatic()

    at_once(5, look)

    with summed():
        assert len(letters()) == 14 == len({to for to, _ in letters()}) and Reminder.get().n == 14


def test_an_automatic_reminder_goes_to_whoever_in_the_wave_is_not_done_and_only_once(app, summed):
    wave("學士班", program="學士班", closes=HOUR, reminds=True)
    wave("碩士班", program="碩士班", closes=HOUR)
    wave("博士班", program="博士班", closes=9 * DAY, reminds=True)
    with summed():
        outbox.remind_after(0)
        assert len(letters()) == Student.select().where(Student.program == "學士班").count() > 1

        later(49)
        outbox.remind_after(0)
        assert len(letters()) == Student.select().where(Student.program == "學士班").count()


def test_a_look_every_minute_is_enough(app, summed):
    wave(closes=HOUR, reminds=True)
    with summed():
        assert outbox.remind_after(now() - 59) == now() - 59 and letters() == []
        assert outbox.remind_after(now() - 60) >= now() - 1 and letters()


def test_who_is_done_or_was_refused_is_left_out_and_a_mailbox_of_their_own_is_written_to(lin_done, summed):
    with summed():
        standing.rebuild(lin_done.client.application.extensions["record"], [LIN.account])
        assert reminders.counts(Choice(), ["教育學系"])[0]["done"] == 1
        reminding.send(Choice(), None, "T1001")
        later(49)
        Mail.update(state=REFUSED, closed_at=now()).where(Mail.kind == "reminder").execute()
        OwnMailbox.keep(CHEN.account, "chen@example.com")

        counts, _ = reminders.counts(Choice(), None)
        assert (counts["chosen"], counts["nomail"], counts["done"], counts["recent"]) == (1, 12, 1, 0)
        assert [to for to, _ in sent(Choice())] == ["chen@example.com"]


def test_a_refused_mailbox_is_tried_again_after_a_week(summed):
    with summed():
        reminding.send(Choice(), None, "T1001")
        later(8 * 24)
        Mail.update(state=REFUSED, closed_at=now() - 8 * DAY).execute()

        assert reminders.counts(Choice(), None)[0]["chosen"] == 14


@pytest.mark.parametrize(
    ("choice", "n"),
    [
        (Choice(), 14),
        (Choice(program="學士班"), 9),
        (Choice(dept="教育學系"), 5),
        (Choice(dept="教育學系", program="學士班"), 3),
        (Choice(what="never"), 13),
        (Choice(what="tab:contact"), 13),
        (Choice(what="tab:military"), 3),
        (Choice(what="tab:nothing"), 0),
        (Choice(what="anything else"), 0),
        (Choice(what="returned"), 0),
        (Choice(wave="none"), 5),
        (Choice(wave="999"), 0),
        (Choice(wave="soon"), 0),
    ],
)
def test_who_is_chosen(app, summed, choice, n):
    fill_tab(begin(Browser(app), LIN), "contact")
    wave("學士班", program="學士班")

    with summed():
        counts, _ = reminders.counts(choice, None)
        assert counts["chosen"] == n == len(reminders.people(choice, None))
        assert reminders.counts(choice, ["沒有這個系"])[0] == dict.fromkeys(counts, 0)


def test_a_wave_that_may_be_chosen_takes_its_own_students_only(summed):
    one, two = wave("教育", dept="教育學系"), wave("學士班", program="學士班")

    with summed():
        found = [{row.student_no for row in reminders.people(Choice(wave=str(it.id)), None)} for it in (one, two)]

    assert len(found[0]) == 5 and not found[0] & found[1] and {LIN.account, NGUYEN.account} <= found[0]


def test_the_choice_asks_the_database_as_often_whatever_it_finds(summed, statements):
    with summed():
        reminders.counts(Choice(what="tab:contact"), None)
        some = statements(lambda: reminders.counts(Choice(what="tab:contact"), ["音樂學系"]))
        assert statements(lambda: reminders.counts(Choice(what="tab:contact"), None)) == some <= 4
        few = statements(lambda: reminding.send(Choice(dept="音樂學系"), None, "T1001"))
        assert statements(lambda: reminding.send(Choice(dept="教育學系"), None, "T1001")) == few
