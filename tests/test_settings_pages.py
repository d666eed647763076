"""Settings that registrars change in the browser: contacts, the privacy notice, and the words of letters."""

import pytest

from blueprints import letters
from domain import letter_text, record_edit, record_file
from domain.words import Invalid, Words
from models import Student
from tables.contacts import Contact
from tables.record_versions import RecordVersion
from tables.store import database
from tests.answers import fill
from tests.browser import Browser
from tests.offices import KAO, WU, employ, sign_in
from tests.offices import letters as sent
from tests.people import LIN
from tests.record_copies import Copy

OFFICE, CONTACTS = "/staff/settings/office", "/staff/settings/contacts"
NOTICE, LETTERS = "/staff/settings/notice", "/staff/settings/letters"
RESET = f"{LETTERS}/{letters.RESET.key}"


@pytest.fixture
def registrar(app):
    """WU, signed in."""
    return sign_in(Browser(app), employ(WU, has_phone=True))


def newest():
    """The text of the record in force."""
    with database.connection_context():
        return RecordVersion.newest().text


def test_the_contacts_of_the_office_change_on_every_page_and_in_both_languages(app, registrar):
    registrar.open(OFFICE).submit(
        office_zh="註冊組", office_en="Registrar", phone="(02) 2700-1234", email="r@ntue.edu.tw"
    )

    assert registrar.status == 200 and "已儲存" in registrar.text(".note")
    foot = Browser(app, lang="en").open("/").page.footer
    assert "Registrar" in foot.get_text() and foot.select_one('a[href="tel:+886227001234"]')


def test_comments_in_the_record_file_survive_a_change_of_contacts(registrar):
    registrar.open(OFFICE).submit(office_zh="註冊組")

    before, after = Copy().text.splitlines(), newest().splitlines()
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert len(changed) <= 2 and "註冊組" in changed[0][1]


@pytest.mark.parametrize(
    ("name", "typed"), [("phone", "ring me"), ("email", "nobody"), ("office_en", ""), ("hours_zh", "週" * 51)]
)
def test_contacts_that_cannot_be_are_refused_and_kept_in_the_form(registrar, name, typed):
    registrar.open(OFFICE).submit(**{name: typed})

    assert registrar.status == 422 and registrar.error(name) and registrar.value(name) == typed


def test_departments_have_contacts(registrar):
    registrar.open(CONTACTS).submit("#add", dept="教育學系", name="高助教", email="kao@ntue.edu.tw")
    assert "kao@ntue.edu.tw" in registrar.text("table")
    registrar.open(CONTACTS).submit("#add", dept="教育學系", name="高小姐", email="kao@ntue.edu.tw")

    with database.connection_context():
        assert Contact.of("教育學系") == ["kao@ntue.edu.tw"] and Contact.of("音樂學系") == []
    registrar.submit('form[action$="/remove"]')
    assert not registrar.page.select("table")


def test_a_contact_without_a_mailbox_is_refused(registrar):
    registrar.open(CONTACTS).submit("#add", dept="教育學系", name="高助教", email="kao")

    assert registrar.status == 422 and registrar.error("email") and registrar.value("name") == "高助教"


def test_a_correction_of_the_notice_asks_nobody_again(app, lin_done, registrar):
    registrar.open(NOTICE).submit(heading_zh_0="一、誰在蒐集你的資料", how="correction")

    assert "更正已啟用" in registrar.text(".note")
    assert "誰在蒐集你的資料" in Browser(app).open("/privacy").text()
    assert lin_done.open("/record/basic").path == "/record/basic"


def test_a_change_of_substance_asks_everybody_again_and_the_old_text_stays_readable(app, lin_done, registrar):
    registrar.open(NOTICE).submit(how="correction")
    registrar.open(NOTICE).submit(
        heading_zh_6="七、其他", heading_en_6="7. Other", text_zh_6="一\n\n二", text_en_6="a\n\nb", how="substance"
    )

    assert lin_done.open("/record/basic").path == "/record/notice"
    fill(lin_done)
    assert lin_done.open("/record/basic").path == "/record/basic"
    assert "2 版" in Browser(app).open("/privacy").text() and "七、其他" in Browser(app).open("/privacy").text()
    assert "七、其他" not in registrar.open(f"{NOTICE}/1").text() and "七、其他" in registrar.open(f"{NOTICE}/2").text()


@pytest.mark.parametrize(
    ("control", "typed"),
    [("how", {}), ("text_en_0", {"text_en_0": "a\n\nb"}), ("heading_en_1", {"heading_en_1": ""})],
)
def test_a_notice_that_is_not_complete_is_refused(registrar, control, typed):
    registrar.open(NOTICE).submit(**{"how": "correction", **typed} if typed else {})

    assert registrar.status == 422 and control in registrar.errors


def test_an_edited_letter_is_sent_as_it_was_written(app, registrar):
    typed = {"subject_zh": "重設密碼", "text_zh": "請開啟：\n{link}\n\n{office} 敬上"}
    registrar.open(RESET).submit(**typed, button=("do", "preview"))
    assert "教務處註冊組 敬上" in registrar.text('[aria-labelledby="as-h"]') and sent() == []
    registrar.submit(**typed, button=("do", "save"))
    assert "已修改" in registrar.text()

    with app.test_request_context(), database.connection_context():
        letters.queue_reset(Student.get_by_id(LIN.account), "me@example.com", "zh")
    _, subject, text = sent()[-1]
    assert subject.startswith("重設密碼 / Set a new password") and "請開啟：\nhttp" in text and "works once" in text


def test_a_letter_goes_back_to_the_default(app, registrar):
    registrar.open(RESET).submit(subject_zh="重設密碼", button=("do", "save"))
    registrar.open(RESET).submit('form[action$="/default"]')

    assert "已修改" not in registrar.text() and registrar.open(RESET).value("subject_zh") != "重設密碼"


@pytest.mark.parametrize(
    "text", ["no link", "{link} {password}", "{link} {account.name}", "{link} {0}", "{link} {", ""]
)
def test_placeholders_that_are_unknown_or_lacking_are_refused(registrar, text):
    registrar.open(RESET).submit(text_en=text, button=("do", "save"))

    assert registrar.status == 422 and registrar.error("text_en") and registrar.value("text_en") == text


def test_every_letter_of_the_program_can_be_opened_and_saved_as_it_is(registrar):
    links = [link["href"] for link in registrar.open(LETTERS).page.select(f'main a[href^="{LETTERS}/"]')]

    assert len(links) > 15
    assert [registrar.open(link).submit(button=("do", "save")).status for link in links] == [200] * len(links)


def test_a_clerk_has_none_of_these_pages(app):
    clerk = sign_in(Browser(app), employ(KAO))

    assert [clerk.open(path).status for path in (OFFICE, CONTACTS, NOTICE, LETTERS)] == [403] * 4


def test_the_notice_in_the_file_can_be_exchanged_whole():
    sections = [(Words("一", "1"), [Words("甲", "a"), Words("乙", "b")])]
    text = record_edit.with_notice(Copy().text, "9", "2026-09-01", sections)

    notice = record_file.parse(text.encode(), "record.toml").notice
    assert (notice.version, notice.date, len(notice.sections)) == ("9", "2026-09-01", 1)
    assert [one.en for one in notice.sections[0].text] == ["a", "b"]


def test_a_subject_has_no_placeholders_of_its_own():
    with pytest.raises(Invalid):
        letter_text.check_subject("Hello {account}", "Hello")
