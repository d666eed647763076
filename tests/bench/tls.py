"""What sslyze says of the TLS that the shipped configurations give: `python -m tests.bench.tls SSLYZE [CADDY …]`.

SSLYZE is its program (`pip install sslyze`, in an environment of its own); it compares with Mozilla's intermediate
profile. Debian's nginx without our settings is the canary that must not pass.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import proxies

BARE = """server {
    listen 443 ssl;
    server_name localhost;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_certificate x; ssl_certificate_key x;
}"""


def verdict(sslyze, port, authority):
    """Whether it is compliant, and what it says about that."""
    words = [sslyze, f"--certinfo_ca_file={authority.ca}", "--mozilla_config=intermediate", f"localhost:{port}"]
    said = subprocess.run(words, check=False, capture_output=True, text=True).stdout
    told = re.search(r"COMPLIANCE AGAINST.*", said, re.DOTALL)
    lines = told[0].splitlines() if told else ["no verdict"]
    return ": OK - Compliant" in said, " ".join(
        line.strip() for line in lines[2:] if "localhost" in line or line.lstrip().startswith("*")
    )


def main():
    """A line for each configuration."""
    sslyze, caddies = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        authority, nobody = proxies.Authority(folder), folder / "nobody.sock"
        ways = {
            "nginx.conf": proxies.nginx(folder, authority, nobody),
            "Caddyfile-2.6.2": proxies.caddy(folder, authority, nobody, "Caddyfile-2.6.2"),
            **{f"Caddyfile, {one}": proxies.caddy(folder, authority, nobody, program=one) for one in caddies},
            "canary: Debian's nginx": proxies.nginx(folder, authority, nobody, BARE),
        }
        for name, way in ways.items():
            with way as port:
                print(name, *verdict(sslyze, port, authority), sep=" | ", flush=True)


if __name__ == "__main__":
    main()
