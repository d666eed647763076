"""Saving a tab: complete or not, everything typed is kept, and nothing but white fields is taken."""

import pytest

from models import SavedTab
from tables.store import database
from tests.answers import fill, fill_tab, log_in
from tests.browser import Browser
from tests.people import LIN

FULL = {"name_en_last": "LIN", "name_en_first": "YU-CHING", "name_en_src": "護照"}


def saved(tab):
    """What is stored of a tab of LIN's."""
    with database.connection_context():
        return SavedTab.of(LIN.account).get(tab, ({}, None))[0]


def test_a_complete_tab_turns_green_and_the_next_yellow_one_is_offered(lin):
    lin.open("/record/basic").submit(**FULL)

    assert lin.status == 200 and lin.tabs["basic"] == "done" and lin.progress == (1, LIN.tabs)
    assert not lin.page.select("main form") and "YU-CHING" in lin.text()
    lin.click("填下一頁")
    assert lin.heading.startswith("通訊資料")


def test_after_a_plain_save_a_reload_does_not_send_the_form_again(lin_plain):
    typed = [*lin_plain.open("/record/basic").typed(), *FULL.items()]

    reply = lin_plain.send("POST", "/record/basic", data=dict(typed))

    assert reply.status_code == 302 and reply.headers["Location"].startswith("/record/basic")


def test_an_htmx_save_answers_with_the_panel_and_what_changed_beside_it(app, lin):
    lin.htmx = True
    lin.open("/record/basic").submit(**FULL)

    text = lin.reply.get_data(as_text=True)
    assert "<html" not in text and 'id="panel"' in text
    assert "hx-swap-oob" in text and 'data-tab="basic"' in text and 'data-done="1"' in text
    assert lin.text("#live") and lin.page.title.get_text() and "已完成" in lin.text("#panel .st")


def test_an_incomplete_save_is_explained_and_stays_yellow(lin):
    lin.open("/record/basic").submit(name_en_last="LIN")

    assert lin.status == 422 and lin.tabs["basic"] == "todo" and lin.progress == (0, LIN.tabs)
    assert list(lin.errors) == ["name_en_first", "name_en_src"]
    assert lin.error("name_en_first") == lin.errors["name_en_first"] and not lin.error("name_en_last")
    assert lin.title_says_error


def test_what_was_typed_is_there_on_another_browser_and_another_log_in(app, lin):
    lin.open("/record/contact").submit(mobile="09-1", email="not yet", reg_city="臺北市", housing="家中")
    assert lin.status == 422

    for elsewhere in (log_in(Browser(app, lang="en"), LIN), lin):
        elsewhere.open("/record/contact")
        kept = {name: elsewhere.value(name) for name in ("mobile", "email", "reg_city", "housing")}
        assert kept == {"mobile": "09-1", "email": "not yet", "reg_city": "臺北市", "housing": "家中"}


WRONG = {
    "basic": {"name_en_last": "林", "name_en_first": "x9"},
    "contact": {"mobile": "123", "email": "no at", "reg_zip": "abc", "reg_dist": "沒有這一區"},
    "emergency": {"ec1_name": "林予晴", "ec1_tel": "call me", "ec1_email": "x@"},
    "education": {"pe_end__y": "999", "pe_end__m": "13", "pe_school": "\u202etest"},
    "bank": {"acct_kind": "郵局", "post_no": "12"},
}  # fmt: skip


@pytest.mark.parametrize("tab", WRONG)
def test_wrong_answers_come_back_as_typed_with_a_message_each(lin, tab):
    lin.open(f"/record/{tab}").submit(**WRONG[tab])

    assert lin.status == 422
    for name, typed in WRONG[tab].items():
        assert lin.value(name.replace("__", "-")) == typed
    assert lin.errors and all(lin.errors.values())


def test_a_tab_can_be_changed_after_it_is_done(lin):
    fill_tab(lin, "basic")
    lin.click("修改這一頁")

    assert lin.value("name_en_last") == "LIN"
    lin.submit(name_en_last="LIN-CHEN")
    assert lin.status == 200 and saved("basic")["name_en_last"] == "LIN-CHEN"


def test_answers_are_kept_as_the_office_wants_them(lin):
    fill_tab(lin, "contact", mobile="０９１２-３４５ ６７８", email=" Some.One@Example.com ", reg_city="臺北市")

    assert saved("contact")["mobile"] == "0912345678" and saved("contact")["email"] == "Some.One@Example.com"


@pytest.mark.parametrize(
    "name", ["𠮷野家", "\uf90a山", "羅\u3000生", "撒韵‧瓦旦‧比黛古莉", "Ñandú Ǎi", "e\u0301", "👩‍🎓"]
)
def test_names_come_back_code_point_by_code_point(lin, name):
    fill_tab(lin, "emergency", ec1_name=name)

    assert lin.status == 200 and saved("emergency")["ec1_name"] == name
    assert lin.open("/record/emergency?edit=1").value("ec1_name") == name
    assert name in lin.open("/record/emergency").reply.get_data(as_text=True)


GREY = {
    "student_no": "1", "name_zh": "改名", "id_no": "A123456789", "sex": "男", "overseas_kind": "僑生",
    "program": "博士班", "birth_date": "1990-01-01", "birth_date-y": "1990", "dept": "x", "nationality": "VN",
}  # fmt: skip


def test_grey_fields_that_are_posted_are_ignored(lin):
    lin.open("/record/basic")
    lin.post("/record/basic", [*lin.typed(), *FULL.items(), *GREY.items()], htmx=lin.htmx)

    lin.open("/record/basic")
    assert lin.tabs["basic"] == "todo" or "林予晴" in lin.text(".locked")
    assert not GREY.keys() & saved("basic").keys()
    assert "改名" not in lin.text() and "military" not in lin.tabs and "passport" not in lin.tabs


STRANGE = {
    "password": "x", "is_staff": "1", "state": "done", "saved_at": "1", "NAME_EN_LAST": "x", "name_en_last[]": "x",
    "name_en_last.x": "x", "name_en_last[0]": "x", "__class__": "x", "contact.mobile": "1", "mobile": "1",
}  # fmt: skip


def test_unknown_fields_and_those_of_other_tabs_are_ignored(lin):
    typed = [pair for pair in lin.open("/record/basic").typed() if pair[0] not in FULL]

    lin.post("/record/basic", [*typed, *FULL.items(), *STRANGE.items()], htmx=lin.htmx)

    assert lin.status == 200 and not STRANGE.keys() & saved("basic").keys()
    assert saved("contact") == {}


def test_of_a_field_sent_twice_the_first_counts(lin):
    typed = [pair for pair in lin.open("/record/basic").typed() if pair[0] not in FULL]

    lin.post("/record/basic", [*typed, *FULL.items(), ("name_en_last", "SECOND")], htmx=lin.htmx)

    assert lin.status == 200 and saved("basic")["name_en_last"] == "LIN"


def test_a_field_the_form_did_not_send_keeps_its_answer(lin):
    fill_tab(lin, "basic")
    token = dict(lin.open("/record/basic?edit=1").typed())["csrf_token"]

    lin.post("/record/basic", {"csrf_token": token, "name_en_last": "WANG"}, htmx=lin.htmx)

    assert saved("basic")["name_en_last"] == "WANG" and saved("basic")["name_en_first"] == "YU-CHING"


def test_a_box_that_is_no_longer_ticked_is_no_longer_kept(lin):
    fill_tab(lin, "emergency", ec1_lang=["華語", "台語"])
    assert saved("emergency")["ec1_lang"] == ["華語", "台語"]

    lin.open("/record/emergency?edit=1").submit(ec1_lang=[])
    assert lin.status == 200 and not saved("emergency")["ec1_lang"]


def test_a_number_the_same_as_ones_own_is_noticed_across_tabs(lin):
    fill_tab(lin, "contact", mobile="0987654321")

    fill_tab(lin, "emergency", ec1_mobile="0987-654-321")

    assert lin.status == 422 and "ec1_mobile" in lin.errors


def test_dates_are_typed_in_roc_or_western_years(lin):
    fill_tab(lin, "education", pe_end__y="2026", pe_end__m="06")
    western = saved("education")["pe_end"]
    lin.open("/record/education?edit=1").submit(pe_end__y="115", pe_end__m="6")

    assert western == saved("education")["pe_end"] == "2026-06"


def test_an_address_is_taken_over_when_it_is_the_same(lin):
    fill_tab(lin, "contact", mail_same="yes")

    assert lin.status == 200 and saved("contact")["mail_addr"] == saved("contact")["reg_addr"]


def test_the_list_says_of_each_tab_where_it_stands(lin):
    fill_tab(lin, "basic")
    lin.open("/record")

    links = {link["data-tab"]: link for link in lin.page.select("#tabs [data-tab]")}
    assert links["basic"]["data-state"] == "done" and links["contact"]["data-state"] == "todo"
    assert all(link["href"] == f"/record/{key}" for key, link in links.items())
    assert "儲存" in links["basic"].get_text() and links["contact"].select_one("small").get_text(strip=True)


def test_a_tab_opened_by_htmx_is_the_piece_of_the_page(app, lin):
    lin.htmx = True
    lin.open("/record/basic")

    reply = lin.send("GET", "/record/contact", headers={"HX-Request": "true"})
    assert "<html" not in reply.get_data(as_text=True)

    for header in ("HX-Boosted", "HX-History-Restore-Request"):
        whole = lin.send("GET", "/record/contact", headers={"HX-Request": "true", header: "true"})
        assert "<html" in whole.get_data(as_text=True)


def test_two_windows_saving_one_after_the_other_keep_the_later_answers(app, lin):
    other = log_in(Browser(app), LIN).open("/record/basic")
    lin.open("/record/basic")

    other.submit(**{**FULL, "name_en_last": "FIRST"})
    lin.submit(**{**FULL, "name_en_last": "LATER"})

    assert fill(other.open("/record/basic?edit=1")).status == 200
    assert saved("basic")["name_en_last"] == "LATER"
