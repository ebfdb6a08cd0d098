"""Seeing a model: camera, light, and the painting of faces from the farthest to the nearest."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.world.appearance.solid.model import Face, Model
from searchvl_gym.world.appearance.solid.vectors import (
    Colour,
    Vector,
    circle,
    cross,
    minus,
    unit,
)

Reals = npt.NDArray[np.float64]

_NEAR = 0.15
"""Depth at which a face is too near to be painted."""


@dataclass(frozen=True)
class Camera:
    """Where the picture is taken from.

    Attributes:
        eye: Its place.
        target: What it is pointed at.
        focal: Focal length as a multiple of the picture's height.
        roll: How far it is tilted to the side, in turns.
    """

    eye: Vector
    target: Vector
    focal: float
    roll: float = 0.0


@dataclass(frozen=True)
class Light:
    """How things are lit.

    Attributes:
        direction: Towards the light, of length 1.
        colour: Of the light, 1 is white.
        ambient: Of what the sky and the walls add.
        haze: What distant things fade to, 0 to 255.
        thickness: Share that a unit of distance takes away.
        shadow: How dark cast shadows are, 0 to 1.
    """

    direction: Vector
    colour: Vector
    ambient: Vector
    haze: Colour = (200, 205, 210)
    thickness: float = 0.0
    shadow: float = 0.45


class View:
    """A camera with a canvas.

    Args:
        camera: Where it stands.
        width: Of the canvas in pixels.
        height: Of the canvas in pixels.
    """

    def __init__(self, camera: Camera, width: int, height: int) -> None:
        self.camera, self.width, self.height = camera, width, height
        forward = unit(minus(camera.target, camera.eye))
        right = unit(cross((0.0, 1.0, 0.0), forward))
        up = cross(forward, right)
        c, s = circle(camera.roll)
        self._right = tuple(c * r + s * u for r, u in zip(right, up, strict=True))
        self._up = tuple(c * u - s * r for r, u in zip(right, up, strict=True))
        self._forward = forward

    def project(self, points: Reals) -> tuple[Reals, Reals, Reals]:
        """Pixels x and y, and depth, of points `(n, 3)`."""
        x, y, z = (points[:, k] - self.camera.eye[k] for k in range(3))

        def along(axis: Sequence[float]) -> Reals:
            result: Reals = x * axis[0] + y * axis[1] + z * axis[2]
            return result

        depth = along(self._forward)
        safe = np.maximum(depth, 1e-3)
        scale = self.camera.focal * self.height
        across = self.width / 2 + along(self._right) / safe * scale
        down = self.height / 2 - along(self._up) / safe * scale
        return across, down, depth

    def horizon(self) -> float:
        """Row of the horizon at the middle of the picture; it may lie outside."""
        flat = math.sqrt(max(self._forward[0] ** 2 + self._forward[2] ** 2, 1e-9))
        return self.height / 2 + self._forward[1] / flat * self.camera.focal * self.height

    def paint(self, image: PillowImage.Image, model: Model, light: Light) -> None:
        """Paint a model, from its farthest part to its nearest."""
        faces = model.faces
        if not faces:
            return
        points, offsets = _corners(faces)
        across, down, depth = self.project(points)
        first, second, last = (points[offsets[:-1] + k] for k in (0, 1, 2))
        normal = _cross(last - first, second - first)  # z points away, so this is outwards
        length = np.sqrt(_dot(normal, normal))
        normal /= np.maximum(length, 1e-12)[:, None]
        outwards = _dot(normal, np.array(self.camera.eye)[None] - first)
        both = np.array([face.both for face in faces])
        normal *= np.where(both & (outwards < 0), -1.0, 1.0)[:, None]
        colours = self._shaded(faces, normal, light, first)
        near = np.minimum.reduceat(depth, offsets[:-1])
        draw = ImageDraw.Draw(image)
        depths = depth.tolist()
        means = [_mean(depths[a:b]) for a, b in itertools.pairwise(offsets.tolist())]
        for number, root in _painting_order(faces, means):
            # A decal is seen when the face that it lies on is.
            if near[number] < _NEAR or (outwards[root] <= 0 and not faces[root].both):
                continue
            a, b = int(offsets[number]), int(offsets[number + 1])
            outline = list(zip(across[a:b].tolist(), down[a:b].tolist(), strict=True))
            draw.polygon(outline, fill=colours[number])

    def shadows(self, mask: PillowImage.Image, model: Model, light: Light) -> None:
        """Paint what a model casts onto the ground into a mask of the canvas' shape."""
        toward = light.direction
        if toward[1] < 0.12 or not model.faces:  # a low light would throw them far away
            return
        points, offsets = _corners(model.faces)
        fall = np.maximum(points[:, 1], 0) / toward[1]
        ground = np.stack(
            (
                points[:, 0] - fall * toward[0],
                np.zeros(len(points)),
                points[:, 2] - fall * toward[2],
            ),
            axis=1,
        )
        across, down, depth = self.project(ground)
        factor = mask.width / self.width
        draw = ImageDraw.Draw(mask)
        for face, (a, b) in zip(model.faces, itertools.pairwise(offsets), strict=True):
            if face.parent >= 0 or np.min(depth[a:b]) < _NEAR:
                continue
            xs, ys = (across[a:b] * factor).tolist(), (down[a:b] * factor).tolist()
            draw.polygon(list(zip(xs, ys, strict=True)), fill=255)

    def _shaded(
        self, faces: Sequence[Face], normal: Reals, light: Light, first: Reals
    ) -> list[Colour]:
        toward = np.array(light.direction)[None]
        lit = np.maximum(_dot(normal, toward), 0.0)
        # A little light from the ground and the sky keeps faces apart that the sun misses.
        sky = 0.85 + 0.15 * normal[:, 1] + 0.08 * normal[:, 0]
        base = np.array([face.colour for face in faces], np.float64)
        away = first - np.array(self.camera.eye)[None]
        distance = np.sqrt(_dot(away, away))
        left = 1.0 / (1.0 + light.thickness * distance)
        channels = []
        for k in range(3):
            shade = light.ambient[k] * sky + light.colour[k] * lit
            value = light.haze[k] + (base[:, k] * shade - light.haze[k]) * left
            channels.append(np.clip(np.rint(value), 0, 255).astype(int).tolist())
        return list(zip(*channels, strict=True))


def _corners(faces: Sequence[Face]) -> tuple[Reals, npt.NDArray[np.int64]]:
    """The corners of all faces in one array, and where those of each begin and end."""
    offsets = np.cumsum([0, *(len(face.points) for face in faces)])
    return np.array([point for face in faces for point in face.points], np.float64), offsets


def _mean(values: Sequence[float]) -> float:
    """The mean, added up one after the other.

    numpy adds up in another order on another processor, and `sum` rounds otherwise since
    Python 3.12; where parts are equally far away, that would decide which of them is in front.
    """
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def _painting_order(faces: Sequence[Face], depths: Sequence[float]) -> list[tuple[int, int]]:
    """Numbers of faces from the farthest to the nearest, each with that of its undermost face.

    Parts go by the mean depth of their faces, faces of a part by their own, and decals follow
    what they lie on.
    """
    roots: list[int] = []
    parts: dict[int, list[float]] = {}
    for number, face in enumerate(faces):
        if face.parent < 0:
            roots.append(number)
            parts.setdefault(face.part, []).append(depths[number])
        else:
            roots.append(roots[face.parent])
    far = {part: _mean(values) for part, values in parts.items()}

    def order(number: int) -> tuple[float, int, float, int, int]:
        part, root = faces[number].part, roots[number]
        return -far[part], part, -depths[root], root, number

    return [(number, roots[number]) for number in sorted(range(len(faces)), key=order)]


def _dot(a: Reals, b: Reals) -> Reals:
    """Scalar products row by row; a matrix product would add up otherwise elsewhere."""
    result: Reals = a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2]
    return result


def _cross(a: Reals, b: Reals) -> Reals:
    return np.stack(
        (
            a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1],
            a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2],
            a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0],
        ),
        axis=1,
    )
