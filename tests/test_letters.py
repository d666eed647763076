"""The letters themselves: in both languages, small, plain, and with nothing in them that is nobody else's business."""

import re
import string

import pytest
from bs4 import BeautifulSoup

from blueprints import letters
from blueprints.language import LANGUAGES, say
from models import Roster
from tables.schema import prepare
from tables.store import connect, database
from tests import stored
from tests.answers import begin, fill_tab, first_password, log_in
from tests.browser import Browser
from tests.conftest import ROOT
from tests.offices import KAO, employ, sign_in
from tests.people import CHEN, LIN, PASSWORD
from tests.post import at_work, links_in, written
from tests.test_corrections import ask as ask_for_a_correction
from tests.test_corrections import decide
from tests.test_returns import return_tab

GOOD, THIRD = "Another&Kite48", "Harbour+Violin63"
WORDINGS = [one for one in vars(letters).values() if isinstance(one, letters.Wording)]
HEADINGS = {"zh": "設定學生帳號的新密碼", "en": "Set a new password for your student account"}
CAMPUS = "a411510001@grad.ntue.edu.tw"


def ask(app, lang="zh"):
    """Ask for a link with a browser of this language; the letter."""
    Browser(app, lang=lang).open("/password/forgot").submit(id_number=LIN.id_number, email=CAMPUS)
    return written(app)[-1]


@pytest.fixture(scope="module")
def everything(built, students, tmp_path_factory):
    """A letter of each kind, as somebody gets them who does all there is to do, once for every test that reads them."""
    connect(stored.make(tmp_path_factory.mktemp("letters")), ROOT)
    with database.connection_context():
        prepare()
        Roster.take(students)
    yield live_through_everything(built)
    database.close_all()


def live_through_everything(app):
    """First use, change, a mailbox that comes and goes, a forgotten password and a look-up; the letters."""
    lin = begin(Browser(app), LIN)
    lin.open("/password/change").submit(current=PASSWORD)
    lin.submit(new=GOOD, again=GOOD)
    lin.open("/password/mailbox/new").submit(email="lin@example.com", current=GOOD)
    code = re.search(r"^[0-9]{6}$", written(app)[-1].text, re.MULTILINE).group()
    lin.open("/password/mailbox").submit(code=code)
    lin.open("/password/mailbox/remove").submit(current=GOOD)
    path = links_in(ask(app))[0]
    lin.open(path).submit(new=THIRD, again=THIRD)
    y, m, d = LIN.birthday
    typed = {"program": LIN.program, "id_number": LIN.id_number, "birth_date__y": y, "birth_date__m": m}
    Browser(app).open("/lookup").submit(**typed, birth_date__d=d)
    hear_from_the_office(app, log_in(Browser(app), LIN, THIRD))
    return written(app)


def hear_from_the_office(app, lin):
    """A tab is returned, one correction made and another declined."""
    fill_tab(lin, "contact")
    kao = sign_in(Browser(app), employ(KAO))
    return_tab(kao)
    ask_for_a_correction(lin, "name_zh", "林雨晴")
    decide(kao)
    ask_for_a_correction(lin, "class", "乙")
    decide(kao, "decline", field="班級", answer="請帶身分證來")


def test_a_letter_says_the_same_in_both_languages_the_readers_own_first(app):
    first_password(Browser(app), LIN)

    for lang, other in (("zh", "en"), ("en", "zh")):
        letter = ask(app, lang)
        assert letter.subject == f"{HEADINGS[lang]} / {HEADINGS[other]}"
        parts = [part["lang"] for part in BeautifulSoup(letter.html, "html.parser").select("body [lang]")]
        assert parts == [{"zh": "zh-Hant-TW", "en": "en"}[one] for one in (lang, other)]
        chinese, english = letter.text.index("請在"), letter.text.index("Open this link")
        assert (chinese < english) is (lang == "zh")


def test_the_html_part_says_what_the_text_says_and_its_links_are_the_same(app):
    first_password(Browser(app), LIN)
    letter = ask(app)

    page = BeautifulSoup(letter.html, "html.parser")
    shown = "".join(p.get_text() for p in page.select("p"))
    assert "".join(shown.split()) == "".join(letter.text.replace("――――――――", "").split())
    assert [link["href"] for link in page.select("a")] == [link.get_text() for link in page.select("a")]
    assert {link["href"] for link in page.select("a")} == {f"http://127.0.0.1:8000{path}" for path in links_in(letter)}


def test_every_letter_is_small_and_fetches_nothing(everything):
    for letter in everything:
        page = BeautifulSoup(letter.html, "html.parser")
        assert len(letter.html.encode()) < 6 * 1024, letter.subject
        assert not page.select("img, link, script, style, iframe, object, form, [src], [style], [background]")
        assert {name for tag in page.find_all() for name in tag.attrs} <= {"lang", "charset", "href"}


def test_no_letter_holds_an_id_number_a_password_or_a_birthday_and_every_kind_is_written(everything):
    secrets = [
        LIN.id_number,
        LIN.id_number.lower(),
        LIN.id_number[-5:],
        PASSWORD,
        THIRD,
        GOOD,
        "2007-11-20",
        "20071120",
        "予晴",
    ]
    assert not [(s, one.subject) for one in everything for s in secrets if s in "".join(one)]
    assert {one.subject.partition(" / ")[2] for one in everything} == {wording.subject for wording in WORDINGS}


def test_every_link_begins_with_the_address_of_the_settings(everything):
    for letter in everything:
        links = re.findall(r"https?://\S+", letter.text)
        assert all(link.startswith("http://127.0.0.1:8000/") for link in links)


def test_what_happened_to_an_account_is_told_to_its_campus_mailbox_with_a_link_to_freeze_it(everything):
    told = [letter for letter in everything if links_in(letter, "not-me")]

    assert {letter.to for letter in told} == {CAMPUS}
    kinds = (letters.FIRST, letters.CHANGED, letters.MAILBOX_KEPT, letters.MAILBOX_GONE, letters.RECOVERED)
    assert [letter.subject.split(" / ")[1] for letter in told] == [wording.subject for wording in kinds]


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording.kind)
def test_both_languages_of_a_letter_have_the_same_blanks_to_fill(app, wording):
    with app.app_context():
        blanks = [
            {name for _, name, _, _ in string.Formatter().parse(say(wording.text, one)) if name} for one in LANGUAGES
        ]

    assert blanks[0] == blanks[1]


def test_the_time_of_a_letter_is_taipei_time_in_the_words_of_its_language(app):
    with at_work(app):
        letters.queue(letters.RESET, {**KNOWN}, link="x", until=1_787_000_000)
    text = written(app)[0].text

    assert "8 月 18 日 04:53" in text and "18 Aug, 04:53" in text


def test_the_owner_of_an_account_in_use_hears_of_a_look_up_once_a_day(app):
    def look_up(person):
        y, m, d = person.birthday
        browser = Browser(app).open("/lookup")
        browser.submit(
            program=person.program, id_number=person.id_number, birth_date__y=y, birth_date__m=m, birth_date__d=d
        )
        assert browser.page.select_one("[data-student-no]")

    first_password(Browser(app), LIN)
    before = len(written(app))
    for _ in range(2):
        look_up(LIN)
    look_up(CHEN)

    assert [letter.to for letter in written(app)[before:]] == [CAMPUS]


def test_no_secret_of_a_letter_stands_in_the_database_or_the_log(app, tmp_path, caplog):
    begin(Browser(app), LIN)
    letter, notice = ask(app), written(app)[0]
    log_in(Browser(app), LIN, "Wrong&Kite99")
    secrets = [links_in(letter)[0][-20:], links_in(notice, "not-me")[0][-20:], LIN.id_number, PASSWORD, "Wrong&Kite99"]

    files = stored.contents(tmp_path)
    assert b"411510001" in files and not [one for one in secrets if one.encode() in files]
    assert not [one for one in secrets if one in caplog.text]


KNOWN = {"student_no": "411510001", "nationality": "", "overseas_kind": "無", "id_no": "", "birth_date": "2007-11-20"}
