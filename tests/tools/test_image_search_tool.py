from pathlib import Path

import cv2
import numpy as np
import pytest
from episode_pictures import context_of, noise, scene

from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import ErrorKind, ToolCall, ToolError
from searchvl_gym.world import Page, World, WorldWriter, open_world


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_crop_finds_its_page(suite: ToolSuite, tiny_world: World, number: int) -> None:
    part = np.ascontiguousarray(scene(number)[60:420, 80:520])
    result = suite.run(
        ToolCall("image_search", {"url": "img_1"}), context_of(part, world=tiny_world)
    )
    page = tiny_world.page(number)
    assert result.text.startswith(f"[Match 1] {page.title}\nSource: {page.url}\nMatch score: ")
    assert result.evidence[0] == number


def test_a_pages_lead_picture_by_its_address(suite: ToolSuite, tiny_world: World) -> None:
    for url in (tiny_world.page(1).url, tiny_world.page(1).url + "#1"):
        result = suite.run(ToolCall("image_search", {"url": url}), context_of(world=tiny_world))
        assert result.evidence[0] == 1


def test_no_match_is_a_result(suite: ToolSuite, tiny_world: World) -> None:
    clouds = cv2.GaussianBlur(noise(300, 400, seed=5), (0, 0), 9.0)
    result = suite.run(
        ToolCall("image_search", {"url": "img_1"}), context_of(clouds, world=tiny_world)
    )
    assert result.text.startswith("No match")
    assert result.evidence == ()


@pytest.mark.parametrize(
    ("url", "kind", "problem"),
    [
        ("img_9", ErrorKind.BAD_ARGUMENTS, "img_9"),
        ("file:///etc/passwd", ErrorKind.TOOL_FAILURE, "neither"),
        ("data:image/png;base64,AAAA", ErrorKind.TOOL_FAILURE, "neither"),
        ("https://atlas.example/wiki/Kessock_Bridge#2", ErrorKind.TOOL_FAILURE, "number 2"),
        ("https://atlas.example/wiki/Kessock_Bridge#0", ErrorKind.TOOL_FAILURE, "number 0"),
    ],
)
def test_bad_references(
    suite: ToolSuite, tiny_world: World, url: str, kind: ErrorKind, problem: str
) -> None:
    with pytest.raises(ToolError, match=problem) as caught:
        suite.run(ToolCall("image_search", {"url": url}), context_of(noise(9, 9), world=tiny_world))
    assert caught.value.kind is kind


def test_without_a_world_or_an_index_it_is_unavailable(suite: ToolSuite, tmp_path: Path) -> None:
    with WorldWriter(tmp_path / "w", name="w", source="test", seed=0, licence="CC0-1.0") as writer:
        writer.add_pages([Page(0, "A", "person", "https://a", "A.")])
        writer.finish()
    for world in (None, open_world(tmp_path / "w")):
        with pytest.raises(ToolError) as caught:
            suite.run(
                ToolCall("image_search", {"url": "img_1"}), context_of(noise(9, 9), world=world)
            )
        assert caught.value.kind is ErrorKind.UNAVAILABLE
