"""What the pages weigh on the wire, counted byte by byte from the production server: status line, headers and body."""

import pytest

from tests.bench import weight

KB = 1024


@pytest.fixture(scope="module")
def place():
    """A running server of its own, with verification codes as in production."""
    with weight.installation() as installation:
        yield installation


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_public_page_is_light_and_paints_one_round_trip_after_its_html(place, lang):
    for page, (size, requests) in weight.public(place, lang).items():
        assert size <= 12 * KB, f"{page}: {size}"
        # The page, one style sheet and one script that waits for nothing: no second round trip for anything.
        assert requests <= 3, f"{page}: {requests} requests"


@pytest.mark.parametrize(("kind", "lang"), [("woman", "zh"), ("man", "en"), ("overseas", "en")])
def test_a_tab_costs_little_to_open_and_less_to_save(place, kind, lang):
    weights = weight.walk(place, kind, lang)

    for (tab, state), size in weights.items():
        assert size <= LIMITS[state] * KB, f"{tab}, {state}: {size}"


LIMITS = {
    "yellow page": 6, "page to change": 6, "green page": 6, "page with errors": 8,
    "fragment saved": 2, "fragment with errors": 2,
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_way_to_the_receipt_costs_at_most_eighty_kilobytes(place, lang):
    assert weight.journey(place, lang) <= 80 * KB
