"""Birds on branches, posts and stones."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.appearance.families.palette import (
    BARK,
    COAT,
    COATS,
    DARK,
    PAINT,
    PAINTS,
    WHITE,
    alike,
    said,
)
from searchvl_gym.world.appearance.families.plumage import (
    TAILS,
    bar_colour,
    folded_wing,
    mark,
    speckle,
    tail,
)
from searchvl_gym.world.appearance.family import Family, Gene, Genes, Setting
from searchvl_gym.world.appearance.solid import (
    Colour,
    Flat,
    Model,
    Vector,
    circle,
    inclined,
    mixed,
    turned,
)

# Of every build: half the length, height and width of the body, and the head's radius.
_BUILDS = ((0.56, 0.27, 0.25, 0.2), (0.5, 0.37, 0.34, 0.24), (0.62, 0.32, 0.29, 0.19))
# Of every beak: how long, how thick, and how far its tip bends down.
_BEAKS = (
    (0.17, 0.07, 0.0), (0.42, 0.06, 0.0), (0.24, 0.12, 0.13), (0.15, 0.14, 0.02), (0.46, 0.07, 0.2),
)  # fmt: skip
_METALS: tuple[Colour, ...] = ((54, 50, 50), (232, 168, 50), (204, 66, 44), (222, 210, 180))
_BLADE: tuple[Flat, ...] = ((0.0, 0.0), (1.0, 1.0), (0.5, 2.4), (-0.3, 1.0))


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    bird, model = Model(), Model()
    long, high, wide, skull = _BUILDS[genes["build"]]
    back, belly, crown = COAT[genes["back"]], PAINT[genes["breast"]], PAINT[genes["head"]]
    metal = _METALS[genes["beak_colour"]]
    legs = (0.2, 0.36, 0.6)[genes["legs"]]
    upright = (0.07, 0.05, 0.11)[genes["build"]] + rng.uniform(-0.015, 0.02)
    middle = (0.0, legs + high * 0.9, 0.0)
    lying = inclined(upright, middle)
    radii = (long, high, wide)

    def plumage(x: float, y: float, z: float) -> Colour:
        below = (y < -0.1 + 0.5 * (x > 0.3), y < -0.2, x > 0.25 and y < 0.45)[genes["parted"]]
        return belly if below else back

    bird.part(lying).ball((0.0, 0.0, 0.0), radii, plumage, sides=14, rows=8)
    speckle(bird, genes, radii, belly)
    tail(bird, genes, long, back)
    for side in (-1, 1):
        folded_wing(bird, genes, side, radii)
    # The head looks about; it sits where the body's upper end is.
    top = lying(long * 0.82, high * 0.5, 0.0)
    look = turned(rng.uniform(-0.04, 0.04))
    nod = inclined(rng.uniform(-0.03, 0.03), (0.0, 0.0, 0.0))
    neck = (0.06, 0.14, 0.3)[genes["neck"]]
    seat = (top[0] + neck * 0.35, top[1] + neck, 0.0)
    nape = crown if genes["hood"] else back
    bird.part().rod(lying(long * 0.55, high * 0.25, 0.0), seat, skull * 1.35, nape)

    def facing(x: float, y: float, z: float) -> Vector:
        a, b, c = nod(x, y, z)
        d, e, f = look(a, b, c)
        return seat[0] + d, seat[1] + e, f

    bird.part(facing)
    _head(bird, genes, skull, crown, back, metal)
    bird.part()
    for z in (-0.09, 0.09):
        foot = (0.06 + z * 0.4, 0.0, z)
        bird.rod((0.0, legs + high * 0.3, z), foot, 0.045, metal)
        for reach in (-0.08, 0.02, 0.12):
            bird.rod(foot, (foot[0] + reach, 0.01, z + 0.25 * (reach - 0.02)), 0.03, metal)
    level = _perch(model, int(rng.integers(4)), rng)
    yaw = rng.uniform(-0.03, 0.03) + (0.5 if rng.random() < 0.5 else 0.0)
    model.add(bird, turned(yaw, (0.0, level, 0.0)))
    tall = seat[1] + skull
    return Setting(model, level + tall * 0.5, max(1.75, tall + 0.4))


def _perch(model: Model, kind: int, rng: np.random.Generator) -> float:
    """What the bird stands on, and how high that is."""
    tone = mixed(BARK, (130, 126, 120), rng.random() * 0.7)
    if kind == 0:  # a branch
        bend, level = rng.uniform(-0.2, 0.2), 0.7
        for n in range(8):
            x0, x1 = -1.8 + 0.45 * n, -1.35 + 0.45 * n
            y0, y1 = (level - 0.07 + bend * x * x * 0.2 for x in (x0, x1))
            model.part().rod((x0, y0, 0.02), (x1, y1, 0.02), 0.13, tone)
            leaf = rng.uniform(0.1, 0.2)
            if n not in (3, 4):  # where the bird stands
                blade = [(x1 + leaf * u, y1 + leaf * v, 0.02) for u, v in _BLADE]
                model.sheet(blade, (96, 136, 66))
        return level
    if kind == 1:  # a post
        model.box((-0.22, 0.0, -0.22), (0.22, 0.6, 0.22), tone, top=mixed(tone, WHITE, 0.3))
        return 0.6
    if kind == 2:  # a stone
        stone = [(0.75, 0.0), (0.62, 0.18), (0.3, 0.28), (0.0, 0.29)]
        model.lathe(stone, (134, 132, 126), sides=9, centre=(0.0, 0.15))
        return 0.28
    return 0.0


def _head(
    bird: Model, genes: Genes, skull: float, crown: Colour, back: Colour, metal: Colour
) -> None:
    """Head with eyes, mask, beak and crest."""
    throat, hood = genes["throat"], genes["hood"]
    patch = (back, DARK, PAINT[1], WHITE, PAINT[4])[throat]

    def feathers(x: float, y: float, z: float) -> Colour:
        if throat and y < -0.15 and x > -0.1:
            return patch
        return crown if hood or y > 0.25 else back

    round_ = (skull * 1.12, skull, skull)
    bird.ball((0.0, 0.0, 0.0), round_, feathers, sides=14, rows=8)
    masks = ((), ((0.85, 0.12), (0.25, 0.2), (-0.35, 0.2)), ((0.7, 0.5), (0.15, 0.6), (-0.4, 0.5)))
    ring = (feathers(0.5, 0.2, 0.85), WHITE, PAINT[4], PAINT[1])[genes["eye_ring"]]
    eye = ((0.3, ring, 1.04), (0.19, (24, 20, 20), 1.08), (0.06, WHITE, 1.12))
    for side in (-1, 1):
        band = WHITE if genes["mask"] == 2 else DARK
        for x, y in masks[genes["mask"]]:
            mark(bird, round_, (x, y, side * 0.8), (skull * 0.36, skull * 0.17), band)
        for size, colour, grow in eye if genes["eye_ring"] else eye[1:]:
            radii = (round_[0] * grow, round_[1] * grow, round_[2] * grow)
            mark(bird, radii, (0.5, 0.2, side * 0.85), (skull * size, skull * size), colour)
    _beak(bird, _BEAKS[genes["beak"]], skull, metal)
    _crest(bird, genes["crest"], skull, crown)


def _beak(bird: Model, shape: Vector, skull: float, metal: Colour) -> None:
    """Two cheeks above and one below, on either side."""
    long, thick, bend = shape
    root, tip = skull * 0.95, skull * 0.95 + long
    bird.next_part()
    middle = (root + long * 0.55, thick * 0.35 - bend * 0.2, 0.0)
    top, low, end = (root, thick, 0.0), (root, -thick, 0.0), (tip, -bend, 0.0)
    for side in (-1, 1):
        cheek = (root, -thick * 0.1, side * thick)
        bird.face([top, cheek, middle], metal, both=True)
        bird.face([cheek, end, middle], metal, both=True)
        bird.face([low, end, cheek], mixed(metal, DARK, 0.3), both=True)


def _crest(bird: Model, crest: int, skull: float, crown: Colour) -> None:
    """Nothing, a swept point, a fan or knobbed plumes."""
    if crest == 1:  # swept back to a point
        swept = ((0.5, 0.76), (-1.9, 1.53), (-0.8, 0.36))
        bird.sheet([(skull * x, skull * y, 0.0) for x, y in swept], crown)
    for n in range((0, 0, 5, 3)[crest]):
        c, s = circle(0.2 + 0.06 * n if crest == 2 else 0.3 + 0.04 * n)
        reach = skull * (1.9 if crest == 2 else 2.3)
        foot, end = skull * 0.3 * c, (reach * c, reach * s, 0.0)
        base = ((foot + 0.05, skull * 0.63, 0.0), (foot - 0.07, skull * 0.63, 0.0))
        bird.sheet([base[0], end, base[1]], mixed(crown, DARK, 0.15 * (n % 2)))
        if crest == 3:
            bird.ball(end, (0.04, 0.04, 0.04), crown, sides=5, rows=3)


def _hidden(genes: Genes) -> frozenset[str]:
    """Bars and masks in the colour that they lie on are lost."""
    back, crown = COAT[genes["back"]], PAINT[genes["head"]]
    hidden = set()
    if genes["bars"] and alike(bar_colour(genes), PAINT[genes["wing"]]):
        hidden.add("bars")
    if genes["mask"] == 1 and alike(DARK, crown if genes["hood"] else back):
        hidden.add("mask")
    if genes["mask"] == 2 and alike(WHITE, crown):
        hidden.add("mask")
    return frozenset(hidden)


BIRD = Family(
    "bird", "bird", "field",
    (
        Gene("build", len(_BUILDS), True, ("its body is slender", "its body is plump",
            "its body is long and upright")),
        Gene("tail", len(TAILS), True, ("its tail is short", "its tail is long and narrow",
            "its tail is forked", "its tail is shaped like a fan")),
        Gene("beak", len(_BEAKS), True, ("its beak is short", "its beak is long and straight",
            "its beak is hooked", "its beak is thick", "its beak is long and bent down")),
        Gene("back", len(COATS), True, said("its back is …", COATS)),
        Gene("breast", len(PAINTS), False, said("its breast is …", PAINTS)),
        Gene("head", len(PAINTS), False, said("its crown is …", PAINTS)),
        Gene("wing", len(PAINTS), False, said("its wings are …", PAINTS)),
        Gene("parted", 3),
        Gene("hood", 2),
        Gene("bars", 4, False, ("its wings have no bars", "each of its wings has one bar",
            "each of its wings has two bars", "each of its wings has a round patch")),
        Gene("bar_colour", len(PAINTS)),
        Gene("crest", 4, False, ("it has no crest", "its crest is swept back to a point",
            "its crest opens like a fan", "its crest is of three knobbed plumes")),
        Gene("mask", 3, False, ("its cheeks are plain", "it has a black mask",
            "it has white eyebrows")),
        Gene("eye_ring", 4),
        Gene("throat", 5),
        Gene("speckles", 4, False, ("its breast is plain", "its breast is spotted",
            "its flanks are barred", "it has a collar")),
        Gene("tip", 4, False, ("its tail is plain", "its tail has a white tip",
            "its tail has a yellow tip", "its tail has a red tip")),
        Gene("legs", 3, False, ("its legs are short", "its legs are of middling length",
            "its legs are long")),
        Gene("neck", 3),
        Gene("wing_shape", 2, True),
        Gene("beak_colour", len(_METALS)),
    ),
    _build, turn=0.1, rise=(-0.01, 0.04), hidden=_hidden,
)  # fmt: skip
