"""Pictures in which a value comes out of structure: tables, boards, charts, legends, receipts."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.appearance.scenes.structure.cells import CellQuestion
from searchvl_gym.world.pictures.recipe import PictureRecipe

__all__ = ["CellQuestion", "ask_cell"]


def ask_cell(recipe: PictureRecipe, rng: np.random.Generator) -> CellQuestion | None:
    """A question whose answer stands in one cell of a picture.

    Args:
        recipe: Of a style in `structure.styles.ASKERS`.
        rng: Chooses among the questions.

    Returns:
        The question, or None where nothing in the picture can be asked for without doubt.

    Raises:
        ValueError: As `world.pictures.draw`, or the style shows no structure.
    """
    from searchvl_gym.world.appearance.scenes.structure.styles import ASKERS
    from searchvl_gym.world.pictures.drawing import checked, generator

    if recipe.style not in ASKERS:
        raise ValueError(
            f"The style {recipe.style!r} shows no structure; use one of {', '.join(ASKERS)}."
        )
    _, fields = checked(recipe)
    found = ASKERS[recipe.style](fields, generator(recipe), recipe.width, recipe.height)
    return found[int(rng.integers(len(found)))] if found else None
