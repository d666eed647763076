"""Photos that wait for the office: who sees them, what a verdict is on, and what a student sees of it."""

from io import BytesIO

import pytest

from models import Photo
from tables.store import database
from tests.answers import a_photo
from tests.browser import Browser
from tests.offices import KAO, WU, YEH, employ, letters, sign_in
from tests.people import LIN
from tests.test_returns import what_is_noted


@pytest.fixture
def kao(app, lin_done):
    """A clerk of LIN's department, when LIN has sent a photo."""
    return sign_in(Browser(app), employ(KAO))


def mark():
    """The fingerprint of LIN's photo."""
    with database.connection_context():
        return Photo.get(Photo.student == LIN.account).fingerprint


def send_another(lin):
    """LIN sends another photo."""
    lin.open("/record/photo?edit=1")
    return lin.submit(files={"photo": (BytesIO(a_photo(700, 900)), "other.jpg")})


def boxes(browser):
    """The boxes of the grid."""
    return [one["value"] for one in browser.page.select("[name=good]")]


def reject(browser, reason="照片太暗"):
    """Through the grid, with a reason."""
    browser.open("/staff/photos").click("退回")
    browser.submit("main form[action$=preview]", reason=reason)
    return browser.submit(button=("do", "send"))


def test_a_ticked_photo_is_approved_and_gone_from_the_grid(kao, lin_done):
    assert boxes(kao.open("/staff/photos")) == [f"{LIN.account}/photo/{mark()}"]
    assert "等待學校審查" in lin_done.open("/record/photo").text()

    kao.submit(good=boxes(kao))

    assert "已核可 1 張照片" in kao.text(".note.ok") and boxes(kao) == []
    assert "已經審查通過" in lin_done.open("/record/photo").text()
    assert what_is_noted()[-2:] == ["photo-looked-at", "photo-approved"]


def test_a_photo_that_is_not_ticked_goes_on_waiting(kao):
    kao.open("/staff/photos").submit()

    assert len(boxes(kao)) == 1


def test_all_on_a_page_can_be_ticked_without_a_script(kao):
    kao.open("/staff/photos").click("勾選這一頁全部")
    kao.submit()

    assert boxes(kao) == []


def test_a_new_photo_waits_again(kao, lin_done):
    kao.open("/staff/photos?all=1").submit()
    send_another(lin_done)

    assert boxes(kao.open("/staff/photos")) == [f"{LIN.account}/photo/{mark()}"]
    assert "等待學校審查" in lin_done.open("/record/photo").text()


def test_a_photo_that_was_exchanged_meanwhile_is_not_approved_unseen(kao, lin_done):
    kao.open("/staff/photos?all=1")
    send_another(lin_done)

    kao.submit()

    assert "重新等待審查" in kao.text(".note.ok") and len(boxes(kao)) == 1


def test_a_rejected_photo_returns_its_tab_with_the_reason(kao, lin_done):
    reject(kao)

    assert kao.path == "/staff/photos" and "已退回照片" in kao.text(".note.ok") and boxes(kao) == []
    assert lin_done.open("/record").tabs["photo"] == "returned"
    lin_done.open("/record/photo")
    assert "照片太暗" in lin_done.text(".note.bad") and "沒有通過" in lin_done.text()
    assert "照片太暗" in letters()[-1][2]


def test_the_rejected_photo_will_not_do_again_and_another_does(kao, lin_done):
    reject(kao)

    lin_done.open("/record/photo").submit()
    assert lin_done.status == 422 and lin_done.error("photo") == "這一項已經退回，請換一個"

    send_another(lin_done)
    assert lin_done.open("/record").tabs["photo"] == "done" and len(boxes(kao.open("/staff/photos"))) == 1
    kao.open(f"/staff/returns/{LIN.account}/photo")
    assert kao.text("del").startswith("照片 ") and kao.text("ins") == f"照片 {mark()[:6]}"


def test_a_photo_that_was_rejected_once_is_looked_at_when_it_comes_back(kao, lin_done):
    first = mark()
    reject(kao)
    send_another(lin_done)
    lin_done.open("/record/photo?edit=1").submit(files={"photo": (BytesIO(a_photo()), "photo.jpg")})

    assert mark() == first and boxes(kao.open("/staff/photos")) == [f"{LIN.account}/photo/{first}"]


def test_nobody_sees_photos_of_other_departments(kao, app):
    picture = f"/staff/photos/{LIN.account}/photo/{mark()}.jpg"
    yeh = sign_in(Browser(app), employ(YEH))

    assert boxes(yeh.open("/staff/photos")) == []
    assert yeh.send("GET", picture).status_code == 404
    token = dict(yeh.typed(yeh.form("header form")))["csrf_token"]
    yeh.post("/staff/photos", {"csrf_token": token, "good": f"{LIN.account}/photo/{mark()}"})
    assert len(boxes(kao.open("/staff/photos"))) == 1
    wu = sign_in(Browser(app), employ(WU, has_phone=True))
    assert wu.send("GET", picture).status_code == 200


def test_a_picture_is_small_and_kept_by_no_cache(kao):
    reply = kao.send("GET", f"/staff/photos/{LIN.account}/photo/{mark()}.jpg")

    assert reply.content_type == "image/jpeg" and len(reply.data) < 15_000
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert kao.send("GET", f"/staff/photos/{LIN.account}/photo/{'0' * 32}.jpg").status_code == 404
