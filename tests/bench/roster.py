"""How long a large roster takes and how much memory: `python -m tests.bench.roster` prints a table in Markdown.

Each file holds 50,000 made-up students. Every command runs in a process of its own; its memory is what the kernel says
was resident at most.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import served

ROWS = 50_000


def main():
    """Write the files, take each into an empty database, and print what it took."""
    print("| command | seconds | MB at most |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("roster.csv", "big5.csv", "roster.xlsx")]
        plain, big5, book = files
        for file in (plain, book):
            report(f"sample, {file.suffix[1:].upper()}", *run(folder, "sample", ROWS, file))
        big5.write_bytes(plain.read_text("utf-8-sig").encode("cp950", "ignore"))
        for name, file in (("CSV in UTF-8", plain), ("CSV in Big5", big5), ("XLSX", book)):
            report(f"import, {name}", *run(folder, "import", file))
            report(f"import the same again, {name}", *run(folder, "import", file))
            for left in Path(folder).glob("xueji.db*"):
                left.unlink()


def run(folder, *words):
    """(seconds, MB) of `bin/xueji roster WORDS`."""
    began = time.monotonic()
    program = [sys.executable, "-m", "flask", "--app", "app", "roster", *map(str, words)]
    os.chdir(served.ROOT)
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(program[0], program, served.environment(folder), file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    assert status == 0, f"{words} ended with {os.waitstatus_to_exitcode(status)}"
    return time.monotonic() - began, used.ru_maxrss / 1024


def report(name, seconds, megabytes):
    """One line of the table."""
    print(f"| {name} | {seconds:.1f} | {megabytes:.0f} |", flush=True)


if __name__ == "__main__":
    main()
