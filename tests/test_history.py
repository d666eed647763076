"""Every change of an answer can be read afterwards: what it was, what it is, who changed it, when."""

import pytest

from domain.vault import WrongKey
from tables.history import History, changed
from tables.store import database
from tests.answers import fill_tab
from tests.people import LIN


def history():
    """All there is of LIN, the newest first, without times."""
    with database.connection_context():
        return [(tab, by, changes) for _, tab, by, changes in History.of(LIN.account)]


def test_the_first_save_of_a_tab_is_history_as_well(lin):
    fill_tab(lin, "bank")

    assert history()[0] == ("bank", LIN.account, {"acct_kind": ["", "尚未開戶"]})


def test_only_what_changed_is_written_down(lin_done):
    before = len(history())
    lin_done.open("/record/contact?edit=1").submit(mobile="0987654321")

    assert history()[0] == ("contact", LIN.account, {"mobile": ["0912345678", "0987654321"]})
    assert len(history()) == before + 1


def test_saving_the_same_again_is_no_change(lin_done):
    before = history()

    lin_done.open("/record/contact?edit=1").submit()

    assert lin_done.status == 200 and history() == before


def test_a_draft_is_a_change_too(lin):
    lin.open("/record/contact").submit(mobile="123")

    assert history()[0][2]["mobile"] == ["", "123"]


def test_the_answers_are_sealed_to_their_place(lin):
    fill_tab(lin, "bank")
    with database.connection_context():
        last = History.select().order_by(History.id.desc()).get()

        assert "尚未開戶".encode() not in bytes(last.changes)
        History.update(tab="photo").where(History.id == last.id).execute()
        with pytest.raises(WrongKey):
            _ = History.get_by_id(last.id).opened


def test_no_answer_is_no_answer_however_it_is_written():
    assert changed({"a": "", "b": []}, {"c": "", "b": ""}) == {}
    assert changed({"a": ["x"]}, {"a": ["x", "y"]}) == {"a": [["x"], ["x", "y"]]}
