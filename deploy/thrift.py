"""How several processes get by with little memory: they share what was built before they part, and free the rest."""

import ctypes
import gc
from contextlib import suppress

# mallopt(3) of the GNU C library. By default a block as large as what Argon2 takes (19 MB) is kept for good when it is
# freed, and each thread has a heap of its own.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
OPTIONS = {M_MMAP_THRESHOLD: 4 << 20, M_TRIM_THRESHOLD: 1 << 20, M_ARENA_MAX: 2}


def give_back_what_is_freed() -> None:
    """Large blocks go back to the system at once. Another C library has no such function, and needs none."""
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in OPTIONS.items():
            mallopt(option, value)


def share_what_is_there() -> None:
    """The collector leaves the present objects alone from now on: it writes into them, which makes copies of pages."""
    gc.collect()
    gc.freeze()
