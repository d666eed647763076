"""What a student sends along to prove something: a picture, which is made anew, or a PDF, which is kept as it is."""

from math import ceil

from PIL import Image

from domain import photo
from domain.words import N_, Invalid

MAX_BYTES = 5_000_000
# Enough to read a page of A4: about 150 dots an inch.
LONGEST = 1754
JPEG, PDF = "jpeg", "pdf"
TYPES = {JPEG: "image/jpeg", PDF: "application/pdf"}


def accept(raw) -> tuple[str, bytes]:
    """(JPEG or PDF, the bytes to keep). Nothing of a picture but its pixels is kept. Raises Invalid."""
    if len(raw) > MAX_BYTES:
        size = ceil(len(raw) / 100_000) / 10
        raise Invalid(N_("Send a file of at most {limit} MB: this one has {size} MB"), limit=5, size=size)
    if raw.startswith(b"%PDF-"):
        return PDF, raw
    return JPEG, photo.redrawn(raw, _whole, LONGEST)


def _whole(image):
    """The whole picture, upright, no side longer than LONGEST."""
    turn = photo.orientation(image)
    profile = image.info.get("icc_profile")
    small = photo.flat(image)
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2)
    upright = small.transpose(photo.TURNS[turn]) if turn in photo.TURNS else small
    upright.info = {"icc_profile": profile}
    return upright
