"""From a recipe to a picture."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

from searchvl_gym.world.pictures.recipe import Picture, PictureRecipe
from searchvl_gym.world.pictures.style import Style
from searchvl_gym.world.pictures.styles import STYLES

MIN_SIDE = 512
"""Smallest width and height, in pixels, at which every style is legible."""


@cache
def all_styles() -> Mapping[str, Style]:
    """The styles that show a name, and those of photographs and scenes."""
    # They draw pictures within pictures, so they cannot be imported before this module.
    from searchvl_gym.world.appearance.styles import APPEARANCE_STYLES

    return MappingProxyType({**STYLES, **APPEARANCE_STYLES})


def draw(recipe: PictureRecipe) -> Picture:
    """Draw a picture. The same recipe gives the same pixels, whatever was drawn before.

    Args:
        recipe: What to draw. Fields that the style does not take are ignored.

    Returns:
        The pixels (read-only) and the ground truth.

    Raises:
        ValueError: The style is unknown, a side is below `MIN_SIDE`, or the field that the style
            requires (mostly `title`) is missing.

    >>> picture = draw(PictureRecipe("street_sign", 3, {"title": "Söderqvist Bridge"}))
    >>> picture.pixels.shape
    (576, 768, 3)
    >>> " ".join(line.text for line in picture.lines if line.role == "title")
    'Söderqvist Bridge'
    """
    style, fields = checked(recipe)
    return style.paint(fields, generator(recipe), recipe.width, recipe.height)


def checked(recipe: PictureRecipe) -> tuple[Style, dict[str, str]]:
    """The style of a recipe and the fields that it takes, with single spaces.

    Args:
        recipe: What to draw.

    Raises:
        ValueError: As `draw`.
    """
    styles = all_styles()
    style = styles.get(recipe.style)
    if style is None:
        raise ValueError(
            f"There is no picture style {recipe.style!r}; use one of {', '.join(styles)}."
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
    if style.required not in fields:
        raise ValueError(
            f"The recipe of a {style.shows} has no {style.required}; put what it should "
            f'{"say" if style.required == "title" else "show"} in fields["{style.required}"].'
        )
    return style, fields


def generator(recipe: PictureRecipe) -> np.random.Generator:
    """The random numbers that a picture is drawn with.

    The style takes part in the seed, so that one seed in two styles shares no layout.
    """
    name = int.from_bytes(hashlib.sha256(recipe.style.encode()).digest()[:8], "big")
    return np.random.default_rng(np.random.SeedSequence([name, recipe.seed]))
