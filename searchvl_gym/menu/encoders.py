"""Text as vectors of a fixed width, for policies that read numbers."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.folding import fold

Vectors = npt.NDArray[np.float32]

_WORD = re.compile(r"\w+")


class TextEncoder(Protocol):
    """Turns texts into vectors of length 1, or 0 for a text that says nothing.

    `HashingEncoder` is one; `algos.sentence_encoder.SentenceEncoder` reads with a real model.

    Attributes:
        width: Numbers of a vector.
    """

    width: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, shape (N, width)."""


class HashingEncoder:
    """Words and pairs of words, each counted at a place that follows from its letters.

    Args:
        width: Places. Words that share one are not told apart.

    Raises:
        ValueError: When the width is below 1.

    >>> made = HashingEncoder(64).encode(["When was it built?", "when WAS it built", ""])
    >>> bool((made[0] == made[1]).all()), float(made[2].max())
    (True, 0.0)
    """

    def __init__(self, width: int = 256) -> None:
        if width < 1:
            raise ValueError(f"width must be at least 1, got {width}")
        self.width = width

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `TextEncoder.encode`."""
        made = np.zeros((len(texts), self.width), np.float32)
        for row, text in enumerate(texts):
            words = _WORD.findall(fold(text))
            pairs = [f"{first} {second}" for first, second in pairwise(words)]
            for word in (*words, *pairs):
                made[row, zlib.crc32(word.encode()) % self.width] += 1.0
        return _unit(made)


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float32)
