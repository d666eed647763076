"""What can break under a running server, each as a block in which it is broken."""

import os
import signal
import subprocess
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from peewee import sqlite3

from tests.bench import served

MEGABYTE = 1 << 20


def shell(*words):
    """Run a program that has to succeed."""
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def tell(pids, signum):
    """Send a signal to processes."""
    for pid in pids:
        os.kill(pid, signum)


@contextmanager
def failing(site, calls, error):
    """The system refuses these calls to every process of the server."""
    rules = ["-e", f"trace={calls}", "-e", f"inject={calls}:error={error}"]
    pids = served.children(site.process)
    command = ["strace", "-f", "-o", "/dev/null", *rules, *(word for pid in pids for word in ("-p", str(pid)))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        for _ in pids:
            assert "attached" in tracer.stderr.readline(), "strace may not look"
        try:
            yield
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.stderr.read()


@contextmanager
def held(site):
    """Another program holds the lock for writing."""
    other = sqlite3.connect(site.folder / "xueji.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@contextmanager
def read_for_long(site):
    """Another program reads the database as it is now."""
    other = sqlite3.connect(site.folder / "xueji.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM student").fetchone()
    try:
        yield
    finally:
        other.rollback()
        other.close()


@contextmanager
def small_disk(folder, megabytes):
    """The folder is a disk of its own, in memory."""
    shell("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder)
    try:
        yield
    finally:
        shell("umount", "--lazy", folder)


@contextmanager
def full(site):
    """Another file takes all the room that is left. The journal has none in it that it could use again."""
    ballast, other = site.folder / "ballast", sqlite3.connect(site.folder / "xueji.db", timeout=5)
    with closing(other):
        while other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            pass
    with open(ballast, "wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def real_disk(folder, megabytes=64):
    """The folder is an ext4 of its own in a file beside it."""
    image = Path(f"{folder}.img")
    with open(image, "wb") as file:
        file.truncate(megabytes * MEGABYTE)
    try:
        shell("mkfs.ext4", "-q", image)
        shell("mount", "-o", "loop", image, folder)
        try:
            yield image
        finally:
            shell("umount", "--lazy", folder)
    finally:
        image.unlink()


@contextmanager
def shut(site, image):
    """The system has found its disk in disorder and lets nobody write until it was checked and mounted anew.

    Linux 6.18 loses syncs under way that it confirms at that moment, those of any program: nobody may be at one.
    """
    pids = served.children(site.process)
    tell(pids, signal.SIGSTOP)
    shell("sync", "--file-system", site.folder)
    shell("mount", "-o", "remount,abort", site.folder)
    tell(pids, signal.SIGCONT)
    yield
    site.kill()
    shell("umount", site.folder)
    subprocess.run(["fsck.ext4", "-p", image], check=False, stdout=subprocess.DEVNULL)
    shell("mount", "-o", "loop", image, site.folder)
    site.start()


class Clock:
    """The clock on the wall of a server, which can be set; made with the C compiler of the machine."""

    def __init__(self, folder):
        self.file, library = Path(folder) / "wall", Path(folder) / "wall.so"
        shell("cc", "-shared", "-fPIC", "-o", library, Path(__file__).with_name("wall.c"), "-ldl")
        self.file.write_text("0")
        self.settings = {"LD_PRELOAD": str(library), "WALL_FILE": str(self.file)}

    def set(self, seconds):
        """So many seconds ahead of the machine's, or behind it."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(seconds))
        os.replace(fresh, self.file)
