"""Reading text in pictures: PP-OCR through `rapidocr` and `onnxruntime`.

An engine is not safe to use from two threads at once, so each is lent to one call at a time; a
further one is built when all are busy, up to a limit. The models load on the first call.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from searchvl_gym.tools.limits import MAX_READ_PIXELS
from searchvl_gym.types import Image

THREADS = 1
"""CPU threads of one engine; calls run side by side, and more would wait for each other."""

MIN_SIDE = 32
MAX_ASPECT = 4.0
"""Pictures that are smaller or longer are padded: the engine enlarges the shorter side to 736."""

Box = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""


@dataclass(frozen=True, eq=False)
class RecognisedLine:
    """One line of text.

    Attributes:
        text: What it says.
        quad: Corners in pixels, clockwise from the line's top left; shape (4, 2).
        confidence: 0 to 1.
    """

    text: str
    quad: npt.NDArray[np.float64]
    confidence: float

    @property
    def box(self) -> Box:
        """The upright box round the line."""
        left, top = np.floor(self.quad.min(axis=0)).astype(int)
        right, bottom = np.ceil(self.quad.max(axis=0)).astype(int)
        return int(left), int(top), int(right - left), int(bottom - top)

    @property
    def height(self) -> float:
        """Height of the letters in pixels: the mean length of the quadrilateral's short sides."""
        return float(np.linalg.norm(self.quad[[3, 2]] - self.quad[[0, 1]], axis=1).mean())


class EnginePool:
    """Lends text recognition engines.

    Args:
        limit: Most engines at once; each takes some 100 MB.
    """

    def __init__(self, limit: int) -> None:
        self._idle: list[Any] = []
        self._free = threading.BoundedSemaphore(limit)
        self._lock = threading.Lock()

    @contextmanager
    def lend(self) -> Iterator[Any]:
        """An engine for the length of a `with` block; waits when all are busy."""
        with self._free:
            with self._lock:
                engine = self._idle.pop() if self._idle else None
            if engine is None:
                engine = _build()
            try:
                yield engine
            finally:
                with self._lock:
                    self._idle.append(engine)


ENGINES = EnginePool(limit=max(1, min(8, (os.cpu_count() or 1) // THREADS)))
"""The engines of this process."""


def recognise(pixels: Image, *, flip_lines: bool = True) -> list[RecognisedLine]:
    """Find and read every line of text.

    Args:
        pixels: RGB picture; reduced to `MAX_READ_PIXELS` for reading.
        flip_lines: Read lines that stand on their head as well.

    Returns:
        The lines from top to bottom that hold a letter or digit; empty when there is no text.
    """
    reduced, factor = _reduce(_pad(pixels))
    with ENGINES.lend() as engine:
        found = engine(np.ascontiguousarray(reduced[:, :, ::-1]), use_cls=flip_lines)
    if found.boxes is None or found.txts is None:
        return []
    limit = np.array([pixels.shape[1], pixels.shape[0]], dtype=np.float64)
    pieces = [
        RecognisedLine(
            text.strip(),
            np.clip(np.asarray(quad, np.float64) / factor, 0.0, limit),
            float(confidence),
        )
        for text, quad, confidence in zip(found.txts, found.boxes, found.scores, strict=True)
        if any(letter.isalnum() for letter in text)
    ]
    return _join(pieces)


def upright_turns(pixels: Image) -> int:
    """How many quarter turns anticlockwise (`np.rot90`) set a picture upright: 0 to 3.

    All four are read with lines as they stand; the one whose horizontal lines give most text,
    weighted by confidence, wins, and 0 wins ties.
    """
    scores = [
        _legibility(recognise(np.rot90(pixels, turns), flip_lines=False)) for turns in range(4)
    ]
    best = int(np.argmax(scores))
    return best if scores[best] > scores[0] * 1.1 else 0


def _legibility(lines: list[RecognisedLine]) -> float:
    total = 0.0
    for line in lines:
        _, _, width, height = line.box
        if width >= height:
            total += len(line.text) * line.confidence**4
    return total


def _join(pieces: list[RecognisedLine]) -> list[RecognisedLine]:
    """Put pieces of one line together that the detector split at a word's end.

    In large letters the gap between words looks like a gap between lines. Pieces are joined when
    they lie on one line, are of one size and no further apart than most of their height.
    """
    lines: list[RecognisedLine] = []
    for piece in sorted(pieces, key=lambda piece: (piece.quad[0, 0], piece.quad[0, 1])):
        for number, line in enumerate(lines):
            if _continues(line, piece):
                lines[number] = RecognisedLine(
                    f"{line.text} {piece.text}",
                    np.stack([line.quad[0], piece.quad[1], piece.quad[2], line.quad[3]]),
                    min(line.confidence, piece.confidence),
                )
                break
        else:
            lines.append(piece)
    return sorted(lines, key=lambda line: (line.box[1], line.box[0]))


def _continues(line: RecognisedLine, piece: RecognisedLine) -> bool:
    end, begin = line.quad[[1, 2]].mean(axis=0), piece.quad[[0, 3]].mean(axis=0)
    direction = end - line.quad[[0, 3]].mean(axis=0)
    direction = direction / max(float(np.linalg.norm(direction)), 1e-9)
    height = max(line.height, piece.height)
    along = float(np.dot(begin - end, direction))
    across = abs(float(direction[0] * (begin - end)[1] - direction[1] * (begin - end)[0]))
    return (
        direction[0] > 0.7
        and -0.3 * height < along < 0.6 * height
        and across < 0.3 * height
        and min(line.height, piece.height) > 0.6 * height
    )


def _build() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _reduce(pixels: Image) -> tuple[Image, npt.NDArray[np.float64]]:
    """A picture of at most `MAX_READ_PIXELS`, and how much smaller its (columns, rows) are."""
    rows, columns = pixels.shape[:2]
    if rows * columns <= MAX_READ_PIXELS:
        return pixels, np.ones(2)
    import cv2

    share = (MAX_READ_PIXELS / (rows * columns)) ** 0.5
    size = (max(1, int(columns * share)), max(1, int(rows * share)))
    reduced = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(reduced, dtype=np.uint8), np.array([size[0] / columns, size[1] / rows])


def _pad(pixels: Image) -> Image:
    """Add rows below or columns to the right, in the border's colour, so that it can be read."""
    rows, columns = pixels.shape[:2]
    wanted_rows = max(rows, MIN_SIDE, int(np.ceil(columns / MAX_ASPECT)))
    wanted_columns = max(columns, MIN_SIDE, int(np.ceil(rows / MAX_ASPECT)))
    if (wanted_rows, wanted_columns) == (rows, columns):
        return pixels
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    padded = np.empty((wanted_rows, wanted_columns, 3), np.uint8)
    padded[:] = np.median(border, axis=0).astype(np.uint8)
    padded[:rows, :columns] = pixels
    return padded
