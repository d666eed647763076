"""What the pages weigh on the wire, counted byte by byte from the production server: status line, headers and body."""

import re

import pytest

from blueprints.assets import BY_NAME
from tests.answers import fill
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
def test_the_whole_way_to_the_receipt_costs_at_most_64_kilobytes(place, lang):
    assert weight.journey(place, lang) <= 64 * KB


@pytest.mark.parametrize("path", weight.PUBLIC.values(), ids=weight.PUBLIC)
def test_the_first_paint_waits_for_the_page_and_for_one_style_sheet_that_it_names(place, path):
    browser, wire = place.browser()
    page = browser.open(path).page
    (sheet,) = page.select("link[rel=stylesheet]")
    wire.close()

    assert not page.select("script:not([src][defer]), link[rel=preload], link[rel=import]")
    style = BY_NAME[sheet["href"].rpartition("/")[2]].plain.decode()
    assert "@import" not in style and set(re.findall(r"url\(.{6}", style)) <= {'url("data:'}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_opening_a_tab_and_saving_it_are_one_request_each(place, lang):
    visit = weight.Visit(place, "woman", lang, "br")
    visit.browser.open("/record/status")
    for action in (fill, lambda browser: browser.click(weight.LINKS[lang]["next"])):
        before = len(visit.wire.transfers)
        action(visit.browser)
        assert len(visit.wire.transfers) == before + 1
    visit.wire.close()
