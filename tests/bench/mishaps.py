"""What a student sees when something goes wrong, and what is in the database then: `python -m tests.bench.mishaps`.

Prints a table in Markdown, in a real browser over a line that the bench cuts; being offline takes a minute here.
"""

import tempfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.live import FLAGS, installed_chromium
from tests.mishaps import MISHAPS
from tests.stage import TYPED, Scene, Stage

MINUTE = 60_000


def row(scene, name):
    """Let it happen, and say what came of it."""
    before = {name: scene.saved.get(name) for name in TYPED}
    with scene.window:
        MISHAPS[name](scene)
        is_whole = scene.saved | TYPED == scene.saved
    changes = scene.count() - scene.changes
    assert before != TYPED
    return f"| {name} | {' → '.join(scene.saw)} | {'all of it' if is_whole else 'NOT ALL'}, {changes} in the history |"


def main():
    """Every mishap, one after the other."""
    print("| what happens | what the student sees | what was typed is saved |\n|---|---|---|")
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Stage(Path(folder))) as stage,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)
        for name in MISHAPS:
            print(row(Scene(chromium, stage, patience=MINUTE), name), flush=True)
        chromium.close()


if __name__ == "__main__":
    main()
