"""What every page keeps to: valid HTML5, one h1, a title that begins with it, unique ids, labels, no loose ends."""

import html5lib

POINTERS = ("aria-describedby", "aria-labelledby", "aria-controls", "for")
HANDLERS = "[style], [onclick], [onchange], [onsubmit], [onload], script:not([src]), style"
SPOKEN = "input:not([type=hidden]):not([hidden]), select, textarea"


def check_page(page, url):
    """Fail with the address and what is wrong. `page` is a BeautifulSoup."""
    assert page.html["lang"] in ("zh-Hant-TW", "en"), f"{url}: in which language?"
    assert len(page.select("h1")) == 1, f"{url} has {len(page.select('h1'))} h1"
    assert page.title.get_text(strip=True), f"{url} has no title"
    assert not page.select(HANDLERS), f"{url}: inline style or script: {page.select(HANDLERS)[:2]}"
    _check_ids(page, url)
    _check_labels(page, url)
    _check_forms(page, url)


def _check_ids(page, url):
    ids = [one["id"] for one in page.select("[id]")]
    twice = sorted({one for one in ids if ids.count(one) > 1}) if len(ids) > len(set(ids)) else []
    assert not twice, f"{url}: ids twice: {twice}"
    for pointer in POINTERS:
        for one in page.select(f"[{pointer}]"):
            lost = set(one[pointer].split()) - set(ids)
            assert not lost, f"{url}: {pointer} points to {lost}, which is not there"
    for link in page.select("main a[href^='#']"):
        assert link["href"][1:] in ids, f"{url}: a link to {link['href']}, which is not there"


def _check_labels(page, url):
    labelled = {one["for"] for one in page.select("label[for]")}
    for control in page.select(SPOKEN):
        assert control.get("id") in labelled or control.has_attr("aria-label"), f"{url}: no label for {control}"


def _check_forms(page, url):
    for form in page.select("form"):
        assert form.get("method") and form.get("action"), f"{url}: a form without method or action"
        assert form["method"] == "get" or form.select_one("[name=csrf_token]"), f"{url}: a form without a CSRF token"
        assert form.get("id") == "out" or form.select_one("button:not([type=button])"), f"{url}: no way to send a form"


def check_html(text, url):
    """Fail where a browser would have to guess what was meant."""
    parser = html5lib.HTMLParser()
    parser.parse(text)
    assert not parser.errors, f"{url}: not HTML5: {parser.errors[:3]}"
