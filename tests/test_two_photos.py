"""One student at two devices, each with a photo of its own: both are shown, and she says which is hers."""

from io import BytesIO

import pytest

from models import Photo, SavedTab, Student
from tables.drafts import Draft
from tables.photos import Picture
from tables.store import database
from tests.answers import a_photo, begin, log_in
from tests.browser import Browser
from tests.offices import KAO, employ, sign_in
from tests.people import CHEN, LIN
from tests.seasons import HOUR, wave

TAB = "/record/photo"
FIRST, SECOND, THIRD = (a_photo(600, height) for height in (700, 800, 1200))


def another(lin):
    """One more device of hers, with the same way of sending forms, at the tab."""
    device = Browser(lin.client.application, htmx=lin.htmx)
    log_in(device, LIN)
    return device.open(TAB, edit=1)


@pytest.fixture
def phone(lin):
    """Another device of hers; the tab is open on both, and was never saved."""
    lin.open(TAB)
    return another(lin)


@pytest.fixture
def clash(lin, phone):
    """Both have sent a photo: FIRST is saved, and SECOND is what `lin` is asked about."""
    send(phone, FIRST)
    return send(lin, SECOND)


def send(device, content):
    """Send a photo with the form that is open."""
    return device.submit(files={"photo": (BytesIO(content), "me.jpg")})


def choose(device, which):
    """Press one of the two buttons."""
    return device.submit("form.clash", button=("keep", which))


def pictures(device, selector="#panel img"):
    """Every photo that the page shows there, as it comes."""
    found = [device.send("GET", one.get("src") or one["data-src"]) for one in device.page.select(selector)]
    assert all(one.status_code == 200 for one in found)
    return [one.data for one in found]


def looks(student=LIN):
    """What is stored: (answer, fingerprint of the saved photo, what is a draft)."""
    with database.connection_context():
        kept = SavedTab.of(student.account).get("photo", ({}, None))[0].get("photo", "")
        (row,) = Photo.select().where(Photo.student == student.account)
        assert Photo.mark(student.account, Photo.read(student.account, "photo")) == row.fingerprint
        return kept, row.fingerprint, Draft.of(student.account, "photo")[0]


def test_both_photos_are_shown_and_the_saved_one_stays(lin, phone):
    send(phone, FIRST)
    saved = pictures(phone.open(TAB))
    send(lin, SECOND)
    there, here = pictures(lin, "form.clash td img")

    assert lin.status == 409 and [there] == saved and here != there
    answer, stored, draft = looks()
    assert answer == stored != draft["photo"] and len(lin.page.select(".acts button")) == 2


def test_the_one_that_was_sent_is_saved_without_being_sent_again(lin, clash):
    _, here = pictures(lin, "form.clash td img")
    mark = looks()[2]["photo"]
    choose(lin, "mine")

    assert lin.status == 200 and lin.tabs["photo"] == "done" and pictures(lin) == [here]
    assert looks() == (mark, mark, {}) and pictures(lin.open(TAB)) == [here]


def test_the_one_that_was_saved_is_kept_and_the_other_is_gone(lin, clash):
    there, _ = pictures(lin, "form.clash td img")
    mark, (_, unwanted) = looks()[0], [one["src"] for one in lin.page.select("form.clash td img")]
    choose(lin, "theirs")

    assert lin.status == 200 and pictures(lin) == [there] and looks() == (mark, mark, {})
    assert lin.send("GET", unwanted).data == there


def test_whoever_walks_away_finds_the_photo_as_a_draft_on_every_device(lin, phone, clash):
    _, here = pictures(lin, "form.clash td img")
    for device in (phone, lin):
        device.open(TAB)
        assert pictures(device) == [here] and "這張照片還沒儲存" in device.text("#photo-f")
    mark = looks()[2]["photo"]
    phone.submit()

    assert phone.status == 200 and pictures(phone) == [here] and looks() == (mark, mark, {})


def test_a_draft_that_is_discarded_takes_its_photo_along(lin, clash):
    there, _ = pictures(lin, "form.clash td img")
    lin.open(TAB).submit(button=("do", "discard"))

    assert pictures(lin) == [there] and looks()[2] == {}


def test_another_photo_takes_the_place_of_the_draft(lin, clash):
    mark = looks()[2]["photo"]
    send(lin.open(TAB), THIRD)

    assert lin.status == 200
    answer, stored, draft = looks()
    assert answer == stored != mark and draft == {}


def test_a_choice_that_comes_too_late_is_asked_for_again(lin, phone, clash):
    mine = pictures(lin, "form.clash td img")[1]
    send(phone.open(TAB, edit=1), THIRD)
    saved = looks()[0]
    choose(lin, "mine")

    # The phone had the draft before it and sent another: what is not there any more has to be chosen again.
    assert lin.status == 422 and list(lin.errors) == ["photo"] and looks() == (saved, saved, {})
    assert mine not in pictures(lin)


@pytest.mark.parametrize(("which", "status"), [("mine", 422), ("theirs", 200)])
def test_a_photo_of_a_third_device_is_not_thrown_away_by_who_has_not_seen_it(lin, phone, which, status):
    late = another(lin)
    for device, content in ((phone, FIRST), (lin, SECOND), (late, THIRD)):
        send(device, content)
    before = looks()
    choose(lin, which)

    assert lin.status == status and looks() == before
    choose(late, "mine")
    assert late.status == 200 and looks() == (before[2]["photo"], before[2]["photo"], {})


def test_a_choice_that_is_sent_twice_has_one_effect(lin, clash):
    body = [*lin.typed(lin.form("form.clash")), ("keep", "mine")]
    lin.post(TAB, body)
    before = looks()
    lin.post(TAB, body)

    assert lin.status == 200 and looks() == before


def test_the_same_photo_from_both_is_no_question(lin, phone):
    send(phone, FIRST)
    send(lin, FIRST)

    assert lin.status == 200 and looks()[2] == {}


def test_a_photo_that_the_form_had_already_does_not_replace_the_one_saved_since(lin, phone):
    send(phone, FIRST)
    lin.open(TAB, edit=1)
    send(phone.open(TAB, edit=1), SECOND)
    saved = pictures(phone)
    send(lin, FIRST)

    assert lin.status == 200 and pictures(lin) == saved
    answer, stored, draft = looks()
    assert answer == stored and draft == {}


def test_a_photo_is_sealed_while_it_is_a_draft_and_its_owners_only(app, lin, clash):
    path = lin.page.select("form.clash td img")[1]["src"]
    with database.connection_context():
        row = Draft.get(Draft.student == LIN.account)
        assert isinstance(Draft.of(LIN.account, "photo")[0]["photo"], Picture)
        assert b"jpeg" not in bytes(row.typed) and b"/9j/" not in bytes(row.typed)

    assert begin(Browser(app), CHEN).send("GET", path).status_code == 404
    assert Browser(app).send("GET", path).status_code == 302


def test_the_mark_of_somebody_elses_draft_is_no_photo(app, lin, clash):
    chen = begin(Browser(app), CHEN).open(TAB)
    chen.post(TAB, {**dict(chen.typed()), "photo": looks()[2]["photo"]})

    assert chen.status == 422 and list(chen.errors) == ["photo"]
    with database.connection_context():
        assert not Photo.select().where(Photo.student == CHEN.account).exists()


def test_the_office_sees_one_photo_and_not_the_draft(app, lin, clash):
    office = sign_in(Browser(app), employ(KAO))

    assert [one["value"] for one in office.open("/staff/photos").page.select("[name=good]")] == [
        f"{LIN.account}/photo/{looks()[0]}"
    ]


def test_a_photo_that_was_not_saved_in_time_is_shown_as_such(lin, clash):
    _, here = pictures(lin, "form.clash td img")
    wave(closes=-HOUR)
    lin.open(TAB)

    assert pictures(lin, ".note.warn img") == [here] and looks()[2]["photo"] not in lin.text()


def test_a_draft_with_a_photo_goes_with_its_student(lin, clash):
    with database.connection_context(), database.atomic():
        Student.delete().where(Student.student_no == LIN.account).execute()
        assert not Draft.select().exists() and not Photo.select().exists()


def test_nothing_is_said_to_be_kept_when_only_a_photo_was_sent_too_late(lin):
    lin.open(TAB)
    lin.client._cookies.clear()
    lin.htmx = False
    send(lin, FIRST)

    assert lin.path == "/intue/login" and "剛才填的都留著" not in lin.text("main")
    with database.connection_context():
        assert Draft.of(LIN.account, "photo")[0] == {}
