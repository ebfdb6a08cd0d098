"""Pictures of every door of `searchvl demo`, in both themes, on a desk and on a telephone.

    searchvl demo --runs RUNS &
    python scripts/screenshots.py http://127.0.0.1:7860/ docs/images/demo

RUNS holds two runs of the same tasks, one of them right. Needs the extra `browser` and Debian's
chromium.
"""

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


def play(page: Page) -> None:
    """A game after two calls, with a box drawn."""
    page.fill("input[name=number]", "1")
    page.click("button:has-text('Begin')")
    page.wait_for_selector(".canvas img")
    page.click("[data-tool=layout_parsing]")
    page.click(".form button.main >> nth=0")
    page.wait_for_selector(".turns li:has-text('ALL RECOGNIZED TEXT')")
    page.locator(".canvas").evaluate("(each) => each.scrollIntoView({ block: 'center' })")
    frame = page.locator(".canvas").bounding_box() or {}
    page.mouse.move(frame["x"] + frame["width"] * 0.2, frame["y"] + frame["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.8, frame["y"] + frame["height"] * 0.6)
    page.mouse.up()
    page.evaluate("scrollTo(0, 0)")


def ask(page: Page) -> None:
    """A policy at the end of its task."""
    form = page.locator("form").nth(1)
    form.locator("[name=policy]").select_option("oracle")
    form.locator("button").click()
    page.wait_for_selector(".score.right")


def watch(page: Page) -> None:
    """An episode at its second turn."""
    page.fill("input[type=search]", "oracle")
    page.click("tbody a >> nth=0")
    page.wait_for_selector(".film")
    for _ in range(2):
        page.keyboard.press("ArrowRight")


def compare(page: Page) -> None:
    """Two runs of the same tasks."""
    page.wait_for_selector("form")
    page.click("button:has-text('Compare')")
    page.wait_for_selector("text=they part here")


DOORS: dict[str, Callable[[Page], None]] = {
    "play": play,
    "ask": ask,
    "watch": watch,
    "compare": compare,
}


def main() -> None:
    """Write one picture for each door, theme and size."""
    address, out = sys.argv[1], Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, act in DOORS.items():
            for theme, size in (("light", DESK), ("dark", DESK), ("dark", PHONE)):
                place = "phone" if size is PHONE else theme
                page = browser.new_context(
                    viewport=size, color_scheme=theme, reduced_motion="reduce"
                ).new_page()
                page.set_default_timeout(120_000)
                page.goto(f"{address}#/{name}")
                page.wait_for_selector("h1")
                act(page)
                page.wait_for_load_state("networkidle")
                shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                shot.save(out / f"{name}-{place}.webp", quality=70)
                page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
