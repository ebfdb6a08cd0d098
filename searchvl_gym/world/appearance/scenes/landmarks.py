"""Conspicuous things without names: clocks, lamps, plants, benches, cars."""

from __future__ import annotations

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.world.appearance.scenes.things import furnishings, sights, street_things
from searchvl_gym.world.appearance.scenes.things.pen import Drawer

_OVER = 2
"""Drawn this many times larger and reduced, so that edges are smooth."""

LANDMARKS: dict[str, Drawer] = {
    "clock": furnishings.clock,
    "lamp": furnishings.lamp,
    "fire extinguisher": furnishings.extinguisher,
    "plant": furnishings.plant,
    "globe": furnishings.globe,
    "vase of flowers": furnishings.vase,
    "bench": furnishings.bench,
    "exit sign": furnishings.exit,
    "window": furnishings.window,
    "door": furnishings.door,
    "red car": street_things.car("red"),
    "blue car": street_things.car("blue"),
    "yellow car": street_things.car("yellow"),
    "street lamp": street_things.street_lamp,
    "tree": sights.tree,
    "post box": street_things.post_box,
    "bicycle": street_things.bicycle,
    "church": sights.church,
    "castle": sights.castle,
    "windmill": sights.windmill,
    "lighthouse": sights.lighthouse,
    "red barn": sights.barn,
}
"""Name to what draws it into a canvas of a width and a height."""


def picture_of(
    name: str, rng: np.random.Generator, width: float, height: float
) -> PillowImage.Image:
    """Draw a landmark on a transparent ground.

    Args:
        name: One of `LANDMARKS`.
        rng: Source of randomness.
        width: Pixels.
        height: Pixels.
    """
    w, h = max(8, round(width)), max(8, round(height))
    large = PillowImage.new("RGBA", (w * _OVER, h * _OVER))
    LANDMARKS[name](ImageDraw.Draw(large), rng, w * _OVER, h * _OVER)
    return large.convert("RGBa").resize((w, h), PillowImage.Resampling.BOX).convert("RGBA")
