from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from episode_pictures import context_of, noise, scene
from PIL import Image as Pillow

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import default_tools, make_suite, perception_tools
from searchvl_gym.tools.open_image import OpenImage
from searchvl_gym.tools.visit import Visit
from searchvl_gym.types import ErrorKind, Image, ToolCall, ToolError
from searchvl_gym.world import ImageRecord, Page, World, WorldWriter, open_world
from searchvl_gym.world.pictures import PictureRecipe

SUITE = ToolSuite([OpenImage(), Visit(list_pictures=True)])
URL = "https://atlas.example/wiki/Harbour"


def png(pixels: Image) -> bytes:
    buffer = BytesIO()
    Pillow.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A page with a photograph and two drawn pictures, and a page without any."""
    path = tmp_path_factory.mktemp("worlds") / "harbour"
    plaque = PictureRecipe("bronze_plaque", 3, {"title": "Harbour", "year": "1901"}, 512, 512)
    records = [
        ImageRecord(0, 0, "The quay,\n seen from  the east", None, 640, 512, png(scene(0))),
        ImageRecord(1, 0, "A memorial plaque of Harbour", plaque, 512, 512),
        ImageRecord(2, 0, "A memorial plaque of 1901", plaque, 512, 512),
    ]
    with WorldWriter(path, name="w", source="test", seed=0, licence="CC0-1.0") as writer:
        writer.add_pages(
            [
                Page(0, "Harbour", "location", URL, "Harbour is a port.", images=(0, 1, 2)),
                Page(1, "Bare", "location", "https://atlas.example/wiki/Bare", "Bare is bare."),
            ]
        )
        writer.add_images(records)
        writer.finish()
    return open_world(path)


def open_image(world: World | None, url: str, max_pixels: int = 10**7):
    context = replace(context_of(noise(9, 9), world=world), max_pixels=max_pixels)
    return SUITE.run(ToolCall("open_image", {"url": url}), context)


def test_a_pages_pictures_by_their_addresses(harbour: World) -> None:
    for url in (URL, URL + "#1", f" {URL} "):
        result = open_image(harbour, url)
        assert np.array_equal(result.image, scene(0))
        assert result.text.startswith("img_2: picture 1 of Harbour, 640x512 pixels.")
        assert result.evidence == (0,)
    assert np.array_equal(open_image(harbour, URL + "#2").image, harbour.pixels(1))


def test_a_picture_beyond_the_cap_is_reduced_and_it_says_so(harbour: World) -> None:
    result = open_image(harbour, URL, max_pixels=20_480)
    assert result.image.shape == (128, 160, 3)
    assert "160x128 pixels, reduced from 640x512" in result.text
    mean = scene(0).reshape(128, 4, 160, 4, 3).mean((1, 3))
    assert np.abs(result.image - mean).mean() < 6


@pytest.mark.parametrize(
    ("url", "kind", "problem"),
    [
        ("img_1", ErrorKind.BAD_ARGUMENTS, "img_1 is open already"),
        ("img_9", ErrorKind.BAD_ARGUMENTS, "no img_9"),
        ("file:///etc/passwd", ErrorKind.TOOL_FAILURE, "no page of the world"),
        (URL + "#4", ErrorKind.TOOL_FAILURE, "has 3 pictures, there is no number 4"),
        ("https://atlas.example/wiki/Bare", ErrorKind.TOOL_FAILURE, "has 0 pictures"),
    ],
)
def test_bad_references(harbour: World, url: str, kind: ErrorKind, problem: str) -> None:
    with pytest.raises(ToolError, match=problem) as caught:
        open_image(harbour, url)
    assert caught.value.kind is kind


def test_without_a_world_it_is_unavailable() -> None:
    with pytest.raises(ToolError) as caught:
        open_image(None, URL)
    assert caught.value.kind is ErrorKind.UNAVAILABLE


def test_visit_lists_the_addresses_that_open(harbour: World) -> None:
    text = SUITE.run(ToolCall("visit", {"url": URL}), context_of(world=harbour)).text
    listed = text.partition("Pictures:\n")[2].splitlines()
    assert listed == [
        f"- {URL}#1: The quay, seen from the east",
        f"- {URL}#2: A memorial plaque of Harbour",
        f"- {URL}#3",
    ]
    for number, line in enumerate(listed):
        address = line[2:].partition(": ")[0]
        assert np.array_equal(open_image(harbour, address).image, harbour.pixels(number))


def test_a_page_without_pictures_and_the_releases_visit_list_none(harbour: World) -> None:
    bare = ToolCall("visit", {"url": "https://atlas.example/wiki/Bare"})
    assert "Pictures" not in SUITE.run(bare, context_of(world=harbour)).text
    call = ToolCall("visit", {"url": URL})
    assert "Pictures" not in ToolSuite().run(call, context_of(world=harbour)).text


def test_the_sets_by_name(tmp_path: Path) -> None:
    release, perception = make_suite("release"), make_suite("perception")
    assert make_suite(None) is release and make_suite(release) is release
    assert release.names == tuple(tool.name for tool in default_tools())
    assert perception.names == (*release.names, "open_image")
    assert make_suite(perception_tools()).schemas() == perception.schemas()
    changed = {
        new["function"]["name"]
        for new, old in zip(perception.schemas(), release.schemas(), strict=False)
        if new != old
    }
    assert changed == {"visit"}
    pointing = make_suite("perception", "thousandths").schemas()
    assert "0 to 1000" in pointing[0]["function"]["description"]
    with pytest.raises(ValueError, match="release, perception"):
        make_suite("everything")
    with pytest.raises(ValueError, match="Crop"):
        make_suite(default_tools(), "thousandths")
