"""The pages by which data leaves the system, or ends in it: export, columns, Big5, the log, retention."""

from tests.live_staff import registrar_cookies


def leaving(site, window):
    """Each page as it is at first, with mistakes, and filled in."""
    site.returning("man", None)
    window.context.add_cookies(registrar_cookies(site))
    yield from export(window)
    yield from columns(window)
    yield from log(window)
    yield from retention(window)


def export(window):
    """The form, and the list of what Big5 lacks: the man of the tests has a rare name."""
    page = window.page
    page.goto("/staff/export")
    yield "/staff/export"
    press(page, "#order")
    yield "/staff/export: mistakes"
    page.locator("#what-2").check()
    page.locator("#who").select_option("complete")
    page.locator("#kind-3").check()
    page.locator("#reason").fill("axe")
    press(page, "#order")
    yield "/staff/export: Big5"
    with page.expect_download() as download:
        press(page, "#as-big5")
    assert download.value.path().stat().st_size > 500
    page.goto("/staff/export")
    yield "/staff/export: with what was exported"


def columns(window):
    """Columns, none yet and some."""
    page = window.page
    page.goto("/staff/export/columns/new")
    yield "/staff/export/columns/new"
    press(page, "#columns-form")
    yield "/staff/export/columns/new: mistakes"
    page.locator("details.more:has([id='a-roster.student_no']) summary").click()
    page.locator("[id='a-roster.student_no']").check()
    page.locator("#columns-form button[value=more]").last.click()
    page.wait_for_selector("[id='n-roster.student_no']")
    yield "/staff/export/columns/new: chosen"


def log(window):
    """The log, with a day that is none, and of nobody."""
    for path in ("", "?since=2026-13-01", "?account=nobody"):
        window.page.goto(f"/staff/log{path}")
        yield f"/staff/log{path}"


def retention(window):
    """Retention, with nobody due."""
    for path in ("", "?months=6", "?months=x"):
        window.page.goto(f"/staff/retention{path}")
        yield f"/staff/retention{path}"


def press(page, form):
    """The last button of a form that is shown."""
    page.locator(f"{form} .btn").last.click()
