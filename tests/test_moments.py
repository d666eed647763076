"""Counts over very many rows are kept for a moment, and those over few never."""

import time

import pytest

from tables import moments
from tables.moments import FEW, kept_for_a_moment
from tables.store import connect, database


@pytest.fixture
def counted():
    """A count of rows that grow by one whenever they are counted: [(what was asked, n)]."""
    return []


@pytest.fixture
def count(counted, app):  # noqa: ARG001 -- an app connects the database
    """The count, of `n` rows and more."""

    @kept_for_a_moment(lambda found: found)
    def count(n, what=""):
        counted.append(what)
        return n + len(counted)

    return count


def test_few_are_counted_every_time(count):
    assert [count(1), count(1), count(1)] == [2, 3, 4]


def test_many_are_counted_once_in_a_moment(count, counted):
    assert count(FEW) == count(FEW) == FEW + 1
    assert counted == [""]


def test_the_moment_ends(count, monkeypatch):
    monkeypatch.setattr(moments, "A_SECOND", FEW * 1000)
    first = count(FEW)
    time.sleep(0.01)

    assert (first, count(FEW)) == (FEW + 1, FEW + 2)


def test_each_question_has_an_answer_of_its_own(count, counted):
    assert count(FEW, "a") != count(FEW, "b")
    count(FEW, "a")
    assert counted == ["a", "b"]


def test_another_database_has_other_rows(count, tmp_path):
    before, here = count(FEW), database.obj
    connect("sqlite:///other.db", tmp_path)
    try:
        assert count(FEW) == before + 1
    finally:
        database.obj.close_all()
        database.initialize(here)
