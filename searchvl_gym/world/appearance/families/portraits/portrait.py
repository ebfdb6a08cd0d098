"""The family of portraits: its genes, and how head and body are put together."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.appearance.families.palette import PAINT, PAINTS, WHITE, alike, said
from searchvl_gym.world.appearance.families.portraits import traits
from searchvl_gym.world.appearance.families.portraits.coats import body
from searchvl_gym.world.appearance.families.portraits.face import face, marks
from searchvl_gym.world.appearance.families.portraits.hair import hair
from searchvl_gym.world.appearance.families.portraits.hats import hat
from searchvl_gym.world.appearance.families.portraits.shapes import Ring, around, cover
from searchvl_gym.world.appearance.family import Family, Gene, Genes, Setting
from searchvl_gym.world.appearance.solid import Model, Vector, circle, turned

_SAID = "the portraits show …"


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    model, head = Model(), Model()
    body(model, genes)
    rings = _skull(genes["face"])
    skin, strands = traits.SKIN[genes["skin"]], traits.HAIR[genes["hair"]]
    cloth = PAINT[genes["hat_colour"]]
    covered = traits.covers(genes["hat"])
    crown = cloth if covered else skin if genes["style"] == traits.BALD else strands
    # What hair or hat cover takes their colour, so that nothing shows through between wedges.
    grid, seen = around(rings, sides=18), range(-4, 12)
    cover(head, grid, lambda row, n: crown if row > 5 else skin, split=False, columns=seen)
    face(head, rings, genes, rng)
    marks(head, rings, genes["mark"], strands, skin)
    hair(head, rings, genes, strands)
    hat(head, rings, genes["hat"], cloth, PAINT[genes["trim"]])
    roll, nod = rng.uniform(-0.018, 0.018), rng.uniform(-0.06, 0.06)
    c, s = circle(roll)
    yaw = turned(rng.uniform(-0.045, 0.045), (0.0, 1.33, -0.1))

    def held(x: float, y: float, z: float) -> Vector:
        return yaw(c * x - s * y, s * x + c * y, z + nod * y)

    model.add(head, held)
    return Setting(model, 1.2, 1.85)


def _skull(kind: int) -> list[Ring]:
    """The rings of a head from the chin to the crown."""
    jaw, wide, tall = traits.FACES[kind]
    return [
        (tall * y, w, front, back)
        for y, w, front, back in (
            (-0.47, 0.03, 0.14, 0.02), (-0.45, jaw * 0.5, 0.31, 0.06), (-0.34, jaw, 0.37, 0.22),
            (-0.16, wide * 0.95, 0.38, 0.34), (0.04, wide, 0.385, 0.41), (0.18, wide, 0.385, 0.43),
            (0.31, wide * 0.9, 0.35, 0.4), (0.4, wide * 0.66, 0.26, 0.3),
            (0.45, wide * 0.34, 0.14, 0.16), (0.47, 0.02, 0.02, 0.02),
        )
    ]  # fmt: skip


def _hidden(genes: Genes) -> frozenset[str]:
    """Hair under hats, what a beard hangs before, and what has the colour of its ground."""
    skin, strands = traits.SKIN[genes["skin"]], traits.HAIR[genes["hair"]]
    cloth, coat = PAINT[genes["hat_colour"]], PAINT[genes["coat"]]
    hat_, neck = genes["hat"], genes["neck"]
    hidden = set()
    hangs_down = genes["style"] in (traits.LONG, traits.BRAIDS) and hat_ != traits.HEADSCARF
    if alike(strands, skin) or (traits.covers(hat_) and not hangs_down):
        hidden.add("style")
    if hat_ == traits.RIBBON and alike(cloth, strands):
        hidden.add("hat")
    if genes["mark"] >= traits.MOUSTACHE and alike(strands, skin):
        hidden.add("mark")
    behind_a_beard = (traits.OPEN_NECK, traits.COLLAR, traits.BOW_TIE, traits.BEADS)
    if genes["mark"] == traits.LONG_BEARD and neck in behind_a_beard:
        hidden.add("neck")
    if neck == traits.COLLAR and alike(WHITE, coat):
        hidden.add("neck")
    if genes["extra"] in (traits.SASH, traits.FLOWER, traits.BROOCH) and alike(cloth, coat):
        hidden.add("extra")
    return frozenset(hidden)


PORTRAIT = Family(
    "portrait", "person", "room",
    (
        Gene("skin", 6, True),
        Gene("hair", 6, True),
        Gene("face", 4, True),
        Gene("nose", 4, True),
        Gene("style", 8, False, said(_SAID, tuple(style[0] for style in traits.STYLES))),
        Gene("mark", 8, False, said(_SAID, traits.MARKS)),
        Gene("glasses", 5, False, said(_SAID, traits.GLASSES)),
        Gene("hat", 9, False, said(_SAID, traits.HATS)),
        Gene("hat_colour", 10),
        Gene("neck", 8, False, said(_SAID, traits.NECKS)),
        Gene("extra", 5, False, said(_SAID, traits.EXTRAS)),
        Gene("coat", 10, False, said(_SAID, said("clothes in …", PAINTS))),
        Gene("trim", 10),
        Gene("pattern", 5, False, said(_SAID, traits.COATS)),
        Gene("front", 5),
        Gene("shoulders", 3),
        Gene("build", 3),
        Gene("eyes", 4),
        Gene("brows", 3),
        Gene("lips", 3),
        Gene("ears", 3),
    ),
    _build, turn=0.13, rise=(-0.02, 0.04), hidden=_hidden,
)  # fmt: skip
