"""From a recipe to a picture."""

from __future__ import annotations

import hashlib

import numpy as np

from searchvl_gym.world.pictures.recipe import Picture, PictureRecipe
from searchvl_gym.world.pictures.styles import STYLES

MIN_SIDE = 512
"""Smallest width and height, in pixels, at which every style is legible."""


def draw(recipe: PictureRecipe) -> Picture:
    """Draw a picture. The same recipe gives the same pixels, whatever was drawn before.

    Args:
        recipe: What to draw. Fields that the style does not take are ignored.

    Returns:
        The pixels (read-only) and the ground truth.

    Raises:
        ValueError: The style is unknown, a side is below `MIN_SIDE`, or there is no title.

    >>> picture = draw(PictureRecipe("street_sign", 3, {"title": "Söderqvist Bridge"}))
    >>> picture.pixels.shape
    (576, 768, 3)
    >>> " ".join(line.text for line in picture.lines if line.role == "title")
    'Söderqvist Bridge'
    """
    style = STYLES.get(recipe.style)
    if style is None:
        raise ValueError(
            f"There is no picture style {recipe.style!r}; use one of {', '.join(STYLES)}."
        )
    if min(recipe.width, recipe.height) < MIN_SIDE:
        raise ValueError(
            f"A picture of {recipe.width} x {recipe.height} pixels is too small to be legible; "
            f"give width and height of at least {MIN_SIDE} pixels."
        )
    if recipe.seed < 0:
        raise ValueError(f"The seed of a picture is {recipe.seed}; give one of 0 or more.")
    fields = {
        role: " ".join(text.split())
        for role, text in recipe.fields.items()
        if role in style.fields and text.strip()
    }
    if "title" not in fields:
        raise ValueError(
            f"The recipe of a {style.shows} has no title; put what it should say in "
            'fields["title"].'
        )
    # The style takes part in the seed, so that one seed in two styles shares no layout.
    name = int.from_bytes(hashlib.sha256(style.name.encode()).digest()[:8], "big")
    rng = np.random.default_rng(np.random.SeedSequence([name, recipe.seed]))
    return style.paint(fields, rng, recipe.width, recipe.height)
