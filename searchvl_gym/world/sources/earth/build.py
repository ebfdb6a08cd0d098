"""Builds Earth: reads the data packages, writes the articles, draws flags and maps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from searchvl_gym.world.records import Fact, ImageRecord, Page
from searchvl_gym.world.sources.atlas.drawing import draw_pictures
from searchvl_gym.world.sources.atlas.progress import ProgressBar
from searchvl_gym.world.sources.earth.articles import Author
from searchvl_gym.world.sources.earth.facts import FactBook
from searchvl_gym.world.sources.earth.gazetteer import Gazetteer
from searchvl_gym.world.sources.earth.illustrations import Illustrator
from searchvl_gym.world.sources.earth.listings import Listings
from searchvl_gym.world.sources.earth.packages import DISTRIBUTIONS, check_packages, read_packages
from searchvl_gym.world.sources.earth.relations import RELATIONS
from searchvl_gym.world.world import open_world
from searchvl_gym.world.writer import WorldWriter

if TYPE_CHECKING:
    from searchvl_gym.world.world import World

Pictures = Literal["drawn", "on_demand", "none"]

BUILDER_VERSION = "1"
"""Raised when the same packages begin to give another world."""

SIZES = {"mini": 1_500, "small": 6_000, "full": 0}
"""Subjects of the named sizes; 0 for all. List and disambiguation pages come on top."""

MIN_SIZE = 900
MAX_DRAWN = 1_000
"""Most pictures that are drawn while the world is built, unless asked otherwise."""

LICENCE = (
    "CC-BY-4.0 (contains data of GeoNames, geonames.org, CC-BY-4.0; other sources and their "
    "licences: see settings)"
)


def build_earth(
    path: str | Path,
    *,
    size: str | int = "full",
    workers: int | None = None,
    progress: bool = True,
    pictures: Pictures | None = None,
) -> World:
    """Build an encyclopaedia of real places from the installed data packages.

    The world depends on `size`, `pictures` and the versions of the packages only.

    Args:
        path: Directory to create.
        size: `mini` (1,500 subjects), `small` (6,000), `full` (all, about 42,000), or a number
            of at least 900. Countries, currencies and languages are always in.
        workers: Processes that draw pictures; None for the number of cores.
        progress: Show a progress bar on stderr.
        pictures: `drawn` stores every picture and builds the image index; `on_demand` stores
            flags and maps only, signs and boards are drawn when they are looked at (and
            `World.build_image_index` indexes all of them later); `none` leaves them out.
            None draws up to 1,000 of them.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When a data package is missing, or `path` exists or cannot be written.
    """
    settings = build_settings(size, pictures)
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    gazetteer = Gazetteer(read_packages(), _size(size))
    facts, listings = FactBook(gazetteer), Listings(gazetteer)
    author, illustrator = Author(gazetteer, facts), Illustrator(gazetteer)
    images: list[ImageRecord] = []
    illustrated = pictures != "none"
    total = len(gazetteer.subjects) + len(listings)
    with (
        WorldWriter(
            path,
            name=f"earth-{size}",
            source="earth",
            seed=0,
            licence=LICENCE,
            settings=settings,
            relations=RELATIONS,
        ) as writer,
        ProgressBar(progress) as bar,
    ):

        def all_pages() -> Iterator[Page]:
            for subject in gazetteer.subjects:
                shown = illustrator.illustrate(subject, len(images)) if illustrated else []
                images.extend(shown)
                found = facts.of(subject)
                yield author.write(subject, found, tuple(image.id for image in shown))
            yield from listings.pages()

        def all_facts() -> Iterator[Fact]:
            for subject in gazetteer.subjects:
                yield from facts.of(subject)

        writer.add_pages(bar.track("Writing pages", all_pages(), total))
        writer.add_facts(all_facts())
        if pictures == "drawn" or (pictures is None and len(images) <= MAX_DRAWN):
            finished = _draw(images, workers or os.cpu_count() or 1)
            writer.add_images(bar.track("Drawing pictures", finished, len(images)))
        else:
            writer.add_images(images)
        bar.stop()
        writer.finish(progress=progress)
    return open_world(path)


def build_settings(size: str | int, pictures: Pictures | None) -> dict[str, str]:
    """What `world.json` says of a build: its arguments, and the sources with their licences.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When a data package is missing.
    """
    _size(size)
    if pictures not in (None, "drawn", "on_demand", "none"):
        raise ValueError(f"pictures must be 'drawn', 'on_demand' or 'none', got {pictures!r}")
    versions = check_packages()
    settings = {
        "size": str(size),
        "pictures": pictures or "by number",
        "builder_version": BUILDER_VERSION,
    }
    for name, (licence, gives) in DISTRIBUTIONS.items():
        settings[f"source: {name} {versions[name]}"] = f"{gives}. Licence: {licence}"
    return settings


def _draw(images: list[ImageRecord], workers: int) -> Iterator[ImageRecord]:
    """The pictures with their files, those that have none yet drawn, in order."""
    drawn = draw_pictures([image for image in images if image.data is None], workers)
    for image in images:
        yield image if image.data is not None else replace(next(drawn), id=image.id)


def _size(size: str | int) -> int:
    if isinstance(size, str) and size in SIZES:
        return SIZES[size]
    if isinstance(size, bool) or not isinstance(size, int) or size < MIN_SIZE:
        raise ValueError(
            f"size must be {', '.join(SIZES)} or a number of at least {MIN_SIZE}, got {size!r}"
        )
    return size
