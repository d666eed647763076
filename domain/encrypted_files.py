"""Files that leave the machine, encrypted in the age format (age-encryption.org/v1), which `age` itself opens too."""

import os

import bech32
import pyrage
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"age-encryption.org/v1"


class Unreadable(Exception):
    """The file was damaged, or none of the keys opens it."""


def identity(data_key: bytes):
    """The age identity that belongs to a 32-byte data key: whoever has the key can open what was written with it."""
    secret = HKDF(algorithm=SHA256(), length=32, salt=b"xueji", info=b"backup").derive(data_key)
    return read_identity(bech32.bech32_encode("age-secret-key-", bech32.convertbits(secret, 8, 5)).upper())


def read_identity(text):
    """An identity as `age-keygen` writes it, comments and all. Raises ValueError."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str("".join(lines))
    except pyrage.IdentityError:
        raise ValueError("it is no age identity, which begins with AGE-SECRET-KEY-1") from None


def read_recipient(text):
    """A public key such as `age1…`. Raises ValueError."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise ValueError("it is no age recipient, which begins with age1") from None


def is_encrypted(path) -> bool:
    """Whether a file is in the age format."""
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def encrypt(source, target, recipients):
    """Write `source` to the new file `target` so that each of the recipients can open it; only the owner reads it."""
    _make_private(target)
    pyrage.encrypt_file(str(source), str(target), recipients)
    with open(target, "rb") as file:
        os.fsync(file.fileno())


def decrypt(source, target, identities):
    """Write what `source` holds to the new file `target`. Raises Unreadable and leaves no part of it."""
    _make_private(target)
    try:
        pyrage.decrypt_file(str(source), str(target), identities)
    except (pyrage.DecryptError, OSError):
        os.unlink(target)
        raise Unreadable(str(source)) from None


def _make_private(path):
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
