"""Builds an Atlas world: makes the subjects, writes the pages, draws the pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from searchvl_gym.world.records import Fact, ImageRecord, Page
from searchvl_gym.world.sources.atlas.articles import Writer
from searchvl_gym.world.sources.atlas.drawing import draw_pictures
from searchvl_gym.world.sources.atlas.entities import Atlas
from searchvl_gym.world.sources.atlas.facts import FactSource
from searchvl_gym.world.sources.atlas.graph import make_atlas, structural_pages
from searchvl_gym.world.sources.atlas.illustrations import Illustrator
from searchvl_gym.world.sources.atlas.kinds import Kinds, check_kinds, describe_kinds
from searchvl_gym.world.sources.atlas.placement import Placement
from searchvl_gym.world.sources.atlas.progress import ProgressBar
from searchvl_gym.world.sources.atlas.reference_pages import (
    categories,
    plan_references,
    registered,
)
from searchvl_gym.world.sources.atlas.schema import RELATIONS
from searchvl_gym.world.sources.atlas.sizes import MAX_DRAWN, SIZES
from searchvl_gym.world.sources.atlas.structure import Plan, plan_structure, write_structure
from searchvl_gym.world.world import open_world
from searchvl_gym.world.writer import WorldWriter

if TYPE_CHECKING:
    from searchvl_gym.world.world import World

GENERATOR_VERSION = "4"
"""Part of a world's fingerprint; raised when the same arguments begin to give another world."""

MAX_PHOTOGRAPHED = 5_000
"""The same for worlds with photographs, whose tasks need the index."""

MAX_VIEWS = 20

LICENCE = "CC0-1.0"


def build_atlas(
    path: str | Path,
    *,
    size: str | int,
    seed: int = 0,
    workers: int | None = None,
    progress: bool = True,
    pictures: Literal["drawn", "on_demand"] | None = None,
    views: int = 0,
    kinds: Kinds = "all",
    dispersion: float = 0.0,
) -> World:
    """Build a fictional encyclopaedia at a path.

    The world depends on `size`, `seed`, `pictures`, `views`, `kinds` and `dispersion` only: neither
    on the number of workers nor on the machine.

    Args:
        path: Directory to create.
        size: `mini` (300 pages), `small` (5,000), `large` (100,000), or a number of pages from
            60 to 1,000,000.
        seed: At least 0.
        workers: Processes that draw pictures; None for the number of cores.
        progress: Show a progress bar on stderr.
        pictures: `drawn` stores every picture and builds the image index; `on_demand` stores
            only how to draw them (and `World.build_image_index` indexes them later). None
            draws them up to 1,000 pages, or up to 5,000 when there are photographs.
        views: Photographs of each subject that has an appearance, which the index holds; tasks
            show others. 0 gives a world without any: its pages say nothing of looks.
        kinds: `seen` lacks some picture styles and peoples, `unseen` has these alone; see
            `searchvl_gym.world.sources.atlas.kinds`.
        dispersion: How far the facts are spread, 0 to 1: the share of plain facts that stand in
            infoboxes or registers alone, and half the share of some relations that only the page
            at the other end of the link states. Above 0 there are registers, timelines,
            categories and more lists.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When `path` exists or cannot be written.
    """
    pages = _count_pages(size)
    if pictures not in (None, "drawn", "on_demand"):
        raise ValueError(f"pictures must be 'drawn' or 'on_demand', got {pictures!r}")
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    if isinstance(views, bool) or not isinstance(views, int) or not 0 <= views <= MAX_VIEWS:
        raise ValueError(f"views must be a whole number from 0 to {MAX_VIEWS}, got {views!r}")
    if isinstance(dispersion, bool) or not 0 <= dispersion <= 1:
        raise ValueError(f"dispersion must be a number from 0 to 1, got {dispersion!r}")
    most = MAX_PHOTOGRAPHED if views else MAX_DRAWN
    drawn = pages <= most if pictures is None else pictures == "drawn"
    atlas = make_atlas(pages, seed, check_kinds(kinds), structural_pages(pages, dispersion))
    facts = FactSource(atlas, photographed=views > 0)
    images: list[ImageRecord] = []
    settings = {
        "size": str(size),
        "pictures": "drawn" if drawn else "on_demand",
        "generator_version": GENERATOR_VERSION,
    }
    if views:
        settings["views"] = str(views)
    settings |= describe_kinds(kinds)
    plans, placement = _plan(atlas, facts, pages, dispersion)
    if dispersion:
        settings["dispersion"] = str(dispersion)
    with (
        WorldWriter(
            path,
            name=f"atlas-{size}"
            + ("-photographed" if views else "")
            + (f"-{kinds}" if kinds != "all" else "")
            + ("-spread" if dispersion else ""),
            source="atlas",
            seed=seed,
            licence=LICENCE,
            settings=settings,
            relations=RELATIONS,
        ) as writer,
        ProgressBar(progress) as bar,
    ):
        illustrator, author = (
            Illustrator(atlas, views, kinds),
            Writer(atlas, facts, photographed=views > 0, placement=placement),
        )
        subjects = len(atlas.entities)

        def all_pages() -> Iterator[Page]:
            for subject in range(subjects):
                shown = illustrator.illustrate(subject, len(images))
                images.extend(shown)
                yield author.write(subject, tuple(image.id for image in shown))
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


def _plan(
    atlas: Atlas, facts: FactSource, pages: int, dispersion: float
) -> tuple[list[Plan], Placement | None]:
    """The structural pages, and where the facts of a spread-out world stand."""
    first = len(atlas.entities)
    count = pages - first
    if not dispersion:
        return plan_structure(atlas, count), None
    references = plan_references(atlas, facts, count)
    lists = plan_structure(atlas, count - len(references), shared_part=6)
    # Categories lead to lists, so they come after them, in the place of the last of these.
    found = categories(lists, first)
    if found:
        kept = lists[: len(lists) - len(found)]
        found = categories(kept, first)
        lists = [*kept, *found, *lists[len(kept) + len(found) :]]
    plans = [*lists, *references]
    return plans, Placement(atlas, facts, dispersion, registered(references))


def _count_pages(size: str | int) -> int:
    if isinstance(size, bool) or not isinstance(size, (str, int)):
        raise ValueError(f"size must be a name or a number of pages, got {size!r}")
    if isinstance(size, int):
        return size
    if size not in SIZES:
        raise ValueError(f"size must be one of {', '.join(SIZES)} or a number, got {size!r}")
    return SIZES[size]
