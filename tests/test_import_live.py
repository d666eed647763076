"""The whole way of a roster in a real browser: upload, columns, preview, confirm, undo; a large one with its bar."""

import pytest

from tests.live import DESKTOP, PHONE, Window, row
from tests.live_staff import close_imports, registrar_cookies
from tests.rosters import ZH, csv_of, people
from tests.test_axe import OPTIONS, RUN, SCRIPT

pytestmark = pytest.mark.browser
ODD = {**ZH, "student_no": "stuNo", "group": "備註"}
MANY = 600


@pytest.fixture(scope="module")
def cookies(site):
    """Of a registrar who is signed in at the site."""
    return registrar_cookies(site)


@pytest.fixture
def wu(site, chromium, cookies):
    """The registrar at a desk, with axe at hand."""
    close_imports(site)
    with Window(chromium, site, size=DESKTOP, reduced_motion="reduce") as window:
        window.context.add_cookies(cookies)
        window.context.add_init_script(SCRIPT)
        window.page.goto("/staff/import")
        yield window
        assert window.complaints == [] and window.abroad == []


def choose(window, content, name="roster.csv"):
    """Put a file into the box and send it."""
    window.page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
    window.press("上傳並檢查")


def is_open_to_everybody(window):
    """Axe finds nothing at a desk or on a phone, and nothing sticks out of a phone."""
    for size in (DESKTOP, PHONE):
        window.page.set_viewport_size(size)
        assert window.page.evaluate(RUN, OPTIONS) == [], f"{window.page.url}, {size['width']} px"
    assert window.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    window.page.set_viewport_size(DESKTOP)


def test_from_upload_to_undo(site, wu):
    changed = [{**row("minor", 59), "name_zh": "改名了"}]
    new = people(120)
    is_open_to_everybody(wu)

    choose(wu, csv_of([*new, {**new[0], "student_no": new[1]["student_no"]}, *changed], ODD))
    is_open_to_everybody(wu)
    wu.fill(c0="student_no")
    wu.press("檢查每一列")
    assert "和第" in wu.text("#problems")
    is_open_to_everybody(wu)

    wu.press("取消")
    choose(wu, csv_of([*new, *changed], ODD))
    assert "姓名：撒韵‧瓦旦‧比黛古莉 → 改名了" in wu.text("#changes")
    is_open_to_everybody(wu)
    wu.press("確認匯入 121 人")
    assert "已匯入 121 人" in wu.text(".note")
    is_open_to_everybody(wu)

    wu.page.get_by_text("復原這次匯入").first.click()
    is_open_to_everybody(wu)
    wu.press("復原這次匯入")
    assert "移除 120 人，恢復原本資料 1 人" in wu.text(".note")
    is_open_to_everybody(wu)


def test_a_list_of_bad_cells_is_turned_without_leaving_the_page(wu):
    choose(wu, csv_of(people(130, birth_date="2007-02-30")))
    url = wu.page.url

    wu.page.locator("#problems .pager a").last.click()
    wu.page.wait_for_selector("#problems [aria-current]:text-is('3')")

    assert wu.page.url == url and "131" in wu.text("#problems tbody")
    wu.press("取消")


def test_a_large_roster_shows_how_far_it_is_survives_a_reload_and_leads_on_by_itself(wu):
    choose(wu, csv_of(people(MANY)))
    assert wu.page.locator("progress").count() == 1

    wu.page.reload()
    wu.page.wait_for_selector(".stats", timeout=120_000)

    assert f"新增\n{MANY}" in wu.text(".stats")
    wu.press("取消")


def test_a_file_that_is_too_large_is_not_even_sent(wu):
    wu.page.evaluate("document.querySelector('#file').dataset.most = 10")
    wu.page.set_input_files("#file", {"name": "x.csv", "mimeType": "text/csv", "buffer": b"x" * 11})

    assert (
        wu.page.evaluate("document.querySelector('#file').validationMessage") == "檔案超過 20 MB，請依學制分成幾個檔案"
    )


def test_without_javascript_the_page_of_a_large_roster_loads_itself_anew(site, chromium, cookies):
    close_imports(site)
    with Window(chromium, site, size=DESKTOP, java_script_enabled=False) as window:
        window.context.add_cookies(cookies)
        window.page.goto("/staff/import")
        window.page.set_input_files("#file", {"name": "x.csv", "mimeType": "text/csv", "buffer": csv_of(people(MANY))})
        window.page.get_by_role("button", name="上傳並檢查").click()

        window.page.wait_for_selector(".stats", timeout=120_000)

        window.page.get_by_role("button", name="取消").click()
