"""Whatever goes wrong while a tab is filled in and saved: nothing that was typed is lost, and it is saved once."""

from contextlib import closing

import pytest

from tests.mishaps import MISHAPS
from tests.stage import TYPED, Scene, Stage

pytestmark = pytest.mark.browser
# The other device saves too.
SAVES = dict.fromkeys(("an old form, as a cache of whole pages keeps it", "two tabs of one browser"), 2)
SAVES |= dict.fromkeys(("two devices, different fields", "two devices, the same field"), 2)


@pytest.fixture(scope="module")
def stage(program, tmp_path_factory):
    """A server for all of them."""
    with closing(Stage(tmp_path_factory.mktemp("stage"))) as stage:
        yield stage


@pytest.mark.parametrize("mishap", MISHAPS)
def test_nothing_that_was_typed_is_lost(stage, chromium, mishap):
    scene = Scene(chromium, stage)
    with scene.window:
        MISHAPS[mishap](scene)

        assert scene.saved | TYPED == scene.saved and scene.draft == {}
        assert scene.count() == scene.changes + SAVES.get(mishap, 1)
        assert not scene.window.complaints or "cut" in mishap or "killed" in mishap or "off" in mishap


def test_a_draft_that_does_not_get_through_is_sent_again(stage, chromium):
    scene = Scene(chromium, stage)
    with scene.window:
        stage.line.is_cut = True
        scene.window.fill(**TYPED)
        scene.page.wait_for_timeout(1000)
        assert scene.draft == {}
        stage.line.is_cut = False
        with scene.page.expect_response("**/draft"):
            scene.notices_line()
        scene.page.wait_for_function("!unsent().length")
        assert scene.draft == TYPED
