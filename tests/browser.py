"""A person at a browser: opens pages, fills in the forms that are on them, and has every page checked on the way.

With `htmx=True` forms that ask for it are sent as htmx sends them, and the fragment is put into the page.
"""

import re
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from domain import places
from tests.already import Already
from tests.markup import check_html, check_page

LANGUAGES = {"zh": "zh-TW,zh;q=0.9", "en": "en"}
CONTROLS = ["input", "select", "textarea"]
FORM = "application/x-www-form-urlencoded"


class Browser:
    """One browser of one person: its cookies, the page it shows, and the address it is at."""

    def __init__(self, app, htmx=False, lang="zh", address="127.0.0.1"):
        self.client = app.test_client()
        self.htmx, self.lang, self.address = htmx, lang, address
        self.url, self.status, self.page, self.reply, self.already = "/", None, None, None, Already()

    def open(self, path, **query):
        """Go to an address, following redirects as a browser does."""
        return self._show(self.send("GET", path + ("?" + urlencode(query) if query else "")))

    def click(self, words):
        """Follow the link of main that says these words."""
        links = [link for link in self.page.select("main a[href]") if words in link.get_text(" ", strip=True)]
        assert links, f"{self.url} has no link {words}"
        if self.htmx and links[0].has_attr("hx-get"):
            target = links[0].get("hx-target", "#panel")
            return self._show(
                self.send("GET", links[0]["hx-get"], headers=self.already.headers(self.page, target)), fragment=target
            )
        return self.open(links[0]["href"])

    def submit(self, form=None, files=None, button=None, **answers):
        """Fill in a form of the page (the one in main, or by selector) and send it. A field it lacks is an error.

        A name's hyphens are written `__`; None takes a field out; a list gives several values.
        """
        form = self.form(form)
        typed = self.typed(form)
        for name, value in answers.items():
            self._fill(form, typed, name.replace("__", "-"), value)
        if button:
            typed.append(button)
        if form.get("enctype") == "multipart/form-data":
            files = files or {}
        write(form, typed)
        if form["method"] == "get":
            return self.open(f"{form['action']}?{urlencode(typed)}")
        is_htmx, target = self.htmx and form.has_attr("hx-post"), form.get("hx-target", "#panel")
        return self.post(form["action"], typed, files=files, htmx=is_htmx, target=target)

    def type(self, **answers):
        """Fill in fields of the main form without sending it."""
        form = self.form()
        typed = self.typed(form)
        for name, value in answers.items():
            self._fill(form, typed, name.replace("__", "-"), value)
        write(form, typed)
        return self

    def press(self, words):
        """Press the button of the main form that says these words, with what the form holds; htmx swaps its piece."""
        form = self.form()
        button = next(one for one in form.find_all("button") if words in one.get_text(" ", strip=True))
        typed = [*self.typed(form), (button["name"], button["value"])]
        if not (self.htmx and button.has_attr("hx-post")):
            return self.post(button.get("formaction", form["action"]).partition("#")[0], typed)
        headers, target = self.already.headers(self.page, button["hx-target"]), button["hx-target"]
        answer = self.send("POST", button["hx-post"], data=urlencode(typed), headers=headers, content_type=FORM)
        self.status, self.reply = answer.status_code, answer
        self._swap(answer.get_data(as_text=True), target, button["hx-swap"])
        return self

    def post(self, path, typed, files=None, htmx=False, target="#panel"):
        """Send pairs (or a dict) to an address as a form; with `files` (name: stream, file name) as multipart."""
        typed = list(typed.items()) if isinstance(typed, dict) else typed
        headers = self.already.headers(self.page, target) if htmx else {}
        if files is None:
            body, content_type = urlencode(typed), FORM
        else:
            uploads = [(name, FileStorage(*file)) for name, file in files.items()]
            boundary, body = encode_multipart(MultiDict([*typed, *uploads]))
            content_type = f"multipart/form-data; boundary={boundary}"
        answer = self.send("POST", path, data=body, headers=headers, content_type=content_type)
        return self._show(answer, fragment=htmx and target, headers=headers)

    def send(self, method, path, **more):
        """One request with this browser's cookies and language; no redirect is followed and nothing is checked."""
        headers = {"Accept-Language": LANGUAGES[self.lang], **more.pop("headers", {})}
        self.url = urljoin(self.url, path)
        parts = urlsplit(self.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        environ = {"REMOTE_ADDR": self.address}
        return self.client.open(target, method=method, headers=headers, environ_base=environ, **more)

    def form(self, selector=None):
        """The form of the page that a person would fill in."""
        found = self.page.select_one(selector or "main form:not([id=out])")
        assert found, f"{self.url} has no form {selector or ''}"
        return found

    def typed(self, form=None):
        """What the form would send as it stands, as pairs."""
        controls = (form or self.form()).find_all(CONTROLS, attrs={"name": True})
        return [(one["name"], value_of(one)) for one in controls if _is_sent(one)]

    def _fill(self, form, typed, name, value):
        controls = form.find_all(CONTROLS, attrs={"name": name})
        assert controls, f"{self.url} has no field {name}"
        offered = _offered(controls)
        values = value if isinstance(value, list) else [value] if value is not None else []
        values = [as_offered(one, offered) for one in values]
        for one in values:
            assert offered is None or one in offered, f"{self.url}: {name} offers {offered}, not {one}"
        typed[:] = [pair for pair in typed if pair[0] != name] + [(name, one) for one in values]

    def _show(self, answer, fragment="", headers=None):
        for _ in range(5):
            if answer.status_code not in (301, 302, 303):
                break
            answer = self.send("GET", answer.headers["Location"], headers=headers or {})
        self.status, self.reply = answer.status_code, answer
        if answer.mimetype == "text/html":
            text = answer.get_data(as_text=True)
            if fragment and "<html" not in text:
                self._swap(text, answer.headers.get("HX-Retarget", fragment))
            else:
                check_html(text, self.url)
                self.page, self.already = BeautifulSoup(text, "html.parser"), Already()
                self.already.lengthen(self.page)
                check_page(self.page, self.url)
        return self

    def _swap(self, text, target, how="outerHTML"):
        """Put a fragment into the page the way htmx does: a title, an element for the target, the others by id."""
        main, *rest = [one for one in BeautifulSoup(text, "html.parser").children if isinstance(one, Tag)]
        if main.name == "title":
            self.page.title.replace_with(main)
            main, *rest = rest
        place = self.page.select_one(target)
        assert place, f"the page has no {target}"
        for one in main.select("[hx-preserve]"):
            kept = self.page.find(id=one["id"])
            assert kept, f"the page has no #{one['id']} to keep"
            one.replace_with(kept.extract())
        place.append(main) if how == "beforeend" else place.replace_with(main)
        for one in rest:
            assert one.get("hx-swap-oob"), f"{one.name}#{one.get('id')} is not marked out-of-band"
            place = self.page.find(id=one["id"])
            assert place, f"the page has no place for #{one['id']}"
            place.replace_with(one)
        self.already.lengthen(self.page)
        check_page(self.page, self.url)

    def text(self, selector="main"):
        """The words of a part of the page, spaces folded; "" when it is not there."""
        found = self.page.select_one(selector)
        return re.sub(r"\s+", " ", found.get_text(" ", strip=True)) if found else ""

    @property
    def heading(self):
        """The h1."""
        return self.text("h1")

    @property
    def path(self):
        """The address without its query."""
        return urlsplit(self.url).path

    @property
    def tabs(self):
        """{tab key: state} as the links say, in the order shown."""
        return {link["data-tab"]: link["data-state"] for link in self.page.select("#tabs [data-tab]")}

    @property
    def progress(self):
        """(done, total) of the progress line."""
        line = self.page.select_one("[data-done]")
        return int(line["data-done"]), int(line["data-total"])

    def error(self, name):
        """The message of a field, found the way a screen reader finds it; "" when there is none."""
        control = self._control(name)
        notes = [self.page.find(id=one) for one in control.get("aria-describedby", "").split()]
        return next((note.get_text(strip=True) for note in notes if note and "msg" in note.get("class", [])), "")

    @property
    def errors(self):
        """{control id: message} of the error summary."""
        return {link["href"][1:]: link.get_text(strip=True) for link in self.page.select("#esum a")}

    @property
    def title_says_error(self):
        """Whether the title begins by saying that something is wrong, as a screen reader reads it out."""
        return self.page.title.get_text().strip().startswith(("錯誤", "Error"))

    def value(self, name):
        """What a field holds; of checkboxes, the list."""
        controls = self.page.main.find_all(CONTROLS, attrs={"name": name})
        assert controls, f"{self.url} has no field {name}"
        kind = controls[0].get("type")
        if kind not in ("checkbox", "radio"):
            return value_of(controls[0])
        ticked = [one["value"] for one in controls if one.has_attr("checked")]
        return ticked if kind == "checkbox" else next(iter(ticked), "")

    def has_field(self, name):
        """Whether the form has this field and shows it."""
        control = self.page.main.find(CONTROLS, attrs={"name": [name, f"{name}-y"]})
        return control is not None and not is_hidden(control)

    def _control(self, name):
        control = self.page.main.find(CONTROLS, attrs={"name": [name, f"{name}-y"]})
        assert control, f"{self.url} has no field {name}"
        return control


def write(form, typed):
    """Put what was typed into the controls of a form, where it is when a fragment leaves them in the page."""
    values = _grouped(typed)
    for one in form.find_all(CONTROLS, attrs={"name": True}):
        given = values.get(one["name"], [])
        if one.name == "select":
            for option in one.find_all("option"):
                _set(option, "selected", option.get("value", option.get_text()) in given)
        elif one.get("type") in ("checkbox", "radio"):
            _set(one, "checked", one["value"] in given)
        elif one.name == "input" and given:
            one["value"] = given.pop(0) if len(given) > 1 else given[0]


def _set(control, attribute, is_on):
    control.attrs.pop(attribute, None)
    if is_on:
        control[attribute] = ""


def value_of(control):
    """The value of an input, select or textarea."""
    if control.name == "select":
        chosen = control.find("option", selected=True) or control.find("option")
        return chosen.get("value", chosen.get_text()) if chosen else ""
    if control.name == "textarea":
        return control.get_text().removeprefix("\n")
    return control.get("value", "")


def is_hidden(control):
    """Whether the control stands in something that is not shown."""
    return any(isinstance(parent, Tag) and parent.has_attr("hidden") for parent in control.parents)


def _is_sent(control):
    if control.has_attr("disabled") or control.get("type") == "file":
        return False
    return control.get("type") not in ("checkbox", "radio") or control.has_attr("checked")


def as_offered(value, offered):
    """A country by the name that the page offers, since long lists have no codes."""
    if offered is None or value in offered:
        return value
    return next((one for one in offered if one and places.named("countries", one) == value), value)


def _offered(controls):
    """The values to choose from, or None where anything can be typed."""
    if controls[0].name == "select":
        return [one.get("value", one.get_text()) for one in controls[0].find_all("option")]
    if controls[0].get("type") in ("radio", "checkbox"):
        return [one["value"] for one in controls]
    return None


def _grouped(pairs):
    groups = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups
