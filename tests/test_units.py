"""The units for systemd, as systemd itself judges them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parent.parent / "deploy"
UNITS = sorted(DEPLOY.glob("xueji*.*"))
pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")


@pytest.mark.parametrize("unit", [one for one in UNITS if one.suffix == ".service"], ids=lambda one: one.name)
def test_a_service_may_do_next_to_nothing(unit):
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(unit)], check=False, capture_output=True, text=True
    ).stdout

    assert float(re.search(r"exposure level for \S+: ([\d.]+)", said)[1]) <= 1.5


def test_systemd_understands_every_line(tmp_path):
    for unit in UNITS:
        # Here is neither the user nor the program.
        text = re.sub(r"(?m)^(User|Group|SocketUser|SocketGroup|WorkingDirectory)=.*\n", "", unit.read_text("utf-8"))
        (tmp_path / unit.name).write_text(re.sub(r"(?m)^ExecStart=.*", "ExecStart=/bin/true", text))

    said = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert (said.returncode, [line for line in said.stderr.splitlines() if "xueji" in line]) == (0, [])
    assert len(UNITS) == 4
