"""The four doors in headless Chromium, from their start to the score."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
import uvicorn
from PIL import Image as Pillow

from searchvl_gym.demo.guard import Guard
from searchvl_gym.demo.kept import KeptGames
from searchvl_gym.demo.listening import listen
from searchvl_gym.demo.offers import Offers
from searchvl_gym.demo.players import Players
from searchvl_gym.demo.runs import Runs
from searchvl_gym.demo.server import Demo, make_app
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World
from tests.demo.losing import BROKEN, GONE

pytestmark = pytest.mark.needs("playwright", "axe_playwright_python", program="chromium")

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1360, "height": 900}


@pytest.fixture(scope="module")
def address(
    mini_world: World,
    suite_tasks: TaskSet,
    runs_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A page that is served in this process."""
    demo = Demo(
        Offers(["atlas-mini"], ["atlas-mini"]),
        Players(["oracle", "random", BROKEN]),
        Runs([runs_folder]),
        KeptGames(tmp_path_factory.mktemp("kept") / "games"),
    )
    socket = listen("127.0.0.1", 0)
    app = Guard(make_app(demo, warm=False), host="127.0.0.1", token=None)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    yield f"http://127.0.0.1:{socket.getsockname()[1]}/"
    server.should_exit = True
    thread.join()


@pytest.fixture(params=[("light", DESK), ("dark", PHONE)], ids=["desk", "phone"])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, opened; console messages, errors and requests elsewhere fail the test."""
    scheme, size = request.param
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    said: list[str] = []
    opened = context.new_page()
    watch(opened, said)
    opened.set_default_timeout(60_000)
    opened.goto(address)
    opened.wait_for_selector("h1")
    yield opened
    context.close()
    # A refusal that the page shows is a message of the console, too.
    assert [each for each in said if "status of 4" not in each] == []


def watch(page: Any, said: list[str]) -> None:
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    def note(asked: Any) -> None:
        if urlsplit(asked.url).hostname not in ("127.0.0.1", None):
            said.append(asked.url)

    page.on("request", note)


def check(page: Any) -> None:
    """No serious finding of axe, nothing wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    serious = [
        f"{each['id']}: {node['html'][:120]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def begin(page: Any, number: int) -> None:
    page.fill("input[name=number]", str(number))
    page.click("button:has-text('Begin')")
    page.wait_for_selector(".canvas img")


def test_play(page: Any, suite_tasks: TaskSet, runs_folder: Path) -> None:
    check(page)
    begin(page, 1)
    page.click("[data-tool=layout_parsing]")
    page.click(".form button.main >> nth=0")
    page.wait_for_selector(".turns li:has-text('ALL RECOGNIZED TEXT')")
    page.locator(".canvas").evaluate("(each) => each.scrollIntoView({ block: 'center' })")
    frame = page.locator(".canvas").bounding_box()
    page.mouse.move(frame["x"] + frame["width"] * 0.2, frame["y"] + frame["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.7, frame["y"] + frame["height"] * 0.7)
    page.mouse.up()
    side = float(page.input_value("input[name=width]"))
    given = page.locator(".canvas img").get_attribute("width")
    assert abs(side / float(given) - 0.5) < 0.02
    page.click(".form button.main:has-text('Crop')")
    page.wait_for_selector(".thumbs button:has-text('img_2')")
    check(page)
    page.reload()
    page.wait_for_selector(".turns li >> nth=1")
    assert page.locator(".turns > li").count() == 2
    page.click("text=Take back")
    page.wait_for_selector(".turns > li:only-child")
    page.fill("[name=answer]", suite_tasks[1].answer)
    page.keyboard.press("Enter")
    page.wait_for_selector(".score.right")
    assert page.locator(".wait:visible").count() == 0
    assert page.locator("div:has(> span:text-is('calls')) b").inner_text() == "1"
    page.click("text=Show the oracle's way")
    page.wait_for_selector("text=/The oracle: [0-9]+ calls/")
    check(page)
    width = page.viewport_size["width"]
    page.fill("[name=nickname]", f"Ada {width}")
    page.check("text=I agree")
    page.click("button:has-text('Keep')")
    page.wait_for_selector("text=Kept.")


def test_an_address_in_an_observation_opens_its_page(page: Any) -> None:
    begin(page, 0)
    page.click("[data-tool=text_search]")
    page.fill("input[name=q]", "bridge")
    page.keyboard.press("Enter")
    page.click(".turns button.plain:has-text('https://')")
    page.wait_for_selector(".turns .call:has-text('visit(')")


def test_ask_stop_and_branch(page: Any, address: str) -> None:
    page.goto(address + "#/ask")
    page.wait_for_selector(".drop")
    check(page)
    form = page.locator("form").nth(1)
    form.locator("[name=policy]").select_option("oracle")
    form.locator("button").click()
    page.wait_for_selector(".score.right")
    check(page)
    page.click(".turns li:nth-child(2) button:has-text('do something else')")
    page.wait_for_selector("[data-tool=sharpen]")
    page.click("[data-tool=sharpen]")
    page.click(".form button.main >> nth=0")
    page.wait_for_selector(".thumbs button:has-text('img_2')")
    page.click("button:has-text('go on from here')")
    page.wait_for_selector(".score.right")
    assert page.locator(".turns .call:has-text('sharpen(')").count() == 1


def test_a_large_picture_and_an_endpoint_that_dies(page: Any, address: str, tmp_path: Path) -> None:
    file = tmp_path / "telephone.jpg"
    noise = np.random.default_rng(0).integers(0, 255, (77, 102, 3), np.uint8)
    Pillow.fromarray(noise).resize((8160, 6144)).save(file, quality=85)
    page.goto(address + "#/ask")
    page.set_input_files("input[type=file]", str(file))
    page.wait_for_selector("text=/telephone.jpg · [0-9]+ × [0-9]+/")
    page.fill("[name=question]", "What is it?")
    page.locator("form").first.locator("[name=policy]").select_option(BROKEN)
    page.click("button:has-text('Ask')")
    page.wait_for_selector(f"text={GONE}")
    assert page.locator(".turns > li").count() == 1
    check(page)


def test_what_is_no_picture_is_said(page: Any, address: str, tmp_path: Path) -> None:
    file = tmp_path / "words.png"
    file.write_bytes(b"words")
    page.goto(address + "#/ask")
    page.set_input_files("input[type=file]", str(file))
    page.wait_for_selector("#say p")
    assert "words.png" in page.inner_text(".drop")


def test_watch(page: Any, address: str) -> None:
    page.goto(address + "#/watch")
    page.wait_for_selector("tbody tr")
    check(page)
    page.fill("input[type=search]", "oracle")
    assert page.locator("tbody tr").count() == 1
    page.click("tbody a")
    page.wait_for_selector(".film")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert page.locator(".turns .now").get_attribute("data-turn") == "1"
    page.wait_for_load_state("networkidle")
    check(page)
    page.select_option("select[aria-label=Outcome]", "wrong")
    assert page.inner_text("[role=status] >> nth=0") == "0 episodes"


def test_compare(page: Any, address: str) -> None:
    page.goto(address + "#/compare")
    page.wait_for_selector("form")
    page.click("button:has-text('Compare')")
    page.wait_for_selector("text=they part here")
    check(page)


def test_nothing_moves_when_pictures_come(page: Any, address: str) -> None:
    page.goto(address + "#/watch/board%2Foracle/0")
    page.wait_for_selector(".film")
    page.wait_for_load_state("networkidle")
    moved = page.evaluate(
        "new Promise((done) => new PerformanceObserver((list) => done(list.getEntries()"
        ".reduce((sum, each) => sum + each.value, 0)))"
        ".observe({ type: 'layout-shift', buffered: true }) ?? setTimeout(() => done(0), 300))"
    )
    assert moved < 0.1


def test_two_tabs_play_two_games(browser: Any, address: str) -> None:
    context = browser.new_context()
    tabs = [context.new_page() for _ in range(2)]
    for number, tab in enumerate(tabs):
        tab.goto(address)
        tab.wait_for_selector("h1")
        begin(tab, number)
    for tab in tabs:
        tab.click("[data-tool=layout_parsing]")
        tab.click(".form button.main >> nth=0")
    for tab in tabs:
        tab.wait_for_selector(".turns li")
    questions = {tab.inner_text("h1") for tab in tabs}
    assert len(questions) == 2
    context.close()


def test_a_game_that_is_no_longer_there(page: Any, address: str) -> None:
    page.goto(address + "#/play/unknown")
    page.wait_for_selector("[role=alert]:has-text('no longer here')")
    page.click("text=Begin anew")
    page.wait_for_selector("button:has-text('Begin')")


def test_the_page_is_light(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda reply: sizes.append(len(reply.body())))
    page.goto(address, wait_until="networkidle")
    assert 10_000 < sum(sizes) < 300_000
    context.close()
