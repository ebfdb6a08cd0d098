"""Colours that the families share, with their names."""

from __future__ import annotations

from searchvl_gym.world.appearance.solid import Colour

Palette = tuple[tuple[str, Colour], ...]

_PAINT: Palette = (
    ("white", (236, 234, 228)),
    ("red", (178, 46, 42)),
    ("blue", (44, 84, 156)),
    ("green", (52, 116, 74)),
    ("yellow", (226, 184, 58)),
    ("black", (44, 44, 48)),
    ("orange", (214, 118, 46)),
    ("violet", (116, 72, 140)),
    ("pink", (222, 142, 158)),
    ("turquoise", (64, 160, 164)),
)
_STONE: Palette = (
    ("pale limestone", (222, 212, 188)),
    ("red brick", (166, 86, 66)),
    ("grey granite", (150, 152, 154)),
    ("yellow sandstone", (212, 178, 118)),
    ("dark slate", (92, 98, 108)),
    ("whitewashed stone", (236, 234, 226)),
    ("pink marble", (214, 172, 162)),
)
_COAT: Palette = (
    ("brown", (122, 88, 60)),
    ("grey", (138, 142, 148)),
    ("blue", (66, 104, 164)),
    ("olive green", (112, 124, 66)),
    ("black", (48, 48, 54)),
    ("rusty red", (168, 86, 52)),
    ("sand yellow", (206, 172, 108)),
    ("cream", (232, 220, 192)),
)
"""What the coats of animals look like."""

WHITE: Colour = (240, 238, 230)
DARK: Colour = (40, 36, 38)
GOLD: Colour = (208, 170, 74)
BARK: Colour = (104, 82, 62)
LINEN: Colour = (200, 200, 200)
PLASTER: Colour = (250, 246, 236)


def names(palette: Palette) -> tuple[str, ...]:
    """Names of a palette's colours."""
    return tuple(name for name, _ in palette)


def colours(palette: Palette) -> tuple[Colour, ...]:
    """Colours of a palette."""
    return tuple(colour for _, colour in palette)


def said(sentence: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """One sentence for each value, which stands in it for `…`.

    >>> said("its hull is …", ("red", "blue"))
    ('its hull is red', 'its hull is blue')
    """
    return tuple(sentence.replace("…", value) for value in values)


def alike(a: Colour, b: Colour) -> bool:
    """Whether one colour on another is as good as not to be seen.

    >>> alike((44, 44, 48), (48, 48, 54)), alike((44, 44, 48), (178, 46, 42))
    (True, False)
    """
    return max(abs(p - q) for p, q in zip(a, b, strict=True)) < 20


def other_paint(paint: int, step: int) -> Colour:
    """The colour that comes `step` after one of the palette, which is another below ten."""
    return PAINT[(paint + step) % len(PAINT)]


PAINT, STONE, COAT = colours(_PAINT), colours(_STONE), colours(_COAT)
"""The same palettes without the names."""

PAINTS, STONES, COATS = names(_PAINT), names(_STONE), names(_COAT)
"""The names alone."""
