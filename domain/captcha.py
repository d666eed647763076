"""The five-digit check of the sign-in and look-up pages: drawn as a small picture, spoken as a short recording."""

import hashlib
import hmac
import io
import random
import secrets
import unicodedata
import wave
from functools import cache
from pathlib import Path

from captcha.image import ImageCaptcha

DIGITS = 5
# 16,384 hashes on average: a second or two on a slow phone, asked for in batches.
BITS, LONGEST_NONCE = 14, 12
# Eight times as much, for an account that others have shut: some ten seconds on a slow phone, half a minute at worst.
HARD_BITS = 17
# The library pastes each digit through its own brightness: black ink would be invisible, middle grey is solid.
INK, PAPER = (128, 128, 128), (255, 255, 255)
GREYS = bytes(level for grey in (20, 90, 170, 255) for level in (grey, grey, grey))
HERTZ = 8000
SILENCE = 128
# Beside `static`, not in it: digits served one by one would give the answer away by their addresses.
CLIPS = Path(__file__).parent / "digits"

_brush = ImageCaptcha(width=150, height=52, font_sizes=(36, 40, 44))
# Gentler than the library's own: at its angles and overlaps people take 19 for B and 1 for 7.
_brush.character_rotate, _brush.character_warp_dx, _brush.word_offset_dx = (
    (-16, 16),
    (0.1, 0.2),
    0.1,
)
_dice = random.SystemRandom()


def new_answer():
    """Five random digits, such as "48273"."""
    return "".join(secrets.choice("0123456789") for _ in range(DIGITS))


def matches(answer, typed):
    """Whether `typed` is the answer, in full-width digits or with spaces too; no answer matches nothing."""
    plain = "".join(unicodedata.normalize("NFKC", typed or "").split())
    same = hmac.compare_digest((answer or "").encode(), plain.encode("utf-8", "replace"))
    return bool(answer) and same


def bits(is_hard) -> int:
    """With how many zero bits a proof begins."""
    return HARD_BITS if is_hard else BITS


def is_proof(code, nonce, is_hard=False):
    """Whether SHA-256 of `code:nonce` begins with so many zero bits: a browser's work in place of a person's eyes."""
    digest = hashlib.sha256(f"{code}:{nonce}".encode()).digest()
    return len(nonce) <= LONGEST_NONCE and int.from_bytes(digest[:4]) >> (32 - bits(is_hard)) == 0


def picture(answer):
    """The digits as a PNG of 150 × 52 pixels in four greys, about 1 kB."""
    drawn = _brush.generate_image(answer, bg_color=PAPER, fg_color=INK).convert("L")
    # Four greys take two bits a pixel: a ninth of the library's own picture, and as readable.
    levels = drawn.point([max(grey - 128, 0) >> 5 for grey in range(256)])
    levels.putpalette(GREYS)
    out = io.BytesIO()
    levels.save(out, "PNG", optimize=True)
    return out.getvalue()


def speech(answer, lang):
    """The digits read aloud in `lang` ("zh" or "en"): a WAV of 8 kHz, 8 bits, one channel, at most 25 kB."""
    clips = _clips("zh" if lang == "zh" else "en")
    sound = b"".join(_pause() + _at_another_pace(clips[digit]) for digit in answer) + _pause()
    out = io.BytesIO()
    with wave.open(out, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(HERTZ)
        recording.writeframes(_with_noise(sound))
    return out.getvalue()


@cache
def _clips(lang):
    clips = {}
    for digit in "0123456789":
        with wave.open(str(CLIPS / lang / f"{digit}.wav")) as clip:
            clips[digit] = clip.readframes(clip.getnframes())
    return clips


def _pause():
    return bytes([SILENCE]) * _dice.randint(700, 1200)


def _at_another_pace(clip):
    """The clip up to 5 % faster or slower, so that no two recordings of a digit have the same bytes."""
    step = _dice.uniform(0.95, 1.05)
    ends = range(int((len(clip) - 1) / step))
    places = ((int(end * step), end * step % 1) for end in ends)
    return bytes(int(clip[at] + (clip[at + 1] - clip[at]) * part) for at, part in places)


def _with_noise(sound):
    hiss = secrets.token_bytes(len(sound))
    return bytes(min(max(level + (grain & 7) - 4, 0), 255) for level, grain in zip(sound, hiss, strict=True))
