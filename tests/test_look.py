"""What can be measured of the look: nothing sticks out, everything can be hit with a thumb, the proof is one sheet."""

import re

import pytest

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
BIG_TEXT = "document.documentElement.style.fontSize = '212.5%'"


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
    """What is wrong at each width; and with text twice as large, how wide the page becomes."""
    found = {}
    for size in (NARROW, PHONE, DESKTOP):
        window.page.set_viewport_size(size)
        found[size["width"]] = window.page.evaluate(MEASURE)
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
