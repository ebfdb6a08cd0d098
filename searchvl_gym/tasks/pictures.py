"""From a task's reference to a picture to the pixels that the agent gets."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from searchvl_gym.tasks.degradation import apply
from searchvl_gym.types import Image, TaskImage
from searchvl_gym.world.pictures import draw, recipe_from_json

if TYPE_CHECKING:
    from searchvl_gym.world import World


def load_picture(image: TaskImage, world: World | None) -> Image:
    """Read a task's picture and spoil it as the task asks.

    Args:
        image: A world's picture, a file or a recipe.
        world: The world that the task was made from; not needed for files and recipes.

    Returns:
        RGB pixels; read-only when they are the world's own.

    Raises:
        ValueError: When the reference does not name exactly one of picture, file and recipe, no
            world was given for a world's picture, it has no such picture, or the recipe is wrong.
        UnreadableImage: When the file is missing or no picture.
    """
    given = [
        source for source in (image.world_image, image.path, image.drawn) if source is not None
    ]
    if len(given) != 1:
        raise ValueError(
            f"a task's picture needs one of a world image, a path and a recipe, got {image}"
        )
    if image.drawn is not None:
        pixels = _drawn(image.drawn)
    elif image.world_image is not None:
        if world is None:
            raise ValueError(f"picture {image.world_image} belongs to a world, but none was given")
        try:
            pixels = world.pixels(image.world_image)
        except IndexError as error:
            raise ValueError(f"the task is not of this world: {error}") from None
    else:
        from searchvl_gym.tools.image_files import load_image_file

        assert image.path is not None
        pixels = load_image_file(image.path)
    return pixels if image.degradation is None else apply(pixels, image.degradation)


@lru_cache(maxsize=2)
def _drawn(recipe: str) -> Image:
    """A drawn picture; the last two are kept, since a scene takes up to a second."""
    return draw(recipe_from_json(recipe)).pixels
