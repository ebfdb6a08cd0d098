"""Small lettering: lines of a wanted height, laid out before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise

from PIL import ImageDraw

from searchvl_gym.world.pictures.fonts import covering_face, font
from searchvl_gym.world.pictures.sheet import Box, Colour

LEAST_CAPITAL = 7
"""Smallest height of capitals, in pixels: below it nothing brings the letters back."""


@dataclass(frozen=True)
class Written:
    """A line of text on a thing.

    Attributes:
        text: What it says.
        x: Where it begins, in pixels of the thing.
        y: Its baseline, in pixels of the thing.
        face: One of `fonts.FACES`.
        size: Pixels per em.
        detail: Whether it belongs to the second line of the entry.
    """

    text: str
    x: int
    y: int
    face: str
    size: int
    detail: bool = False

    def box(self) -> Box:
        """The box `(left, top, right, bottom)` of its ink, in pixels of the thing."""
        left, top, right, bottom = font(self.face, self.size).getbbox(self.text, anchor="ls")
        return self.x + left - 1, self.y + top - 1, self.x + right + 1, self.y + bottom + 1


@cache
def capital(face: str, size: int) -> int:
    """Height of a capital in pixels.

    >>> capital("sans_semibold", 100)
    66
    """
    return int(-font(face, size).getbbox("H", anchor="ls")[1])


@cache
def size_of(face: str, tall: int) -> int:
    """Most pixels per em at which capitals are at most `tall` pixels high."""
    size = max(tall, 6)
    while capital(face, size + 1) <= tall:
        size += 1
    return size


def lay_out(
    text: str,
    box: Box,
    *,
    face: str,
    tall: int,
    max_lines: int = 2,
    align: str = "center",
    upright: str = "middle",
    detail: str = "",
) -> tuple[tuple[Written, ...], int]:
    """Break a name, and a second line, into lines that stand in a box.

    Args:
        text: The name.
        box: `(left, top, right, bottom)` in pixels of the thing.
        face: One of `fonts.FACES`.
        tall: Wanted height of capitals; it shrinks where the words would not fit.
        max_lines: Most lines of the name.
        align: `left` or `center`.
        upright: `top`, `middle` or `bottom`.
        detail: A further text below the name, a little smaller and on one line.

    Returns:
        The lines from top to bottom, and the height of the name's capitals.
    """
    left, top, right, bottom = box
    face = covering_face(face, text + detail)
    lines: tuple[str, ...] = (text,)
    while True:
        size = size_of(face, tall)
        lines = _broken(text, face, size, right - left, max_lines)
        small = size_of(face, max(LEAST_CAPITAL, tall - 1))
        leading = round(size * 1.22)
        under = round(small * 1.3) if detail else 0
        widest = max(font(face, size).getlength(line) for line in lines)
        if detail:
            widest = max(widest, font(face, small).getlength(detail))
        fits = widest <= right - left and len(lines) * leading + under <= bottom - top + 2
        if fits or tall <= LEAST_CAPITAL:
            break
        tall -= 1
    block = len(lines) * leading + under
    start = {"top": top, "middle": (top + bottom - block) / 2, "bottom": bottom - block}[upright]
    written = []
    rows = [(line, size, False) for line in lines] + ([(detail, small, True)] if detail else [])
    y = start
    for line, em, second in rows:
        y += round(em * 1.3) if second else leading
        length = font(face, em).getlength(line)
        x = left if align == "left" else (left + right - length) / 2
        written.append(Written(line, round(x), round(y - em * 0.34), face, em, second))
    return tuple(written), capital(face, size)


def one_line(
    text: str,
    left: float,
    baseline: float,
    width: float,
    *,
    face: str,
    tall: int,
    detail: bool = False,
) -> tuple[Written, int]:
    """A line that begins at a point; it shrinks where it would be wider than `width`."""
    face = covering_face(face, text)
    while tall > LEAST_CAPITAL and font(face, size_of(face, tall)).getlength(text) > width:
        tall -= 1
    size = size_of(face, tall)
    return Written(text, round(left), round(baseline), face, size, detail), capital(face, size)


def write(draw: ImageDraw.ImageDraw, lines: tuple[Written, ...], colour: Colour) -> None:
    """Draw lines on a thing."""
    for line in lines:
        draw.text(
            (line.x, line.y), line.text, font=font(line.face, line.size), fill=colour, anchor="ls"
        )


def _broken(text: str, face: str, size: int, width: float, max_lines: int) -> tuple[str, ...]:
    """As few lines as the width needs; with the same number, the evenest."""
    words = text.split()
    type_face = font(face, size)
    while len(words) > 10:  # the number of breaks explodes
        words = [" ".join(words[i : i + 2]) for i in range(0, len(words), 2)]
    best: tuple[str, ...] = (" ".join(words),)
    for count in range(1, min(max_lines, len(words)) + 1):
        choices = []
        for cuts in combinations(range(1, len(words)), count - 1):
            ends = (0, *cuts, len(words))
            lines = tuple(" ".join(words[a:b]) for a, b in pairwise(ends))
            choices.append((max(type_face.getlength(line) for line in lines), lines))
        widest, best = min(choices)
        if widest <= width:
            break
    return best
