"""The values of the genes of portraits: their colours, shapes and words."""

from __future__ import annotations

from searchvl_gym.world.appearance.families.palette import colours
from searchvl_gym.world.appearance.solid import Colour

SKIN: tuple[Colour, ...] = (
    (244, 212, 190), (230, 188, 156), (206, 158, 120), (166, 114, 80), (122, 82, 58), (90, 60, 46),
)  # fmt: skip
_HAIR: tuple[tuple[str, Colour], ...] = (
    ("black", (44, 38, 40)), ("brown", (92, 60, 40)), ("red", (168, 78, 38)),
    ("fair", (218, 180, 104)), ("grey", (146, 146, 148)), ("white", (228, 226, 220)),
)  # fmt: skip
HAIR = colours(_HAIR)
EYES: tuple[Colour, ...] = ((84, 54, 34), (62, 112, 168), (80, 128, 78), (110, 114, 122))
LIPS: tuple[Colour, ...] = ((172, 84, 80), (186, 50, 62), (148, 92, 84))

FACES = ((0.22, 0.345, 1.0), (0.28, 0.375, 0.95), (0.30, 0.34, 1.02), (0.19, 0.32, 1.1))
"""Of every face: half the width of the jaw and of the cheeks, and how tall it is."""

NOSES = ((0.055, 0.1, 0.0), (0.09, 0.1, 0.0), (0.055, 0.15, 0.05), (0.07, 0.07, -0.02))
"""Of every nose: half its width, how far it stands out, and how far its ridge does."""

STYLES: tuple[tuple[str, float, float, float, float], ...] = (
    ("cropped hair", 0.28, 0.06, -0.2, 1.05), ("a bald crown", 9.0, -0.08, -0.25, 1.06),
    ("hair parted at the side", 0.25, -0.02, -0.3, 1.14),
    ("a bob with a fringe", 0.19, -0.4, -0.45, 1.17), ("long loose hair", 0.3, -0.85, -1.0, 1.15),
    ("a bun on the head", 0.28, -0.02, -0.2, 1.06), ("thick curls", 0.26, -0.2, -0.4, 1.2),
    ("two long braids", 0.3, -0.12, -0.3, 1.08),
)  # fmt: skip
"""Of every hair style: how far it comes down in front, at the temples and behind, and its bulk."""

CROPPED, BALD, PARTED, BOB, LONG, BUN, CURLS, BRAIDS = range(8)

MARKS = (
    "a smooth face", "freckles", "a beauty spot", "rosy cheeks", "a moustache", "a pointed goatee",
    "a full beard", "a long beard",
)  # fmt: skip
SMOOTH, FRECKLES, SPOT, ROSY, MOUSTACHE, GOATEE, FULL_BEARD, LONG_BEARD = range(8)

GLASSES = (
    "bare eyes", "round spectacles", "square spectacles", "a monocle", "a black eyepatch",
)  # fmt: skip
BARE_EYES, ROUND, SQUARE, MONOCLE, EYEPATCH = range(5)

HATS = (
    "a bare head", "a ribbon around the head", "a wreath of flowers", "a pointed circlet",
    "a beret", "a bowler hat", "a top hat", "a turban", "a headscarf",
)  # fmt: skip
BARE_HEAD, RIBBON, WREATH, CIRCLET, BERET, BOWLER, TOP_HAT, TURBAN, HEADSCARF = range(9)

NECKS = (
    "an open neck", "a white collar", "a pleated ruff", "a necktie", "a bow tie",
    "a string of beads", "a thick scarf", "a pendant on a ribbon",
)  # fmt: skip
OPEN_NECK, COLLAR, RUFF, NECKTIE, BOW_TIE, BEADS, SCARF, PENDANT = range(8)

EXTRAS = ("nothing on the breast", "a sash", "medals", "a flower on the breast", "a large brooch")
NO_EXTRA, SASH, MEDALS, FLOWER, BROOCH = range(5)

COATS = (
    "a plain coat", "a striped coat", "a coat with broad bands", "a chequered coat",
    "a coat of two halves",
)  # fmt: skip
TWO_HALVES = 4

PLAIN, ONE_ROW, TWO_ROWS, LAPELS, FROGS = range(5)
"""What closes a coat: nothing, buttons in rows, lapels, or cords across."""

EPAULETTES, CAPE = 1, 2
"""What lies on the shoulders."""


def covers(hat: int) -> bool:
    """Whether a hat covers the crown."""
    return hat >= BERET
