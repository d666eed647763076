"""The settings of an installation, from the environment or a file, checked before anything runs."""

import os
import secrets
import tomllib
from ipaddress import ip_network
from pathlib import Path

from domain import postman
from domain.encrypted_files import read_recipient
from domain.vault import read_key

PREFIX = "XUEJI_"
DEFAULTS = {
    "SECRET_KEY": "", "DATA_KEY": "", "DATA_KEY_FILE": "", "DATABASE_URL": "", "BASE_URL": "http://127.0.0.1:8000",
    "RECORD_FILE": "", "MAIL_SERVER": "", "MAIL_PORT": "25", "MAIL_USERNAME": "", "MAIL_PASSWORD": "",
    "MAIL_TLS": "off", "MAIL_TIMEOUT": "20", "MAIL_SENDER": "xueji@localhost",
    "CAMPUS_MAIL": "a{student_no}@grad.ntue.edu.tw", "CAPTCHA": "on", "TRUSTED_PROXIES": "0", "IDLE_MINUTES": "30",
    "CAMPUS_NETWORKS": "", "INITIAL_CODE": "none", "LONG_PASSPHRASES": "off", "BACKUP_RECIPIENT": "",
    "MODE": "", "LOG": "", "METRICS_TOKEN": "", "SENTRY_DSN": "",
}  # fmt: skip
NUMBERS = ("MAIL_PORT", "MAIL_TIMEOUT", "TRUSTED_PROXIES", "IDLE_MINUTES")
CHOICES = {"INITIAL_CODE": ("none", "mail", "paper"), "LONG_PASSPHRASES": ("on", "off"), "MAIL_TLS": postman.TLS}
CHOICES |= {"LOG": ("json", "text")}
SHORTEST_SECRET, SHORTEST_TOKEN = 32, 16
# 64 digits drawn by chance have 16 different ones; a key with few was typed by a person.
FEWEST_CHARACTERS = 8


class BadSettings(Exception):
    """The settings cannot be used; the message names the one and says what to do."""


def read(environ, root: Path) -> dict:
    """All settings by name without prefix, plus what Flask wants to know. `root` is where the program is.

    Unless a settings file or the mode says otherwise it is a demonstration, whose keys are made at once.
    """
    given = {**_from_file(environ.get(PREFIX + "CONFIG")), **_from_environment(environ)}
    settings = {**DEFAULTS, **given}
    settings["MODE"] = settings["MODE"] or ("production" if PREFIX + "CONFIG" in environ else "demo")
    if settings["MODE"] not in ("demo", "production"):
        raise BadSettings("XUEJI_MODE: write demo or production")
    settings["LOG"] = settings["LOG"] or ("text" if settings["MODE"] == "demo" else "json")
    settings["DATABASE_URL"] = settings["DATABASE_URL"] or f"sqlite:///{root / 'instance' / 'xueji.db'}"
    settings["RECORD_FILE"] = settings["RECORD_FILE"] or str(root / "record.toml")
    settings["MAIL_FOLDER"] = str(root / "instance" / "mail")
    for name in NUMBERS:
        settings[name] = _number(name, settings[name])
    settings["CAMPUS_NETWORKS"] = _networks(settings["CAMPUS_NETWORKS"])
    _find_keys(settings, root / "instance")
    _check(settings)
    return settings | _for_flask(settings)


def _from_environment(environ):
    return {name: environ[PREFIX + name] for name in DEFAULTS if PREFIX + name in environ}


def _from_file(path):
    if not path:
        return {}
    try:
        written = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise BadSettings(f"XUEJI_CONFIG: {path}: {reason}") from None
    settings = {name.upper().removeprefix(PREFIX): str(value) for name, value in written.items()}
    unknown = sorted(set(settings) - set(DEFAULTS))
    if unknown:
        raise BadSettings(f"XUEJI_CONFIG: {path}: there is no setting {', '.join(unknown)}")
    return settings


def _number(name, text):
    if not str(text).isascii() or not str(text).isdigit():
        raise BadSettings(f"{PREFIX}{name}: write a whole number, not {text!r}")
    return int(text)


def _networks(text):
    try:
        return tuple(ip_network(one) for one in text.replace(",", " ").split())
    except ValueError:
        raise BadSettings("XUEJI_CAMPUS_NETWORKS: write networks such as 192.0.2.0/24, parted by commas") from None


def _find_keys(settings, instance):
    if settings["DATA_KEY_FILE"]:
        try:
            settings["DATA_KEY"] = Path(settings["DATA_KEY_FILE"]).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as reason:
            raise BadSettings(f"XUEJI_DATA_KEY_FILE: {reason}") from None
    if settings["MODE"] == "demo":
        for name in ("SECRET_KEY", "DATA_KEY"):
            settings[name] = settings[name] or _demo_key(instance / f"demo-{name.lower().replace('_', '-')}")


def _demo_key(path):
    """A key kept in a file that only its owner reads, made when it is not there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(path, "x", opener=_private) as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text("ascii").strip()


def _private(path, flags):
    return os.open(path, flags, 0o600)


def _check(settings):
    if len(settings["SECRET_KEY"]) < SHORTEST_SECRET:
        raise BadSettings(
            f"XUEJI_SECRET_KEY: it must have at least {SHORTEST_SECRET} characters; make one with: openssl rand -hex 32"
        )
    try:
        read_key(settings["DATA_KEY"])
    except ValueError:
        raise BadSettings(
            "XUEJI_DATA_KEY (or XUEJI_DATA_KEY_FILE): it must be 64 hex digits; make one with: openssl rand -hex 32"
        ) from None
    if settings["MODE"] == "production":
        _check_production(settings)
    for name, (*words, last) in CHOICES.items():
        if settings[name] not in CHOICES[name]:
            raise BadSettings(f"XUEJI_{name}: write {', '.join(words)} or {last}")
    _check_mail(settings)
    _check_backup(settings)
    if settings["METRICS_TOKEN"] and len(settings["METRICS_TOKEN"]) < SHORTEST_TOKEN:
        raise BadSettings(f"XUEJI_METRICS_TOKEN: it must have at least {SHORTEST_TOKEN} characters, or be empty")


def _check_backup(settings):
    try:
        settings["BACKUP_RECIPIENT"] and read_recipient(settings["BACKUP_RECIPIENT"])
    except ValueError as reason:
        raise BadSettings(f"XUEJI_BACKUP_RECIPIENT: {reason}") from None


def _check_mail(settings):
    if not settings["MAIL_TIMEOUT"]:
        raise BadSettings("XUEJI_MAIL_TIMEOUT: write a number of seconds, at least 1")
    if not postman.is_sender(settings["MAIL_SENDER"]):
        raise BadSettings("XUEJI_MAIL_SENDER: write one address, such as reg@example.edu.tw")
    if "{student_no}" not in settings["CAMPUS_MAIL"]:
        raise BadSettings("XUEJI_CAMPUS_MAIL: write {student_no} where the student number belongs")


def _check_production(settings):
    for name in ("SECRET_KEY", "DATA_KEY"):
        if len(set(settings[name])) < FEWEST_CHARACTERS:
            raise BadSettings(f"XUEJI_{name}: it is easy to guess; make one with: openssl rand -hex 32")
    if settings["CAPTCHA"] != "on":
        raise BadSettings("XUEJI_CAPTCHA: it can be off in demo mode only")


def _for_flask(settings):
    https = settings["BASE_URL"].startswith("https://")
    return {
        "SESSION_COOKIE_NAME": "__Host-xueji" if https else "xueji",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "PROPAGATE_EXCEPTIONS": False,
    }
