"""A task's picture on its way into an episode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from searchvl_gym.tools.reduction import reduced_size
from searchvl_gym.types import Image, TaskImage
from searchvl_gym.world.picture_cache import PictureCache

if TYPE_CHECKING:
    from searchvl_gym.world import World

_GIVEN: PictureCache[tuple[str, TaskImage, int]] = PictureCache(0)
"""Tasks' pictures that somebody holds: the episodes of a group share one of each."""


class TaskPicture:
    """Loads a task's picture, reduced to the episode's limit.

    Args:
        image: What the task says.
        world: The world that the task was made from.
        max_pixels: Most pixels.
    """

    def __init__(self, image: TaskImage, world: World, max_pixels: int) -> None:
        self._image = image
        self._world = world
        self._max_pixels = max_pixels

    def __call__(self) -> Image:
        """The pixels; the same whenever they are asked for.

        Raises:
            ValueError: When the task names no picture of this world.
            UnreadableImage: When its file is missing or no picture.
        """
        if self._image.path is not None:
            # A file may be another one the next time.
            return self._load()
        key = (self._world.fingerprint, self._image, self._max_pixels)
        return _GIVEN.get(key, lambda _: self._load())

    def _load(self) -> Image:
        from searchvl_gym.tasks.pictures import load_picture

        pixels = load_picture(self._image, self._world)
        height, width = pixels.shape[:2]
        size = reduced_size(width, height, self._max_pixels)
        if size == (width, height):
            return pixels
        from PIL import Image as Pillow

        return np.asarray(Pillow.fromarray(pixels).resize(size, Pillow.Resampling.LANCZOS))

    def original_size(self) -> tuple[int, int] | None:
        """Width and height of a file that is too large and is reduced, or None.

        The world's own pictures are reduced silently: nobody knows them at another size.

        Raises:
            UnreadableImage: When the file is missing or no picture.
        """
        if self._image.path is None:
            return None
        from searchvl_gym.tools.image_files import image_file_size

        size = image_file_size(self._image.path)
        return None if reduced_size(*size, self._max_pixels) == size else size
