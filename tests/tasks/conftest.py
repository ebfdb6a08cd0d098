"""A small world of our own, with pictures that Pillow writes: known facts, real files."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from searchvl_gym.world import World
from searchvl_gym.world.pictures.recipe import PictureRecipe
from searchvl_gym.world.records import Fact, ImageRecord, Page, Relation
from searchvl_gym.world.world import open_world
from searchvl_gym.world.writer import WorldWriter

BRIDGES = 60
RELATIONS = (
    Relation(
        "architect",
        "building",
        "person",
        "entity",
        "Architect",
        ("the architect of {x}", "the designer of {x}"),
        ("Who designed {x}?",),
    ),
    Relation(
        "opened",
        "building",
        None,
        "date",
        "Opened",
        (),
        ("When was {x} opened?",),
    ),
    Relation("colour", "building", None, "text", "Colour", (), ("Which colour does {x} have?",)),
    Relation(
        "residence",
        "person",
        "location",
        "entity",
        "Home",
        ("the home of {x}",),
        ("Where is {x}?",),
    ),
    Relation(
        "population", "location", None, "number", "Population", (), ("How many live in {x}?",)
    ),
    Relation(
        "famous_bridge",
        "location",
        "building",
        "entity",
        "Bridge",
        ("the bridge of {x}",),
        ("Which bridge has {x}?",),
    ),
)


def _name(number: int) -> str:
    first = ["Kel", "Mor", "Tav", "Rin", "Sol", "Bex"][number % 6]
    second = ["ander", "oven", "ilda", "uric", "essa"][number // 6 % 5]
    return f"{first}{second}{'son' if number >= 30 else ''}"


def _sign(text: str) -> bytes:
    picture = Pillow.new("RGB", (640, 512), (30, 60, 90))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 180, 600, 320), fill=(235, 235, 225))
    draw.text((70, 215), text, font=ImageFont.load_default(48), fill=(10, 10, 10))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Sixty bridges, their architects and home towns, in a ring; one picture a bridge."""
    pages: list[Page] = []
    facts: list[Fact] = []
    images: list[ImageRecord] = []
    n = BRIDGES
    for number in range(n):
        name = _name(number)
        bridge, person, town = f"{name} Bridge", f"Ada {name}field", f"{name}stad"
        opened, colour = str(1800 + 3 * number), ("red", "blue")[number % 2]
        population = str(4_321 + 87 * number)
        pages.append(
            Page(
                id=number,
                title=bridge,
                kind="building",
                url=f"test://bridge/{number}",
                text=f"{bridge} is a {colour} bridge by {person}. It was opened in {opened}.",
                images=(number,),
            )
        )
        facts += [
            Fact(number, "architect", person, n + number),
            Fact(number, "opened", opened, None, (f"the year {opened}",)),
            Fact(number, "colour", colour),
            Fact(n + number, "residence", town, 2 * n + number),
            Fact(2 * n + number, "population", population),
            Fact(
                2 * n + number, "famous_bridge", f"{_name((number + 1) % n)} Bridge",
                (number + 1) % n,
            ),
        ]  # fmt: skip
        images.append(
            ImageRecord(
                id=number,
                page=number,
                caption=f"The sign of {bridge}",
                recipe=PictureRecipe("sign", number, {"title": bridge}, 640, 512),
                width=640,
                height=512,
                data=_sign(bridge),
            )
        )
    for number in range(n):
        name = _name(number)
        pages.append(
            Page(
                id=n + number,
                title=f"Ada {name}field",
                kind="person",
                url=f"test://person/{number}",
                text=f"Ada {name}field is an engineer who lives in {name}stad.",
                aliases=(f"A. {name}field",),
            )
        )
    for number in range(n):
        name = _name(number)
        pages.append(
            Page(
                id=2 * n + number,
                title=f"{name}stad",
                kind="location",
                url=f"test://town/{number}",
                text=f"{name}stad is a town of {4_321 + 87 * number} people, known for "
                f"{_name((number + 1) % n)} Bridge.",
            )
        )
    facts.sort(key=lambda fact: fact.subject)
    path: Path = tmp_path_factory.mktemp("worlds") / "bridges"
    with WorldWriter(
        path,
        name="bridges",
        source="test",
        seed=0,
        licence="CC0-1.0",
        settings={},
        relations=RELATIONS,
    ) as writer:
        writer.add_pages(pages)
        writer.add_facts(facts)
        writer.add_images(images)
        writer.finish()
    return open_world(path)


@pytest.fixture(scope="session")
def sign() -> Callable[[str], bytes]:
    """Draws a sign with words as a PNG file."""
    return _sign
