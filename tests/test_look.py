"""What can be measured of the look: nothing sticks out, everything can be hit with a thumb, the proof is one sheet,
and colours can be told from each other, by day, by night and where the reader has colours of their own."""

import re

import pytest

from tests.conftest import ROOT
from tests.live import DESKTOP, NARROW, PHONE, Window
from tests.tour import front

pytestmark = pytest.mark.browser
WHO = {"zh": "minor", "en": "overseas"}
# What is wider than the window or than the box it stands in, too small to hit (WCAG 2.2, 2.5.8), or a low button.
MEASURE = """() => {
    const BOXES = 'main,nav,.sheet,.btn,.st,.req,.tabs a,h1,h2,dd,dt,label'
    const wide = one => one.scrollWidth > one.clientWidth + 1
    const seen = one => one.checkVisibility() && !one.closest('.vh,.skip')
    const all = selector => [...document.querySelectorAll(selector)].filter(seen)
    const named = (what, some) => some.map(one => `${what}: ${one.outerHTML.slice(0, 120)}`)
    const inText = one => getComputedStyle(one).display == 'inline'
    const side = one => { const box = one.getBoundingClientRect(); return Math.min(box.width, box.height) }
    const height = one => one.getBoundingClientRect().height
    return [
        ...named('too wide', [document.documentElement].filter(wide)),
        ...named('sticks out', all('body *').filter(one => one.getBoundingClientRect().right > innerWidth + 1)),
        ...named('cut off', all(BOXES).filter(one => wide(one) && !inText(one))),
        ...named('small', all('a,button,input,select,summary').filter(one => side(one) < 24 && !inText(one))),
        ...named('low', all('.btn').filter(one => height(one) < 44)),
    ]
}"""
# A phone on which everything is twice as large.
ZOOMED = {"width": 180, "height": 370}
BIG_TEXT = "document.documentElement.style.fontSize = '212.5%'"
STYLE = (ROOT / "static" / "style.css").read_text("utf-8")
# Words, and what they stand on (WCAG 2.2, 1.4.3).
WORDS = {
    "ink": "paper card lock tint y1 g1 r1",
    "ink2": "paper card lock tint y1 g1",
    "act": "paper card lock tint y1 g1 r1",
    "y2": "y1",
    "g": "card g1",
    "r": "paper card r1",
    "on": "act deep g r edge y2",
}
# What must be seen to find a field or a state (1.4.11). By day, yellow has a word, an icon and an outline beside it.
SHAPES = {"edge": "paper card lock", "act": "paper card", "g": "paper card", "r": "card", "y2": "paper card"}
PILL = "#25221c"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_sticks_out_of_the_public_pages(site, chromium, lang):
    with Window(chromium, site, lang, reduced_motion="reduce") as window:
        for state in front(site, window):
            assert wrong(window) == {}, state


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_sticks_out_of_the_record(site, chromium, lang):
    _, cookies = site.returning(WHO[lang], None)
    with Window(chromium, site, lang, reduced_motion="reduce") as window:
        window.context.add_cookies(cookies)
        window.page.goto("/record")
        tabs = window.page.locator("[data-tab]").evaluate_all("all => all.map(one => one.pathname)")
        edited = [f"{path}?edit=1" for path in tabs]
        for path in ("/home", "/record", "/record/receipt", "/password/change", *tabs, *edited):
            window.page.goto(path)
            assert wrong(window) == {}, path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_sticks_out_of_a_tab_full_of_mistakes(site, chromium, lang):
    _, cookies = site.returning(WHO[lang])
    with Window(chromium, site, lang, reduced_motion="reduce") as window:
        window.context.add_cookies(cookies)
        for tab in ("basic", "contact", "emergency", "education", "status", "photo"):
            window.page.goto(f"/record/{tab}")
            window.save()
            assert wrong(window) == {}, tab


def wrong(window):
    """What is wrong at each width; and with everything or only the text twice as large, what is too wide."""
    found = {}
    for size in (NARROW, PHONE, DESKTOP):
        window.page.set_viewport_size(size)
        found[size["width"]] = window.page.evaluate(MEASURE)
    window.page.set_viewport_size(ZOOMED)
    found["zoomed"] = [one for one in window.page.evaluate(MEASURE) if one.startswith(("too wide", "sticks out"))]
    window.page.set_viewport_size(DESKTOP)
    window.page.evaluate(BIG_TEXT)
    found["large text"] = [one for one in window.page.evaluate(MEASURE) if one.startswith("too wide")]
    return {where: what for where, what in found.items() if what}


def test_the_proof_is_one_sheet_of_paper(site, chromium):
    for kind in ("man", "overseas"):
        _, cookies = site.returning(kind, None)
        with Window(chromium, site) as window:
            window.context.add_cookies(cookies)
            window.page.goto("/record/receipt")
            paper = window.page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type ?/Page\b", paper)) == 1
            assert re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)", paper)[0] == (b"594.95996", b"841.91998")


def palette(scheme):
    """{name: colour} of the custom properties by day or by night, which takes from the day what it does not change."""
    day, night, field = re.search(
        r"^:root{(.*?)}.*prefers-color-scheme:dark\){\n:root{(.*?)}.*?\n.*?{(.*?)}", STYLE, re.S | re.M
    ).groups()
    parts = {"day": [day], "night": [day, night], "fields by night": [day, night, field]}[scheme]
    return {name: colour for part in parts for name, colour in re.findall(r"--(\w+):(#\w+)", part)}


def contrast(one, other):
    """The ratio of WCAG 2.2 between two colours."""
    light, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    """How bright a colour is, from 0 to 1."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def pale(colours, pairs, least):
    """Pairs of colours of a palette that are too much alike."""
    each = [(front, back) for front, backs in pairs.items() for back in backs.split()]
    ratios = {pair: contrast(*(colours[name] for name in pair)) for pair in each}
    return {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least}


@pytest.mark.parametrize("scheme", ["day", "night"])
def test_colours_can_be_read(scheme):
    colours = palette(scheme)
    assert pale(colours, WORDS, 4.5) == {}
    assert pale(colours, SHAPES, 3) == {}
    assert contrast(PILL, colours["y"]) >= 4.5


def test_by_night_what_is_to_fill_is_white_and_what_the_school_gave_is_not():
    fields, night = palette("fields by night"), palette("night")
    assert pale(fields, {"ink": "card tint", "ink2": "card", "act": "card tint", "on": "act"}, 4.5) == {}
    assert contrast(fields["card"], night["card"]) >= 7
    assert contrast(fields["card"], night["lock"]) >= 7
    assert contrast(night["y"], night["card"]) >= 3


BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def test_paper_is_white_at_night_too(site, chromium):
    with Window(chromium, site, color_scheme="dark") as window:
        window.page.goto("/intue/login")
        assert window.page.evaluate(BACKGROUND) == "rgb(25, 23, 19)"
        window.page.emulate_media(media="print", color_scheme="dark")
        assert window.page.evaluate(BACKGROUND) == "rgba(0, 0, 0, 0)"
        ink = window.page.locator("body").evaluate("one => getComputedStyle(one).color")
        assert ink == "rgb(37, 34, 28)"


OUTLINED = """() => ['#panel .st', '.req', '.locked', '#tabs [aria-current]'].map(
    one => parseFloat(getComputedStyle(document.querySelector(one)).borderBottomWidth))"""


def test_states_are_seen_in_colours_of_the_readers_own(site, chromium):
    _, cookies = site.returning("woman")
    with Window(chromium, site, forced_colors="active", reduced_motion="reduce") as window:
        window.context.add_cookies(cookies)
        window.page.goto("/record/contact")
        assert min(window.page.evaluate(OUTLINED)) >= 1
        bar = window.page.locator(".save")
        assert bar.evaluate("one => getComputedStyle(one).position") == "sticky"
        window.page.set_viewport_size({"width": 640, "height": 400})
        assert bar.evaluate("one => getComputedStyle(one).position") == "static"
        window.page.set_viewport_size(PHONE)
        held = window.hold("**/record/contact")
        window.press()
        window.page.wait_for_selector("form.htmx-request")
        assert window.page.evaluate("document.getAnimations().length") == 0
        assert window.text(".save .btn") == "儲存中…"
        held[0].abort()
