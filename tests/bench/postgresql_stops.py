"""PostgreSQL falls under load and comes back: `python -m tests.bench.postgresql_stops [ROUNDS]` says what was lost.

The bench makes a server of its own, kills it with `pg_ctl -m immediate stop` while students save, and starts it again
after some seconds; the program is left alone all the time.
"""

import os
import pwd
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tests.bench.faults import COLUMNS, Seen, row
from tests.bench.killing import free_port, killed
from tests.bench.savers import savers

ROUNDS, STUDENTS, LASTS = 10, 8, 3
FOLDER = "POSTGRESQL_STOPS"


def postgresql(program, *words):
    """Run a program of PostgreSQL, which refuses to be root."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    command = [str(found[-1]) if found else program, *map(str, words)]
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)


@contextmanager
def cluster():
    """A server of our own: (its address, its folder)."""
    with tempfile.TemporaryDirectory() as folder:
        place, port = f"{folder}/data", free_port()
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        postgresql("initdb", "--auth=trust", "--username=postgres", "-D", place)
        with open(f"{place}/postgresql.conf", "a") as settings:
            settings.write(f"port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n")
        start(place)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres", place
        finally:
            stop(place)


def start(place):
    """Start it, and wait until it answers."""
    postgresql("pg_ctl", "-w", "-D", place, "-l", f"{place}/log", "start")


def stop(place):
    """Let it fall: no connection is ended, nothing is written any more."""
    postgresql("pg_ctl", "-w", "-D", place, "-m", "immediate", "stop")


@contextmanager
def fallen(place):
    """It is away while the block runs."""
    stop(place)
    try:
        yield
    finally:
        start(place)


def main(rounds):
    """Let it fall so many times, and print a table in Markdown; the exit status says whether all is well."""
    if FOLDER not in os.environ:
        with cluster() as (url, place):
            again = [sys.executable, "-m", "tests.bench.postgresql_stops", str(rounds)]
            return subprocess.call(again, env={**os.environ, "XUEJI_DATABASE_URL": url, FOLDER: place})
    print("|", " | ".join(COLUMNS), "|\n|" + "---|" * len(COLUMNS))
    place, is_well = os.environ[FOLDER], True
    with killed() as site, savers(site, STUDENTS) as people:
        for number in range(1, rounds + 1):
            seen = Seen(site, people, fallen(place), LASTS, asks_doctor=False)
            is_well &= seen.is_well
            print(row(f"PostgreSQL, fall {number}", seen), flush=True)
    return not is_well


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
