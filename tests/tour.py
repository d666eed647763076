"""Every page and state that a student can meet, one after the other, for tests that look at each of them.

A leg of the tour is a generator: it yields the name of a state and leaves the window in it until it is asked to go on.
"""

from tables.store import now
from tables.visits import fingerprint
from tests import stored
from tests.answers import ANSWERS, a_photo, answer
from tests.people import PASSWORD

NEW = "Marzipan-Lantern-58"
PHOTO = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}


def public(site, window):
    """What everybody may open and send."""
    yield from front(site, window)
    yield from looking_up(site, window)
    yield from knocking(site, window)
    yield from forgetting(site, window)


def front(site, window):
    """What everybody may open."""
    page = window.page
    for path in ("/", "/lookup", "/intue/login", "/portal/login", "/password/forgot", "/privacy", "/accessibility"):
        page.goto(path)
        yield path
    for path in ("/intue/login?notice=expired", "/intue/login?notice=out", "/no/such/page", "/password/reset/none"):
        page.goto(path)
        yield path
    page.goto("/")
    page.locator("details.more summary").click()
    yield "/ unfolded"


def looking_up(site, window):
    """The look-up, in all its answers."""
    person = site.person("woman")
    y, m, d = person.birthday
    right = {"program": person.program, "id_number": person.id_number, "birth_date-y": y, "birth_date-m": m}
    for name, answers in {
        "nothing": {},
        "mistakes": {"id_number": "A12345678", "birth_date-y": "92", "birth_date-m": "13", "birth_date-d": "5"},
        "a stranger": {**right, "id_number": "A123456789", "birth_date-d": d},
        "found": {**right, "birth_date-d": d},
    }.items():
        window.page.goto("/lookup")
        window.fill(**answers, captcha=site.code(window.page))
        window.press()
        yield f"/lookup: {name}"
    for _ in range(5):
        window.page.goto("/lookup")
        window.fill(**right, birth_date__d=d, captcha=site.code(window.page))
        window.press()
    yield "/lookup: too often"


def knocking(site, window):
    """Both doors, closed."""
    person = site.person("man")
    for door in ("/intue/login", "/portal/login"):
        window.page.goto(door)
        window.press()
        yield f"{door}: nothing"
        for _ in range(2):
            code = {"captcha": site.code(window.page)} if site.code(window.page) else {}
            window.fill(account=person.account, password="wrong", **code)
            window.press()
        yield f"{door}: wrong"


def forgetting(site, window):
    """The way to a new password by mail."""
    person, page = site.person("woman"), window.page
    page.goto("/password/forgot")
    window.press()
    yield "/password/forgot: nothing"
    window.fill(id_number=person.id_number, email="me@example.com", captcha=site.code(page))
    window.press()
    yield "/password/forgot: sent"
    page.goto(f"/password/reset/{link_for(site, person)}")
    yield "/password/reset"
    window.fill(new="abc", again="abd")
    window.press()
    yield "/password/reset: mistakes"


def link_for(site, person):
    """The token of a link as the student would get it by mail."""
    token = f"link-for-{person.account}"
    values = fingerprint(token), person.account, now() + 600
    stored.row(site.folder, "INSERT INTO reset_link (id, student_id, expires_at) VALUES (?, ?, ?)", *values)
    return token


def first_day(site, window, kind="man"):
    """From the first log-in to the list of tabs."""
    person, page = site.person(kind), window.page
    page.goto("/intue/login")
    window.fill(account=person.account, password=person.first)
    window.press()
    yield "/password/first"
    window.fill(new="12345678", again="1")
    window.press()
    yield "/password/first: mistakes"
    window.fill(new=PASSWORD, again=PASSWORD)
    window.press()
    yield "/home"
    page.locator("details.menu summary").click()
    yield "/home: menu"
    yield from reading(window)


def reading(window):
    """The privacy notice, and what it opens."""
    window.go(window.page.locator("main .btn.go"))
    yield "/record/notice"
    window.press()
    yield "/record/notice: nothing ticked"
    give(window)
    window.press()
    window.page.goto("/record")
    yield "/record"


def every_tab(site, window, kind="man"):
    """Each tab as it is at first, with errors, saved, as a summary and being changed again; then the end."""
    _, cookies = site.returning(kind)
    page = window.page
    window.context.add_cookies(cookies)
    page.goto("/record")
    for path in page.locator("[data-tab]").evaluate_all("all => all.map(one => one.pathname)"):
        page.goto(path)
        yield path
        window.save()
        yield f"{path}: mistakes"
        fill_in(window)
        yield f"{path}: saved"
        page.goto(path)
        yield f"{path}: summary"
        page.locator(f"#panel a[href='{path}?edit=1']").click()
        page.wait_for_selector("#panel form")
        yield f"{path}: changing"
    yield from at_the_end(window)


def at_the_end(window):
    """The pages of somebody who has done everything, and the way out."""
    page = window.page
    for path in ("/record", "/home", "/record/receipt", "/password/change"):
        page.goto(path)
        yield f"{path}: all done"
    for name, typed in {
        "wrong": {"current": "wrong"},
        "another": {"current": PASSWORD},
        "mistakes": {"new": "short", "again": "other"},
        "changed": {"new": NEW, "again": NEW},
    }.items():
        window.fill(**typed)
        window.press()
        yield f"/password/change: {name}"
    page.locator("details.menu summary").click()
    page.locator("header form button").click()
    yield "/logout"


def fill_in(window):
    """Fill in what the form asks for and save; then what the server asks for beyond that."""
    give(window)
    window.save()
    beyond = window.page.locator("#esum a").evaluate_all("all => all.map(a => a.hash.slice(1))")
    if beyond:
        give(window, [name for name in beyond if name in ANSWERS])
        window.save()


ASKED = """() => [...document.querySelectorAll('main [required]')]
    .filter(one => one.checkVisibility() && !one.validity.valid).map(one => one.name)"""


def give(window, names=None):
    """Answer these fields, or everything that the form still asks for."""
    for name in dict.fromkeys(names if names is not None else window.page.evaluate(ASKED)):
        window.fill(**{name: PHOTO if name == "photo" else answer(name, window.lang)})


def saving(site, window):
    """What can come between pressing Save and the green tab."""
    _, cookies = site.returning("woman")
    page = window.page
    window.context.add_cookies(cookies)
    page.goto("/record/status")
    window.fill(indigenous="平地原住民", disability="領有身心障礙證明", new_immigrant="是")
    yield "/record/status: unfolded"
    held = window.hold("**/record/status")
    window.press()
    page.wait_for_selector("form.htmx-request")
    yield "/record/status: saving"
    held[0].abort()
    page.wait_for_selector(".save.bad")
    yield "/record/status: no connection"
    page.unroute("**/record/status")
    yield from logged_out(window, cookies)
    page.goto("/record/photo")
    window.fill(photo=PHOTO)
    yield "/record/photo: chosen"


def logged_out(window, cookies):
    """Saving when the session has ended, again after a new one began, what is a draft then, and two versions of it."""
    page = window.page
    window.context.clear_cookies()
    window.press()
    page.wait_for_selector("#door form")
    yield "/record/status: logged out"
    window.context.add_cookies(cookies)
    with page.expect_response("**/record/status"):
        window.press()
    page.wait_for_selector(".save.bad")
    yield "/record/status: logged in again"
    page.goto("/record/status")
    yield "/record/status: draft"
    beside = window.context.new_page()
    beside.goto("/record/status")
    beside.locator("[name=new_immigrant]").first.check()
    with beside.expect_response(lambda reply: reply.request.method == "POST" and reply.url.endswith("/status")):
        beside.locator("#save .btn").click()
    beside.close()
    window.fill(new_immigrant="不提供")
    window.press()
    page.wait_for_selector("form.clash")
    yield "/record/status: two versions"
