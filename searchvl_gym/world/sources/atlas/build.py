"""Builds an Atlas world: makes the subjects, writes the pages, draws the pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from searchvl_gym.world.records import Fact, ImageRecord, Page
from searchvl_gym.world.sources.atlas.articles import Writer
from searchvl_gym.world.sources.atlas.drawing import draw_pictures
from searchvl_gym.world.sources.atlas.facts import FactSource
from searchvl_gym.world.sources.atlas.graph import make_atlas
from searchvl_gym.world.sources.atlas.illustrations import Illustrator
from searchvl_gym.world.sources.atlas.progress import ProgressBar
from searchvl_gym.world.sources.atlas.schema import RELATIONS
from searchvl_gym.world.sources.atlas.structure import plan_structure, write_structure
from searchvl_gym.world.world import open_world
from searchvl_gym.world.writer import WorldWriter

if TYPE_CHECKING:
    from searchvl_gym.world.world import World

GENERATOR_VERSION = "4"
"""Part of a world's fingerprint; raised when the same arguments begin to give another world."""

SIZES = {"mini": 300, "small": 5_000, "large": 100_000}
"""Pages of the named sizes."""

MAX_DRAWN = 1_000
"""Largest world whose pictures are drawn while it is built, unless asked otherwise."""

LICENCE = "CC0-1.0"


def build_atlas(
    path: str | Path,
    *,
    size: str | int,
    seed: int = 0,
    workers: int | None = None,
    progress: bool = True,
    pictures: Literal["drawn", "on_demand"] | None = None,
) -> World:
    """Build a fictional encyclopaedia at a path.

    The world depends on `size`, `seed` and `pictures` only: neither on the number of workers
    nor on the machine.

    Args:
        path: Directory to create.
        size: `mini` (300 pages), `small` (5,000), `large` (100,000), or a number of pages from
            150 to 1,000,000.
        seed: At least 0.
        workers: Processes that draw pictures; None for the number of cores.
        progress: Show a progress bar on stderr.
        pictures: `drawn` stores every picture and builds the image index; `on_demand` stores
            only how to draw them (and `World.build_image_index` indexes them later). None
            draws them up to 1,000 pages.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When `path` exists or cannot be written.
    """
    pages = _count_pages(size)
    if pictures not in (None, "drawn", "on_demand"):
        raise ValueError(f"pictures must be 'drawn' or 'on_demand', got {pictures!r}")
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    drawn = pages <= MAX_DRAWN if pictures is None else pictures == "drawn"
    atlas = make_atlas(pages, seed)
    facts = FactSource(atlas)
    images: list[ImageRecord] = []
    settings = {
        "size": str(size),
        "pictures": "drawn" if drawn else "on_demand",
        "generator_version": GENERATOR_VERSION,
    }
    with (
        WorldWriter(
            path,
            name=f"atlas-{size}",
            source="atlas",
            seed=seed,
            licence=LICENCE,
            settings=settings,
            relations=RELATIONS,
        ) as writer,
        ProgressBar(progress) as bar,
    ):
        illustrator, author = Illustrator(atlas), Writer(atlas, facts)
        subjects = len(atlas.entities)

        def all_pages() -> Iterator[Page]:
            for subject in range(subjects):
                shown = illustrator.illustrate(subject, len(images))
                images.extend(shown)
                yield author.write(subject, tuple(image.id for image in shown))
            plans = plan_structure(atlas, pages - subjects)
            for number, plan in enumerate(plans):
                yield write_structure(atlas, plan, subjects + number)

        def all_facts() -> Iterator[Fact]:
            for subject in range(subjects):
                yield from facts.of(subject)

        writer.add_pages(bar.track("Writing pages", all_pages(), pages))
        writer.add_facts(all_facts())
        if drawn:
            finished = draw_pictures(images, workers or os.cpu_count() or 1)
            writer.add_images(bar.track("Drawing pictures", finished, len(images)))
        else:
            writer.add_images(images)
        bar.stop()
        writer.finish(progress=progress)
    return open_world(path)


def _count_pages(size: str | int) -> int:
    if isinstance(size, bool) or not isinstance(size, (str, int)):
        raise ValueError(f"size must be a name or a number of pages, got {size!r}")
    if isinstance(size, int):
        return size
    if size not in SIZES:
        raise ValueError(f"size must be one of {', '.join(SIZES)} or a number, got {size!r}")
    return SIZES[size]
