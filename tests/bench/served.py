"""The application on its production server, with a fresh database and the demonstration roster, for measuring."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from tests import stored

ROOT = Path(__file__).parent.parent.parent
DATA_KEY = "0123456789abcdef" * 4


def environment(folder, **settings) -> dict:
    """The environment of an installation of its own in `folder`; `settings` are added to it or replace some."""
    ours = {
        "XUEJI_MODE": "demo",
        "XUEJI_SECRET_KEY": "s" * 64,
        "XUEJI_DATA_KEY": DATA_KEY,
        "XUEJI_DATABASE_URL": stored.ready(folder),
        "XUEJI_WORKERS": "1",
        "PORT": "0",
        "PYTHONUTF8": "1",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("XUEJI_")}
    return {**inherited, **ours, **settings}


def command(folder, *words, **settings):
    """Run `bin/xueji WORDS` on the installation in `folder`, and give what it printed."""
    program = [sys.executable, "-m", "flask", "--app", "app", *map(str, words)]
    done = subprocess.run(
        program, cwd=ROOT, env=environment(folder, **settings), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def start(folder, log=None, **settings):
    """Start a server on the installation in `folder`: (process, port), once it answers. `log`: where it writes."""
    program, env = [sys.executable, "-m", "deploy.server"], environment(folder, **settings)
    process = subprocess.Popen(program, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=log, text=True)
    greeting = process.stdout.readline()
    if not re.search("unix:.*|:[0-9]+$", greeting):
        process.terminate()
        raise AssertionError("the server did not start")
    # One that listens on a file has no port.
    return process, 0 if "unix:" in greeting else int(greeting.rpartition(":")[2])


def children(process) -> list[int]:
    """The process ids of the workers of a server."""
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


@contextmanager
def server(folder, **settings):
    """Serve the installation in `folder` while the block runs, and give (process, port)."""
    process, port = start(folder, **settings)
    with process:
        try:
            yield process, port
        finally:
            process.terminate()


def code_drawn(folder, captcha_id) -> str:
    """What a person would read in the picture of a verification code."""
    return stored.row(folder, "SELECT answer FROM captcha WHERE id = ?", captcha_id)[0]
