"""The record as pages: read by clerks, replaced by registrars, tried out, put into force and taken back."""

from io import BytesIO

import pytest

from blueprints import in_force, trials
from domain import sample_people
from tables.record_versions import RecordDraft, RecordVersion
from tables.store import database
from tests.answers import log_in
from tests.browser import Browser
from tests.offices import KAO, WU, employ, sign_in
from tests.people import LIN
from tests.record_copies import Copy

# Whether there is a tab for military service, and one for passport and residence.
SEES = {"man": (True, False), **dict.fromkeys(("woman", "minor", "master"), (False, False))}
BIRTHPLACE = {"need": '"required"', "missing": '{zh = "請填寫出生地", en = "Enter your place of birth"}'}


@pytest.fixture
def registrar(app):
    """WU, signed in."""
    return sign_in(Browser(app), employ(WU, has_phone=True))


def bring(browser, copy, **more):
    """Upload a copy of the record file."""
    data = copy.text.encode() if isinstance(copy, Copy) else copy
    files = {"file": (BytesIO(data), "record.toml")}
    return browser.open("/staff/record").submit('main form[enctype="multipart/form-data"]', files=files, **more)


def put_in_force(browser, copy, comment="出生地必填"):
    """Upload a copy and put it into force."""
    return bring(browser, copy).submit('form[action$="/apply"]', comment=comment)


def changed():
    """A record that wants to know the place of birth."""
    return Copy().set("birthplace", **BIRTHPLACE)


def versions():
    """Every version, the newest first."""
    with database.connection_context():
        return list(RecordVersion.newest_first())


def test_a_clerk_reads_the_record_and_cannot_change_it(app):
    clerk = sign_in(Browser(app), employ(KAO)).open("/staff/record")

    assert "通訊資料" in clerk.text() and "上傳新版本" not in clerk.text()
    page = clerk.click("兵役").text()
    assert "性別是男" in page and "退伍日期" in page


def test_the_record_in_force_can_be_downloaded(registrar):
    reply = registrar.send("GET", "/staff/record/file")

    assert reply.data.decode() == Copy().text and "attachment" in reply.headers["Content-Disposition"]


def test_a_bad_file_is_refused_with_every_problem_and_its_place(registrar):
    bring(registrar, changed().set("mobile", kind='"telephone"', requird="true"))

    assert registrar.status == 422 and versions() == []
    assert "contact.mobile.kind" in registrar.text(".note") and "requird" in registrar.text(".note")


PROBLEMS = {
    "zh": [
        "contact.mobile.kind: 'telephone' 不是可用的值，請用其中之一：text, ",
        "contact.mobile: 沒有這個設定：requird",
        'contact.mobile.required_when: 條件要寫成像 {sex = "男"} 的表格',
    ],
    "en": [
        "contact.mobile.kind: 'telephone' is none of text, ",
        "contact.mobile: no such setting: requird",
        'contact.mobile.required_when: a condition is a table such as {sex = "男"}',
    ],
}


@pytest.mark.parametrize("lang", PROBLEMS)
def test_problems_of_a_file_are_said_in_the_language_of_the_page(registrar, lang):
    registrar.open(f"/staff/record?lang={lang}")

    bring(registrar, changed().set("mobile", kind='"telephone"', requird="true", required_when="1"))

    assert [one for one in PROBLEMS[lang] if f"record.toml: {one}" not in registrar.text(".note.bad")] == []


BROKEN = {
    b"not = [toml": ("第 1 行第 8 個字元不合 TOML 的寫法", "Invalid value (at line 1, column 8)"),
    b"tab = [": ("到檔案結尾仍不合 TOML 的寫法", "Invalid value (at end of document)"),
    b"\xff\xfe": ("請另存成 UTF-8", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
}


@pytest.mark.parametrize("data", BROKEN, ids=range(3))
def test_where_a_file_is_no_toml_is_said_in_the_language_of_the_page(registrar, data):
    chinese = bring(registrar, data).text(".note.bad")
    registrar.open("/staff/record?lang=en")
    english = bring(registrar, data).text(".note.bad")

    assert BROKEN[data][0] in chinese and f"record.toml: {BROKEN[data][1]}" in english


@pytest.mark.parametrize("data", [b"", b"not = [toml", b"\xff\xfe", b"#" * (1024 * 1024 + 1)], ids=range(4))
def test_what_is_no_record_is_refused(registrar, data):
    assert bring(registrar, data).status == 422 and registrar.text(".note.bad")


def test_a_draft_says_what_it_changes_and_what_it_reopens_and_changes_nothing(app, lin_done, registrar):
    bring(registrar, changed())

    assert registrar.path.startswith("/staff/record/drafts/")
    assert "基本資料 › 出生地" in registrar.text() and "未啟用" in registrar.text("del")
    assert registrar.text("#count tbody") == "基本資料 1" and versions() == []
    assert lin_done.open("/record").tabs["basic"] == "done"


def test_an_applied_version_counts_at_once_and_for_everybody(app, lin_done, registrar):
    put_in_force(registrar, changed())

    assert registrar.path == "/staff/record" and "第 1 版：出生地必填" in registrar.text()
    assert lin_done.open("/record").tabs["basic"] == "todo"
    assert lin_done.open("/record/basic").has_field("birthplace")
    assert registrar.send("GET", "/staff/record/file").data.decode() == changed().text


def test_words_of_the_school_change_with_the_version(app, registrar):
    put_in_force(registrar, Copy().replace("週一至週五 8:30–12:00", "週一至週六 8:30–12:00"))

    assert "週一至週六" in Browser(app).open("/").text("footer")


def test_another_process_follows(app, started, registrar):
    put_in_force(registrar, changed())
    other = started().extensions["in_force"]

    assert other.version.comment == "出生地必填" and "birthplace" in other.app.extensions["record"].fields


def test_a_running_process_changes_over_between_two_requests(app, lin_done):
    with database.connection_context(), app.app_context():
        RecordVersion.put(changed().text, "T1001", "elsewhere", "")
        app.extensions["in_force"].looked_at = 0

    assert lin_done.open("/record").tabs["basic"] == "todo"


def test_why_must_be_said(registrar):
    bring(registrar, changed()).submit('form[action$="/apply"]')

    assert registrar.status == 422 and registrar.error("comment") and versions() == []


def test_going_back_takes_the_same_way_and_makes_a_new_version(app, lin_done, registrar):
    put_in_force(registrar, Copy().set("mobile", hint='{zh = "手機", en = "Mobile"}'), "手機")
    put_in_force(registrar, changed())
    registrar.submit('form[action$="/versions/1/again"]')
    assert "出生地" in registrar.text("del, .x")

    registrar.submit('form[action$="/apply"]')
    assert [one.comment for one in versions()] == ["改回第 1 版", "出生地必填", "手機"]
    assert lin_done.open("/record").tabs["basic"] == "done"


def test_a_draft_can_be_thrown_away(registrar):
    bring(registrar, changed()).submit('form[action$="/drop"]')

    with database.connection_context():
        assert registrar.path == "/staff/record" and not RecordDraft.select().exists()


def test_a_draft_that_the_program_cannot_read_any_more_says_so_and_holds_nothing_up(app, registrar, caplog):
    with database.connection_context(), app.app_context():
        draft = RecordDraft.begin("tab = 1", "T1001", "broken", "")
        trials.go_on()
        assert RecordDraft.get().is_counted and f"draft {draft.id} of the record" in caplog.text

    registrar.open(f"/staff/record/drafts/{draft.id}")
    assert registrar.status == 400 and "這個版本的程式讀不懂這份草稿" in registrar.text("main")


def test_a_version_that_the_program_cannot_read_any_more_is_passed_over_and_named(app, registrar):
    with database.connection_context(), app.app_context():
        RecordVersion.put("tab = 1", "T1001", "broken", "")
        app.extensions["in_force"].looked_at = 0

    assert "最新的版本無法使用" in registrar.open("/staff/record").text()
    assert Browser(app).open("/").status == 200


def test_a_changed_file_on_the_server_is_pointed_out_and_does_not_count(started, app, tmp_path, registrar):
    put_in_force(registrar, changed())
    path = Copy().set("mobile", hint='{zh = "改", en = "New"}').write(tmp_path)
    browser = sign_in(Browser(started(RECORD_FILE=path)), WU).open("/staff/record")

    assert "伺服器上的檔案改過了" in browser.text() and "第 1 版" in browser.text()
    browser.submit('form[action="/staff/record/file"]').submit('form[action$="/apply"]')
    assert "伺服器上的檔案改過了" not in browser.text() and "第 2 版" in browser.text()


def test_every_step_is_in_the_log(app, registrar):
    put_in_force(registrar, changed())

    said = registrar.open("/staff/log").text()
    assert "上傳學籍欄位草稿" in said and "學籍欄位新版本啟用" in said


@pytest.mark.parametrize("who", sample_people.PEOPLE)
def test_a_draft_can_be_tried_as_every_kind_of_student(registrar, who):
    bring(registrar, changed())
    path = f"{registrar.path}/as/{who}"
    registrar.open(path)

    tabs = registrar.tabs
    assert {"basic", "contact"} <= set(tabs) and registrar.has_field("birthplace")
    assert tuple(one in tabs for one in ("military", "passport")) == SEES.get(who, (False, True))
    assert [registrar.open(f"{path}/{tab}").status for tab in tabs] == [200] * len(tabs)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_trial_says_what_would_be_wrong_and_saves_nothing(app, htmx):
    registrar = sign_in(Browser(app, htmx=htmx), employ(WU, has_phone=True))
    bring(registrar, changed().set("relatives", need='"optional"'))
    path = registrar.path
    registrar.open(f"{path}/as/woman/basic").submit(name_en_last="LIN")

    assert registrar.status == 422 and registrar.errors["birthplace"] == "請填寫出生地"
    assert registrar.value("name_en_last") == "LIN"
    registrar.submit(name_en_first="AN", name_en_src="護照", birthplace="花蓮縣")
    assert registrar.status == 200 and registrar.tabs["basic"] == "done"

    registrar.open(f"{path}/as/woman/emergency").press("新增親屬")
    assert registrar.page.select("#relatives-1")


def test_the_trial_of_one_draft_changes_no_other_page(app, lin_done, registrar):
    bring(registrar, changed())
    registrar.open(f"{registrar.path}/as/man")

    assert lin_done.open("/record").tabs["basic"] == "done"


@pytest.mark.parametrize("path", ["/staff/record/drafts/99", "/staff/record/versions/99", "/staff/record/tabs/none"])
def test_what_is_not_there_is_not_there(registrar, path):
    assert registrar.open(path).status == 404


def test_a_student_who_signs_in_meets_the_version_in_force(app, lin_done, registrar):
    put_in_force(registrar, changed())

    assert log_in(Browser(app), LIN).open("/record").tabs["basic"] == "todo"


def test_the_follower_asks_the_database_once_a_second(app, registrar):
    with app.test_request_context():
        follower = in_force.follower()
    registrar.open("/staff/record")
    before = follower.looked_at
    registrar.open("/staff/record")

    assert follower.looked_at == before


def test_a_condition_on_a_box_says_ticked_and_no_code(registrar):
    seen = registrar.open("/staff/record/tabs/contact").text("table")

    assert "沒有勾選「通訊地址和上面的住址相同」" in seen and " yes" not in seen
