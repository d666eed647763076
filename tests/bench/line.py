"""A bad line for measuring: a network device of its own whose packets come late and one after another.

TCP and everything above it run as they do on a phone: the hand-shake takes a round trip, the first window is the
kernel's, and connections share the line. Needs Linux, root and /dev/net/tun. Nothing is lost on it: real lines are
worse.
"""

import fcntl
import os
import struct
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from queue import Queue

HERE, THERE = "10.77.0.1", "10.77.0.2"
NAME = "xueji-line"
TUNSETIFF, TUN, NO_INFO = 0x400454CA, 0x0001, 0x1000
LARGEST, IPV4 = 65536, 4
ADDRESSES, PAIR = slice(12, 20), struct.Struct("4s4s")
TCP_PORTS, PORTS = slice(20, 24), struct.Struct("!HH")


class Direction(threading.Thread):
    """Packets one way: each takes its time on the wire behind the one before it, and then half a round trip."""

    def __init__(self, device):
        super().__init__(daemon=True)
        self.device, self.queue, self.rate, self.delay, self.carried = device, Queue(), None, 0.0, 0

    def take(self, packet):
        """Put a packet onto the wire."""
        self.carried += len(packet)
        self.queue.put((time.monotonic(), packet))

    def run(self):
        """Hand each packet over when it has arrived."""
        free = 0.0
        while True:
            came, packet = self.queue.get()
            free = max(came, free) + (len(packet) * 8 / self.rate if self.rate else 0)
            time.sleep(max(0.0, free + self.delay - time.monotonic()))
            with suppress(OSError):  # the line is gone
                os.write(self.device, packet)


class Line:
    """The device. Whoever asks THERE for a port is answered by the server that listens on it HERE."""

    def __init__(self, device):
        self.device, self.port = device, None
        self.up, self.down = Direction(device), Direction(device)

    def becomes(self, kbit=None, rtt=0.0):
        """From now on so fast (None: without limit) and so far away, in seconds."""
        for way in (self.up, self.down):
            way.rate, way.delay = kbit and kbit * 1000, rtt / 2

    def _read(self):
        with suppress(OSError):  # the line is gone
            return bytearray(os.read(self.device, LARGEST))

    def carry(self):
        """Sort what the kernel sends; sender and receiver change places, which leaves the checksums right."""
        while packet := self._read():
            if packet[0] >> 4 == IPV4:
                source, target = PAIR.unpack(packet[ADDRESSES])
                packet[ADDRESSES] = PAIR.pack(target, source)
                _, port = PORTS.unpack(packet[TCP_PORTS])
                (self.up if port == self.port else self.down).take(bytes(packet))


@contextmanager
def line():
    """A Line as fast as the machine, gone at the end of the block."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    try:
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", NAME.encode(), TUN | NO_INFO))
        for words in (f"addr add {HERE}/24 dev {NAME}", f"link set {NAME} up"):
            subprocess.run(["ip", *words.split()], check=True)
        it = Line(device)
        for thread in (it.up, it.down, threading.Thread(target=it.carry, daemon=True)):
            thread.start()
        yield it
    finally:
        os.close(device)
