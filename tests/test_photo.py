"""The photo of a student: what phones, scanners and malicious people send, and what is kept of it."""

import io
import random
import re
import struct
import zlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from domain import photo
from domain.words import Invalid

PAYLOAD = b"<script>alert(document.domain)</script>"
TAIPEI = {1: "N", 2: (25.0, 1.0, 26.4), 3: "E", 4: (121.0, 32.0, 40.2)}


def scene(mode="RGB", size=(600, 800)):
    """A red upper half over a blue lower half, with a green strip down the left side."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0], size[1] // 2))
    image.paste("green", (0, 0, size[0] // 3, size[1]))
    return image.convert(mode)


def saved(image, kind="JPEG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(raw):
    return Image.open(io.BytesIO(raw))


def refusal(raw):
    with pytest.raises(Invalid) as caught:
        photo.portrait(raw)
    return caught.value


def near(pixel, wanted):
    return all(abs(a - b) < 24 for a, b in zip(pixel, wanted, strict=True))


def looks_like_the_scene(portrait):
    image = opened(portrait)
    places = {(300, 60): (255, 0, 0), (300, 480): (0, 0, 255), (20, 260): (0, 128, 0)}
    return all(near(image.getpixel(place), colour) for place, colour in places.items())


def png(width, height, rows=b""):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_card_sized_jpeg(kind):
    portrait = photo.portrait(saved(scene(), kind))

    image = opened(portrait)

    assert (image.format, image.mode, image.size, image.info["dpi"]) == ("JPEG", "RGB", (413, 531), (300, 300))
    assert len(portrait) <= 200_000
    assert looks_like_the_scene(portrait)


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_phone_held_sideways_gives_an_upright_portrait_without_its_place(turn, kind):
    back = {6: 8, 8: 6}.get(turn, turn)
    stored = scene().transpose(photo.TURNS[back]) if turn > 1 else scene()
    exif = Image.Exif()
    exif[photo.ORIENTATION] = turn
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825).update(TAIPEI)

    portrait = photo.portrait(saved(stored, kind, exif=exif))

    assert looks_like_the_scene(portrait)
    assert not opened(portrait).getexif()
    assert b"CameraMaker" not in portrait


def test_a_tall_photo_loses_more_at_its_feet_than_at_its_head():
    for turn in (1, 3, 6, 8):
        tall = Image.new("L", (600, 2400), 0)
        tall.paste(255, (0, 0, 600, 700))
        back = {6: 8, 8: 6}.get(turn, turn)
        exif = Image.Exif()
        exif[photo.ORIENTATION] = turn

        image = opened(photo.portrait(saved(tall.transpose(photo.TURNS[back]) if turn > 1 else tall, exif=exif)))

        # Of 1,629 rows cut away 651 come off the top, so 49 of 771 kept rows are white.
        assert image.getpixel((200, 20)) == (255, 255, 255)
        assert image.getpixel((200, 60)) == (0, 0, 0)


def test_a_wide_photo_keeps_its_middle():
    wide = Image.new("L", (2000, 500), 0)
    wide.paste(255, (900, 0, 1100, 500))

    image = opened(photo.portrait(saved(wide)))

    assert image.getpixel((206, 265)) == (255, 255, 255)
    assert image.getpixel((20, 265)) == image.getpixel((392, 265)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "RGBA"), ("PNG", "L"), ("WEBP", "RGBA")],
)
def test_a_picture_stored_in_other_colours_is_shown_in_ordinary_ones(kind, mode):
    image = opened(photo.portrait(saved(scene(mode), kind)))

    assert near(image.getpixel((300, 480)), scene(mode).convert("RGB").getpixel((400, 700)))


@pytest.mark.parametrize(("mode", "stored", "seen"), [("I;16", 128 << 8, 128), ("1", 1, 255)])
def test_a_scan_of_sixteen_bits_or_of_one_keeps_its_greys(mode, stored, seen):
    image = opened(photo.portrait(saved(Image.new(mode, (600, 800), stored), "PNG")))

    assert near(image.getpixel((200, 200)), (seen, seen, seen))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_shows_through_lies_on_white(kind):
    image = Image.new("RGBA", (600, 800), (255, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 400, 600, 800))

    portrait = opened(photo.portrait(saved(image, kind)))

    assert near(portrait.getpixel((200, 60)), (255, 255, 255))
    assert near(portrait.getpixel((200, 480)), (255, 0, 0))


@pytest.mark.parametrize(("mode", "clear"), [("P", 0), ("RGB", (0, 0, 0)), ("L", 0)])
def test_a_png_with_one_transparent_colour_lies_on_white(mode, clear):
    image = opened(photo.portrait(saved(Image.new(mode, (600, 800)), "PNG", transparency=clear)))

    assert near(image.getpixel((200, 200)), (255, 255, 255))


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "MPO"])
def test_the_first_picture_of_several_is_the_portrait(kind):
    several = saved(scene(), kind, save_all=True, append_images=[Image.new("RGB", (600, 800))])

    assert looks_like_the_scene(photo.portrait(several))


def test_colours_of_a_profile_are_turned_into_ordinary_ones_and_the_profile_is_dropped():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for profile in (srgb, lab, b"not a profile"):
        portrait = photo.portrait(saved(scene(), icc_profile=profile))

        assert looks_like_the_scene(portrait)
        assert "icc_profile" not in opened(portrait).info


def test_a_wide_gamut_photo_is_converted_rather_than_relabelled():
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * profile[131], 12)}
    red, green = (profile[tags[name] + 4 : tags[name] + 12] for name in (b"rXYZ", b"gXYZ"))
    profile[tags[b"rXYZ"] + 4 : tags[b"rXYZ"] + 12], profile[tags[b"gXYZ"] + 4 : tags[b"gXYZ"] + 12] = green, red

    image = opened(photo.portrait(saved(Image.new("RGB", (600, 800), "red"), icc_profile=bytes(profile))))

    assert near(image.getpixel((200, 200)), (0, 255, 0))


def test_noise_too_is_at_most_200_kilobytes():
    noise = Image.frombytes("RGB", photo.SIZE, random.Random(7).randbytes(413 * 531 * 3))
    dots = noise.point(lambda level: 255 * (level > 127))

    assert len(photo.portrait(saved(dots, "PNG"))) <= 200_000


def test_a_script_hidden_in_a_photo_is_not_in_the_portrait():
    exif = Image.Exif()
    exif[0x010E] = PAYLOAD.decode()
    hiding = [
        saved(scene(), comment=b"<svg>" + PAYLOAD, exif=exif, icc_profile=PAYLOAD) + PAYLOAD,
        saved(scene(), "PNG", exif=exif, icc_profile=PAYLOAD) + PAYLOAD,
        saved(scene(), "WEBP", exif=exif, xmp=PAYLOAD) + PAYLOAD,
    ]

    for raw in hiding:
        assert PAYLOAD in raw
        assert not re.search(rb"script|<svg", photo.portrait(raw))


@pytest.mark.parametrize(("brand", "kind"), [(b"heic", "HEIC"), (b"mif1", "HEIF"), (b"avif", "AVIF")])
def test_an_iphone_owner_is_told_how_to_send_a_photo_that_works(brand, kind):
    problem = refusal(b"\x00\x00\x00\x24ftyp" + brand + b"\x00\x00\x00\x00mif1heic" + bytes(400))

    assert (problem.message, problem.values) == (photo.FROM_A_PHONE, {"kind": kind})
    assert "Most Compatible" in problem.message


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(b"GIF89a/*" + PAYLOAD, "GIF"), (b"%PDF-1.7\n", "PDF"), (b'<?xml version="1.0"?>\n<SVG xmlns=""/>', "SVG")]
    + [(saved(scene(), kind), kind) for kind in ("GIF", "BMP", "TIFF")],
)
def test_a_file_of_another_kind_is_refused_by_its_name(raw, kind):
    problem = refusal(raw)

    assert (problem.message, problem.values) == (photo.WRONG_KIND, {"kind": kind})


@pytest.mark.parametrize("raw", [b"MZ\x90", PAYLOAD, b"\0\0\0\x18ftypqt  ", b"RIFF\0\0\0\0WAVE", b"\xff\xd8", b" "])
def test_a_file_that_is_no_picture_is_refused(raw):
    assert refusal(raw).message == photo.UNKNOWN_KIND


def test_an_empty_file_and_a_heavy_one_are_refused_before_anything_is_read():
    assert refusal(b"").message == photo.EMPTY
    heavy = refusal(saved(scene()) + bytes(10_000_001))
    assert (heavy.message, heavy.values) == (photo.TOO_HEAVY, {"limit": 10, "size": 10.1})


@pytest.mark.parametrize("side", [5001, 13000, 19000, 60000])
def test_a_bomb_is_refused_without_being_unpacked(side):
    problem = refusal(png(side, side, bytes(1_000_000)))

    assert (problem.message, problem.values) == (photo.TOO_MANY_PIXELS, {"width": side, "height": side, "limit": 25})


def test_a_48_megapixel_phone_is_welcome_but_not_when_its_jpeg_is_progressive():
    large = Image.new("L", (8064, 6048), 90)

    assert opened(photo.portrait(saved(large))).size == (413, 531)
    assert refusal(saved(large, progressive=True)).values["limit"] == 25


def test_a_jpeg_that_would_be_gone_over_thousands_of_times_is_refused():
    once = saved(scene(), progressive=True, restart_marker_rows=4)
    last = once.rindex(b"\xff\xda")

    assert looks_like_the_scene(photo.portrait(once + once[last:-2] * 50))
    assert refusal(once[:last] + once[last:-2] * 50 + once[-2:]).message == photo.UNUSUAL


@pytest.mark.parametrize("size", [(299, 900), (900, 384)])
def test_a_small_photo_is_refused_with_both_sizes(size):
    wanted = {"width": size[0], "height": size[1], "least": "300 \u00d7 385"}

    assert refusal(saved(Image.new("RGB", size))).values == wanted
    assert photo.portrait(saved(Image.new("RGB", photo.LEAST)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_photo_is_refused(kind):
    whole = saved(scene(), kind)

    assert refusal(whole[: len(whole) // 2]).message == photo.DAMAGED


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_with_damaged_exif_is_still_a_photo(kind):
    assert looks_like_the_scene(photo.portrait(saved(scene(), kind, exif=b"Exif\0\0garbage")))


@cache
def real(kind):
    exif = Image.Exif()
    exif[photo.ORIENTATION] = 6
    exif.get_ifd(0x8825).update(TAIPEI)
    noisy = Image.merge("RGB", [Image.effect_noise((320, 400), 80)] * 3)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(noisy, kind, exif=exif, icc_profile=profile)


@pytest.mark.filterwarnings("default::UserWarning")
@settings(max_examples=250, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.randoms(use_true_random=False), st.integers(0, 30))
def test_no_damage_to_a_file_gives_anything_but_a_portrait_or_a_refusal(kind, dice, flips):
    raw = bytearray(real(kind))
    for _ in range(flips):
        raw[int(len(raw) * dice.random() ** 3)] ^= 1 << dice.randrange(8)
    raw = bytes(raw[: dice.choice([len(raw), dice.randrange(len(raw))])])

    try:
        portrait = photo.portrait(raw)
    except Invalid:
        return

    assert opened(portrait).size == (413, 531)
