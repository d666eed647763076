"""The five-digit check: what a person sees, hears and types."""

import io
import time
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from domain import captcha


def recording(sound):
    return wave.open(io.BytesIO(sound))


def test_every_answer_is_five_digits_and_answers_differ():
    answers = {captcha.new_answer() for _ in range(200)}

    assert all(len(answer) == 5 and answer.isascii() and answer.isdigit() for answer in answers)
    assert len(answers) > 190
    assert set("".join(answers)) == set("0123456789")


@pytest.mark.parametrize("typed", ["48273", " 48 273 ", "\uff14\uff18\uff12\uff17\uff13", "4\u30008273"])
def test_a_person_may_type_full_width_digits_and_spaces(typed):
    assert captcha.matches("48273", typed)


@pytest.mark.parametrize(
    "typed", ["", None, "48274", "4827", "482733", "\uff14\uff18\uff12\uff17\uff14", "\ud800", "48273\u0301"]
)
def test_another_answer_is_refused(typed):
    assert not captcha.matches("48273", typed)


@pytest.mark.parametrize("gone", ["", None])
def test_an_answer_that_has_expired_is_matched_by_nothing(gone):
    assert not captcha.matches(gone, "")
    assert not captcha.matches(gone, None)


@given(st.text())
def test_no_text_typed_breaks_the_comparison(typed):
    assert captcha.matches("48273", typed) in (True, False)


def test_the_picture_is_a_small_png_of_four_greys():
    pictures = [captcha.picture(captcha.new_answer()) for _ in range(50)]
    images = [Image.open(io.BytesIO(picture)) for picture in pictures]

    assert max(map(len, pictures)) < 1300
    assert all((image.format, image.size) == ("PNG", (150, 52)) for image in images)
    assert all(len(image.convert("L").getcolors()) <= 4 for image in images)
    assert all(not image.info for image in images)


def test_the_digits_are_dark_on_light_and_there_to_be_seen():
    for digit in "0123456789":
        greys = Image.open(io.BytesIO(captcha.picture(digit * 5))).convert("L").histogram()

        dark, light = sum(greys[:60]), sum(greys[200:])

        assert 700 < dark < light


def test_two_pictures_of_one_answer_differ():
    assert captcha.picture("48273") != captcha.picture("48273")


def test_a_picture_costs_less_than_ten_milliseconds():
    captcha.picture("00000")
    start = time.process_time()

    for _ in range(50):
        captcha.picture("48273")

    assert (time.process_time() - start) / 50 < 0.010


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_answer_can_be_heard_within_25_kilobytes(lang):
    for answer in [digit * 5 for digit in "0123456789"] + ["48273"]:
        sound = captcha.speech(answer, lang)

        heard = recording(sound)

        assert len(sound) <= 25_000
        assert (heard.getframerate(), heard.getsampwidth(), heard.getnchannels()) == (8000, 1, 1)
        assert 1.8 < heard.getnframes() / 8000 < 3.2


def test_the_two_languages_are_spoken_differently():
    assert captcha._clips("zh")["4"] != captcha._clips("en")["4"]
    assert len(set(captcha._clips("zh").values()) | set(captcha._clips("en").values())) == 20


def test_the_recording_is_neither_silent_nor_the_same_twice():
    once, again = captcha.speech("48273", "zh"), captcha.speech("48273", "zh")

    frames = recording(once).readframes(40_000)

    assert once != again
    assert min(frames) < 60
    assert max(frames) > 190


def test_no_clip_is_found_byte_for_byte_in_a_recording():
    sound = captcha.speech("48273", "en")

    assert all(clip[1000:1064] not in sound for clip in captcha._clips("en").values())


def test_the_digits_spoken_one_by_one_are_not_among_the_served_files():
    assert "static" not in captcha.CLIPS.parts
