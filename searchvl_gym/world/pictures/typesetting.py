"""Fit words into boxes: the largest size and the best line breaks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

from searchvl_gym.world.pictures.fonts import covering_face, font

LEADING = 1.16
"""Distance between baselines in ems."""

_REFERENCE = 100


@dataclass(frozen=True)
class SetText:
    """Text broken into lines, with the face and the size (pixels per em) that fit."""

    lines: tuple[str, ...]
    face: str
    size: int

    @property
    def height(self) -> float:
        """Height of the block in pixels."""
        return len(self.lines) * self.size * LEADING


def _breaks(words: list[str], count: int, face: str) -> tuple[tuple[str, ...], float]:
    """The break into `count` lines whose widest line is narrowest, and that width."""
    reference = font(face, _REFERENCE)
    best: tuple[tuple[str, ...], float] = ((" ".join(words),), float("inf"))
    for cuts in combinations(range(1, len(words)), count - 1):
        ends = (0, *cuts, len(words))
        lines = tuple(" ".join(words[a:b]) for a, b in pairwise(ends))
        width = max(reference.getlength(line) for line in lines)
        if width < best[1]:
            best = (lines, width)
    return best


def fit(
    text: str, face: str, width: float, height: float, size: float, max_lines: int = 1
) -> SetText:
    """Set text as large as a box allows, up to a size.

    Args:
        text: What to set; runs of white space count as one space.
        face: One of `fonts.FACES`.
        width: Of the box, in pixels.
        height: Of the box, in pixels.
        size: Largest size, in pixels per em.
        max_lines: How many lines there may be.

    Returns:
        The lines and the size. More lines are used only where they gain a tenth in size.
    """
    words = text.split()
    face = covering_face(face, text)
    chosen = SetText((" ".join(words),), face, 0)
    # Beyond twelve words the number of possible breaks explodes; pair them up first.
    while len(words) > 12:
        words = [" ".join(words[i : i + 2]) for i in range(0, len(words), 2)]
    for count in range(1, min(max_lines, len(words)) + 1):
        lines, natural = _breaks(words, count, face)
        fitting = min(size, width * _REFERENCE / max(natural, 1.0), height / (count * LEADING))
        if int(fitting) > chosen.size * 1.1:
            chosen = SetText(lines, face, max(int(fitting), 6))
    return chosen
