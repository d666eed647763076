"""Legs of the tour through what the office gives back, approves and corrects, at both ends."""

from tests.tour import PHOTO

REASON = "地址請寫到樓層。"


def at_the_office(site, window):
    """A clerk returns a tab, looks at photos and at requests for corrections."""
    person, cookies = site.returning("woman", ["photo", "contact"])
    page = window.page
    window.context.add_cookies(cookies)
    yield from asking(window)
    window.context.clear_cookies()
    window.context.add_cookies(site.clerk())
    for path in ("/staff/photos", "/staff/returns", "/staff/corrections"):
        page.goto(path)
        yield path
    page.locator("td a").first.click()
    window.press("不同意更正" if window.lang == "zh" else "Decline the request")
    yield "/staff/corrections: mistakes"
    yield from returning(window, f"/staff/returns/{person.account}/contact")
    window.context.clear_cookies()
    window.context.add_cookies(cookies)
    for path in ("/home", "/record", "/record/contact", "/corrections"):
        page.goto(path)
        yield f"{path}: returned"


def asking(window):
    """A student asks for a correction."""
    page = window.page
    page.goto("/corrections")
    yield "/corrections"
    page.goto("/corrections/name_zh")
    yield "/corrections/name_zh"
    window.press()
    yield "/corrections/name_zh: mistakes"
    window.fill(wanted="林𠮷晴", reason="身分證上寫的是這個字", proof=PHOTO)
    window.press()
    yield "/corrections: sent"


def returning(window, path):
    """One tab from the empty form to the case that waits."""
    window.page.goto(path)
    yield path
    window.press()
    yield f"{path}: mistakes"
    window.fill(reason=REASON)
    window.press()
    yield f"{path}: preview"
    window.press()
    yield "/staff/returns: returned"
    window.page.goto(path)
    yield f"{path}: waiting"
