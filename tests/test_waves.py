"""Waves in the eyes of students: what opens and closes for whom, and what pages say of it."""

import pytest

from tables import waves
from tables.store import database, now
from tests.answers import begin, fill_tab, log_in
from tests.browser import Browser
from tests.people import CHEN, LIN, PASSWORD
from tests.record_copies import Copy
from tests.seasons import DAY, HOUR, in_order, reopen, shift, wave

MASTER = {"program": "碩士班"}


def may_save(browser):
    """Whether a tab takes anything."""
    return browser.open("/record/contact").page.select_one("#panel form") is not None


def look_up(browser, person=LIN):
    """Ask for somebody's number."""
    y, m, d = person.birthday
    browser.open("/lookup")
    return browser.submit(
        program=person.program, id_number=person.id_number, birth_date__y=y, birth_date__m=m, birth_date__d=d
    )


def test_without_waves_the_record_can_be_filled_at_any_time(lin):
    assert may_save(lin)


@pytest.mark.parametrize(
    ("times", "is_open"),
    [
        ({"opens": HOUR}, False),
        ({"opens": -HOUR}, True),
        ({"opens": -2 * DAY, "closes": -HOUR}, False),
        ({"opens": -2 * DAY, "closes": -HOUR, "grace": 2}, True),
        ({"opens": -2 * DAY, "closes": -3 * HOUR, "grace": 2}, False),
    ],
)
def test_a_wave_opens_and_closes_the_record(lin, times, is_open):
    wave(**times)

    assert may_save(lin) is is_open


@pytest.mark.parametrize(
    ("who", "is_open"),
    [
        ({"program": "學士班"}, False),
        ({"program": "碩士班"}, True),
        ({"route": "申請入學"}, False),
        ({"route": "甄試入學"}, True),
        ({"dept": "教育學系", "program": "學士班"}, False),
        ({"dept": "音樂學系", "program": "學士班"}, True),
    ],
)
def test_a_wave_counts_for_whom_it_names(lin_plain, who, is_open):
    wave(opens=DAY, **who)

    assert may_save(lin_plain) is is_open


def test_a_more_exact_wave_wins_and_the_others_go_by_the_wider_one(app):
    lin, chen = begin(Browser(app), LIN), begin(Browser(app), CHEN)
    wave("全校", opens=DAY)
    wave("教育", dept="教育學系")

    assert in_order() == ["教育", "全校"]
    assert may_save(lin) and not may_save(chen)


def test_a_save_that_comes_after_closing_is_refused_and_one_in_the_grace_is_kept(lin):
    one = wave(closes=HOUR, grace=2)
    lin.open("/record/contact")
    shift(one, 2 * HOUR)
    fill_tab(lin, "contact")
    assert lin.tabs["contact"] == "done"

    shift(one, 2 * HOUR)
    lin.open("/record")
    assert lin.tabs["basic"] == "closed" and "已截止" in lin.text()


def test_in_the_grace_the_pages_say_so(lin_plain):
    wave(closes=-HOUR, grace=3)

    for path in ("/record", "/record/contact", "/home"):
        assert "前儲存的仍然算數" in lin_plain.open(path).text()


def test_a_tab_says_until_when_it_is_open_and_from_when_it_will_be(lin_plain):
    one = wave(closes=3 * DAY)
    assert "開放到" in lin_plain.open("/record/contact").text("#panel")

    shift(one, -5 * DAY)
    assert "還沒開放" in lin_plain.open("/record/contact").text("#panel")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_home_page_says_when_it_is_open_for_whom(app, lang):
    wave("學士班", program="學士班", opens=-DAY)
    wave("碩士班", program="碩士班", opens=DAY)
    wave("博士班", program="博士班", opens=-3 * DAY, closes=-DAY)

    lines = [one.get_text() for one in Browser(app, lang=lang).open("/").page.select(".note li")]

    assert len(lines) == 3 and (lang == "en" or lines[0].startswith("學士班：開放中"))
    assert ("opens" if lang == "en" else "開放，") in lines[1]
    assert ("closed" if lang == "en" else "已在") in lines[2]


def test_who_is_in_no_wave_goes_by_the_record_file_and_the_home_page_says_so(lin_plain, started, tmp_path):
    wave(**MASTER)
    started(RECORD_FILE=Copy().period(closes="2020-09-11T17:00").write(tmp_path))
    browser = Browser(started(RECORD_FILE=tmp_path / "record.toml"))

    assert "其他學生：已在 9 月 11 日" in browser.open("/").text(".note")
    assert not may_save(log_in(browser, LIN, PASSWORD))


def test_before_the_look_up_opens_a_student_is_not_there_and_the_date_is(app):
    wave(program="學士班", opens=5 * DAY, lookup=2 * DAY)
    stranger = look_up(Browser(app), CHEN).text()

    found = look_up(Browser(app), LIN)

    assert found.page.select_one("[data-student-no]") is None
    assert found.text() == stranger and "起可查" in stranger


def test_whether_or_not_somebody_is_there_the_look_up_counts_as_often_while_it_is_closed(app):
    wave(opens=5 * DAY, lookup=2 * DAY)

    found = [look_up(Browser(app)).status for _ in range(6)]

    assert found == [200] * 5 + [429]


def test_the_look_up_opens_before_the_record_does(app):
    wave(opens=DAY, lookup=-HOUR)

    assert look_up(Browser(app)).page.select_one("[data-student-no]")
    assert "起可查" not in look_up(Browser(app)).text()


@pytest.mark.parametrize("closes", [-DAY, 9 * DAY])
def test_a_reopened_record_takes_saves_and_says_why(lin, closes):
    wave(opens=-3 * DAY if closes < 0 else DAY, closes=closes)
    reopen(LIN, DAY, "住院證明已收")

    assert may_save(lin) and "住院證明已收" in lin.text("#panel")
    fill_tab(lin, "contact")
    assert lin.tabs["contact"] == "done"


def test_a_reopening_is_for_one_student_and_ends(app):
    lin, chen = begin(Browser(app), LIN), begin(Browser(app), CHEN)
    wave(opens=-3 * DAY, closes=-DAY)
    reopen(LIN, 2)
    assert may_save(lin) and not may_save(chen)

    reopen(LIN, -1)
    assert not may_save(lin)


def test_the_initial_windows_of_the_record_file_count_within_waves(started, tmp_path):
    wave()
    copy = Copy().replace("[period]", '[period]\ninitial_until = "2020-01-01T00:00"')

    assert log_in(Browser(started(RECORD_FILE=copy.write(tmp_path))), LIN, LIN.first).path == "/intue/login"


def test_a_change_counts_at_once_in_every_process(lin_plain):
    wave(opens=-DAY)
    assert may_save(lin_plain)
    kept = waves.Cache.version, waves.Cache.waves

    wave("關", opens=DAY, program="學士班")
    waves.Cache.version, waves.Cache.waves = kept

    assert not may_save(lin_plain)


def test_waves_are_read_anew_only_when_they_changed(lin_plain):
    wave()
    lin_plain.open("/record")
    read = waves.Cache.waves

    lin_plain.open("/record/contact")

    assert waves.Cache.waves is read
    with database.connection_context():
        assert waves.current()[0].opens_at < now()
