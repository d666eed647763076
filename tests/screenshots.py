"""Takes the pictures of the README anew: `python -m tests.screenshots`."""

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.live import DESKTOP, FLAGS, PHONE, Window, installed_chromium, serving
from tests.live_staff import registrar_cookies

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
COLOURS = 96
HALF = ["basic", "education", "bank"]
PICTURES = {
    "home-phone": (PHONE, "nobody", "/"),
    "record-phone": (PHONE, "half", "/record"),
    "tab-phone": (PHONE, "half", "/record/contact"),
    "tab-dark": (PHONE, "half", "/record/contact"),
    "all-done-phone": (PHONE, "done", "/record"),
    "record-desktop": (DESKTOP, "half", "/record/contact"),
    "staff-desktop": (DESKTOP, "staff", "/staff"),
}


def main():
    """A phone and a desktop, for students who are half done and finished, and for the registrar."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), XUEJI_CAPTCHA="off") as site,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)
        who = {"nobody": [], "half": site.returning("woman", HALF)[1], "done": site.returning("woman", None)[1]}
        who["staff"] = registrar_cookies(site)
        for name, (size, cookies, path) in PICTURES.items():
            scheme = "dark" if name.endswith("dark") else "light"
            look = {"color_scheme": scheme, "device_scale_factor": 2, "reduced_motion": "reduce"}
            with Window(chromium, site, size=size, **look) as window:
                window.context.add_cookies(who[cookies])
                window.page.goto(path)
                begin_to_type(window.page)
                keep(name, window.page.screenshot(caret="initial"))


def begin_to_type(page):
    """Give the first answer, where there is something to answer."""
    first = page.locator("main form [required]")
    if first.count():
        first.first.fill("0912345678")
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def keep(name, png):
    """Write a picture with few colours, which is all that these pages have."""
    picture = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
