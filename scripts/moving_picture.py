"""Film an episode in the page of `searchvl demo`: the moving picture of the README.

    python scripts/moving_picture.py http://127.0.0.1:7860/ RUN NUMBER docs/images/episode.webp

The page must be running and show the run. Needs the extra `browser` and Debian's chromium.
"""

import io
import shutil
import sys
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import sync_playwright

SIZE = {"width": 1180, "height": 760}
SECONDS = 2.2
"""Each turn is shown."""


def film(address: str, run: str, number: int) -> list[Image.Image]:
    """A picture of the page at the task and after every turn."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
        page.goto(f"{address}#/watch/{quote(run, safe='')}/{number}")
        page.wait_for_selector(".film")
        turns = int(page.locator(".film input").get_attribute("max") or 0)
        frames = []
        for _ in range(turns + 1):
            page.wait_for_load_state("networkidle")
            frames.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
            page.keyboard.press("ArrowRight")
        browser.close()
    return frames


def main() -> None:
    """Write the file."""
    address, run, number, out = sys.argv[1:]
    first, *rest = film(address, run, int(number))
    duration = round(SECONDS * 1000)
    first.save(out, save_all=True, append_images=rest, duration=duration, loop=0, quality=72)


if __name__ == "__main__":
    main()
