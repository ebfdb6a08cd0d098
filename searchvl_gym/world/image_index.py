"""Search by picture: which of the world's pictures does this one show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from searchvl_gym.types import Image
from searchvl_gym.world.format import WorldError, load_array


@dataclass(frozen=True)
class ImageHit:
    """A picture of the world that the query shows.

    Attributes:
        image: Id of the picture.
        page: Id of the page that it illustrates.
        score: Strength of the match in [0, 1].
        inliers: Number of features that agree on one geometric transform.
    """

    image: int
    page: int
    score: float
    inliers: int


def _layout(pixels: Image) -> np.ndarray:
    import cv2

    small = cv2.resize(pixels, (12, 12), interpolation=cv2.INTER_AREA)
    vector = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32).ravel()
    vector -= vector.mean()
    return vector / max(float(np.linalg.norm(vector)), 1e-6)


def build_image_index(
    directory: Path,
    *,
    fingerprint: str,
    pages: Sequence[int],
    pixels: Callable[[int], Image],
    progress: bool = False,
) -> None:
    """Index the pictures `0 … len(pages) - 1` into a new directory."""
    directory.mkdir(parents=True)
    np.save(directory / "layouts.npy", np.stack([_layout(pixels(i)) for i in range(len(pages))]))
    np.save(directory / "pages.npy", np.array(pages, np.int32))


class ImageIndex:
    """Searches an index of pictures. Thread-safe."""

    def __init__(self, directory: Path) -> None:
        self._layouts = load_array(directory / "layouts.npy")
        self._pages = load_array(directory / "pages.npy")

    @classmethod
    def open(cls, directory: Path, fingerprint: str) -> ImageIndex:
        """Open an index.

        Raises:
            WorldError: When there is none.
        """
        if not directory.is_dir():
            raise WorldError(
                f"{directory.parent} has no image index; build it with "
                f"`searchvl world build --image-index {directory.parent}`"
            )
        return cls(directory)

    def search(self, pixels: Image, top_k: int = 5) -> list[ImageHit]:
        """Find the pictures that `pixels` shows."""
        scores = self._layouts @ _layout(pixels)
        best = np.argsort(-scores, kind="stable")[:top_k]
        return [
            ImageHit(int(i), int(self._pages[i]), float(scores[i]), 0)
            for i in best
            if scores[i] > 0.8
        ]
