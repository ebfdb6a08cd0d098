"""Whether this machine draws the pictures of a world as the one that built it did."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from searchvl_gym.world.pictures.version import DRAWING_VERSION
from searchvl_gym.world.sources.atlas.drawing import encode_picture

if TYPE_CHECKING:
    from searchvl_gym.world.world import World


@dataclass(frozen=True)
class Redrawing:
    """How stored pictures compare with the same ones drawn again here.

    Attributes:
        pictures: How many were drawn again.
        differ: How many of them came out otherwise.
        pixels: Share of all their pixels that differ.
        largest: Largest difference, in levels of 255.
    """

    pictures: int
    differ: int
    pixels: float
    largest: int

    def __str__(self) -> str:
        """One line with the figures.

        >>> str(Redrawing(24, 2, 0.0001, 3))
        '2 of 24 differ here (0.0100 % of the pixels, by up to 3 levels); harmless'
        """
        if not self.pictures:
            return "none is stored that could be drawn again"
        if not self.differ:
            return f"{self.pictures} pictures, all the same"
        return (
            f"{self.differ} of {self.pictures} differ here ({100 * self.pixels:.4f} % of the "
            f"pixels, by up to {self.largest} levels); harmless"
        )


def redraw(world: World, most: int = 24) -> Redrawing:
    """Draw some stored pictures of a world again and compare; about 60 ms each.

    Args:
        world: Any world; pictures without a recipe are passed over, and all of them when the
            world was drawn by another version of the drawing code.
        most: How many, spread evenly over the world.
    """
    from PIL import Image as PillowImage

    recipes = [(image.id, image.recipe) for image in world.images() if image.recipe is not None]
    stored = bool(world.info.drawn_files) and world.info.drawing_version == DRAWING_VERSION
    chosen = recipes[:: max(1, -(-len(recipes) // most))] if stored else []
    differ = wrong = total = largest = 0
    for image, recipe in chosen:
        with PillowImage.open(io.BytesIO(encode_picture(recipe))) as picture:
            here = np.asarray(picture.convert("RGB"), np.int16)
        distance = np.abs(here - world.pixels(image)).max(axis=-1)
        differ += bool(distance.any())
        wrong += int(np.count_nonzero(distance))
        total += distance.size
        largest = max(largest, int(distance.max()))
    return Redrawing(len(chosen), differ, wrong / max(1, total), largest)
