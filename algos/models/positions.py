"""Positions of tokens among which pictures stand (M-RoPE)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from algos.models.pictures import Patches


def rope_positions(
    tokens: Sequence[int],
    pictures: Sequence[Patches],
    *,
    image_token: int,
    merge: int,
    start: int = 0,
) -> tuple[npt.NDArray[np.int64], int]:
    """M-RoPE positions of consecutive tokens, as Qwen2.5-VL and Qwen3-VL define them for pictures.

    Text counts up in all three dimensions. A picture's tokens share one place in time and have
    their row and column in height and width; text goes on after the longer side.

    Args:
        tokens: The tokens; a picture's placeholders stand side by side.
        pictures: The pictures that they stand for, in order.
        image_token: The placeholder.
        merge: Patches a side that make one token.
        start: Position of the first token.

    Returns:
        Shape (3, T), and the position of the next token.
    """
    positions = np.empty((3, len(tokens)), np.int64)
    grids = [picture.grid for picture in pictures]
    ids = np.asarray(tokens, np.int64)
    here, at = start, 0
    for placeholder in np.flatnonzero(ids == image_token).tolist():
        if placeholder < at:
            continue
        text = placeholder - at
        positions[:, at:placeholder] = np.arange(here, here + text)
        here += text
        time, height, width = grids.pop(0)
        height, width = height // merge, width // merge
        cells = np.indices((time, height, width)).reshape(3, -1)
        at = placeholder + cells.shape[1]
        positions[:, placeholder:at] = cells + here
        here += max(height, width)
    rest = len(tokens) - at
    positions[:, at:] = np.arange(here, here + rest)
    return positions, here + rest
