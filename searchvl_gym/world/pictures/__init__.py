"""Drawn pictures with exact ground truth: recipe in, pixels, text lines and objects out."""

from __future__ import annotations

from searchvl_gym.world.pictures.drawing import MIN_SIDE, all_styles, draw
from searchvl_gym.world.pictures.recipe import (
    ObjectBox,
    Picture,
    PictureRecipe,
    TextLine,
    recipe_from_json,
    recipe_to_json,
)
from searchvl_gym.world.pictures.style import Style
from searchvl_gym.world.pictures.styles import STYLES
from searchvl_gym.world.pictures.version import DRAWING_VERSION

__all__ = [
    "DRAWING_VERSION",
    "MIN_SIDE",
    "STYLES",
    "ObjectBox",
    "Picture",
    "PictureRecipe",
    "Style",
    "TextLine",
    "all_styles",
    "draw",
    "recipe_from_json",
    "recipe_to_json",
]
