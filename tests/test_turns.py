"""What replaces something else, done by many at the same time: nobody is refused, and one of them counts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tables import waves
from tables.letter_texts import LetterText
from tables.letterbox import MailboxCode, OwnMailbox
from tables.recovery import ResetLink, Slip
from tables.reopenings import Reopening
from tables.returns import ReadyReason, Return
from tables.staff import RecoveryCode, Staff, StaffDept
from tables.staff_visits import ActivationLink
from tables.store import database, now
from tables.trend import Snapshot
from tests.browser import Browser
from tests.crowd import at_once
from tests.offices import KAO, employ, hire, sign_in
from tests.people import LIN
from tests.seasons import in_order, wave
from tests.test_returned import REASON
from tests.test_returns import CASE

MANY = 6
REPLACED = {
    "a tab given back": (Return, lambda: Return.make(LIN.account, "contact", "T1001", reason="…"), 1),
    "ready reasons": (ReadyReason, lambda: ReadyReason.replace_all("tab", ["看不清楚", "缺樓層"]), 2),
    "a record opened again": (Reopening, lambda: Reopening.begin(LIN.account, now() + 60, "住院", "T1001"), 1),
    "a link to a new password": (ResetLink, lambda: ResetLink.make(LIN.account), 1),
    "a code on paper": (Slip, lambda: Slip.make(LIN.account), 1),
    "a mailbox": (OwnMailbox, lambda: OwnMailbox.keep(LIN.account, "lin@example.com"), 1),
    "a code to a mailbox": (MailboxCode, lambda: MailboxCode.draw(LIN.account, "lin@example.com"), 1),
    "departments": (StaffDept, lambda: StaffDept.replace_all(KAO.account, KAO.depts), 2),
    "recovery codes": (RecoveryCode, lambda: RecoveryCode.renew(KAO.account), 10),
    "an activation link": (ActivationLink, lambda: ActivationLink.make(Staff.get_by_id(KAO.account)), 1),
    "words of a letter": (LetterText, lambda: LetterText.put("reset", {"zh": ("主旨", "{link}")}, "T1001"), 1),
}  # fmt: skip
OPEN = {Return: Return.closed_at.is_null(), Reopening: Reopening.ended_at.is_null()}


@pytest.mark.parametrize("what", REPLACED)
def test_of_many_at_once_each_comes_through_and_one_counts(app, what):
    hire(KAO)
    table, act, n = REPLACED[what]

    at_once(MANY, act)

    with database.connection_context():
        assert table.select().where(OPEN.get(table, True)).count() == n


def test_several_machines_may_count_the_same_day(app, summed):
    with summed():
        expected = sum(n for (n,) in Snapshot.select(Snapshot.n).tuples()) or 14

    at_once(MANY, Snapshot.take)

    with database.connection_context():
        assert sum(n for (n,) in Snapshot.select(Snapshot.n).tuples()) == expected


def test_waves_moved_at_once_keep_places_of_their_own(app):
    one = wave("學士班", program="學士班")
    wave("碩士班", program="碩士班")
    wave("博士班", program="博士班")

    at_once(MANY, lambda: waves.move(one, 1))

    assert in_order() == ["碩士班", "博士班", "學士班"]
    with database.connection_context():
        assert [one.place for one in waves.current()] == [0, 1, 2]


def test_two_clerks_who_give_back_one_tab_at_once_are_both_told_that_it_is_done(lin, app):
    clerks = [sign_in(Browser(app), employ(one)) for one in (KAO, replace(KAO, account="T2003"))]
    for one in clerks:
        one.open(CASE).submit("main form[action$=preview]", reason=REASON)

    with ThreadPoolExecutor(2) as crowd:
        list(crowd.map(lambda clerk: clerk.submit(button=("do", "send")), clerks))

    assert ["已退回" in clerk.text(".note.ok") for clerk in clerks] == [True, True]

    with database.connection_context():
        assert [one.closed_at is None for one in Return.select().order_by(Return.id)] == [False, True]
