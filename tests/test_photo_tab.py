"""The photo: taken, refused with a reason, shown to its owner and nobody else."""

import io

import pytest

from blueprints.assets import FOLDER
from models import Photo, SavedTab
from tables.store import database
from tests.answers import a_photo, begin
from tests.browser import Browser
from tests.people import CHEN, LIN

HEIC = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200


def send(browser, content, name="photo.jpg"):
    """Send a file with the form of the tab."""
    return browser.open("/record/photo?edit=1").submit(files={"photo": (io.BytesIO(content), name)})


def address(browser):
    """Where the photo of the tab is."""
    return browser.open("/record/photo").page.select_one("#panel img")["src"]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WebP"])
def test_a_photo_turns_the_tab_green_and_is_shown(lin, format):
    send(lin, a_photo(format=format), "IMG_0001.bin")
    assert lin.status == 200 and lin.tabs["photo"] == "done"

    picture = lin.send("GET", address(lin))
    assert picture.mimetype == "image/jpeg" and picture.data.startswith(b"\xff\xd8\xff")
    assert len(picture.data) < 200_000


BAD = {
    "a text": b"this is no picture",
    "a HEIC": HEIC,
    "a PDF": b"%PDF-1.7" + b"x" * 100,
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "half a photo": a_photo()[:2000],
    "too small": a_photo(100, 100),
    "empty": b"",
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_cannot_be_used_is_explained(lin, what):
    send(lin, BAD[what])

    assert lin.status == 422 and lin.tabs["photo"] == "todo"
    assert list(lin.errors) == ["photo"] and lin.error("photo") == lin.errors["photo"]


def test_an_iphones_format_is_named_with_what_to_do(lin):
    send(lin, HEIC, "IMG_0001.HEIC")

    assert "HEIC" in lin.error("photo")


def test_a_bad_file_leaves_the_earlier_photo_in_place(lin):
    send(lin, a_photo())
    before = lin.send("GET", address(lin)).data

    send(lin, BAD["a text"])

    assert lin.status == 422 and list(lin.errors) == ["photo"]
    assert lin.open("/record").tabs["photo"] == "done" and lin.send("GET", address(lin)).data == before


def test_a_second_photo_takes_the_place_of_the_first_under_another_address(lin):
    send(lin, a_photo())
    first = address(lin)

    send(lin, a_photo(700, 900))

    assert address(lin) != first
    with database.connection_context():
        assert Photo.select().count() == 1


def test_saving_without_choosing_again_keeps_the_photo(lin):
    send(lin, a_photo())

    lin.open("/record/photo?edit=1").submit()

    assert lin.status == 200 and lin.tabs["photo"] == "done"


def test_no_photo_is_asked_for(lin):
    lin.open("/record/photo").submit()

    assert lin.status == 422 and list(lin.errors) == ["photo"]


def test_the_photo_is_its_owners_only(app, lin_plain):
    send(lin_plain, a_photo())
    path = address(lin_plain)

    assert begin(Browser(app), CHEN).send("GET", path).status_code == 404
    assert Browser(app).send("GET", path).status_code == 302


def test_the_photo_is_kept_by_no_cache_and_runs_nothing(lin_plain):
    send(lin_plain, a_photo())

    headers = lin_plain.send("GET", address(lin_plain)).headers

    assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_photo_is_stored_sealed_and_never_among_the_static_files(lin_plain):
    before = sorted(FOLDER.rglob("*"))
    send(lin_plain, a_photo())

    assert sorted(FOLDER.rglob("*")) == before
    with database.connection_context():
        (row,) = Photo.select()
        assert b"\xff\xd8\xff" not in bytes(row.jpeg)[:64] and b"JFIF" not in bytes(row.jpeg)
        assert Photo.read(LIN.account, "photo").startswith(b"\xff\xd8\xff")


def test_nothing_of_the_file_but_its_pixels_is_kept(lin_plain):
    send(lin_plain, a_photo() + b"<script>alert(1)</script>GPS 25.0214 121.5441")

    picture = lin_plain.send("GET", address(lin_plain)).data
    assert b"script" not in picture and b"GPS" not in picture


def test_a_file_name_is_never_used(lin_plain):
    for name in ("../../etc/passwd", "a\x00.jpg", "CON", "x" * 300 + ".jpg", '"><script>.jpg', "\u202egpj.exe"):
        send(lin_plain, a_photo(), name)
        assert lin_plain.status == 200, name
        assert "passwd" not in lin_plain.text("body")


def test_a_posted_fingerprint_is_no_photo(lin_plain):
    token = dict(lin_plain.open("/record/photo").typed())["csrf_token"]

    lin_plain.post("/record/photo", {"csrf_token": token, "photo": "0123456789abcdef" * 2})

    assert lin_plain.status == 422
    with database.connection_context():
        assert not SavedTab.of(LIN.account)["photo"][0].get("photo")


def test_more_than_ten_megabytes_get_a_clear_answer_and_keep_the_page(lin):
    send(lin, b"\xff\xd8\xff" + b"x" * 10_500_000)
    assert lin.status in (413, 422) and "10 MB" in lin.text("body")

    send(lin, b"\xff\xd8\xff" + b"x" * 12_000_000)
    assert lin.status == 413 and "10 MB" in lin.text("body")
