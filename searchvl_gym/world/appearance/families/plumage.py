"""The plumage of birds: spots on the breast, tails and folded wings."""

from __future__ import annotations

from collections.abc import Sequence

from searchvl_gym.world.appearance.families.palette import COAT, DARK, PAINT, WHITE
from searchvl_gym.world.appearance.family import Genes
from searchvl_gym.world.appearance.solid import (
    Colour,
    Flat,
    Model,
    Vector,
    circle,
    cross,
    mixed,
    unit,
)

# Of every tail: how long, how wide at the end, and how deeply notched (or drawn to a point).
TAILS = ((0.4, 0.13, 0.0), (0.85, 0.1, -0.08), (0.75, 0.22, 0.4), (0.55, 0.36, -0.14))


def _along(a: Vector, b: Vector, share: float) -> Vector:
    """A point on the way from one to another."""
    x, y, z = (p + (q - p) * share for p, q in zip(a, b, strict=True))
    return x, y, z


def mark(model: Model, radii: Vector, towards: Vector, size: Flat, colour: Colour) -> None:
    """A spot that touches an ellipsoid about the origin where a direction leaves it."""
    n = unit(towards)
    normal = unit((n[0] / radii[0], n[1] / radii[1], n[2] / radii[2]))
    across = unit(cross((0.0, 1.0, 0.0), normal))
    up = cross(normal, across)
    outline: list[Vector] = []
    for c, s in (circle(k / 8) for k in range(8)):
        u, v = size[0] * c, size[1] * s
        x, y, z = (1.03 * radii[i] * n[i] - u * across[i] + v * up[i] for i in range(3))
        outline.append((x, y, z))
    model.sheet(outline, colour)


def speckle(bird: Model, genes: Genes, radii: Vector, belly: Colour) -> None:
    """Spots on the breast, bars on the flanks, or a collar."""
    pattern = genes["speckles"]
    tone = mixed(belly, DARK if sum(belly) > 300 else WHITE, 0.75)
    for side in (-1, 1):
        for n in range(9 if pattern == 1 else 4 if pattern == 2 else 0):
            if pattern == 1:
                row, column = n % 3, n // 3
                x, y = 0.95 - 0.2 * column - 0.05 * (n % 2), 0.1 - 0.3 * row - 0.06 * column
                towards = (x, y, side * (0.35 + 0.1 * column))
                mark(bird, radii, towards, (0.03, 0.045), tone)
            else:
                towards = (0.75 - 0.33 * n, -0.42, side * 0.62)
                mark(bird, radii, towards, (0.03, 0.085), tone)
    if pattern == 3:
        for side in (-1, 0, 1):
            mark(bird, radii, (0.9, 0.1, side * 0.5), (0.12, 0.08), tone)


def tail(bird: Model, genes: Genes, long: float, back: Colour) -> None:
    """Feathers side by side, with or without a tip of another colour."""
    reach, half, notch = TAILS[genes["tail"]]
    x0, x1 = -long * 0.75, -long - reach
    steps = 4
    tip = genes["tip"]
    for side in (-1, 1):
        for n in range(steps):
            u0, u1 = n / steps, (n + 1) / steps
            ends = [x1 + notch * reach * (1 - u) for u in (u0, u1)]
            # Feathers lie flat with a slight roof, so that they show from the side as well.
            rows = [
                (x0, 0.06 * u0, -0.03 * u0), (ends[0], half * u0, -0.35 * half * u0),
                (ends[1], half * u1, -0.35 * half * u1), (x0, 0.06 * u1, -0.03 * u1),
            ]  # fmt: skip
            points = [(x, y - 0.02, side * z) for x, z, y in rows]
            root = bird.sheet(points, mixed(back, DARK, 0.12 + 0.12 * (n % 2)))
            if tip:
                a, b, c, d = points
                near = [_along(p, q, 0.68) for p, q in ((a, b), (d, c))]
                paint = (WHITE, PAINT[4], PAINT[1])[tip - 1]
                bird.face([near[0], b, c, near[1]], paint, on=root)


def bar_colour(genes: Genes) -> Colour:
    """Of the bars on the wings: that of the back where the wings themselves are of its own."""
    own = PAINT[genes["bar_colour"]]
    return COAT[genes["back"]] if own == PAINT[genes["wing"]] else own


def folded_wing(bird: Model, genes: Genes, side: int, radii: Vector) -> None:
    """A folded wing: flight feathers under coverts, with bars or a patch."""
    wing, bar = PAINT[genes["wing"]], bar_colour(genes)
    long, high, wide = radii
    z = side * (wide + 0.03)

    def feather(points: Sequence[Flat], colour: Colour, root: int = -1, out: float = 0.0) -> int:
        placed = [(x * long, y * high, z * (1.0 - 0.35 * abs(x)) + side * out) for x, y in points]
        if root < 0:
            bird.next_part()
        return bird.face(placed, colour, both=True, on=root)

    reach = (-1.25, -1.5)[genes["wing_shape"]]
    flights = ((0.1, -0.42), (-0.75, -0.3), (reach, 0.02), (-1.0, 0.28), (0.1, 0.5))
    root = feather(flights, mixed(wing, DARK, 0.45))
    for n in range(3):
        y = 0.3 - 0.2 * n
        line = ((0.0, y), (reach * 0.9, 0.06 - 0.05 * n), (0.0, y - 0.05))
        feather(line, mixed(wing, DARK, 0.7), root)
    covert = ((0.62, 0.1), (0.35, -0.35), (-0.2, -0.42), (-0.5, -0.1), (-0.35, 0.4), (0.3, 0.55))
    root = feather(covert, wing, -1, 0.015)
    for n in range(genes["bars"] if genes["bars"] < 3 else 0):
        x = -0.3 + 0.36 * n
        feather(((x, -0.38), (x + 0.16, -0.37), (x + 0.2, 0.4), (x + 0.04, 0.38)), bar, root)
    if genes["bars"] == 3:
        feather(((0.4, -0.2), (0.1, -0.3), (-0.15, 0.0), (0.1, 0.35), (0.42, 0.2)), bar, root)
