"""Large pictures with many small named things, and phrases that point at one of them."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.appearance.scenes.entries import LETTERS, Entry, items_field
from searchvl_gym.world.appearance.scenes.family import Family
from searchvl_gym.world.appearance.scenes.layout import Landmark, SceneItem, SceneLayout
from searchvl_gym.world.pictures.recipe import PictureRecipe

__all__ = [
    "LETTERS",
    "Entry",
    "Landmark",
    "SceneItem",
    "SceneLayout",
    "items_field",
    "pointing",
    "scene_family",
    "scene_layout",
]


def scene_family(name: str) -> Family:
    """The family of scenes of a name.

    Raises:
        ValueError: There is none.
    """
    from searchvl_gym.world.appearance.scenes.families import FAMILIES

    if name not in FAMILIES:
        raise ValueError(
            f"There is no family of scenes {name!r}; use one of {', '.join(FAMILIES)}."
        )
    return FAMILIES[name]


def scene_layout(recipe: PictureRecipe) -> SceneLayout:
    """Where everything stands in a scene, without drawing it.

    Args:
        recipe: Of a family of scenes.

    Raises:
        ValueError: As `world.pictures.draw`.
    """
    from searchvl_gym.world.pictures.drawing import checked, generator

    family = scene_family(recipe.style)
    _, fields = checked(recipe)
    plan = family.planned(fields, generator(recipe), recipe.width, recipe.height)
    return family.layout(plan, recipe.width, recipe.height)


def pointing(recipe: PictureRecipe, index: int, rng: np.random.Generator) -> str | None:
    """A phrase that points at one item of a scene and at no other.

    Args:
        recipe: Of a family of scenes.
        index: The item, as in the recipe's `items`.
        rng: Chooses among the phrases.

    Returns:
        For example `the second poster from the left in the top row below the clock`, or None
        where the item can be told from the others only by reading.
    """
    from searchvl_gym.world.appearance.scenes.pointing import choose

    layout = scene_layout(recipe)
    words = scene_family(recipe.style).words
    pointer = choose(words, layout, index, rng)
    return None if pointer is None else pointer.say(words, layout)
