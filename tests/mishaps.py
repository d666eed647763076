"""What can go wrong while a student fills in a tab: what they do, see, and find in the database in the end."""

from playwright.sync_api import expect

from tests import stored
from tests.people import PASSWORD
from tests.stage import TAB, TYPED

OTHER = {"email": "elsewhere@example.com"}
NET, SERVER, ENDED = "網路斷了", "系統出了問題", "登入已結束"


def cut(how):
    """The line is cut at some moment of a save."""

    def act(scene):
        scene.line.next_save = how
        scene.press()
        scene.sees(NET)
        scene.sees_all()
        scene.notices_line()
        scene.sees_saved()

    return act


def stalled(scene):
    scene.line.next_save = "stall"
    scene.press()
    expect(scene.page.locator("#live")).to_have_text("儲存中…")
    scene.saw.append("儲存中…")
    scene.sees_saved()


def busy(scene):
    scene.line.next_save = "busy"
    scene.press()
    scene.sees(SERVER)
    scene.sees_all()
    scene.sees_saved()


def restarted(scene):
    scene.site.die()
    scene.press()
    scene.sees(NET)
    scene.sees_all()
    scene.site.rise()
    scene.notices_line()
    scene.sees_saved()


def offline(scene):
    scene.window.context.set_offline(True)
    scene.press()
    scene.sees(NET)
    scene.sees_all()
    scene.page.wait_for_timeout(scene.patience)
    scene.window.context.set_offline(False)
    scene.sees_saved()


def comes_back(scene, password=PASSWORD):
    """Press Save, find the door in the page, log in there, and press once more."""
    scene.press()
    scene.sees(ENDED)
    scene.sees_all()
    scene.log_in_here(password)
    scene.press()
    scene.sees_saved()


def without_cookies(scene):
    scene.window.context.clear_cookies()
    comes_back(scene)


def expired(scene):
    stored.row(scene.site.folder, "UPDATE session SET opened_at = 0 WHERE student_id = ?", scene.person.account)
    comes_back(scene)


def password_changed(scene):
    new = "Harbour*Lantern82"
    with scene.other() as elsewhere:
        elsewhere.open("/password/change").submit(current=PASSWORD).submit(new=new, again=new)
    comes_back(scene, new)


def reloaded(scene):
    scene.page.reload()
    scene.sees_all()
    scene.saw.append(scene.page.locator("#panel .note.warn h2").inner_text())
    scene.press()
    scene.sees_saved()


def gone_back(scene):
    scene.page.goto("/home")
    scene.page.go_back()
    scene.sees_all()
    scene.press()
    scene.sees_saved()


def from_cache(scene):
    """As a browser does that kept the page as it was: the event says so, and the form is the old one."""
    with scene.other() as elsewhere:
        scene.type()
        elsewhere.submit(**OTHER)
    scene.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    scene.press()
    scene.sees_saved()
    assert scene.saved | OTHER == scene.saved


def tapped_twice(scene):
    before = scene.line.saves
    scene.page.locator("#save .btn").dblclick()
    scene.sees_saved()
    assert scene.line.saves == before + 1


def two_tabs(scene):
    beside = scene.window.context.new_page()
    beside.goto(f"{TAB}?edit=1")
    scene.type()
    beside.locator("[name=email]").fill(OTHER["email"])
    beside.locator("#save .btn").click()
    beside.locator("#panel .note.ok").wait_for()
    scene.press()
    scene.sees_saved()
    assert scene.saved | OTHER == scene.saved


def two_devices(scene):
    with scene.other() as elsewhere:
        scene.type()
        elsewhere.submit(**OTHER)
    scene.press()
    scene.sees_saved()
    assert scene.saved | OTHER == scene.saved


def clash(scene):
    with scene.other() as elsewhere:
        scene.type()
        elsewhere.submit(mobile="0900000001", **OTHER)
    scene.press()
    scene.page.locator("form.clash").wait_for()
    both = scene.page.locator("form.clash table").inner_text()
    scene.saw.append(" · ".join(both.split("\t")).replace("\n", " "))
    assert scene.saved["mobile"] == "0900000001" and scene.draft["mobile"] == TYPED["mobile"]
    scene.page.locator("form.clash [value=mine]").click()
    scene.sees_saved()
    assert scene.saved | OTHER == scene.saved


def phone_dies(scene):
    scene.page.close()
    assert scene.draft == TYPED
    scene.page = scene.window.page = scene.window.context.new_page()
    scene.page.goto(TAB)
    scene.sees_all()
    scene.saw.append(scene.page.locator("#panel .note.warn h2").inner_text())
    scene.press()
    scene.sees_saved()


def typed(act):
    """It happens when something was typed, and the server knows."""

    def begin(scene):
        scene.type()
        act(scene)

    return begin


MISHAPS = {
    "cut before the request": typed(cut("before")),
    "cut in the middle of the request": typed(cut("during")),
    "cut after the request: saved, but nobody hears it": typed(cut("after")),
    "a stall of 5 seconds": typed(stalled),
    "503 from the proxy": typed(busy),
    "server killed and started again": typed(restarted),
    "offline for a while": typed(offline),
    "cookies deleted": typed(without_cookies),
    "session expired": typed(expired),
    "password changed elsewhere": typed(password_changed),
    "page reloaded": typed(reloaded),
    "back button": typed(gone_back),
    "an old form, as a cache of whole pages keeps it": from_cache,
    "double tap": typed(tapped_twice),
    "two tabs of one browser": two_tabs,
    "two devices, different fields": two_devices,
    "two devices, the same field": clash,
    "the phone dies": typed(phone_dies),
}
