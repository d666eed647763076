"""Whether a replica that Litestream keeps can be restored: `python -m tests.bench.litestream LITESTREAM [SAVES]`.

LITESTREAM is its program. While it copies, a student saves each tab SAVES times and a roster is imported; then both are
killed, the replica is restored, and what the database and the replica have is compared row by row.
"""

import subprocess
import sys
import time
from pathlib import Path

from peewee import sqlite3

from tests.bench import served
from tests.bench.save import saves
from tests.bench.weight import installation

SAVES, STUDENTS, SECOND = 50, 2000, 2.0


def rows(path):
    """{table: its rows} of a database file."""
    opened = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    names = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: sorted(map(repr, opened.execute(f'SELECT * FROM "{name}"'))) for name in names}  # noqa: S608
    assert opened.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    opened.close()
    return found


def different(one, other):
    """Which tables are not the same; what Litestream keeps for itself is none of ours."""
    return {name for name in one if not name.startswith("_litestream") and one[name] != other.get(name)}


def main():
    """Copy, kill, restore, compare."""
    program, times = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else SAVES
    with installation(XUEJI_WORKERS="2") as place:
        live = Path(place.folder) / "xueji.db"
        replica, back = f"file://{place.folder}/replica", Path(place.folder) / "back.db"
        copying = subprocess.Popen([program, "replicate", str(live), replica], stdout=-3, stderr=-3)
        for _, sender in saves(place):
            sender.send(times)
        roster = Path(place.folder) / "more.csv"
        served.command(place.folder, "roster", "sample", STUDENTS, roster)
        served.command(place.folder, "roster", "import", roster)
        time.sleep(SECOND)
        for process in (copying.pid, place.process.pid, *served.children(place.process)):
            subprocess.run(["kill", "-9", str(process)], check=True)
        copying.wait()
        subprocess.run([program, "restore", "-o", str(back), replica], check=True, stdout=-3, stderr=-3)
        ours, theirs = rows(live), rows(back)
        print(
            f"{sum(map(len, ours.values()))} rows in {len(ours)} tables; different: {different(ours, theirs) or 'none'}"
        )
        print("journal: {} MB".format((live.with_name("xueji.db-wal").stat().st_size) >> 20))
        print(served.command(place.folder, "doctor", XUEJI_DATABASE_URL=f"sqlite:///{back}"))
        print(served.command(place.folder, "audit", "verify", XUEJI_DATABASE_URL=f"sqlite:///{back}"))


if __name__ == "__main__":
    main()
