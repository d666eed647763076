"""The second thing staff show at the door: six digits from their phone, or one of ten codes kept on paper."""

import base64
import hmac
import secrets
import unicodedata

import pyotp
import segno

STEP, DIGITS = 30, 6
# One step before and after the present one, since a phone's clock may be off by half a minute (RFC 6238 §5.2).
DRIFT = (-1, 0, 1)
SECRET_BYTES = 20
HOW_MANY, LENGTH = 10, 10
# Without 0 and O, 1, I and L, and U, which people misread in their own handwriting.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
QUIET_ZONE = 4


def secret_from(random: bytes) -> str:
    """A TOTP secret as an authenticator app takes it: base32 of 160 bits (RFC 4226 §4, R6), from 20 bytes or more."""
    return base64.b32encode(random[:SECRET_BYTES]).decode()


def grouped(secret) -> str:
    """The secret in groups of four, to be typed by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def step_of(secret, typed, at):
    """The 30-second step whose six digits were typed, or None. `at`: seconds since 1970.

    The caller accepts a step once and none before it (RFC 6238 §5.2): a code that was overlooked cannot be used again.
    """
    codes, digits, found = pyotp.TOTP(secret, digits=DIGITS, interval=STEP), plain(typed), None
    for drift in DRIFT:
        if hmac.compare_digest(codes.at(at, counter_offset=drift).encode(), digits.encode()):
            found = at // STEP + drift
    return found


def address(secret, account, issuer) -> str:
    """The `otpauth:` address that an authenticator app reads from the picture."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP).provisioning_uri(name=account, issuer_name=issuer)


def drawing(text) -> tuple[int, str]:
    """A QR code as the side of its square in modules, and the path of the dark ones for an SVG of that size."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=QUIET_ZONE))
    return len(rows), "".join(_strokes(row, y) for y, row in enumerate(rows))


def _strokes(row, y):
    """The dark modules of a row, those side by side as one rectangle."""
    path, x = "", 0
    while x < len(row):
        end = x
        while end < len(row) and row[end]:
            end += 1
        if end > x:
            path += f"M{x} {y}h{end - x}v1h-{end - x}z"
        x = max(end, x + 1)
    return path


def new_code() -> str:
    """A code of 49 random bits, such as "7KQ3M-X2PWB"."""
    return _halved("".join(secrets.choice(LETTERS) for _ in range(LENGTH)))


def new_codes() -> list[str]:
    """Ten recovery codes."""
    return [new_code() for _ in range(HOW_MANY)]


def _halved(code):
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def plain(typed) -> str:
    """A code without the spaces and hyphens people put into it, in plain capitals and digits."""
    folded = unicodedata.normalize("NFKC", typed or "").upper()
    return "".join(c for c in folded if c.isalnum())


def is_recovery(typed) -> bool:
    """Whether this is shaped like a recovery code rather than the six digits of a phone."""
    return len(plain(typed)) == LENGTH
