"""The page in headless Chromium, by mouse, by keyboard and on a phone.

Runs where the extra `browser` is installed, and needs Debian's `chromium` (docs/leaderboard.md).
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from searchvl_gym.leaderboard.page import write_page
from searchvl_gym.world import World
from tests.leaderboard.boards import EPISODES, play

pytestmark = pytest.mark.needs("playwright", "axe_playwright_python", program="chromium")

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, mini_world: World) -> str:
    folder = tmp_path_factory.mktemp("board")
    return write_page(play(mini_world, folder / "runs"), folder).as_uri()


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, opened; whatever it says on the console fails the test."""
    said: list[str] = []
    opened = browser.new_page(viewport=request.param)
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda each: said.append(each.url) if "http" in each.url[:4] else None)
    opened.goto(address)
    yield opened
    opened.close()
    assert said == []


def policies(page: Any, suite: str = "0") -> list[str]:
    rows = page.locator(f'section[data-suite="{suite}"] .row:visible')
    return [row.locator("th").inner_text().split("\n")[0] for row in rows.all()]


def violations(page: Any) -> list[str]:
    """What axe-core finds serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def test_a_column_sorts_both_ways(page: Any) -> None:
    assert policies(page)[0] == "knows"
    head = page.locator('section[data-suite="0"] th[data-key="policy"]')
    head.locator("button").click()
    assert policies(page) == ["knows", "no_tool", "one_image_search"]
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    assert policies(page) == ["one_image_search", "no_tool", "knows"]
    page.locator('section[data-suite="0"] th[data-key="accuracy"] button').click()
    assert policies(page)[0] == "knows" and head.get_attribute("aria-sort") is None
    # Figures sort as numbers, and one table leaves the other alone.
    page.locator('section[data-suite="1"] th[data-key="accuracy"] button').click()
    assert policies(page, "1") == ["Qwen3-VL-8B", "GPT-5", policies(page, "1")[2]]
    assert policies(page)[0] == "knows"


def test_filters_leave_what_was_asked_for(page: Any) -> None:
    count = page.locator("#count")
    assert count.inner_text() == "6 rows"
    page.get_by_label("Policy", exact=True).fill("ONE_im")
    assert policies(page) == ["one_image_search"] and count.inner_text() == "1 row"
    assert not page.locator('section[data-suite="1"]').is_visible()
    page.get_by_label("Policy", exact=True).fill("")
    page.get_by_label("Figures").select_option("reported")
    assert policies(page) == [] and policies(page, "1") == ["GPT-5", "Qwen3-VL-8B"]
    page.get_by_label("Figures").select_option("")
    page.get_by_label("Suite").select_option("atlas")
    assert count.inner_text() == "3 rows"


def test_a_click_opens_the_trajectories(page: Any) -> None:
    page.get_by_role("button", name="knows").click()
    dialog = page.get_by_role("dialog")
    assert dialog.is_visible()
    assert dialog.locator("h2").inner_text() == f"knows on atlas: {EPISODES} episodes"
    episodes = dialog.locator("#episode-list button")
    assert episodes.count() == EPISODES
    question = episodes.nth(2).inner_text().split("\n")[-1]
    episodes.nth(2).click()
    article = dialog.locator("#episode")
    assert article.locator("h3").inner_text() == question
    assert "text_search(" in article.inner_text() and "✓ right" in article.inner_text()
    shown = article.locator("img").first
    assert shown.evaluate("image => image.complete && image.naturalWidth > 100")
    assert dialog.get_by_role("button", name=f"right {EPISODES}").is_visible()
    dialog.get_by_role("button", name="Close").click()
    assert not dialog.is_visible()
    page.get_by_role("button", name="no_tool").click()
    assert "✗ wrong" in article.inner_text()


def test_it_works_by_keyboard_alone(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(40):
        if page.evaluate("document.activeElement.dataset.run") == "0-0":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    assert dialog.is_visible()
    first = page.locator("#episode h3").inner_text()
    page.keyboard.press("ArrowDown")
    second = page.locator("#episode h3").inner_text()
    assert second != first
    assert page.evaluate("document.activeElement.getAttribute('aria-current')") == "true"
    page.keyboard.press("ArrowUp")
    assert page.locator("#episode h3").inner_text() == first
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert page.evaluate("document.activeElement.dataset.run") == "0-0"  # where one came from


def test_nothing_is_wider_than_the_screen(page: Any) -> None:
    width = page.viewport_size["width"]
    wider = "document.documentElement.scrollWidth"
    assert page.evaluate(wider) <= width
    page.locator("summary").first.click()
    assert page.evaluate(wider) <= width
    page.get_by_role("button", name="knows").click()
    for selector in ("#episode", "#episode img", "#episode-list", "#episode .turns"):
        box = page.locator(selector).first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, selector


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.locator("summary").first.click()
    assert violations(page) == []
    page.get_by_role("button", name="knows").click()
    assert violations(page) == []


def test_without_a_script_the_tables_are_there(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    text = page.locator("main").inner_text()
    context.close()
    assert "one_image_search" in text and "GPT-5" in text
    assert re.search(r"100\.0\s+\d+\.\d–100\.0", text) and not re.search(r"\brows\b", text)


def test_what_is_hostile_stays_text(page: Any) -> None:
    assert page.evaluate("document.querySelectorAll('img[onerror]').length") == 0
    assert "</script><img" in page.locator('section[data-suite="1"]').inner_text()


def test_the_report_of_a_run(page: Any, address: str) -> None:
    page.goto(address.replace("index.html", "runs/knows/report.html"))
    assert page.locator("article.episode").count() == EPISODES
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert violations(page) == []
