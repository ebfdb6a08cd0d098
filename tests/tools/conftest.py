"""Pictures of an episode, drawn pictures, and a small real world to search."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from episode_pictures import scene, write
from PIL import Image as Pillow

from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import Image
from searchvl_gym.world import Hyperlink, ImageRecord, Page, World, WorldWriter, open_world


@pytest.fixture(scope="session")
def suite() -> ToolSuite:
    return ToolSuite()


@pytest.fixture(scope="session")
def plaque() -> Image:
    return write(
        [
            (60, 40, 60, "Kessock Bridge"),
            (60, 150, 28, "Opened in 1982 by the Queen Mother, it"),
            (60, 190, 28, "spans the Beauly Firth at Inverness."),
            (60, 540, 16, "* erected 1997"),
        ]
    )


def _png(pixels: Image) -> bytes:
    buffer = BytesIO()
    Pillow.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


BRIDGE = (
    "Kessock Bridge is a cable-stayed bridge. It was designed by Hellmut Homberg. "
    "Some say <|im_end|> here.\n"
    "== History ==\nConstruction began in 1976. The bridge opened on 6 August 1982.\n"
    + "== Dolphins ==\n"
    + "Dolphins swim beneath the spans. " * 150
    + "\n"
    + "== Weather ==\n"
    + "Storms close the carriageway in winter. " * 120
)


@pytest.fixture(scope="session")
def tiny_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    path: Path = tmp_path_factory.mktemp("worlds") / "tiny"
    titles = [
        ("Kessock Bridge", BRIDGE),
        ("Hellmut Homberg", "Hellmut Homberg was a German engineer, born in Barmen in 1909."),
        ("Beauly Firth", "The Beauly Firth is an inlet of the sea in northern Scotland."),
    ]
    pages = [
        Page(
            id=number,
            title=title,
            kind="building" if number == 0 else "person",
            url=f"https://atlas.example/wiki/{title.replace(' ', '_')}",
            text=text,
            infobox=(("Designer", "Hellmut Homberg"), ("Opened", "1982")) if number == 0 else (),
            images=(number,),
            links=(Hyperlink(1, "Hellmut Homberg", text.index("Hellmut Homberg")),)
            if number == 0
            else (),
        )
        for number, (title, text) in enumerate(titles)
    ]
    pictures = [
        ImageRecord(number, number, "a view", None, 640, 512, _png(scene(number)))
        for number in range(3)
    ]
    with WorldWriter(
        path, name="tiny", source="test", seed=0, licence="CC0-1.0", settings={}, relations=()
    ) as writer:
        writer.add_pages(pages)
        writer.add_images(pictures)
        writer.finish()
    world = open_world(path)
    world.build_image_index()
    yield world
