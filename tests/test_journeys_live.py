"""From the look-up to the proof in a real browser, with a real server: nothing here is imagined but the people."""

import pytest

from tests.live import Window, serving
from tests.people import PASSWORD
from tests.tour import fill_in

pytestmark = pytest.mark.browser
DONE = {"zh": "已完成", "en": "Done"}
ALL_DONE = {"zh": "全部完成了！", "en": "All done!"}


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["woman", "man", "overseas"])
def test_a_new_student_goes_from_the_look_up_to_the_proof(site, chromium, kind, lang, script):
    person = site.person(kind)
    with Window(chromium, site, lang, java_script_enabled=script) as window:
        find_number(window, person)
        set_password(window, person)
        read_notice(window, person)
        first = len(window.requests)
        fill_tabs(window, person, lang, script)
        kinds = [one.resource_type for one in window.requests[first:]]
        assert kinds.count("document" if script else "fetch") == 0
        assert kinds.count("fetch" if script else "document") >= person.tabs
        window.page.goto("/record")
        assert window.text("h1") == ALL_DONE[lang]
        window.page.goto("/record/receipt")
        assert person.account in window.text("article") and person.name in window.text("article")
        assert not window.complaints and not window.abroad


def find_number(window, person):
    """Home, look-up, and on to the door with the number filled in."""
    window.page.goto("/")
    window.page.locator("main a[href='/lookup']").click()
    look_up(window, person)
    window.page.locator("main .acts .btn.go").click()
    assert window.page.locator("#account").input_value() == person.account


def look_up(window, person, **code):
    """Fill in the form; the answer is the student number."""
    year, month, day = person.birthday
    birthday = {"birth_date-y": year, "birth_date-m": month, "birth_date-d": day}
    window.fill(program=person.program, id_number=person.id_number, **birthday, **code)
    window.press()
    assert window.page.locator("[data-student-no]").get_attribute("data-student-no") == person.account


def set_password(window, person):
    """The initial password opens one page only, which asks for another."""
    window.fill(password=person.first)
    window.press()
    assert window.page.url.endswith("/password/first")
    window.fill(new=PASSWORD, again=PASSWORD)
    window.press()
    assert window.page.url.endswith("/home")


def read_notice(window, person):
    """The one button of the portal leads through the privacy notice to the first tab."""
    menu = window.page.locator("details.menu")
    menu.locator("summary").click()
    window.go(window.page.locator("main .btn.go"))
    assert menu.get_attribute("open") is None
    assert window.page.url.endswith("/record/notice")
    window.fill(ack="yes")
    window.press()
    assert window.page.locator("#progress").get_attribute("data-total") == str(person.tabs)


def fill_tabs(window, person, lang, script):
    """Every tab in its turn, in Chinese first saved empty; each green tab offers the next."""
    for done in range(1, person.tabs + 1):
        key = window.page.locator("#tabs [aria-current=page]").get_attribute("data-tab")
        if lang == "zh":
            window.save()
            assert window.page.locator("#esum a").count() and window.state(key) == "todo"
            assert not script or window.page.evaluate("document.activeElement.id") == "esum"
        fill_in(window)
        assert window.state(key) == "done" and window.text("#panel .head .st") == DONE[lang]
        assert window.page.locator("#progress").get_attribute("data-done") == str(done)
        assert not script or window.page.evaluate("document.activeElement.id") == "ph"
        onward = window.page.locator("#panel .acts .btn.go")
        assert onward.count() == 1
        if done < person.tabs:
            window.turn(onward)


def test_the_code_in_the_picture_opens_the_look_up_and_the_portal(tmp_path, chromium):
    with serving(tmp_path) as site, Window(chromium, site) as window:
        person = site.person("woman")
        window.page.goto("/lookup")
        first = window.page.locator("#cap-box img").get_attribute("src")
        window.page.locator("[data-renew]").click()
        window.page.wait_for_selector(f"#cap-box img:not([src='{first}'])")
        look_up(window, person, captcha=site.code(window.page))

        window.page.goto("/portal/login")
        window.fill(account=person.account, password=person.second, captcha="00000")
        window.press()
        assert window.page.locator("#esum a").get_attribute("href") == "#captcha"
        assert window.page.locator("#account").input_value() == person.account
        window.fill(password=person.second, captcha=site.code(window.page))
        window.press()
        assert window.page.url.endswith("/password/first")
