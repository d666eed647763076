"""Installing and upgrading the service, in a folder that stands for the root of a machine."""

import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest

from deploy.healthy import OverFile
from tests.init_system import InitSystem, clean
from tests.stored import files_only

# The installer makes a file.
pytestmark = files_only

ROOT = Path(__file__).parent.parent
MIGRATION = """
from peewee import CharField

def up(migrator, db):
    migrator.migrate(migrator.add_column("student", "nickname", CharField(20, default="")))
"""

FIRST = ("tables/migrations/9001_nickname.py", MIGRATION)
SECOND = ("tables/migrations/9002_second.py", MIGRATION.replace("nickname", "second_name"))


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A machine on which this version was installed, twice."""
    machine = Machine(tmp_path_factory.mktemp("machine"))
    machine.first, machine.again = machine.install(), machine.install()
    yield machine
    machine.init.close()


class Machine:
    """A root folder with an init system."""

    def __init__(self, folder):
        self.folder, self.root = folder, folder / "root"
        self.root.mkdir()
        self.init = InitSystem(self.root)
        self.environment = clean() | {
            "ROOT": str(self.root), "VENV": sys.prefix, "PATH": f"{self.root}/bin:{os.environ['PATH']}",
            "HEALTHY_WITHIN": "8",
        }  # fmt: skip

    def version(self, name, changes=()):
        """A folder with this program, in which texts follow what some files say: (path, text) pairs."""
        place = self.folder / name
        files = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        for file in filter(None, files.split("\0")):
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                shutil.copy(ROOT / file, place / file)
        for file, text in changes:
            (place / file).parent.mkdir(exist_ok=True)
            with open(place / file, "a", encoding="utf-8") as written:
                written.write(text)
        return place

    def run(self, *words):
        """Run one of our commands."""
        return subprocess.run(words, env=self.environment, check=False, capture_output=True, text=True, timeout=120)

    def install(self):
        """Install the version called one."""
        place = self.folder / "one" if (self.folder / "one").exists() else self.version("one")
        return self.run(place / "bin/install", "xueji.example.edu.tw", "--proxy", "nginx")

    def status(self, path="/"):
        """What the server answers."""
        with closing(OverFile(str(self.root / "run/xueji/http.sock"))) as connection:
            connection.request("GET", path)
            return connection.getresponse().status

    @property
    def current(self):
        """The release that serves."""
        return (self.root / "opt/xueji/current").readlink()

    def schema(self):
        """The schema of the database."""
        place = self.root / "opt/xueji/current"
        words = (place / ".venv/bin/python", "-m", "flask", "--app", place / "app.py", "schema")
        environment = self.environment | {"XUEJI_CONFIG": str(self.root / "etc/xueji/xueji.toml")}
        return subprocess.run(
            words, cwd=place, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()


def test_after_installing_it_serves_with_keys_that_only_the_service_reads(machine):
    assert machine.first.returncode == 0, machine.first.stderr
    assert machine.status() == 200
    keys = machine.root / "etc/xueji"
    assert {path.stat().st_mode & 0o007 for path in (keys, keys / "data-key", keys / "xueji.toml")} == {0}
    site = (machine.root / "etc/nginx/sites-available/xueji").read_text()
    assert "server_name xueji.example.edu.tw;" in site and "/run/xueji/http.sock" in site


def test_installing_again_changes_nothing(machine):
    before = {path: path.read_bytes() for path in (machine.root / "etc").rglob("*") if path.is_file()}

    again = machine.install()

    assert again.returncode == 0, again.stderr
    assert {path: path.read_bytes() for path in (machine.root / "etc").rglob("*") if path.is_file()} == before
    assert len(list((machine.root / "opt/xueji/releases").iterdir())) == 1


def test_an_upgrade_fails_no_request_and_keeps_a_copy(machine):
    new = machine.version("two", [FIRST])
    answers, stop = [], threading.Event()

    def visit():
        while not stop.is_set():
            answers.append(machine.status())

    visitor = threading.Thread(target=visit)
    visitor.start()
    done = machine.run(new / "bin/upgrade")
    stop.set()
    visitor.join()

    assert done.returncode == 0, done.stderr
    assert set(answers) == {200} and len(answers) > 20
    assert machine.schema() == "9001_nickname"
    assert len(list((machine.root / "var/backups/xueji").glob("before-*.age"))) == 1


def test_a_version_that_does_not_answer_makes_room_for_the_old_one_with_the_old_schema(machine):
    before, schema = machine.current, machine.schema()
    new = machine.version("three", [FIRST, SECOND, ("blueprints/pages.py", "\nbp.before_app_request(lambda: 1 / 0)\n")])

    done = machine.run(new / "bin/upgrade")

    assert done.returncode == 1 and "serves again" in done.stderr
    assert machine.current == before and machine.schema() == schema
    assert machine.status() == 200


def test_a_version_that_refuses_the_settings_changes_nothing(machine):
    before, copies = machine.current, set((machine.root / "var/backups/xueji").iterdir())
    new = machine.version("four", [("domain/settings.py", "\nDEFAULTS.pop('BASE_URL')\n")])

    done = machine.run(new / "bin/upgrade")

    assert done.returncode == 1 and "nothing was changed" in done.stderr
    assert machine.current == before and set((machine.root / "var/backups/xueji").iterdir()) == copies
