"""Web servers with the configurations that Xueji ships, on a port of this machine and with an authority of our own.

Only what a trial must change is changed in them: name, port, certificate, and where the program listens.
"""

import datetime
import re
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DEPLOY = Path(__file__).parent.parent / "deploy"
SITE, UPSTREAM = "xueji.example.edu.tw", "/run/xueji/http.sock"
LOG = "proxy.log"
NAME, AUTHORITY, HOUR = "localhost", "An authority of our own", datetime.timedelta(hours=1)
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
# As Debian's nginx.conf has it.
NGINX = """
user root; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes auto; daemon off;
events {{ worker_connections 768; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; types_hash_max_size 2048; include /etc/nginx/mime.types;
    {site}
}}
"""
CADDY = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n"


class Authority:
    """A certificate authority, and a certificate for this machine: `ca`, `chain` and `key` are files."""

    def __init__(self, folder):
        self.ca, self.chain, self.key = folder / "ca.pem", folder / "chain.pem", folder / "key.pem"
        ours, theirs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root, leaf = _certificate(AUTHORITY, ours.public_key(), ours), _certificate(NAME, theirs.public_key(), ours)
        self.ca.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        self.chain.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + self.ca.read_bytes())
        plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        self.key.write_bytes(theirs.private_bytes(serialization.Encoding.PEM, *plain))
        self.trust = ssl.create_default_context(cafile=self.ca)


def _certificate(subject, key, signed_with):
    """A certificate for three months; one that is signed with its own key is that of an authority."""
    is_ca = key == signed_with.public_key()
    name, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (subject, AUTHORITY))
    today = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(issuer, name, key, x509.random_serial_number(), today - HOUR, today + 2000 * HOUR)
    usage = dict.fromkeys(USAGES, False) | {"key_cert_sign" if is_ca else "digital_signature": True}
    for extension, is_critical in (
        (x509.BasicConstraints(ca=is_ca, path_length=None), True),
        (x509.KeyUsage(**usage), True),
        (x509.SubjectKeyIdentifier.from_public_key(key), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_with.public_key()), False),
        *([] if is_ca else [(x509.SubjectAlternativeName([x509.DNSName(NAME)]), False)]),
        *([] if is_ca else [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)]),
    ):
        made = made.add_extension(extension, is_critical)
    return made.sign(signed_with, hashes.SHA256())


@contextmanager
def nginx(folder, authority, upstream, site=None):
    """nginx with our site (or another text), before a Unix socket; gives the port."""
    port, text = free_port(), site or (DEPLOY / "nginx.conf").read_text("utf-8")
    # The first block only sends plain HTTP on; a trial has no port 80.
    text = text[text.rindex("server {") :].replace(UPSTREAM, str(upstream)).replace(SITE, NAME)
    text = text.replace("listen [::]:443 ssl http2;", "").replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    text = text.replace("/var/log/nginx/error.log", str(folder / LOG))
    text = re.sub("ssl_certificate [^;]*", f"ssl_certificate {authority.chain}", text)
    text = re.sub("ssl_certificate_key [^;]*", f"ssl_certificate_key {authority.key}", text)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, site=text))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with _running(folder, [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], port):
        yield port


@contextmanager
def caddy(folder, authority, upstream, site="Caddyfile", program="caddy"):
    """Caddy with one of our files (or another text), before a Unix socket; gives the port."""
    port = free_port()
    text = site if "{" in site else (DEPLOY / site).read_text("utf-8")
    text = text.replace(UPSTREAM, str(upstream))
    here = f"https://{NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls {authority.chain} {authority.key}"
    text = text.replace(f"{SITE} {{", here)
    # Only one block of options may stand at the beginning.
    text = (
        re.sub(r"\A((#.*\n)*)\{\n", lambda _: CADDY, text) if re.match(r"(#.*\n)*\{\n", text) else f"{CADDY}}}\n{text}"
    )
    (folder / "Caddyfile").write_text(text)
    environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with _running(folder, command, port, env=environment):
        yield port


@contextmanager
def _running(folder, command, port, **more):
    with open(folder / LOG, "wb") as log, subprocess.Popen(command, stdout=log, stderr=log, **more) as process:
        try:
            _wait_for(process, port, folder)
            yield
        finally:
            process.terminate()


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _wait_for(process, port, folder):
    deadline = time.monotonic() + 20
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"it does not start: {(folder / LOG).read_text()}")
        time.sleep(0.1)
