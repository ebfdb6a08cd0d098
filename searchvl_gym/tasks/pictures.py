"""From a task's reference to a picture to the pixels that the agent gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchvl_gym.tasks.degradation import apply
from searchvl_gym.types import Image, TaskImage

if TYPE_CHECKING:
    from searchvl_gym.world import World


def load_picture(image: TaskImage, world: World | None) -> Image:
    """Read a task's picture and spoil it as the task asks.

    Args:
        image: A world's picture or a file.
        world: The world that the task was made from; not needed for files.

    Returns:
        RGB pixels; read-only when they are the world's own.

    Raises:
        ValueError: When the reference names both or neither of picture and file, or no world
            was given for a world's picture, or it has no such picture.
        UnreadableImage: When the file is missing or no picture.
    """
    if (image.world_image is None) == (image.path is None):
        raise ValueError(f"a task's picture needs either a world image or a path, got {image}")
    if image.world_image is not None:
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
