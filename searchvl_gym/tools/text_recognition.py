"""Reading text in pictures: the lines, and the places of writing that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from searchvl_gym.tools.limits import MAX_READ_PIXELS
from searchvl_gym.tools.line_pieces import part_of, straighten, words_of
from searchvl_gym.tools.text_engines import ENGINES
from searchvl_gym.tools.unreadable_writing import LEAST_CONFIDENCE, is_greek, is_unreadable
from searchvl_gym.types import Image

_CLEAR, _SURE_WORD = 0.975, 0.93
"""Confidence of lines that are taken as they are, and of words kept beside unreadable ones."""

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


@dataclass(frozen=True, eq=False)
class Reading:
    """What a picture says.

    Attributes:
        lines: Lines of text from top to bottom.
        unreadable: Boxes of what is clearly writing, but in no script that can be read.
    """

    lines: tuple[RecognisedLine, ...]
    unreadable: tuple[Box, ...]


def recognise(pixels: Image, *, flip_lines: bool = True) -> list[RecognisedLine]:
    """Find and read every line of text.

    Args:
        pixels: RGB picture; reduced to `MAX_READ_PIXELS` for reading.
        flip_lines: Read lines that stand on their head as well.

    Returns:
        The lines from top to bottom that hold a letter or digit; empty when there is no text.
    """
    return list(read_picture(pixels, flip_lines=flip_lines).lines)


def read_picture(pixels: Image, *, flip_lines: bool = True) -> Reading:
    """As `recognise`, with the places of writing that cannot be read."""
    reduced, factor = _reduce(_pad(pixels))
    pieces: list[RecognisedLine] = []
    unreadable: list[RecognisedLine] = []
    with ENGINES.lend() as engine:
        found = engine(
            np.ascontiguousarray(reduced[:, :, ::-1]),
            use_det=True,
            use_cls=flip_lines,
            use_rec=True,
        )
        if found.boxes is None or found.txts is None:
            return Reading((), ())
        for text, quad, confidence in zip(found.txts, found.boxes, found.scores, strict=True):
            whole = RecognisedLine(text.strip(), np.asarray(quad, np.float64), float(confidence))
            for line in _parts(whole, reduced, engine, flip_lines):
                if is_unreadable(line.text, line.confidence, line.quad, reduced):
                    unreadable.append(line)
                elif line.confidence >= LEAST_CONFIDENCE and _says_something(line.text):
                    pieces.append(line)
    limit = np.array([pixels.shape[1], pixels.shape[0]], dtype=np.float64)
    lines, boxes = (
        [replace(line, quad=np.clip(line.quad / factor, 0.0, limit)) for line in group]
        for group in (pieces, unreadable)
    )
    return Reading(
        tuple(_join(lines)),
        tuple(sorted((line.box for line in boxes), key=lambda box: (box[1], box[0]))),
    )


def _says_something(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _parts(
    line: RecognisedLine, pixels: Image, engine: Any, flip_lines: bool
) -> list[RecognisedLine]:
    """The line, or, when some of its words are unreadable, its readable and unreadable parts.

    Only lines with a little doubt are looked at word by word, which costs one more reading each.
    """
    clear = line.confidence >= _CLEAR and _says_something(line.text) and "  " not in line.text
    if clear or is_greek(line.text):
        return [line]
    unknown = line.confidence < LEAST_CONFIDENCE or not _says_something(line.text)
    if unknown and not is_unreadable(line.text, line.confidence, line.quad, pixels):
        return [line]
    level = straighten(line.quad, pixels)
    spans = words_of(level)
    if len(spans) < 2:
        return [line]
    words = []
    for begin, end in spans:
        cut = np.ascontiguousarray(level[:, begin:end, ::-1])
        read = engine(cut, use_det=False, use_cls=flip_lines, use_rec=True)
        text = read.txts[0].strip() if read.txts else ""
        corners = part_of(line.quad, begin / level.shape[1], end / level.shape[1])
        words.append(RecognisedLine(text, corners, float(read.scores[0]) if read.txts else 0.0))
    lost = [is_unreadable(word.text, word.confidence, word.quad, pixels) for word in words]
    if not any(lost):
        return [line]
    # A short word cannot be judged alone, so beside unreadable ones only sure words stand.
    lost = [gone or not _is_sure(word, line.text) for gone, word in zip(lost, words, strict=True)]
    return [
        _run_of([words[number] for number in numbers], gone)
        for gone, numbers in groupby(range(len(words)), key=lost.__getitem__)
    ]


def _is_sure(word: RecognisedLine, line: str) -> bool:
    """Whether a word was read with confidence, and most of it in the whole line as well."""
    letters = sum(letter.isalnum() for letter in word.text)
    if word.confidence < _SURE_WORD or letters < 3:
        return False
    matcher = SequenceMatcher(None, word.text, line, autojunk=False)
    return sum(match.size for match in matcher.get_matching_blocks()) >= 0.7 * len(word.text)


def _run_of(words: list[RecognisedLine], lost: bool) -> RecognisedLine:
    """Neighbouring words as one line; without text when they are unreadable."""
    first, last = words[0].quad, words[-1].quad
    quad = np.stack([first[0], last[1], last[2], first[3]])
    if lost:
        return RecognisedLine("", quad, 0.0)
    text = " ".join(word.text for word in words if word.text)
    return RecognisedLine(text, quad, min(word.confidence for word in words))


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
