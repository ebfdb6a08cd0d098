"""How large a picture an anchor needs, where a world's pictures are smaller than the paper's.

The paper asks for 512 pixels. Offline copies of Wikipedia hold pictures at the width of a page,
about 220 to 330 pixels, so no page of theirs could be an anchor. There the floor counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from searchvl_gym.curation.paths.graph import NO_DOMAIN, PathGraph
from searchvl_gym.curation.settings import PathSettings
from searchvl_gym.world.format import IMAGE_INDEX

if TYPE_CHECKING:
    from searchvl_gym.world import World

FLOOR = 150
"""Pixels on either side below which a picture no longer shows its subject."""

SIDES = (512, 300, 250, 200, FLOOR)
"""Sides for which anchors are counted."""

_SHARE = 0.1


def fitting_side(world: World) -> int:
    """The side that an anchor's picture needs in a world.

    The paper's, where at least a tenth of the pages with a usable picture have one of that size;
    else `FLOOR`.
    """
    sides = picture_sides(world)
    usable, large = int(np.sum(sides >= FLOOR)), int(np.sum(sides >= SIDES[0]))
    return SIDES[0] if large >= _SHARE * usable else FLOOR


def fitting_gate(world: World) -> str:
    """What can tell what a world's pictures show: their recipes, or the image index.

    `ground_truth` where pictures are drawn, `retrieval` where they are files and were indexed.
    """
    drawn = any(image.recipe is not None for image in world.images())
    indexed = (world.path / IMAGE_INDEX).exists()
    return "retrieval" if indexed and not drawn else "ground_truth"


def anchors_by_side(world: World, settings: PathSettings) -> Mapping[int, int]:
    """How many anchors each of `SIDES` would give, everything else as in the settings."""
    graph = PathGraph.from_world(world, replace(settings, image_side=0))
    degree = graph.in_degree
    fits = (degree >= settings.seed_in_degree) & (degree <= settings.hub_in_degree)
    fits &= ~graph.excluded & (graph.domain != NO_DOMAIN)
    sides = picture_sides(world)
    return {side: int(np.sum(fits & (sides >= side))) for side in SIDES}


def advice(world: World, settings: PathSettings) -> str:
    """Which setting would give anchors, and how many, as the end of a message; "" for none."""
    found = anchors_by_side(world, settings).items()
    told = [
        f"image_side = {side} would give {anchors:,}"
        for side, anchors in found
        if anchors and side < settings.image_side
    ]
    if told:
        return f"; under [paths] {', '.join(told)}"
    if not world.info.counts["images"]:
        return "; this world has no pictures: take a source that holds some, with --pictures all"
    return ""


def picture_sides(world: World) -> npt.NDArray[np.int32]:
    """The shorter side of the largest picture of every page, 0 for none."""
    sides = np.zeros(len(world), np.int32)
    for image in world.images():
        sides[image.page] = max(sides[image.page], min(image.width, image.height))
    return sides
