"""A student asks for a correction of what the school says, and the office decides."""

from io import BytesIO

import pytest
from PIL import Image

from domain import roster
from models import Roster, Student
from tables.corrections import Correction
from tables.store import database
from tests import stored
from tests.answers import a_photo
from tests.browser import Browser
from tests.conftest import ROOT
from tests.offices import KAO, WU, YEH, employ, letters, sign_in
from tests.people import LIN
from tests.rosters import registrar, upload
from tests.test_returns import what_is_noted

RARE_NAME = "林𠮷晴"
ROSTER = ROOT / "deploy" / "demo-roster.csv"
PDF = b"%PDF-1.7 proof of a name"


@pytest.fixture
def lin(lin_plain):
    """A student at these pages, which are the same with and without a script."""
    return lin_plain


@pytest.fixture
def kao(app):
    """A clerk of LIN's department."""
    return sign_in(Browser(app), employ(KAO))


def ask(lin, field="name_zh", wanted=RARE_NAME, reason="身分證上寫的是這個字", proof=None):
    """Through the form."""
    lin.open(f"/corrections/{field}")
    files = {"proof": (BytesIO(proof), "proof")} if proof else None
    return lin.submit(wanted=wanted, reason=reason, files=files)


def decide(browser, do="accept", **answers):
    """The first of the queue."""
    browser.open("/staff/corrections").click(answers.pop("field", "中文姓名"))
    return browser.submit(f"form:has([name=do][value={do}])", **answers)


def known(student_no=LIN.account):
    """The roster's columns of a student."""
    with database.connection_context():
        return Student.get_by_id(student_no).known


def test_the_whole_way_of_a_rare_character(lin, kao):
    lin.open("/record/basic").click("申請更正")
    lin.click("中文姓名")
    lin.submit(wanted=RARE_NAME, reason="身分證上寫的是這個字")
    assert "已送出申請" in lin.text(".note.ok") and RARE_NAME in lin.text("dl") and "更正審查中" in lin.text("dl")
    assert "中文姓名 · 更正審查中" in lin.open("/record/basic").text("#panel")

    decide(kao)

    assert "已更正" in kao.text(".note.ok") and "沒有等你確認的" in kao.text()
    assert known()["name_zh"] == RARE_NAME
    lin.open("/record/basic")
    assert RARE_NAME in lin.text(".locked") and "已更正" in lin.text("#panel") and "林○晴" in lin.text("header")
    to, subject, text = letters()[-1]
    assert to.startswith(f"a{LIN.account}@") and "已更正" in subject and "中文姓名" in text and "𠮷" not in text
    assert what_is_noted()[-2:] == ["correction-looked-at", "correction-accepted"]


def test_declining_gives_a_reason(lin, kao):
    ask(lin)

    decide(kao, "decline", answer="請先到戶政事務所更正")

    assert known()["name_zh"] == LIN.name and "請先到戶政事務所更正" in letters()[-1][2]
    lin.open("/corrections")
    assert "未同意更正" in lin.text("dl") and "請先到戶政事務所更正" in lin.text("dl")
    assert "中文姓名" in lin.text(".fix")


def test_declining_without_a_reason_is_refused(lin, kao):
    ask(lin)

    decide(kao, "decline", answer=" ")

    assert kao.status == 422 and kao.error("answer") == "請寫原因，學生會看到" and kao.value("value") == RARE_NAME


def test_the_office_may_type_what_the_student_could_not(lin, kao):
    ask(lin, wanted="林吉晴", reason="是土吉的𠮷")

    decide(kao, value=RARE_NAME)

    assert known()["name_zh"] == RARE_NAME


def test_one_request_about_a_field_waits_at_a_time(lin):
    ask(lin)
    assert lin.open("/corrections/name_zh").path == "/corrections" and "中文姓名" not in lin.text(".fix")

    with database.connection_context():
        assert not Correction.ask(LIN.account, "name_zh", {})
        assert Correction.select().count() == 1


@pytest.mark.parametrize(
    ("field", "wanted", "message"),
    [
        ("name_zh", "", "請填寫正確的內容"),
        ("name_zh", LIN.name, "這和目前的資料一樣"),
        ("name_zh", "林\u202e晴", "看不見的字元"),
        ("birth_date", "96/13/1", "月"),
        ("id_no", "A123456788", "身分證字號"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(lin, field, wanted, message):
    ask(lin, field, wanted)

    assert lin.status == 422 and message in lin.error("wanted") and lin.value("reason") == "身分證上寫的是這個字"


@pytest.mark.parametrize("field", ["student_no", "last_login", "campus_email", "mobile", "passport_no", "nothing"])
def test_other_fields_cannot_be_asked_about(lin, field):
    assert lin.open(f"/corrections/{field}").status == 404


def test_a_corrected_id_number_is_found_by_and_tells_the_sex(lin, kao):
    ask(lin, "id_no", "A123456789")
    assert "A123456789" not in lin.text()

    decide(kao, field="身分證字號")

    assert kao.status == 200 and known()["id_no"] == "A123456789" and known()["sex"] == "男"
    with database.connection_context():
        assert Student.find("A123456789", LIN.program).student_no == LIN.account
        assert Student.find(LIN.id_number, LIN.program) is None
    assert "military" in lin.open("/record").tabs
    assert not any("A123456789" in text for _, _, text in letters())


def test_an_id_number_of_somebody_else_is_refused(lin, kao, students):
    other = next(one for one in students if one["id_no"] and one["student_no"] != LIN.account
                 and one["program"] == LIN.program and one["overseas_kind"] == "無")  # fmt: skip
    ask(lin, "id_no", other["id_no"])

    decide(kao, field="身分證字號")

    assert kao.status == 422 and other["student_no"] in kao.error("value") and known()["id_no"] == LIN.id_number


def test_what_the_roster_would_refuse_is_refused(lin, kao):
    ask(lin)

    decide(kao, value="林？晴")

    assert kao.status == 422 and kao.error("value") and known()["name_zh"] == LIN.name


def test_a_choice_is_picked_from_a_list_and_a_date_typed_in_either_calendar(lin, kao):
    ask(lin, "birth_date", "96/11/21")
    decide(kao, field="出生日期")
    ask(lin, "identity", "原住民")
    decide(kao, field="入學身分別")

    assert known()["birth_date"] == "2007-11-21" and known()["identity"] == "原住民"


def test_a_later_roster_with_the_old_value_does_not_undo_it(lin, kao, students):
    ask(lin)
    decide(kao)
    old = next(one for one in students if one["student_no"] == LIN.account)

    with database.connection_context():
        again = [dict(one) for one in roster.check(as_table(students)).students]
        assert Correction.hold(again) == [(LIN.account, "name_zh")]
        assert {change for _, change in Roster.sort(again)} == {Roster.SAME}
        newest = [{**old, "name_zh": "林新晴"}]
        assert Correction.hold(newest) == [] and newest[0]["name_zh"] == "林新晴"


def as_table(students):
    """Students as a roster file would have them."""
    return roster.Table(list(students[0]), [(at, list(one.values())) for at, one in enumerate(students, 2)])


def test_a_picture_is_made_anew_and_goes_with_the_decision(lin, kao):
    ask(lin, proof=a_photo(2400, 1200) + b"hidden in the file")
    kao.open("/staff/corrections").click("中文姓名")

    reply = kao.send("GET", "/staff/corrections/1/proof")
    assert reply.content_type == "image/jpeg" and b"hidden" not in reply.data
    assert Image.open(BytesIO(reply.data)).size == (1754, 877)

    decide(kao)
    assert kao.send("GET", "/staff/corrections/1/proof").status_code == 404
    assert "審查完已刪除" in kao.open("/staff/corrections/1").text()


def test_a_pdf_is_a_file_to_keep_and_no_page_of_ours(lin, kao, tmp_path):
    ask(lin, proof=PDF)

    reply = kao.send("GET", "/staff/corrections/1/proof")

    assert reply.data == PDF and reply.content_type == "application/pdf"
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{LIN.account}-1.pdf"'
    assert "sandbox" in reply.headers["Content-Security-Policy"] and "no-store" in reply.headers["Cache-Control"]
    files = stored.contents(tmp_path)
    assert PDF not in files and RARE_NAME.encode() not in files


@pytest.mark.parametrize(
    "proof", [b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-" + b"x" * 5_000_000]
)
def test_a_file_of_another_sort_is_refused(lin, proof):
    ask(lin, proof=proof)

    assert lin.status == 422 and lin.error("proof") and lin.value("wanted") == RARE_NAME


def test_nobody_sees_requests_of_other_departments(lin, app):
    ask(lin, proof=PDF)
    yeh = sign_in(Browser(app), employ(YEH))

    assert LIN.account not in yeh.open("/staff/corrections").text()
    assert yeh.open("/staff/corrections/1").status == 404 and yeh.open("/staff/corrections/1/proof").status == 404
    wu = sign_in(Browser(app), employ(WU, has_phone=True))
    assert LIN.account in wu.open("/staff/corrections").text()


def test_a_request_that_somebody_else_decided_is_not_decided_again(lin, kao):
    ask(lin)
    kao.open("/staff/corrections/1")
    with database.connection_context(), database.atomic():
        Correction.get_by_id(1).decline("T1001", "不行")

    kao.submit("form:has([value=accept])")

    assert kao.path == "/staff/corrections/1" and "未同意更正" in kao.text() and known()["name_zh"] == LIN.name


def test_what_follows_from_a_corrected_value_is_there_at_once(lin, kao):
    assert "passport" not in lin.open("/record").tabs
    ask(lin, "overseas_kind", "僑生")

    decide(kao, field="境外生類別")

    assert known()["overseas_kind"] == "僑生" and "passport" in lin.open("/record").tabs


def test_the_preview_of_an_import_names_what_was_corrected_since(lin, kao, app):
    ask(lin)
    decide(kao)
    wu = registrar(Browser(app))

    upload(wu, ROSTER.read_bytes())

    assert "有 1 格還是更正前的值" in wu.text(".note.warn") and f"{LIN.account} 中文姓名" not in wu.text("#changes")
    assert f"{LIN.account} 姓名" in wu.text(".note.warn") and "會更新 0" in wu.text(".stats")


def test_the_command_that_imports_names_it_too(lin, kao, app):
    ask(lin)
    decide(kao)

    done = app.test_cli_runner().invoke(args=["roster", "import", str(ROSTER)])

    assert done.exit_code == 0 and LIN.account in done.output and "correction" in done.output
    assert known()["name_zh"] == RARE_NAME
