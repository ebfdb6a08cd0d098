"""Models: faces in the making, and the bodies that they are made into."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from searchvl_gym.world.appearance.solid.vectors import (
    Colour,
    Flat,
    Place,
    Vector,
    circle,
    cross,
    minus,
    unit,
)


@dataclass(frozen=True)
class Face:
    """A flat face.

    Attributes:
        points: Its corners, counter-clockwise as seen from outside.
        colour: In white light.
        part: Number of the part that it belongs to.
        both: Whether it is seen from behind as well.
        parent: Number of the face that it lies on, or -1.
    """

    points: tuple[Vector, ...]
    colour: Colour
    part: int
    both: bool
    parent: int


class Model:
    """Faces in the making.

    Faces belong to *parts*: convex bodies or single sheets, which are painted from the farthest
    to the nearest as a whole. What lies flat on a face (a window on a wall) is a decal of it and
    is painted right after it.

    Attributes:
        faces: All faces, in the order in which they were added; a face's number is its index.
    """

    def __init__(self) -> None:
        self.faces: list[Face] = []
        self._part = -1
        self._placed: Place | None = None

    def part(self, place: Place | None = None) -> Model:
        """Begin a new part; `place` moves the points of its faces and of the parts after it."""
        self._placed = place
        return self.next_part()

    def next_part(self) -> Model:
        """Begin a new part whose points are moved as those of the part before."""
        self._part += 1
        return self

    def face(
        self, points: Sequence[Vector], colour: Colour, *, both: bool = False, on: int = -1
    ) -> int:
        """Add a flat face.

        Args:
            points: At least three, counter-clockwise as seen from outside.
            colour: RGB in white light.
            both: Whether it is seen from behind as well.
            on: Number of the face that it is a decal of.

        Returns:
            Its number, for decals.
        """
        place = self._placed
        moved = [place(*point) for point in points] if place else points
        return self._added(moved, colour, both, on)

    def decal(self, points: Sequence[Vector], colour: Colour, on: int) -> int:
        """Add a face that lies on another, between points that have been moved already.

        What is measured from the corners of a face in `faces` is where that face came to lie.
        """
        return self._added(points, colour, True, on)

    def _added(self, points: Sequence[Vector], colour: Colour, both: bool, on: int) -> int:
        part = self.faces[on].part if on >= 0 else self._part
        self.faces.append(Face(tuple(points), colour, part, both or on >= 0, on))
        return len(self.faces) - 1

    def sheet(self, points: Sequence[Vector], colour: Colour) -> int:
        """A part of its own that is seen from both sides."""
        return self.next_part().face(points, colour, both=True)

    def box(
        self, low: Vector, high: Vector, colour: Colour, *, top: Colour | None = None
    ) -> tuple[int, int, int, int]:
        """A block as a new part.

        Args:
            low: Its left, lower, front corner.
            high: Its right, upper, back corner.
            colour: Of its sides.
            top: Of its top; None for that of the sides. It has no bottom.

        Returns:
            Numbers of its front (towards the viewer), right, back and left face.
        """
        self.next_part()
        (x0, y0, z0), (x1, y1, z1) = low, high
        front = self.face([(x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)], colour)
        right = self.face([(x1, y0, z0), (x1, y0, z1), (x1, y1, z1), (x1, y1, z0)], colour)
        back = self.face([(x1, y0, z1), (x0, y0, z1), (x0, y1, z1), (x1, y1, z1)], colour)
        left = self.face([(x0, y0, z1), (x0, y0, z0), (x0, y1, z0), (x0, y1, z1)], colour)
        self.face([(x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)], top or colour)
        return front, right, back, left

    def lathe(
        self,
        profile: Sequence[Flat],
        colours: list[Colour] | Colour,
        *,
        sides: int = 20,
        centre: Flat = (0.0, 0.0),
    ) -> list[list[int]]:
        """A body of revolution about an upright axis, one part a ring.

        Args:
            profile: Radius and height from the bottom to the top.
            colours: One for all, or one for each ring.
            sides: Of the polygon that stands for the circle.
            centre: x and z of the axis.

        Returns:
            Numbers of the faces by ring and side; side 0 begins at the viewer's right.
        """
        turns = [circle(i / sides) for i in range(sides)]
        steps = list(itertools.pairwise(profile))
        shades = colours if isinstance(colours, list) else [colours] * len(steps)
        rings = []
        for ((r0, y0), (r1, y1)), colour in zip(steps, shades, strict=True):
            self.next_part()
            ring = []
            for i in range(sides):
                (c0, s0), (c1, s1) = turns[i], turns[(i + 1) % sides]
                corners = [
                    (centre[0] + r * c, y, centre[1] - r * s)
                    for r, y, c, s in (
                        (r0, y0, c0, s0), (r1, y1, c0, s0), (r1, y1, c1, s1), (r0, y0, c1, s1),
                    )
                ]  # fmt: skip
                if r1 == 0:
                    del corners[2]
                elif r0 == 0:
                    del corners[3]
                ring.append(self.face(corners, colour))
            rings.append(ring)
        return rings

    def ball(
        self,
        centre: Vector,
        radii: Vector,
        colour: Colour | Callable[[float, float, float], Colour],
        *,
        sides: int = 14,
        rows: int = 8,
    ) -> None:
        """An ellipsoid as one part.

        Args:
            centre: Its middle.
            radii: Along the axes.
            colour: One for all, or a function of the direction from the middle.
            sides: Faces around.
            rows: Faces from pole to pole.
        """
        self.next_part()

        def direction(i: int, j: int) -> Vector:
            c, s = circle(i / sides)
            up, out = circle(j / rows / 2)  # from the top pole (1, 0) to the bottom (-1, 0)
            return c * out, up, -s * out

        def point(n: Vector) -> Vector:
            x, y, z = (m + r * e for m, r, e in zip(centre, radii, n, strict=True))
            return x, y, z

        for j in range(rows):
            for i in range(sides):
                around = ((i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j))
                corners = [direction(*at) for at in around]
                points = [point(n) for n in corners]
                if j == 0:
                    points = points[:3]
                elif j == rows - 1:
                    points = [points[0], points[1], points[3]]
                points.reverse()
                if callable(colour):
                    x, y, z = ((p + q + r + s) / 4 for p, q, r, s in zip(*corners, strict=True))
                    self.face(points, colour(x, y, z))
                else:
                    self.face(points, colour)

    def rod(self, start: Vector, end: Vector, thick: float, colour: Colour) -> None:
        """A thin square bar as one part; nothing where it has no length."""
        if start == end:
            return
        self.next_part()
        along = unit(minus(end, start))
        side = unit(cross(along, (0.0, 0.0, 1.0) if abs(along[2]) < 0.9 else (0.0, 1.0, 0.0)))
        up = cross(side, along)
        ring = ((1, 1), (-1, 1), (-1, -1), (1, -1))

        def corner(base: Vector, k: int) -> Vector:
            a, b = ring[k % 4]
            x, y, z = (base[n] + thick * 0.5 * (a * side[n] + b * up[n]) for n in range(3))
            return x, y, z

        for k in range(4):
            self.face(
                [corner(start, k), corner(end, k), corner(end, k + 1), corner(start, k + 1)],
                colour,
                both=True,
            )

    def add(self, other: Model, place: Place) -> None:
        """Put another model in, moved."""
        first, base = self._part + 1, len(self.faces)
        for face in other.faces:
            points = tuple(place(*point) for point in face.points)
            part = face.part + first
            parent = face.parent + base if face.parent >= 0 else -1
            self.faces.append(Face(points, face.colour, part, face.both, parent))
            self._part = max(self._part, part)
