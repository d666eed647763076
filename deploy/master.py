"""The master process: it keeps every post filled with a living worker, and never answers a request itself."""

import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from deploy import worker
from deploy.answering import GRACE
from deploy.board import BEAT, PID, Board
from deploy.strain import limits

SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
PATIENCE = 5  # failed starts in a row, with nobody else answering, before giving up
SHORT_LIFE = 10.0  # seconds: dying sooner counts as a failed start
START_LIMIT = 60.0  # seconds a worker may take to build the app
LEAVE_LIMIT = GRACE + 2
BEATS_APART = 2.0  # seconds, at most, of a worker that is well
LAST_WORDS = 1.0  # seconds for a stuck worker to say where it is


@dataclass(eq=False)
class Post:
    """A place to fill: one web worker, or the only worker that does the background work."""

    background: bool = False
    failures: int = 0
    not_before: float = 0.0


@dataclass(eq=False)
class Child:
    """A living worker process; `due` is when it must be ready (or gone, once it is leaving)."""

    pid: int
    post: Post
    row: int
    born: float
    due: float
    ready: bool = False
    outdated: bool = False
    leaving: bool = False


class Master:
    """Starts one worker at a time until every post is filled, and fills it again when its worker dies."""

    def __init__(self, listener: socket.socket, web_workers: int, greeting: str, app=None) -> None:
        """`greeting` is printed once, when the first worker answers. `app` is served until a renewal."""
        self.listener, self.greeting, self.app = listener, greeting, app
        self.posts = [*(Post() for _ in range(web_workers)), Post(background=True)]
        self.board, self.limits = Board(rows=2 + 2 * len(self.posts)), limits()
        self.children: dict[int, Child] = {}
        self.signalled, bell = os.pipe()
        self.heard, self.announce = os.pipe()
        self.board.rows[0][PID] = os.getpid()
        self.proven = self.stopping = False
        self.status = 0
        os.set_blocking(bell, False)
        signal.set_wakeup_fd(bell)
        for signum in SIGNALS:
            signal.signal(signum, lambda *_: None)

    def run(self) -> int:
        """Serve until told to stop; returns the exit status."""
        while self.children or not self.stopping:
            self.fill_a_post()
            self.listen_to_signals_and_workers()
            self.bury_the_dead()
            self.kill_the_overdue()
        return self.status

    def fill_a_post(self) -> None:
        """Start a worker for the first vacant post, unless one is still starting."""
        if self.stopping or any(not child.ready and not child.leaving for child in self.children.values()):
            return
        vacant = (post for post in self.posts if post.not_before <= time.monotonic() and self.is_vacant(post))
        if post := next(vacant, None):
            self.fork(post)

    def is_vacant(self, post: Post) -> bool:
        """Web workers may overlap with their successors; two background workers must not do the same work."""
        there = [child for child in self.children.values() if child.post is post]
        return not there if post.background else all(child.outdated or child.leaving for child in there)

    def fork(self, post: Post) -> None:
        """Start a worker; signals wait meanwhile, because parent and child still share the wake-up pipe."""
        now, row = time.monotonic(), self.board.vacant([child.row for child in self.children.values()])
        duty = worker.Duty(self.announce, self.board, row)
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        pid = os.fork()
        if pid == 0:
            worker.live(duty, None if post.background else self.listener, self.app)
        self.children[pid] = Child(pid, post, row, now, due=now + START_LIMIT)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def listen_to_signals_and_workers(self) -> None:
        """Sleep until a signal or a worker's announcement arrives, at most a quarter of a second."""
        woken, _, _ = select.select([self.signalled, self.heard], [], [], 0.25)
        if self.heard in woken:
            for pid, complaint in worker.announced(os.read(self.heard, 4096)):
                self.relieve(pid, complaint) if complaint else self.welcome(pid)
        for signum in os.read(self.signalled, 4096) if self.signalled in woken else b"":
            if signum == signal.SIGHUP:
                self.renew()
            elif signum != signal.SIGCHLD:
                self.stop()

    def welcome(self, pid: int) -> None:
        """A worker is ready: those it replaces may go."""
        if not (child := self.children.get(pid)):
            return
        if not self.proven and not child.post.background:
            print(self.greeting, flush=True)
            self.proven = True
        child.ready = True
        for other in [other for other in self.children.values() if other.post is child.post and other is not child]:
            self.dismiss(other)

    def dismiss(self, child: Child) -> None:
        """Ask a worker to finish what it is doing and leave."""
        if not child.leaving:
            child.leaving, child.due = True, time.monotonic() + LEAVE_LIMIT
            os.kill(child.pid, signal.SIGTERM)

    def relieve(self, pid: int, reason: str) -> None:
        """Replace one worker; a new one answers before it goes."""
        if child := self.children.get(pid):
            self.board.count(reason)
            child.outdated = True
            if child.post.background:
                self.dismiss(child)

    def renew(self) -> None:
        """Replace every worker, one after another, by one that reads the settings anew."""
        self.app = None
        for child in self.children.values():
            self.relieve(child.pid, "renewed")

    def stop(self, status: int = 0) -> None:
        """Refuse new visitors and dismiss everybody."""
        self.stopping, self.status = True, self.status or status
        self.listener.close()
        for child in self.children.values():
            self.dismiss(child)

    def bury_the_dead(self) -> None:
        """Take note of each worker that has ended."""
        while self.children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self.board.leave(self.children[pid].row)
            self.mourn(self.children.pop(pid), os.waitstatus_to_exitcode(status))

    def mourn(self, child: Child, exit_code: int) -> None:
        """Decide what a death means; one by a signal came from outside and says nothing against the app."""
        if child.leaving:
            return
        if exit_code == worker.NOTHING_TO_DO:
            self.posts.remove(child.post)
            return
        self.board.count("died")
        say(f"worker {child.pid} ended ({'signal' if exit_code < 0 else 'status'} {abs(exit_code)})")
        now = time.monotonic()
        child.post.failures = child.post.failures + 1 if exit_code >= 0 and now - child.born < SHORT_LIFE else 0
        child.post.not_before = now + min(5.0, 0.1 * 2**child.post.failures)
        if not child.ready and exit_code >= 0 and exit_code != worker.TRY_AGAIN:
            self.bear_failed_start(child.post)

    def bear_failed_start(self, post: Post) -> None:
        """Keep the old workers if there are any; give up when nobody answers."""
        if any(child.outdated for child in self.children.values()):
            say("the new workers do not start: the old ones go on")
            for child in self.children.values():
                child.outdated = False
        elif not self.is_answering() and (not self.proven or post.failures >= PATIENCE):
            say("no worker starts (the reason is above): giving up")
            self.stop(status=1)

    def is_answering(self) -> bool:
        """True while at least one web worker serves."""
        return any(child.ready and not child.post.background for child in self.children.values())

    def kill_the_overdue(self) -> None:
        """End workers that take too long to start or to leave, or do nothing any more."""
        for child in self.children.values():
            if child.ready and not child.leaving and self.is_stuck(child):
                say(f"worker {child.pid} is stuck here:")
                self.board.count("stuck")
                os.kill(child.pid, signal.SIGUSR2)
                child.ready, child.due = False, time.monotonic() + LAST_WORDS
            if (child.leaving or not child.ready) and time.monotonic() > child.due:
                os.kill(child.pid, signal.SIGKILL)

    def is_stuck(self, child: Child) -> bool:
        """Whether a web worker looks at no socket any more: a single function may keep a whole process from it."""
        limit, last = self.limits.stuck, self.board.rows[child.row][BEAT]
        return bool(limit) and not child.post.background and time.monotonic() - last > limit + BEATS_APART


def say(line: str) -> None:
    """Tell the operator one thing. A log on a full disk is no reason to end."""
    with suppress(OSError):
        print(f"xueji: {line}", file=sys.stderr, flush=True)
