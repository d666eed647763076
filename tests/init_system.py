"""What systemd does for the service, as far as upgrading needs it: a socket that stays open, and a process."""

import os
import socket
import subprocess
import threading
from pathlib import Path

SYSTEMCTL = """#!/usr/bin/env python3
import socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({control!r})
    line.sendall(" ".join(sys.argv[1:]).encode())
    line.shutdown(socket.SHUT_WR)
    sys.exit(int(line.recv(10)))
"""


def clean() -> dict:
    """The environment of a machine that knows nothing of Xueji yet."""
    return {name: value for name, value in os.environ.items() if not name.startswith("XUEJI_")}


class InitSystem:
    """Holds the socket of xueji.socket in a folder that stands for the root, and runs xueji.service on it."""

    def __init__(self, root):
        self.root, self.process = Path(root), None
        (self.root / "run/xueji").mkdir(parents=True)
        (self.root / "bin").mkdir()
        self.listener = self._listen(self.root / "run/xueji/http.sock")
        self.control = self._listen(self.root / "control")
        systemctl = self.root / "bin/systemctl"
        systemctl.write_text(SYSTEMCTL.format(control=str(self.root / "control")))
        systemctl.chmod(0o755)
        threading.Thread(target=self._obey, daemon=True).start()

    @staticmethod
    def _listen(path):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen(1024)
        return listener

    def _obey(self):
        while True:
            try:
                line, _ = self.control.accept()
            except OSError:
                return
            with line:
                verb, *units = line.recv(1000).decode().split()
                if "xueji.service" in units and verb in ("start", "stop", "restart"):
                    getattr(self, verb)()
                line.sendall(b"0")

    def start(self):
        """Start the service on the socket that is there already, as file descriptor 3."""
        if self.process and self.process.poll() is None:
            return
        place, fd = self.root / "opt/xueji/current", self.listener.fileno()
        command = f"exec 3<&{fd}; LISTEN_PID=$$ LISTEN_FDS=1 exec .venv/bin/python -m deploy.server"
        settings = {"XUEJI_CONFIG": str(self.root / "etc/xueji/xueji.toml"), "XUEJI_WORKERS": "1", "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(["bash", "-c", command], cwd=place, env=clean() | settings, pass_fds=(fd,))

    def stop(self):
        """Stop the service; the socket stays."""
        if self.process:
            self.process.terminate()
            self.process.wait(30)

    def restart(self):
        """Stop and start."""
        self.stop()
        self.start()

    def close(self):
        """Stop everything."""
        self.stop()
        self.control.close()
        self.listener.close()
