"""Pictures for tools, without an environment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchvl_gym.episode import EpisodePictures
from searchvl_gym.types import Image


class Pictures:
    """A number of black pictures of 8 × 6 pixels."""

    def __init__(self, count: int) -> None:
        self._held = EpisodePictures(())
        for _ in range(count):
            self._held.add(np.zeros((6, 8, 3), np.uint8))

    def names(self) -> Sequence[str]:
        return self._held.names()

    def get(self, name: str) -> Image:
        return self._held.get(name)
