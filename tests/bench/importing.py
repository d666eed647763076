"""A large roster through the browser while a student saves: `python -m tests.bench.importing [rows]`.

Wall times of each step as a clerk waits for it, what the processes held in memory at most, and how long a save of a tab
took meanwhile.
"""

import io
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from tests.answers import begin, fill_tab
from tests.bench import served
from tests.bench.wire import Wire
from tests.browser import Browser
from tests.live import Site
from tests.live_staff import sign_in_over
from tests.people import LIN

ROWS = 50_000
PAUSE = 0.1


class Saver(threading.Thread):
    """A student who saves the same tab again and again, and how long each time took."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.took, self.is_over = port, [], False

    def run(self):
        """Save until it is over."""
        with closing(Wire(self.port)) as wire:
            browser = fill_tab(begin(Browser(wire), LIN), "basic")
            while not self.is_over:
                browser.open("/record/basic?edit=1")
                began = time.monotonic()
                browser.submit()
                self.took.append(time.monotonic() - began)
                assert browser.status == 200
                time.sleep(PAUSE)

    def report(self):
        """Median, 95th of a hundred and longest since the last report, in milliseconds."""
        took, self.took = sorted(self.took) or [0], []
        at = [took[len(took) // 2], took[len(took) * 95 // 100], took[-1]]
        return f"{len(took)} saves: " + ", ".join(f"{1000 * one:.0f}" for one in at) + " ms"


def main():
    """Import the same rows as CSV into an empty database, then changed as XLSX, and undo that."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    print("| step | seconds | saves meanwhile: median, 95 %, longest |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("roster.csv", "roster.xlsx"):
            served.command(folder, "roster", "sample", rows, Path(folder) / name)
        served.command(folder, "demo")
        with served.server(folder, XUEJI_CAPTCHA="off") as (process, port), closing(Wire(port)) as wire:
            walk = Walk(sign_in_over(wire, Site(Path(folder), port)), Saver(port))
            csv, book = (Path(folder) / name for name in ("roster.csv", "roster.xlsx"))
            walk.through(csv.read_bytes(), "roster.csv")
            walk.step("undo", "form[action$='/undo']")
            walk.through(book.read_bytes(), "roster.xlsx")
            walk.saver.is_over = True
            walk.saver.join()
            print("\n" + memory(process.pid))


class Walk:
    """A registrar on the way through an import, beside a student who saves."""

    def __init__(self, registrar, saver):
        self.registrar, self.saver = registrar, saver
        saver.start()
        while not saver.took:
            time.sleep(0.2)

    def through(self, content, name):
        """Upload, check and write one file."""
        self.registrar.open("/staff/import")
        about = f"upload and check {name}, {len(content) / 1e6:.1f} MB"
        self.step(about, "form[enctype]", files={"file": (io.BytesIO(content), name)})
        self.step(f"write: {self.registrar.text('.stats')}", "form[action$='/write']")

    def step(self, name, form, **more):
        """Press a button and wait until the page is no longer one with a progress bar."""
        began = time.monotonic()
        self.registrar.submit(form, **more)
        answered = time.monotonic() - began
        while self.registrar.status == 503 or self.registrar.page.select_one("progress"):
            time.sleep(0.2)
            self.registrar.open(self.registrar.path)
        took = time.monotonic() - began
        print(f"| {name} | {took:.1f} (reply after {answered:.1f}) | {self.saver.report()} |", flush=True)


def memory(master):
    """What each process of the server held at most."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    peaks = [int(_status(pid, "VmHWM")) / 1024 for pid in children]
    return "Processes of the server, MB at most: " + ", ".join(f"{peak:.0f}" for peak in peaks)


def _status(pid, name):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(name))


if __name__ == "__main__":
    main()
