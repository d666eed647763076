"""The photo of a student: whatever a phone took becomes one 35 × 45 mm portrait and nothing else of the file."""

import io
import re
import struct
from math import ceil

from PIL import Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from domain.words import N_, Invalid

MAX_BYTES = 10_000_000
MEGAPIXEL = 1_000_000
SIZE = (413, 531)
PREVIEW = (210, 270)
DPI = 300
LEAST = (300, 385)
MAX_PORTRAIT_BYTES = 200_000
# Black and white dots, the worst there is, take 207 kB at 88; no real photo comes near.
QUALITY, QUALITY_OF_NOISE = 88, 70
# A head sits above the middle: of the height cut away, this part comes off the top.
CUT_FROM_TOP = 0.4
# Pillow's decoders are called by name, so that these limits are the only ones and no other format is ever tried.
# The JPEG decoder can shrink while it reads, hence the 50-megapixel phone; WebP keeps four copies of the picture.
READERS = {
    "JPEG": (JpegImageFile, 51),
    "PNG": (PngImageFile, 25),
    "WebP": (WebPImageFile, 13),
}
# A JPEG of several scans is held whole, unshrunk, and every scan goes over all of it again; cameras write one to ten.
MAX_SCANS, MAX_MEGAPIXELS_IN_SCANS = 24, 25
SEGMENT = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
START_OF_SCAN, END_OF_PICTURE, NO_LENGTH = 0xDA, 0xD9, {0x01, 0xD8}
STARTS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF8": "GIF",
    b"%PDF": "PDF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
# ISO/IEC 23008-12 and the AVIF specification: the brand at byte 8 of the file.
BRANDS = dict.fromkeys((b"heic", b"heix", b"hevc", b"heim"), "HEIC")
BRANDS |= dict.fromkeys((b"mif1", b"msf1"), "HEIF") | dict.fromkeys((b"avif", b"avis"), "AVIF")
ORIENTATION = 0x0112
# EXIF 2.32, table 6: how the stored rows and columns lie to the upright picture.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ON_ITS_SIDE, TOP_COMES_LAST = {5, 6, 7, 8}, {3, 4, 7, 8}
SRGB = ImageCms.createProfile("sRGB")


EMPTY = N_("Choose the photo again: the file arrived empty")
TOO_HEAVY = N_("Send a photo of at most {limit} MB: this file has {size} MB")
FROM_A_PHONE = N_(
    "Your phone saved this photo as {kind}, which cannot be used here. On an iPhone, open Settings > Camera > Formats, "
    "choose Most Compatible and take it again. Or send a screenshot of the photo."
)
WRONG_KIND = N_("Send a JPEG, PNG or WebP photo: this file is a {kind}")
UNKNOWN_KIND = N_("Send a JPEG, PNG or WebP photo: this file is something else")
UNUSUAL = N_("This photo is stored in an unusual way. Send a screenshot of it instead.")
TOO_MANY_PIXELS = N_(
    "Send a smaller photo, or a screenshot of it: this one is {width} × {height} pixels, "
    "and {limit} million in all is the most"
)
TOO_SMALL = N_("Send a larger photo: this one is {width} × {height} pixels, and at least {least} are needed")
DAMAGED = N_("Part of this photo is missing or damaged. Open it on your phone to check it, then send it again.")


def portrait(raw):
    """The photo in `raw`, upright and cropped: a JPEG of 413 × 531 pixels (35 × 45 mm at 300 dpi), at most 200 kB.

    Takes JPEG, PNG and WebP up to 10 MB, told by their content. Nothing of the file but its pixels is kept:
    no EXIF, place, profile, comment or trailing bytes. Raises `Invalid`, and only that, for anything else.
    """
    return redrawn(raw, _cropped, 2 * SIZE[1])


def redrawn(raw, draw, least):
    """What `draw` makes of the photo in `raw`, as a JPEG with nothing of the file but pixels. Raises only `Invalid`.

    A large JPEG is shrunk while it is read, to no less than `least` pixels a side.
    """
    reader, megapixels = READERS[_accepted_kind(raw)]
    try:
        image = reader(io.BytesIO(raw))
        _refuse_too_many_pixels(image, raw, megapixels)
        image.draft(None, (least, least))
        image.load()
        return _jpeg(_in_srgb(draw(image)))
    except Invalid:
        raise
    # A damaged file makes the decoders raise nearly anything: OSError, SyntaxError, struct.error, MemoryError.
    except Exception as problem:
        raise Invalid(DAMAGED) from problem


def _accepted_kind(raw):
    if not raw:
        raise Invalid(EMPTY)
    if len(raw) > MAX_BYTES:
        raise Invalid(TOO_HEAVY, limit=MAX_BYTES // 1_000_000, size=ceil(len(raw) / 100_000) / 10)
    kind = _kind(raw)
    if kind in READERS:
        return kind
    if kind in BRANDS.values():
        raise Invalid(FROM_A_PHONE, kind=kind)
    raise Invalid(WRONG_KIND, kind=kind) if kind else Invalid(UNKNOWN_KIND)


def _kind(raw):
    """The name of the format the bytes begin with, or None."""
    if raw[4:8] == b"ftyp":
        return BRANDS.get(raw[8:12])
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "WebP"
    known = next((kind for start, kind in STARTS.items() if raw.startswith(start)), None)
    return known or ("SVG" if b"<svg" in raw[:1024].lower() else None)


def _refuse_too_many_pixels(image, raw, megapixels):
    """Refuse before decoding what would take more memory or time than a portrait is worth."""
    scans = _scans(raw) if isinstance(image, JpegImageFile) else 1
    if scans > MAX_SCANS:
        raise Invalid(UNUSUAL)
    limit = megapixels if scans == 1 else min(megapixels, MAX_MEGAPIXELS_IN_SCANS)
    if image.width * image.height > limit * MEGAPIXEL:
        raise Invalid(TOO_MANY_PIXELS, width=image.width, height=image.height, limit=limit)


def _scans(raw):
    """How often the decoder will go over the picture: the start-of-scan markers (ITU-T T.81, B.2) up to its end."""
    scans, at = 0, 2
    while found := SEGMENT.search(raw, at):
        marker, at = found[1][0], found.end()
        if marker == END_OF_PICTURE:
            break
        scans += marker == START_OF_SCAN
        if marker not in NO_LENGTH:
            at += int.from_bytes(raw[at : at + 2])
    return scans


def _cropped(image):
    """The part of the picture that is kept, upright, 413 × 531 pixels, in the colours of the file."""
    turn = orientation(image)
    width, height = _swapped(image.size, turn)
    if width < LEAST[0] or height < LEAST[1]:
        raise Invalid(TOO_SMALL, width=width, height=height, least="{} × {}".format(*LEAST))
    small = _shrunk(image, _box(image.size, turn)).resize(_swapped(SIZE, turn), Image.Resampling.LANCZOS)
    upright = small.transpose(TURNS[turn]) if turn in TURNS else small
    upright.info = {"icc_profile": image.info.get("icc_profile")}
    return upright


def orientation(image):
    """How the picture lies, as EXIF counts it: 1 is upright."""
    try:
        return image.getexif().get(ORIENTATION, 1)
    # A photo whose EXIF alone is damaged is still a photo.
    except (SyntaxError, LookupError, TypeError, ValueError, struct.error):
        return 1


def _swapped(size, turn):
    return size[::-1] if turn in ON_ITS_SIDE else tuple(size)


def _box(size, turn):
    """The largest 35:45 part, in the middle and a little to the top, in the rows and columns as stored."""
    width, height = _swapped(size, turn)
    wide, tall = (
        min(width, height * SIZE[0] // SIZE[1]),
        min(height, width * SIZE[1] // SIZE[0]),
    )
    left, top = (width - wide) // 2, int((height - tall) * CUT_FROM_TOP)
    if turn in TOP_COMES_LAST:
        top = height - tall - top
    if turn in ON_ITS_SIDE:
        return top, left, top + tall, left + wide
    return left, top, left + wide, top + tall


def _shrunk(image, box):
    """That part of the picture at two to three times its final size, made strip by strip to spare memory."""
    left, top, right, bottom = box
    factor = max(1, min(right - left, bottom - top) // (2 * SIZE[0]))
    rows, small = 64 * factor, None
    for start in range(top, bottom, rows):
        strip = flat(image.crop((left, start, right, min(start + rows, bottom)))).reduce(factor)
        small = small or Image.new(strip.mode, (strip.width, ceil((bottom - top) / factor)))
        small.paste(strip, (0, (start - top) // factor))
    return small


def flat(image):
    """The picture as plain grey, RGB or CMYK of 8 bits; what shows through is laid on white."""
    if image.mode.startswith("I"):
        return image.point(lambda level: level * (1 / 256) + 0).convert("L")
    if image.mode in {"L", "RGB", "CMYK"} and "transparency" not in image.info:
        return image
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return paper.convert("RGB")


def _in_srgb(image):
    profile = image.info.pop("icc_profile")
    if profile:
        try:
            return ImageCms.profileToProfile(image, io.BytesIO(profile), SRGB, outputMode="RGB")
        # A profile that is damaged, or made for another kind of picture, only costs a shade of colour.
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB")


def _jpeg(image):
    fine = _encoded(image, QUALITY)
    return fine if len(fine) <= MAX_PORTRAIT_BYTES else _encoded(image, QUALITY_OF_NOISE)


def _encoded(image, quality):
    image.info = {}
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, dpi=(DPI, DPI))
    return out.getvalue()


def preview(jpeg) -> bytes:
    """A portrait small enough for a page on a phone: 210 x 270, about a quarter of the bytes."""
    with Image.open(io.BytesIO(jpeg)) as image:
        image.draft("RGB", PREVIEW)
        out = io.BytesIO()
        image.resize(PREVIEW, Image.Resampling.LANCZOS).save(out, "JPEG", quality=60, optimize=True)
    return out.getvalue()
