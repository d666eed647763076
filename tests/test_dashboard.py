"""The home of staff: how far students are, by programme, department and tab, down to the names."""

import pytest

from domain.outline import Outline
from domain.tally import Tally, by_tab, missing, tallies
from models import Student
from tables import standing
from tables.returns import Return
from tables.store import database
from tables.trend import Snapshot
from tests.answers import begin, fill_tab, first_password
from tests.browser import Browser
from tests.offices import KAO, WU, employ, sign_in
from tests.people import CHEN, LIN


@pytest.fixture
def wu(app):
    """The registrar's office."""
    return sign_in(Browser(app), employ(WU, has_phone=True))


@pytest.fixture
def kao(app):
    """The office of two departments."""
    return sign_in(Browser(app), employ(KAO))


def everyone(depts=None):
    """How many students there are."""
    with database.connection_context():
        return Student.seen_by(depts).count()


def stats(browser):
    """{shape of the card: number}, of those with one shape the last."""
    return {card["class"][0]: int(card.b.get_text()) for card in browser.page.select(".stats a")}


def line(browser, table, label):
    """The numbers of one line of a table."""
    rows = browser.page.select(f"[aria-labelledby={table}] tbody tr")
    row = next(row for row in rows if row.th.get_text(strip=True) == label)
    return [int(cell.get_text()) for cell in row.select("td.n")]


def test_it_counts_who_is_how_far(lin_done, app, wu):
    fill_tab(begin(Browser(app), CHEN), "basic")

    wu.open("/staff")

    assert wu.heading == "填報進度"
    assert stats(wu) == {"done": 1, "todo": 1, "returned": 0, "closed": everyone() - 2}
    assert line(wu, "by-program", "學士班")[1:3] == [1, 1]
    assert line(wu, "by-dept", "教育學系")[1] == 1
    assert line(wu, "by-tab", "基本資料") == [everyone(), 2, everyone() - 2, 0, 200 // everyone()]


def test_who_logged_in_and_saved_nothing_is_told_from_who_never_came(app, wu):
    first_password(Browser(app), LIN)

    wu.open("/staff")

    assert [int(card.b.get_text()) for card in wu.page.select(".stats a.closed")] == [1, everyone() - 1]


def test_a_returned_tab_is_counted(app, lin_done, wu):
    with database.connection_context():
        Return.make(LIN.account, "bank", WU.account, reason="請改用本人帳戶")
        standing.rebuild(app.extensions["record"], [LIN.account])

    wu.open("/staff")

    assert stats(wu)["returned"] == 1 and line(wu, "by-tab", "匯款帳戶")[3] == 1
    assert LIN.account in wu.open(wu.page.select_one(".stats a.returned")["href"]).text("#results")


def test_a_department_counts_its_own_students(kao):
    kao.open("/staff")

    rows = [row.th.get_text(strip=True) for row in kao.page.select("[aria-labelledby=by-dept] tbody tr")]
    assert rows == sorted(set(rows) & set(KAO.depts))
    assert sum(int(card.b.get_text()) for card in kao.page.select(".stats a.closed")) == everyone(KAO.depts)


def test_from_a_tab_to_the_field_to_the_names(app, wu):
    begin(Browser(app), LIN).open("/record/status").submit(indigenous="平地原住民", disability="無", new_immigrant="否")

    wu.open("/staff").click("身分與權益")
    assert wu.heading == "缺什麼：身分與權益"
    rows = {row.th.get_text(strip=True): int(row.select_one("td").get_text()) for row in wu.page.select("tbody tr")}
    only = next(label for label, n in rows.items() if n == 1)

    wu.click(only)
    assert [LIN.name in wu.text("#results"), CHEN.name in wu.text("#results")] == [True, False]


def test_what_is_missing_can_be_asked_of_one_department(kao):
    kao.open("/staff/progress/basic")
    form = kao.form("main form.filter")
    assert form["method"] == "get" and len(form.select("#dept option")) <= 3

    kao.open(form["action"], dept="教育學系", program="")

    assert f"{everyone(['教育學系'])} 人之中" in kao.text() and kao.value("dept") == "教育學系"


@pytest.mark.parametrize("key", ["nothing", "notice"])
def test_what_is_no_tab_to_fill_is_not_there(wu, key):
    assert wu.open(f"/staff/progress/{key}").status == 404


def test_the_days_are_drawn_and_written_out(wu):
    with database.connection_context():
        Snapshot.take()
        Snapshot.insert(day="2026-08-20", program="學士班", dept="教育學系", came_in=1, state="done", n=3).execute()

    wu.open("/staff")

    assert wu.page.select_one("svg.trend")["aria-hidden"] == "true"
    assert f"{everyone()}" in wu.text("section[aria-labelledby=trend-h] table")


def test_an_empty_roster_says_so(app, wu):
    with database.connection_context():
        Student.delete().execute()

    assert "還沒有學生" in wu.open("/staff").text()


def test_the_advice_about_ones_account_is_still_there(app, kao):
    assert kao.open("/staff").page.select_one(".note a")["href"] == "/staff/second-factor/new"
    assert KAO.account in kao.open("/staff/settings").text() and "特殊教育學系" in kao.text()


def test_the_pages_ask_the_database_a_fixed_number_of_times(app, wu, statements):
    home, one = statements(lambda: wu.open("/staff")), statements(lambda: wu.open("/staff/progress/basic"))
    fill_tab(begin(Browser(app), LIN), "basic")
    fill_tab(begin(Browser(app), CHEN), "basic")
    with database.connection_context():
        standing.Shape._opened.clear()

    assert statements(lambda: wu.open("/staff")) <= home + 1 <= 12
    assert statements(lambda: wu.open("/staff/progress/basic")) <= one + 1 <= 10


def test_counts_of_groups_and_of_tabs_and_of_missing_fields():
    short = Outline(1, 2, True, {"a": ["done", []], "b": ["todo", ["x", "y"]]})
    other = Outline(0, 1, False, {"b": ["returned", ["y"]]})

    found = tallies([("k", True, "done", 2), ("k", False, "new", 1), ("k", True, "new", 3), ("k", True, "begun", 4)])
    assert found == {"k": Tally(done=2, begun=4, new=3, away=1)} and found["k"].percent == 20
    tabs = by_tab([(short, 3), (other, 2)])
    assert [(tabs["b"].todo, tabs["b"].returned, tabs["b"].n, tabs["a"].percent)] == [(3, 2, 5, 100)]
    assert missing([(short, 3), (other, 2)], "b") == {"y": 5, "x": 3}


def test_the_menu_says_where_one_is_even_on_a_page_below(wu):
    assert wu.open("/staff/waves/new").text(".sub summary") == "更多：梯次"
    assert wu.open("/staff/settings/contacts").text(".sub summary") == "更多：設定"
    assert wu.open(f"/staff/students/{LIN.account}").text(".sub [aria-current=page]") == "學生名單"


def test_fields_that_are_called_the_same_are_told_apart_by_their_headings(app, wu):
    wu.lang = "en"

    seen = wu.open("/staff/progress/contact").text("table")

    assert "Household address › Street address" in seen and "Mobile" in seen and "› Mobile" not in seen
