"""Where everything stands in a scene: decided before a pixel is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from searchvl_gym.world.appearance.scenes.entries import Entry
from searchvl_gym.world.appearance.scenes.lettering import Written
from searchvl_gym.world.pictures.recipe import Point
from searchvl_gym.world.pictures.sheet import Box


@dataclass(frozen=True)
class SceneItem:
    """A named thing in a scene; all lengths in pixels of the full picture.

    Attributes:
        index: Its place in the recipe's `items`.
        name: What is written on it.
        box: `(x, y, width, height)` of the whole thing.
        name_box: `(x, y, width, height)` of its lettering.
        letter_height: Height of the capitals of its name.
        colour: The word for its colour (of the awning, the frame, …; see the family's words).
        group: Which board, wall, post or bay it belongs to, from left to right.
        row: Its row in the group, from top to bottom.
        column: Its place in the row, from left to right.
        landmarks: Names of the landmarks that mark its group.
    """

    index: int
    name: str
    box: Box
    name_box: Box
    letter_height: int
    colour: str
    group: int
    row: int
    column: int
    landmarks: tuple[str, ...] = ()

    @property
    def centre(self) -> Point:
        """The middle of its box."""
        x, y, width, height = self.box
        return x + width / 2, y + height / 2


@dataclass(frozen=True)
class Landmark:
    """A conspicuous thing without a name, by which others are found.

    Attributes:
        name: What anybody would call it, without an article.
        box: `(x, y, width, height)` in pixels of the full picture.
        group: The group of items that it marks; None for one that only stands there.
    """

    name: str
    box: Box
    group: int | None = None

    @property
    def centre(self) -> Point:
        """The middle of its box."""
        x, y, width, height = self.box
        return x + width / 2, y + height / 2


@dataclass(frozen=True)
class SceneLayout:
    """A scene without its pixels.

    Attributes:
        family: Name of the family.
        width: Pixels.
        height: Pixels.
        items: In the order of the recipe.
        landmarks: Conspicuous things, each with another name.
    """

    family: str
    width: int
    height: int
    items: tuple[SceneItem, ...]
    landmarks: tuple[Landmark, ...]


@dataclass(frozen=True)
class Spot:
    """What a family needs to draw an item.

    Attributes:
        item: The item; its boxes are filled in by `spot`.
        entry: What it shows.
        width: Of the upright thing, in pixels.
        height: Of the upright thing, in pixels.
        centre: Where its middle goes.
        angle: How far it is turned anticlockwise, in degrees.
        lines: Its lettering, in pixels of the upright thing.
        form: Which of the family's shapes it has.
    """

    item: SceneItem
    entry: Entry
    width: int
    height: int
    centre: Point
    angle: float
    lines: tuple[Written, ...]
    form: int = 0

    def corners(self, box: Box) -> tuple[Point, Point, Point, Point]:
        """Corners, in the scene, of a box `(left, top, right, bottom)` of the upright thing."""
        turn = math.radians(-self.angle)
        cos, sin = math.cos(turn), math.sin(turn)
        x, y = self.centre
        left, top, right, bottom = box
        a, b, c, d = (
            (x + p * cos - q * sin, y + p * sin + q * cos)
            for p, q in (
                (u - self.width / 2, v - self.height / 2)
                for u, v in ((left, top), (right, top), (right, bottom), (left, bottom))
            )
        )
        return a, b, c, d


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before a scene is painted.

    Attributes:
        spots: The items, in the order of the recipe.
        landmarks: Conspicuous things.
        boxes: Boxes `(left, top, right, bottom)` of the furniture, by name.
        unit: Pixels that one pixel of a picture of 4,000 by 3,000 becomes.
    """

    spots: tuple[Spot, ...]
    landmarks: tuple[Landmark, ...]
    unit: float
    boxes: Mapping[str, tuple[Box, ...]] = field(default_factory=dict)


def spot(
    index: int,
    entry: Entry,
    place: tuple[int, int, int],
    colour: str,
    size: tuple[int, int],
    centre: Point,
    lettering: tuple[tuple[Written, ...], int],
    *,
    angle: float = 0.0,
    form: int = 0,
    marks: tuple[str, ...] = (),
) -> Spot:
    """A spot whose item knows its boxes.

    Args:
        index: Place in the recipe's items.
        entry: What is shown.
        place: Group, row and column.
        colour: The word for its colour.
        size: Width and height of the upright thing, in pixels.
        centre: Where its middle goes, in pixels.
        lettering: What `lettering.lay_out` gave.
        angle: How far it is turned anticlockwise, in degrees.
        form: Which of the family's shapes it has.
        marks: Names of the landmarks that mark its group.
    """
    lines, tall = lettering
    group, row, column = place
    item = SceneItem(
        index, entry.name, (0, 0, 0, 0), (0, 0, 0, 0), tall, colour, group, row, column, marks
    )
    bare = Spot(item, entry, *size, centre, angle, lines, form)
    boxes = [line.box() for line in lines]
    ink = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    whole = _frame(bare.corners((0, 0, *size)))
    return replace(bare, item=replace(item, box=whole, name_box=_frame(bare.corners(ink))))


def _frame(corners: tuple[Point, ...]) -> Box:
    across, down = [p[0] for p in corners], [p[1] for p in corners]
    left, top = min(across), min(down)
    return left, top, max(across) - left, max(down) - top


def unit_of(width: int, height: int) -> float:
    """How large a pixel of a picture of 4,000 by 3,000 is in one of this size."""
    return math.sqrt(width * height / 12_000_000)


def scaled(size: tuple[float, float], unit: float) -> tuple[float, float]:
    """A size in pixels of a picture of 4,000 by 3,000, in those of one with another unit."""
    return size[0] * unit, size[1] * unit
