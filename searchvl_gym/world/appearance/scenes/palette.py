"""Colours that people have one word for, so that a thing can be pointed at by its colour."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.pictures.sheet import Colour

NAMED: dict[str, Colour] = {
    "red": (176, 38, 36),
    "orange": (226, 122, 38),
    "yellow": (238, 200, 66),
    "green": (40, 108, 62),
    "blue": (36, 80, 152),
    "purple": (104, 60, 130),
    "pink": (228, 152, 172),
    "brown": (112, 70, 44),
    "grey": (132, 134, 136),
    "black": (36, 36, 40),
    "white": (240, 238, 230),
}
"""Word to colour; far enough apart that nobody would use another's word."""

INK: Colour = (38, 36, 38)
PALE: Colour = (248, 246, 240)


def shades(rng: np.random.Generator, names: tuple[str, ...], count: int) -> list[str]:
    """Words for `count` things, each word about equally often."""
    rounds = [rng.permutation(len(names)) for _ in range(-(-count // len(names)))]
    return [names[i] for i in np.concatenate(rounds)[:count].tolist()] if count else []


def varied(rng: np.random.Generator, name: str, spread: int = 9) -> Colour:
    """A colour that still deserves the word: greys stay without a hue."""
    drift = rng.integers(-spread, spread + 1, 3)
    if name in ("grey", "black", "white"):
        drift[:] = drift[0]
    a, b, c = (
        int(np.clip(part + shift, 0, 255))
        for part, shift in zip(NAMED[name], drift.tolist(), strict=True)
    )
    return a, b, c


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """A colour on the way from one to another.

    >>> mixed((0, 0, 0), (100, 50, 0), 0.5)
    (50, 25, 0)
    """
    a, b, c = (round(p + (q - p) * share) for p, q in zip(one, other, strict=True))
    return a, b, c


def ink_on(ground: Colour) -> Colour:
    """Letters that stand out from a ground.

    >>> ink_on((240, 238, 230))
    (38, 36, 38)
    """
    light = (299 * ground[0] + 587 * ground[1] + 114 * ground[2]) // 1000
    return INK if light > 118 else PALE
