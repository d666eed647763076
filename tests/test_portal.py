"""The portal home: the next thing to do in one tap, and the menu."""

from tests.answers import fill_tab, first_password
from tests.browser import Browser
from tests.people import LIN, NGUYEN


def test_the_record_is_one_tap_away(lin):
    lin.open("/home")
    assert lin.progress == (0, LIN.tabs) and lin.page.select_one('main a[href="/record"]')

    lin.open(lin.page.select_one("main .acts a")["href"])
    assert lin.path == "/record/basic"


def test_after_each_tab_the_button_leads_to_the_next_yellow_one(lin):
    fill_tab(lin, "basic")
    fill_tab(lin, "contact")

    lin.open("/home")
    assert lin.progress == (2, LIN.tabs)
    assert lin.page.select_one("main .acts a")["href"] == "/record/emergency"


def test_the_menu_has_the_password_and_the_way_out(lin):
    menu = lin.open("/home").page.select_one("header details")

    assert menu.select_one('a[href="/password/change"]') and menu.select_one('form[action="/logout"] button')
    assert LIN.account in menu.get_text()


def test_a_stranger_has_no_menu(plain):
    assert not plain.open("/").page.select("header details")


def test_people_are_greeted_by_the_name_they_are_called_by(app):
    assert "予晴" in first_password(Browser(app), LIN).heading
    assert "NGUYEN, THI LAN" in first_password(Browser(app), NGUYEN).heading


def test_the_page_before_the_record_tells_nothing_of_it_but_how_much(lin):
    shown = lin.open("/home").text("body")

    assert not [secret for secret in (LIN.id_number, "2007-11-20", "yuching", "教育學系") if secret in shown]
