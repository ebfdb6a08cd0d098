"""A small world of our own, so that these tests depend on no source of worlds."""

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as PillowImage

from searchvl_gym.types import Image
from searchvl_gym.world import (
    Fact,
    Hyperlink,
    ImageRecord,
    Page,
    Relation,
    World,
    WorldWriter,
    open_world,
)

RELATIONS = (
    Relation(
        "architect",
        "building",
        "person",
        "entity",
        "Architect",
        ("the architect of {x}",),
        ("Who designed {x}?",),
    ),
    Relation(
        "opened", "building", None, "date", "Opened", (), ("When did {x} open?",), functional=True
    ),
)


def scene(seed: int) -> Image:
    """A picture with gradients, shapes and words, 480 x 360."""
    rng = np.random.default_rng(seed)
    height, width = 360, 480
    base = cv2.resize(rng.uniform(40, 220, (3, 4, 3)), (width, height))
    canvas = np.clip(base, 0, 255).astype(np.uint8)
    for _ in range(14):
        corner = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        size = (int(rng.integers(8, 90)), int(rng.integers(8, 70)))
        colour = tuple(int(value) for value in rng.integers(0, 255, 3))
        cv2.ellipse(canvas, corner, size, float(rng.uniform(0, 180)), 0, 360, colour, -1)
    for line in range(3):
        word = "".join(chr(int(letter)) for letter in rng.integers(65, 91, 8))
        place = (int(rng.integers(10, 200)), 80 + 90 * line)
        cv2.putText(canvas, word, place, cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20, 20, 20), 3)
    return np.clip(canvas + rng.normal(0, 4, canvas.shape), 0, 255).astype(np.uint8)


def encode(pixels: Image) -> bytes:
    stream = io.BytesIO()
    PillowImage.fromarray(pixels).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def make_pages(count: int = 40, images: int = 6) -> list[Page]:
    """Bridges that link to the next two pages; page 1 has a name that folds."""
    pages = []
    for number in range(count):
        title = "Söderqvist Bridge" if number == 1 else f"Bridge {number}"
        lead = f"{title} is a bridge near "
        text = (
            f"{lead}Bridge {(number + 1) % count}. It crosses the Ahr.\n\n== History ==\n"
            f"It was designed by Ida Ek {number} and opened on {number + 1} May 1901."
        )
        pages.append(
            Page(
                id=number,
                title=title,
                kind="building",
                url=f"atlas://page/{number}",
                text=text,
                aliases=(f"Old Crossing {number}",),
                redirects=(f"Brücke {number}",),
                infobox=(("Architect", f"Ida Ek {number}"),),
                images=(number,) if number < images else (),
                links=(
                    Hyperlink((number + 1) % count, f"Bridge {(number + 1) % count}", len(lead)),
                    Hyperlink((number + 2) % count, "History", len(text) - 60),
                ),
            )
        )
    return pages


def make_facts(count: int = 40) -> list[Fact]:
    facts = [
        Fact(number, "architect", f"Ida Ek {number}", (number + 1) % count)
        for number in range(count)
    ]
    return facts + [
        Fact(number, "opened", f"{number + 1} May 1901", None, ("1901",)) for number in range(count)
    ]


def build(path: Path, *, images: int = 6, name: str = "test") -> World:
    """Build the small world at a path."""
    with WorldWriter(
        path, name=name, source="atlas", seed=7, licence="CC0-1.0", relations=RELATIONS
    ) as writer:
        writer.add_pages(make_pages(images=images))
        writer.add_facts(make_facts())
        writer.add_images(
            ImageRecord(number, number, f"View {number}", None, 480, 360, encode(scene(number)))
            for number in range(images)
        )
        writer.finish()
    return open_world(path)


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("world") / "small")


@pytest.fixture(scope="session")
def build_world() -> Callable[..., World]:
    return build


@pytest.fixture(scope="session")
def draw_scene() -> Callable[[int], Image]:
    return scene
