"""What staff can open of students: the counts, the list and one student's page, in every state."""

from tests.live_staff import registrar_cookies


def students(site, window):
    """From the counts to the names to one student."""
    person, _ = site.returning("woman", ["basic", "photo"])
    window.context.add_cookies(registrar_cookies(site))
    page = window.page
    for path in (
        "/staff",
        "/staff/progress/contact",
        "/staff/students",
        "/staff/students?state=begun",
        "/staff/settings",
    ):
        page.goto(path)
        yield path
    page.goto("/staff/students?q=nobody")
    yield "/staff/students: none"
    page.goto("/staff/students")
    window.fill(who="A123456789")
    window.press("找" if window.lang == "zh" else "Find")
    yield "/staff/students: not found"
    yield from one_student(person, window)


def one_student(person, window):
    """One student's page, with what unfolds on it."""
    page = window.page
    page.goto(f"/staff/students/{person.account}")
    yield "/staff/students/…"
    page.locator("#panel details summary").click()
    page.locator("#who details summary").click()
    yield "/staff/students/…: unfolded"
    page.locator("#who form .btn").click()
    page.wait_for_selector("#esum")
    yield "/staff/students/…/number: mistakes"
    window.fill(reason="兵役單位核對")
    page.locator("#who form .btn").click()
    page.wait_for_selector("#who:not(:has(form))")
    yield "/staff/students/…: whole number"
    page.locator("[data-tab=photo]").click()
    page.wait_for_selector("#panel img")
    yield "/staff/students/…/tab/photo"
