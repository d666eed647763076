"""Settings: where they come from, and that a bad one is refused with its name."""

import stat

import pytest

from app import create_app
from domain import settings
from domain.settings import BadSettings
from tests.record_copies import Copy

KEY, SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2, "a-long-secret-of-many-characters-1234567890"
GOOD = {"XUEJI_MODE": "production", "XUEJI_SECRET_KEY": SECRET, "XUEJI_DATA_KEY": KEY}


def refusal(environ, root):
    """The sentence that refuses these settings."""
    with pytest.raises(BadSettings) as caught:
        settings.read(environ, root)
    return str(caught.value)


def test_production_starts_with_two_keys(tmp_path):
    read = settings.read(GOOD, tmp_path)

    assert (read["MODE"], read["CAPTCHA"], read["IDLE_MINUTES"], read["TRUSTED_PROXIES"]) == ("production", "on", 30, 0)
    assert not list(tmp_path.rglob("*key*"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""), ("SECRET_KEY", "short"), ("SECRET_KEY", "x" * 64), ("SECRET_KEY", "1234567" * 9),
        ("DATA_KEY", ""), ("DATA_KEY", "short"), ("DATA_KEY", "z" * 64), ("DATA_KEY", "0" * 64), ("DATA_KEY", KEY[:62]),
        ("DATA_KEY", KEY + "00"), ("DATA_KEY", "金鑰"), ("CAPTCHA", "off"), ("CAPTCHA", ""), ("IDLE_MINUTES", "soon"),
        ("IDLE_MINUTES", "-1"), ("IDLE_MINUTES", "３０"), ("MAIL_PORT", "25x"), ("TRUSTED_PROXIES", "yes"),
        ("CAMPUS_MAIL", "everybody@grad.ntue.edu.tw"), ("MODE", "test"),
        ("CAMPUS_NETWORKS", "campus"), ("CAMPUS_NETWORKS", "10.0.0.1/8"), ("INITIAL_CODE", "sms"),
    ],
)  # fmt: skip
def test_production_refuses_and_says_which(tmp_path, name, value):
    message = refusal({**GOOD, f"XUEJI_{name}": value}, tmp_path)

    assert message.startswith(f"XUEJI_{name}") and "\n" not in message
    assert not value or len(value) < 10 or value not in message


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATA_KEY"])
def test_production_makes_no_key_by_itself(tmp_path, name):
    environ = {key: value for key, value in GOOD.items() if key != f"XUEJI_{name}"}

    assert name in refusal(environ, tmp_path)


def test_a_demonstration_makes_its_keys_once_and_keeps_them_to_itself(tmp_path):
    first, second = settings.read({}, tmp_path), settings.read({}, tmp_path)

    assert first["MODE"] == "demo" and len(first["DATA_KEY"]) == 64
    assert (first["DATA_KEY"], first["SECRET_KEY"]) == (second["DATA_KEY"], second["SECRET_KEY"])
    for file in (tmp_path / "instance").glob("demo-*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_data_key_may_be_base64(tmp_path):
    settings.read({**GOOD, "XUEJI_DATA_KEY": "Dx4tPEtaaXiHlqW0w9Lh8A8eLTxLWml4h5altMPS4fA="}, tmp_path)


def test_the_data_key_can_stand_in_a_file_of_its_own(tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    environ = {**GOOD, "XUEJI_DATA_KEY": "", "XUEJI_DATA_KEY_FILE": str(tmp_path / "key")}

    assert settings.read(environ, tmp_path)["DATA_KEY"] == KEY
    assert "DATA_KEY_FILE" in refusal({**environ, "XUEJI_DATA_KEY_FILE": str(tmp_path / "none")}, tmp_path)


def test_settings_can_stand_in_a_file_and_the_environment_goes_before_it(tmp_path):
    file = tmp_path / "xueji.toml"
    file.write_text(f'secret_key = "{SECRET}"\nXUEJI_DATA_KEY = "{KEY}"\nidle_minutes = 10\nmail_server = "file"\n')
    environ = {"XUEJI_CONFIG": str(file), "XUEJI_MAIL_SERVER": "environment"}

    read = settings.read(environ, tmp_path)

    assert (read["MODE"], read["IDLE_MINUTES"], read["MAIL_SERVER"]) == ("production", 10, "environment")


@pytest.mark.parametrize("text", ["idle = 3\n", "no toml at all", "secret_key = \n", "\x00"])
def test_a_bad_settings_file_is_named(tmp_path, text):
    file = tmp_path / "xueji.toml"
    file.write_text(text)

    message = refusal({**GOOD, "XUEJI_CONFIG": str(file)}, tmp_path)

    assert message.startswith(f"XUEJI_CONFIG: {file}") and "\n" not in message


def test_a_settings_file_that_is_not_there_is_named(tmp_path):
    assert "nowhere.toml" in refusal({**GOOD, "XUEJI_CONFIG": str(tmp_path / "nowhere.toml")}, tmp_path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"XUEJI_SECRET_KEY": "short"}, "XUEJI_SECRET_KEY"),
        ({"XUEJI_DATABASE_URL": "mysql://here"}, "XUEJI_DATABASE_URL"),
        ({"XUEJI_RECORD_FILE": "/nowhere/record.toml"}, "there is no such file"),
    ],
)
def test_the_app_does_not_start_and_says_why_in_one_sentence(tmp_path, changes, words):
    environ = {**GOOD, "XUEJI_DATABASE_URL": f"sqlite:///{tmp_path}/x.db", **changes}

    with pytest.raises(SystemExit) as caught:
        create_app(environ)

    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_a_bad_record_file_names_every_place(tmp_path):
    bad = Copy().set("mobile", kind='"fone"').set("email", need='"maybe"').remove("reg_city").write(tmp_path)

    with pytest.raises(SystemExit) as caught:
        create_app({**GOOD, "XUEJI_DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "XUEJI_RECORD_FILE": str(bad)})

    for place in ("contact.mobile", "contact.email", "reg_city"):
        assert place in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_another_data_key_than_the_one_the_database_was_sealed_with_is_refused(app, started):
    with pytest.raises(Exception, match="XUEJI_DATA_KEY"):
        started(DATA_KEY=KEY)


def test_behind_a_proxy_the_last_hop_says_from_where_and_how(app, started):
    forwarded = {
        "X-Forwarded-For": "6.6.6.6, 203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    trusting, wary = (some.test_client() for some in (started(TRUSTED_PROXIES=1), app))

    assert "Strict-Transport-Security" in trusting.get("/", headers=forwarded).headers
    assert "Strict-Transport-Security" not in wary.get("/", headers=forwarded).headers
    assert "evil" not in trusting.get("/home", headers=forwarded).headers["Location"]
