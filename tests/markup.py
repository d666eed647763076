"""What every page keeps to: valid HTML5, one h1, a title that begins with it, unique ids, labels, no loose ends."""

import re
from collections import Counter

import html5lib

POINTERS = ("aria-describedby", "aria-labelledby", "aria-controls", "for")
INLINE = ("style", "onclick", "onchange", "onsubmit", "onload", "oninput")


# Tokens and codes, the only thing in which the same page differs from one visit to the next.
RANDOM = re.compile(r"[\w.-]{20,}")
sound = set()


def check_html(text, url):
    """Fail where a browser would have to guess what was meant. A page that was sound is not read again."""
    same = RANDOM.sub("", text)
    if same not in sound:
        parser = html5lib.HTMLParser()
        parser.parse(text)
        assert not parser.errors, f"{url}: not HTML5: {parser.errors[:3]}"
        sound.add(same)


def check_page(page, url):
    """Fail with the address and what is wrong. `page` is a BeautifulSoup."""
    tags = page.find_all(True)
    assert page.html["lang"] in ("zh-Hant-TW", "en"), f"{url}: in which language?"
    headings = [tag for tag in tags if tag.name == "h1"]
    assert len(headings) == 1, f"{url} has {len(headings)} h1"
    assert page.title.get_text(strip=True), f"{url} has no title"
    for tag in tags:
        assert not any(tag.has_attr(name) for name in INLINE), f"{url}: inline style or script: {tag}"
        assert tag.name != "style" and (tag.name != "script" or tag.get("src")), f"{url}: inline {tag.name}"
    _check_ids(tags, url)
    _check_labels(tags, url)
    _check_forms([tag for tag in tags if tag.name == "form"], url)


def _check_ids(tags, url):
    ids = Counter(tag["id"] for tag in tags if tag.has_attr("id"))
    twice = [one for one, times in ids.items() if times > 1]
    assert not twice, f"{url}: ids twice: {twice}"
    for tag in tags:
        targets = " ".join(tag[pointer] for pointer in POINTERS if tag.has_attr(pointer)).split()
        if tag.name == "a" and tag.get("href", "").startswith("#"):
            targets.append(tag["href"][1:])
        lost = set(targets) - set(ids)
        assert not lost, f"{url}: {tag.name} points to {lost}, which is not there"


def _check_labels(tags, url):
    labelled = {tag["for"] for tag in tags if tag.name == "label" and tag.has_attr("for")}
    for tag in tags:
        if tag.name in ("input", "select", "textarea") and tag.get("type") != "hidden" and not tag.has_attr("hidden"):
            assert tag.get("id") in labelled or tag.has_attr("aria-label"), f"{url}: no label for {tag}"


def _check_forms(forms, url):
    for form in forms:
        assert form.get("method") and form.get("action"), f"{url}: a form without method or action"
        assert form["method"] == "get" or form.find(attrs={"name": "csrf_token"}), f"{url}: a form without a CSRF token"
        button = form.find("button", type=lambda kind: kind != "button")
        assert button or form.get("id") == "out", f"{url}: no way to send a form"
