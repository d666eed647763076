"""Two changes of one tab put together: answers map keys to text, and a group with its rows is one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.merging import merge
from domain.record import Field, Tab
from domain.words import Words

WORDS = Words("x", "x")
TAB = Tab(
    key="t",
    title=WORDS,
    fields=(
        Field(key="a", label=WORDS),
        Field(key="b", label=WORDS),
        Field(key="g", label=WORDS, kind="group", fields=(Field(key="x", label=WORDS),), max=3),
    ),
)
OLD = {"a": "1", "b": "1", "g-1-x": "1"}
sides = st.dictionaries(st.sampled_from(["a", "b", "g-1-x", "g-2-x"]), st.sampled_from(["", "1", "2"]))


@pytest.mark.parametrize(
    ("mine", "theirs", "answers", "clashes"),
    [
        ({}, {}, {}, ()),
        ({"a": "2"}, {}, {"a": "2"}, ()),
        ({}, {"a": "2"}, {"a": "2"}, ()),
        ({"a": "2"}, {"b": "3"}, {"a": "2", "b": "3"}, ()),
        ({"a": "2"}, {"a": "2"}, {"a": "2"}, ()),
        ({"a": "2"}, {"a": "3"}, {"a": "3"}, ("a",)),
        ({"a": ""}, {"a": "3"}, {"a": "3"}, ("a",)),
        ({"a": "2", "b": "2"}, {"a": "3"}, {"a": "3", "b": "2"}, ("a",)),
        ({"g-2-x": "2"}, {"a": "2"}, {"a": "2", "g-2-x": "2"}, ()),
        ({"g-1-x": "2"}, {"g-2-x": "2"}, {"g-2-x": "2"}, ("g",)),
    ],
)
def test_what_either_changed_is_kept_and_what_both_changed_is_named(mine, theirs, answers, clashes):
    assert merge(TAB, OLD, OLD | mine, OLD | theirs) == (OLD | answers, clashes)


def test_a_row_that_one_of_them_took_out_is_gone():
    assert merge(TAB, OLD | {"g-2-x": "2"}, OLD, OLD | {"g-2-x": "2", "a": "2"}).answers == OLD | {"a": "2"}


@given(sides, sides, sides)
def test_nothing_is_ever_overwritten_unseen(base, mine, theirs):
    answers, clashes = merge(TAB, base, mine, theirs)
    for key in {*base, *mine, *theirs, *answers}:
        before, ours, other = (side.get(key) or "" for side in (base, mine, theirs))
        kept = answers.get(key) or ""
        if key[0] in clashes:
            assert kept == other
        elif key[0] != "g":
            assert kept == (ours if ours != before else other)


@given(sides, sides)
def test_sending_the_same_again_changes_nothing(base, mine):
    assert merge(TAB, mine, mine, base).answers == base
