"""When things apply: what is written, what it means, and what the page's script is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints import language
from domain import conditions
from domain.conditions import ALWAYS, Condition, Term
from domain.words import Invalid

WORDS = st.sampled_from(["", "a", "b", "c"])
NAMES = st.sampled_from("pqrs")
TERMS = st.builds(Term, NAMES, st.lists(WORDS, min_size=1, max_size=2, unique=True).map(tuple), negated=st.booleans())
CONDITIONS = st.lists(st.lists(TERMS, min_size=1, max_size=3).map(tuple), max_size=3).map(
    lambda alternatives: Condition(tuple(alternatives))
)
FACTS = st.dictionaries(NAMES, WORDS)


@pytest.mark.parametrize(
    ("written", "facts", "holds"),
    [
        ({"sex": "男"}, {"sex": "男"}, True),
        ({"sex": "男"}, {"sex": "女"}, False),
        ({"sex": "男"}, {}, False),
        ({"sex": "男", "id_kind": "national"}, {"sex": "男", "id_kind": "ui"}, False),
        ({"pe_level": ["學士", "碩士"]}, {"pe_level": "碩士"}, True),
        ({"pe_country": {"not": ["TW", ""]}}, {"pe_country": "JP"}, True),
        ({"pe_country": {"not": ["TW", ""]}}, {"pe_country": "TW"}, False),
        ({"pe_country": {"not": ["TW", ""]}}, {}, False),
        ([{"sex": "女"}, {"age": "20"}], {"sex": "男", "age": "20"}, True),
        ([{"sex": "女"}, {"age": "20"}], {"sex": "男", "age": "21"}, False),
        ({"age": {"under": 18}}, {"age": "17"}, True),
        ({"age": {"under": 18}}, {"age": "18"}, False),
        ({"age": {"under": 18}}, {"age": 17}, True),
        ({"age": {"under": 18}}, {"age": ""}, False),
        ({"age": {"under": 18}}, {"age": "unknown"}, False),
        ({"languages": "華語"}, {"languages": ["客語", "華語"]}, True),
        ({"languages": {"not": "華語"}}, {"languages": ["客語", "華語"]}, False),
    ],
)
def test_a_condition_holds_for_the_people_it_describes(written, facts, holds):
    assert conditions.read(written).holds(facts) is holds


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("男", "a condition is a table"),
        ({}, "a condition is a table"),
        ([], "a condition is a table"),
        ([{"sex": "男"}, "女"], "a condition is a table"),
        ({"sex": 1}, "sex: write a value, a list of values"),
        ({"sex": []}, "sex: values are texts in quotes"),
        ({"sex": ["男", 1]}, "sex: values are texts in quotes"),
        ({"sex": {"not": 1}}, "sex: values are texts in quotes"),
        ({"sex": {"is": "男"}}, "sex: write a value, a list of values"),
        ({"age": {"under": "18"}}, "age: write a value, a list of values"),
    ],
)
def test_a_mistake_in_a_condition_is_explained(written, reason):
    with pytest.raises(Invalid) as refused:
        conditions.read(written)

    assert language.say(refused.value, "en").startswith(reason)


def test_a_condition_knows_what_it_looks_at():
    assert conditions.read([{"sex": "男", "age": {"under": 18}}, {"dept": "x"}]).names == {"sex", "age", "dept"}


def test_without_a_condition_everything_applies_and_nothing_is_asked():
    assert ALWAYS.holds({})
    assert ALWAYS.asks({"sex"}, {}) == ""


@pytest.mark.parametrize(
    ("written", "facts", "asked"),
    [
        ({"housing": "校外租屋"}, {}, "housing=校外租屋"),
        ({"housing": ["a", "b"]}, {}, "housing=a|b"),
        ({"housing": {"not": ["a", ""]}}, {}, "housing!=a|"),
        ({"housing": "a", "same": {"not": "yes"}}, {}, "housing=a&same!=yes"),
        ([{"housing": "a"}, {"same": "yes"}], {}, "housing=a,same=yes"),
        ({"housing": "a", "sex": "男"}, {"sex": "男"}, "housing=a"),
        ({"housing": "a", "sex": "男"}, {"sex": "女"}, None),
        ([{"housing": "a"}, {"sex": "男"}], {"sex": "男"}, ""),
    ],
)
def test_the_page_is_asked_only_what_the_school_does_not_know(written, facts, asked):
    assert conditions.read(written).asks({"housing", "same"}, facts) == asked


@settings(deadline=None)
@given(CONDITIONS, FACTS, st.sets(NAMES))
def test_the_script_comes_to_the_same_answer_as_the_server(condition, facts, on_the_page):
    asked = condition.asks(on_the_page, facts)

    assert script_says(asked, facts) is condition.holds(facts)


def script_says(asked, form):
    """What the page's script makes of `data-when`."""
    if not asked:
        return asked == ""
    return any(all(script_term(term, form) for term in terms.split("&")) for terms in asked.split(","))


def script_term(term, form):
    name, _, values = term.partition("=")
    found = form.get(name.rstrip("!"), "") in values.split("|")
    return found is not name.endswith("!")
