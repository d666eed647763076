"""A worker process: answers requests with the app, or does its background work, until it is dismissed."""

import ctypes
import faulthandler
import importlib
import os
import signal
import socket
import struct
import sys
import threading
import time
import traceback
from contextlib import suppress
from typing import NoReturn

from deploy.answering import GRACE, answer
from deploy.board import BEAT, PID, REASONS, Board
from deploy.strain import Strain

NOTHING_TO_DO = 64  # exit status: the app has no background work
TRY_AGAIN = 75  # exit status: the app cannot start now, and what stands in its way may pass

announcement = struct.Struct("=ii")


def announced(message: bytes) -> list[tuple[int, str]]:
    """(process id, why it should be replaced) of workers that have said something; "" of one that is ready."""
    return [(pid, ("", *REASONS)[said]) for pid, said in announcement.iter_unpack(message)]


class Duty:
    """Whether to go on: until SIGTERM comes or the master has gone."""

    def __init__(self, announce: int, board: Board, row: int) -> None:
        """`row`: which one of the board is ours. Made in the master."""
        self.master, self.announce, self.dismissed = os.getpid(), announce, False
        self.board, self.row, self._has_complained = board, row, False

    @property
    def over(self) -> bool:
        """True when it is time to leave."""
        return self.dismissed or os.getppid() != self.master

    def begin(self) -> None:
        """Take leave of the master's signal handling and follow it when it dies."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, self.dismiss)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for signum in (signal.SIGINT, signal.SIGHUP):  # a terminal sends these to us too: the master decides
            signal.signal(signum, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        faulthandler.register(signal.SIGUSR2)
        self.board.rows[self.row][PID] = os.getpid()
        self.beat()
        with suppress(OSError, AttributeError):  # prctl(2), PR_SET_PDEATHSIG: Linux only, `over` serves elsewhere
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)

    def dismiss(self, *_: object) -> None:
        """Only take note, so that no signal interrupts a request half-way."""
        self.dismissed = True

    def ready(self) -> None:
        """Tell the master."""
        self._announce("")

    def beat(self) -> None:
        """Show the master that this process is not stuck."""
        self.board.rows[self.row][BEAT] = time.monotonic()

    def share_board(self, app) -> None:
        """Have the app count where the other processes see it."""
        if meters := getattr(app, "extensions", {}).get("xueji_meters"):
            meters.share(self.board, self.row)

    def complain(self, strain: Strain) -> None:
        """Ask once to be replaced when there is a reason."""
        if not self._has_complained and (reason := strain.verdict()):
            self._has_complained = True
            strain.tell(reason)
            self._announce(reason)

    def _announce(self, reason):
        with suppress(BrokenPipeError):
            os.write(self.announce, announcement.pack(os.getpid(), ("", *REASONS).index(reason)))


def live(duty: Duty, listener: socket.socket | None, app=None) -> NoReturn:
    """Be a web worker on `listener`, or the background worker without one; without an `app`, build it."""
    status = 1
    try:
        duty.begin()
        app = app or build_app()
        duty.share_board(app)
        status = answer(app, listener, duty) if listener else work(app, duty)
    except SystemExit as refusal:
        if isinstance(refusal.code, str):
            print(refusal.code, file=sys.stderr)
        status = TRY_AGAIN if getattr(refusal, "may_pass", False) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def build_app():
    """Call the factory that XUEJI_APP names (`module:function`)."""
    module, _, factory = os.environ.get("XUEJI_APP", "app:create_app").partition(":")
    return getattr(importlib.import_module(module), factory)()


def work(app, duty: Duty) -> int:
    """Run the app's background work in a thread; it gets an event that is set when it should return."""
    job = getattr(app, "extensions", {}).get("xueji_background")
    if not callable(job):
        return NOTHING_TO_DO
    stop, strain = threading.Event(), Strain()
    thread = threading.Thread(target=job, args=(stop,), daemon=True)
    thread.start()
    duty.ready()
    while thread.is_alive() and not duty.over:
        thread.join(0.5)
        duty.complain(strain)
    stop.set()
    thread.join(GRACE)
    return 0 if duty.over else 1
