"""Keeps what is personal unreadable to whoever holds the database without the data key."""

import base64
import hashlib
import hmac
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE = 12
# Made once: json.dumps() and json.loads() make theirs, or look for the encoding, each time.
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_read = json.JSONDecoder().decode


class WrongKey(Exception):
    """The data key does not open this value, or the value was moved or altered."""


class Vault:
    """Seals values with AES-256-GCM and makes keyed fingerprints, all from one 32-byte data key.

    A sealed value is bound to its place (`table|column|row`), so that two rows cannot be exchanged unnoticed.
    """

    def __init__(self, key: bytes):
        self._cipher = AESGCM(_derive(key, b"seal"))
        self._index_key = _derive(key, b"index")
        self._code_key = _derive(key, b"code")

    def seal(self, plain: bytes, place: str) -> bytes:
        """Version byte, 12-byte nonce, ciphertext and tag: 29 bytes longer than `plain`."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The bytes that `seal` was given for this place. Raises WrongKey."""
        sealed = bytes(sealed)
        if sealed[:1] != VERSION:
            raise WrongKey(place)
        try:
            return self._cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], place.encode())
        except InvalidTag:
            raise WrongKey(place) from None

    def seal_json(self, value, place):
        """Seal anything JSON can say. Names keep every code point, lone surrogates excepted."""
        return self.seal(_write(value).encode(), place)

    def open_json(self, sealed, place):
        """What `seal_json` was given for this place. Raises WrongKey."""
        return _read(self.open(sealed, place).decode())

    def index(self, text: str) -> bytes:
        """A keyed fingerprint for exact look-up (blind index), 32 bytes. Normalise `text` first."""
        return hmac.digest(self._index_key, text.encode(), "sha256")

    def code(self, text: str, length: int = 10) -> str:
        """A short check code that only the holder of the key can make: Crockford-like base32, no I, L, O, U."""
        digest = hmac.digest(self._code_key, text.encode(), "sha256")
        letters = base64.b32encode(digest).decode()
        return letters.translate(_READABLE)[:length]


# The letters people misread are replaced by digits that base32 leaves unused.
_READABLE = str.maketrans("ILOU", "0189")


def _derive(key, purpose):
    return HKDF(algorithm=SHA256(), length=32, salt=b"xueji", info=purpose).derive(key)


def read_key(text: str) -> bytes:
    """The 32 bytes of a data key written as 64 hex digits or as base64. Raises ValueError."""
    text = text.strip()
    key = bytes.fromhex(text) if len(text) == 64 else base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(key) != 32:
        raise ValueError("a data key is 32 bytes: 64 hex digits")
    return key


def fingerprint(text: str) -> str:
    """A plain SHA-256 of something that is itself random, such as a session id or a reset token."""
    return hashlib.sha256(text.encode()).hexdigest()
