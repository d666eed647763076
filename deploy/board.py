"""Numbers that the master and all workers see: a row of shared memory for each process that is alive.

Only the process that has a row writes into it, so no count is lost and nobody waits. A successor goes on counting in
the row of one that has gone: sums never fall.
"""

import mmap
import os
import struct
from contextlib import suppress
from pathlib import Path

WIDTH = 1 << 13  # numbers in a row; what is never touched takes no memory
NUMBER = struct.calcsize("d")
PID, BEAT, FIRST_FREE = 0, 1, 16
# Why a worker was replaced. The master counts in its own row, from FIRST_FREE on.
REASONS = ("died", "memory", "requests", "stuck", "renewed")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Board:
    """Row 0 is the master's; a worker takes the first that no living one has."""

    def __init__(self, rows: int) -> None:
        size = WIDTH * NUMBER
        self._memory = memoryview(mmap.mmap(-1, rows * size))
        self.rows = [self._memory[n * size : (n + 1) * size].cast("d") for n in range(rows)]

    def vacant(self, taken) -> int:
        """The first row that nobody in `taken` has."""
        return next(n for n in range(1, len(self.rows)) if n not in taken)

    def leave(self, row: int) -> None:
        """The process of this row has gone; what it counted stays."""
        self.rows[row][PID] = 0

    def count(self, reason: str) -> None:
        """A worker is replaced."""
        self.rows[0][FIRST_FREE + REASONS.index(reason)] += 1

    def figures(self):
        """(name, labels, number) of what the server itself can tell."""
        for place, reason in enumerate(REASONS, FIRST_FREE):
            yield "worker_restarts_total", {"reason": reason}, self.rows[0][place]
        for n, row in enumerate(self.rows):
            if pid := int(row[PID]):
                yield "process_memory_bytes", {"process": str(n) if n else "master"}, resident(pid)


def resident(pid: int | str = "self") -> int:
    """Bytes of memory that a process has, shared ones included; 0 when it has gone, or where /proc is not to be had."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0
