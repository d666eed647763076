"""A person at a browser without JavaScript: opens pages, fills in the forms that are on them, and checks every page.

With `htmx=True` forms that ask for it are sent as htmx sends them, and the fragment is put into the page.
"""

import re
from urllib.parse import urlencode, urljoin, urlsplit

import html5lib
from bs4 import BeautifulSoup

TEXTUAL = ("text", "tel", "email", "password", "hidden", "search", None)


class Browser:
    """One browser of one person: cookies, the page it shows, and the address it is at."""

    def __init__(self, app, htmx=False, lang="zh", address="127.0.0.1"):
        self.client = app.test_client()
        self.htmx, self.lang, self.address = htmx, lang, address
        self.url, self.status, self.page, self.reply = "/", None, None, None
        self.choices = {}

    def open(self, path, **query):
        """Go to an address, following redirects as a browser does."""
        return self._show(self._send("GET", path + ("?" + urlencode(query) if query else "")))

    def submit(self, form=None, files=None, button=None, **answers):
        """Fill in a form of the page (the one in main, or by selector) and send it. A field it lacks is an error."""
        form = self.form(form)
        typed = self.typed(form)
        for name, value in answers.items():
            self._fill(form, typed, name.replace("__", "-"), value)
        if button:
            typed.append(button)
        return self.post(form.get("action"), typed, files=files, htmx=self.htmx and form.has_attr("hx-post"))

    def post(self, path, typed, files=None, htmx=False):
        """Send pairs (or a dict) to an address as a form; with `files`, as multipart."""
        typed = list(typed.items()) if isinstance(typed, dict) else typed
        headers = {"HX-Request": "true", "HX-Target": "panel"} if htmx else {}
        if files:
            body = {}
            for name, value in typed:
                body.setdefault(name, []).append(value)
            answer = self._send("POST", path, data={**body, **files}, headers=headers)
        else:
            answer = self._send(
                "POST", path, data=urlencode(typed), headers=headers, content_type="application/x-www-form-urlencoded"
            )
        return self._show(answer, fragment=htmx)

    def form(self, selector=None):
        """The form of the page that a person would fill in."""
        found = self.page.select_one(selector or "main form:not([id=out])")
        assert found, f"{self.url} has no form {selector or ''}"
        return found

    def typed(self, form=None):
        """What the form would send as it stands, as pairs."""
        form = form or self.form()
        pairs = []
        for control in form.select("input[name], select[name], textarea[name]"):
            if control.has_attr("disabled") or control.get("type") == "file":
                continue
            if control.get("type") in ("checkbox", "radio"):
                if control.has_attr("checked"):
                    pairs.append((control["name"], control.get("value", "on")))
            else:
                pairs.append((control["name"], value_of(control)))
        return pairs

    def _fill(self, form, typed, name, value):
        controls = form.select(f'[name="{name}"]')
        assert controls, f"{self.url} has no field {name}"
        values = value if isinstance(value, list) else [value]
        for one in values:
            if controls[0].name == "select" or controls[0].get("type") in ("radio", "checkbox"):
                offered = [c.get("value", c.text) for c in (controls[0].select("option") if controls[0].name == "select" else controls)]
                assert one in offered or one == "", f"{name} offers {offered}, not {one}"
        typed[:] = [pair for pair in typed if pair[0] != name] + [(name, one) for one in values if one is not None]

    def _send(self, method, path, **more):
        headers = {"Accept-Language": {"zh": "zh-TW,zh;q=0.9", "en": "en"}[self.lang], **more.pop("headers", {})}
        self.url = urljoin(self.url, path)
        parts = urlsplit(self.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return self.client.open(
            target, method=method, headers=headers, environ_base={"REMOTE_ADDR": self.address}, **more
        )

    def _show(self, answer, fragment=False):
        for _ in range(5):
            if answer.status_code not in (301, 302, 303):
                break
            answer = self._send("GET", answer.headers["Location"])
        self.status, self.reply = answer.status_code, answer
        if answer.mimetype == "text/html":
            text = answer.get_data(as_text=True)
            if fragment and answer.headers.get("HX-Request") is None and "<html" not in text:
                self._swap(text, answer.headers)
            else:
                self.page = BeautifulSoup(text, "html5lib")
                check_markup(text, self.page, self.url)
        return self

    def _swap(self, text, headers):
        """Put a fragment into the page the way htmx does: the first element for the target, the others by id."""
        fragment = BeautifulSoup(text, "html.parser")
        target = headers.get("HX-Retarget", "#panel")
        main, *rest = [one for one in fragment.children if getattr(one, "name", None)]
        for one in rest:
            assert one.get("hx-swap-oob"), f"{one.name}#{one.get('id')} is not marked out-of-band"
            place = self.page.find(id=one["id"])
            assert place, f"the page has no place for #{one['id']}"
            place.replace_with(one)
        place = self.page.select_one(target)
        assert place, f"the page has no {target}"
        place.replace_with(main)

    def text(self, selector="main"):
        """The words of a part of the page, spaces folded."""
        found = self.page.select_one(selector)
        return re.sub(r"\s+", " ", found.get_text(" ", strip=True)) if found else ""

    @property
    def heading(self):
        """The h1."""
        return self.text("h1")

    def state(self, tab):
        """The state of a tab, as its link says."""
        link = self.page.select_one(f'[data-tab="{tab}"]')
        return link["data-state"] if link else None

    @property
    def tabs(self):
        """{tab key: state} in the order shown."""
        return {link["data-tab"]: link["data-state"] for link in self.page.select("#tabs [data-tab]")}

    @property
    def progress(self):
        """(done, total) of the progress line."""
        line = self.page.select_one("[data-done]")
        return int(line["data-done"]), int(line["data-total"])

    def error(self, name):
        """The message of a field, found the way a screen reader finds it; "" when there is none."""
        control = self.page.select_one(f'[name="{name}"], [name="{name}-y"]')
        assert control, f"{self.url} has no field {name}"
        notes = [self.page.find(id=one) for one in control.get("aria-describedby", "").split()]
        return next((note.get_text(strip=True) for note in notes if note and "msg" in note.get("class", [])), "")

    @property
    def errors(self):
        """{field id: message} of the error summary."""
        return {link["href"][1:]: link.get_text(strip=True) for link in self.page.select("#esum a")}

    def value(self, name):
        """What a field holds; of checkboxes, the list."""
        controls = self.page.select(f'[name="{name}"]')
        assert controls, f"{self.url} has no field {name}"
        if controls[0].get("type") == "checkbox":
            return [one["value"] for one in controls if one.has_attr("checked")]
        if controls[0].get("type") == "radio":
            return next((one["value"] for one in controls if one.has_attr("checked")), "")
        return value_of(controls[0])


def value_of(control):
    """The value of an input, select or textarea."""
    if control.name == "select":
        chosen = control.select_one("option[selected]") or control.select_one("option")
        return chosen.get("value", chosen.get_text()) if chosen else ""
    if control.name == "textarea":
        return control.get_text().removeprefix("\n")
    return control.get("value", "")


def check_markup(text, page, url):
    """What every page keeps to: valid HTML5, one h1, a title that begins with it, unique ids, labels, no loose ends."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(text)
    assert not parser.errors, f"{url}: {parser.errors[:3]}"
    headings = page.select("h1")
    assert len(headings) == 1, f"{url} has {len(headings)} h1"
    ids = [one["id"] for one in page.select("[id]")]
    assert len(ids) == len(set(ids)), f"{url}: ids twice: {sorted({one for one in ids if ids.count(one) > 1})}"
    for one in page.select("[aria-describedby], [aria-labelledby], label[for]"):
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            for target in one.get(attribute, "").split() if one.has_attr(attribute) else ():
                assert target in ids, f"{url}: {attribute} points to {target}, which is not there"
    for form in page.select("form"):
        assert form.get("method") and form.get("action"), f"{url}: a form without method or action"
        if form["method"] == "post":
            assert form.select_one("[name=csrf_token]"), f"{url}: a form without a CSRF token"
    assert not page.select("[style], [onclick], [onchange], [onsubmit]"), f"{url}: inline style or script"
    assert not page.select("script:not([src])"), f"{url}: inline script"
    assert page.html["lang"] in ("zh-Hant-TW", "en")
