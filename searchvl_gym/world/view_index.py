"""Search for other views of a thing: nearest neighbours among the encoder's vectors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchvl_gym.types import Image
from searchvl_gym.world.format import WorldError, load_array
from searchvl_gym.world.view_encoder import Vector, ViewEncoder, load_encoder

VECTORS, IMAGES = "views.npy", "view_images.npy"

UNKNOWN_MATCHED = 0.04
"""Share of the pictures of unknown things that may surely match something."""

KNOWN_MISSED = 0.02
"""Share of the pictures of known things that may match nothing at all."""

_SAMPLED = 2_000


@dataclass(frozen=True)
class Limits:
    """The cosines that decide about a match.

    Attributes:
        sure: From here on it is taken for the same thing.
        least: From here on it is told of as something alike; below it is no match.
    """

    sure: float
    least: float


class ViewIndex:
    """Vectors of the pictures that an encoder was asked to describe.

    Args:
        vectors: `(n, d)`, each row of length 1.
        images: Ids of the pictures, `(n,)`.
        encoder: What made the vectors, see `load_encoder`.
        limits: What is a match.
    """

    def __init__(
        self,
        vectors: npt.NDArray[np.float16],
        images: npt.NDArray[np.int32],
        encoder: ViewEncoder,
        limits: Limits,
    ) -> None:
        self._vectors = np.asarray(vectors, np.float32)
        self._images, self._encoder, self._limits = images, encoder, limits

    @classmethod
    def open(cls, directory: Path, encoder: str, name: str, limits: Limits) -> ViewIndex:
        """Open what `write_views` wrote.

        Args:
            directory: The image index.
            encoder: What `load_encoder` takes.
            name: The name that the encoder had when the vectors were made.
            limits: As they were found then.

        Raises:
            WorldError: When the encoder is missing or another one.
        """
        loaded = load_encoder(encoder)
        if loaded.name != name:
            raise WorldError(
                f"the image index {directory} was made with the encoder {name}, but {encoder!r} "
                f"is {loaded.name} now; delete it and build it again with "
                "World.build_image_index()"
            )
        return cls(load_array(directory / VECTORS), load_array(directory / IMAGES), loaded, limits)

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self._images)

    def search(self, pixels: Image, most: int) -> list[tuple[int, float, bool]]:
        """Pictures that look like the same thing from elsewhere, best first.

        Returns:
            Id, cosine, and whether it is surely the same thing.
        """
        scores = self._vectors @ self._encoder.embed(pixels)
        order = np.lexsort((self._images, -scores))[:most]
        return [
            (int(self._images[row]), round(float(scores[row]), 6), bool(sure))
            for row, sure in zip(order, scores[order] >= self._limits.sure, strict=True)
            if scores[row] >= self._limits.least
        ]


def find_limits(vectors: npt.NDArray[np.float32], pages: npt.NDArray[np.int32]) -> Limits:
    """The cosines that pictures of unknown things rarely reach, and those of known ones nearly do.

    Every picture of the index is held to be of an unknown thing in turn: its own page is left out,
    and the nearest of the others is what would be taken for it. `sure` lies above all but
    `UNKNOWN_MATCHED` of those. Where pages have several pictures, `least` lies below all but
    `KNOWN_MISSED` of the nearest ones of the own page.

    Args:
        vectors: `(n, d)`, each row of length 1.
        pages: Page of every row.
    """
    if len(vectors) < 2:
        return Limits(0.5, 0.5)
    step = max(1, len(vectors) // _SAMPLED)
    others, own = [], []
    for row in range(0, len(vectors), step):
        scores = vectors @ vectors[row]
        same = pages == pages[row]
        scores[row] = -1.0
        if same.sum() > 1:
            own.append(float(scores[same].max()))
        others.append(float(scores[~same].max(initial=-1.0)))
    sure = round(min(max(_quantile(others, 1 - UNKNOWN_MATCHED), 0.3), 0.98), 4)
    least = round(_quantile(own, KNOWN_MISSED), 4) if own else sure
    return Limits(sure, min(sure, least))


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def write_views(
    directory: Path, vectors: list[Vector], images: list[int], pages: list[int]
) -> Limits:
    """Write the vectors of an index; returns what is a match in it."""
    table = np.stack(vectors).astype(np.float16)
    np.save(directory / VECTORS, table)
    np.save(directory / IMAGES, np.array(images, np.int32))
    return find_limits(table.astype(np.float32), np.array(pages, np.int32))
