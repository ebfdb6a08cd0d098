"""A large map of a region: relief, a river, roads, a grid, and some sixty named places."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import ImageDraw

from searchvl_gym.world.appearance.scenes.canvas import Canvas, daylight
from searchvl_gym.world.appearance.scenes.entries import Entry
from searchvl_gym.world.appearance.scenes.family import Family, Words
from searchvl_gym.world.appearance.scenes.landmarks import picture_of
from searchvl_gym.world.appearance.scenes.layout import Landmark, Plan, Spot, spot, unit_of
from searchvl_gym.world.appearance.scenes.lettering import one_line, size_of
from searchvl_gym.world.appearance.scenes.palette import NAMED, shades
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.exact import wave
from searchvl_gym.world.pictures.fonts import font
from searchvl_gym.world.pictures.recipe import Point
from searchvl_gym.world.pictures.sheet import Box, Colour, bezier
from searchvl_gym.world.pictures.textures import Field

_COLOURS = ("red", "blue", "green", "black", "orange", "purple")
_SIGHTS = ("church", "castle", "windmill", "lighthouse", "tree")
_COLUMNS, _ROWS = 8, 6
_SQUARES = tuple(f"{letter}{row + 1}" for row in range(_ROWS) for letter in "ABCDEFGH")
_INK: Colour = (44, 36, 34)
_TINTS: tuple[tuple[Colour, ...], ...] = (  # water, then land from low to high
    (
        (150, 188, 206), (206, 220, 176), (226, 228, 186),
        (238, 226, 182), (226, 200, 152), (206, 168, 126),
    ),
    (
        (168, 196, 200), (224, 226, 200), (236, 230, 204),
        (240, 224, 190), (226, 204, 168), (206, 182, 150),
    ),
    (
        (132, 172, 196), (190, 212, 168), (212, 222, 178),
        (230, 226, 188), (234, 214, 176), (244, 238, 226),
    ),
)  # fmt: skip


def plan(
    entries: Sequence[Entry],
    rng: np.random.Generator,
    width: int,
    height: int,
    letters: tuple[int, int],
) -> Plan:
    """Places in the cells of a loose grid of their own, sights in cells that stay free."""
    unit = unit_of(width, height)
    count = len(entries)
    rim = 110 * unit
    frame = (rim, rim, width - rim, height - rim)
    across, down = frame[2] - frame[0], frame[3] - frame[1]
    sights = [_SIGHTS[i] for i in rng.permutation(len(_SIGHTS))[:4].tolist()]
    rows = max(3, math.ceil(math.sqrt((count + len(sights)) * 1.3 * down / across * 1.5)))
    columns = max(3, math.ceil((count + len(sights)) * 1.18 / rows) + 1)
    cells = rng.permutation(rows * columns).tolist()
    wide, tall = across / columns, down / rows
    # The compass rose takes the lower right-hand corner.
    rose = (width - 520 * unit, height - 520 * unit)
    cells = [
        cell
        for cell in cells
        if frame[0] + (cell % columns + 1) * wide < rose[0]
        or frame[1] + (cell // columns + 1) * tall < rose[1]
    ]
    marks = []
    for sight, cell in zip(sights, cells, strict=False):
        side = min(wide * 0.7, tall * 0.8, 210 * unit)
        x = frame[0] + (cell % columns + 0.5) * wide - side / 2
        y = frame[1] + (cell // columns + 0.5) * tall - side / 2
        marks.append(Landmark(sight, (x, y, side, side)))
    colours = shades(rng, _COLOURS, count)
    face = ("serif_semibold", "sans_semibold")[int(rng.integers(2))]
    spots = []
    for index, cell in enumerate(cells[len(sights) : len(sights) + count]):
        left = frame[0] + (cell % columns) * wide
        top = frame[1] + (cell // columns) * tall
        capital = int(rng.integers(letters[0], letters[1] + 1))
        dot = max(capital * 0.62, 6.0)
        name, size = one_line(
            entries[index].name, dot * 3.2, 0, wide * 0.94 - dot * 4, face=face, tall=capital
        )
        long = font(name.face, name.size).getlength(name.text)
        room = max(0.0, wide * 0.97 - long - dot * 4)
        x = left + dot + rng.uniform(0, 1) * room
        y = top + tall * rng.uniform(0.25, 0.75)
        x, y = _off_the_lines((x, y), frame, 22 * unit + dot)
        h = round(size * 2.2)
        lines = (
            one_line(entries[index].name, dot * 3.2, h / 2 + size / 2, wide, face=face, tall=size)[
                0
            ],
        )
        square = int((y - frame[1]) / down * _ROWS) * _COLUMNS + int(
            (x - frame[0]) / across * _COLUMNS
        )
        box = (round(long + dot * 3.6), h)
        where = (x - dot + box[0] / 2, y)
        spots.append(
            spot(index, entries[index], (0, square, 0), colours[index], box, where, (lines, size))
        )
    return Plan(tuple(spots), tuple(marks), unit, {"frame": (frame,)})


def _off_the_lines(point: Point, frame: Box, margin: float) -> Point:
    """Move a point so that it is clear in which square of the map it lies."""
    moved = []
    for axis, parts in ((0, _COLUMNS), (1, _ROWS)):
        side = (frame[axis + 2] - frame[axis]) / parts
        inside = (point[axis] - frame[axis]) / side
        square = min(int(inside), parts - 1)
        low, high = frame[axis] + square * side + margin, frame[axis] + (square + 1) * side - margin
        moved.append(min(max(point[axis], low), high))
    return moved[0], moved[1]


def paint(plan: Plan, canvas: Canvas, rng: np.random.Generator) -> Field:
    """Relief, woods, river, roads, grid, sights, places, and the frame with its letters."""
    width, height, unit = canvas.width, canvas.height, plan.unit
    frame = plan.boxes["frame"][0]
    canvas.fill((0, 0, width, height), lambda w, h: relief(rng, w, h))
    canvas.develop(rng, 7)
    draw = canvas.draw
    _river(draw, rng, width, height, unit)
    dots = {one.item.index: _dot(one) for one in plan.spots}
    _roads(draw, rng, list(dots.values()), unit)
    _grid(draw, frame, unit)
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        draw.ellipse((x - w * 0.1, y + h * 0.72, x + w * 1.1, y + h * 1.06), fill=(206, 204, 166))
        canvas.stick(picture_of(mark.name, rng, w, h), (x, y, x + w, y + h))
    for one in plan.spots:
        _place(draw, one, dots[one.item.index])
    _rim(draw, frame, width, height, unit)
    _rose(draw, width - 330 * unit, height - 330 * unit, 130 * unit)
    return daylight(rng, 0.14, 0.03)


def relief(rng: np.random.Generator, w: int, h: int) -> Field:
    """Layer tints, hill shading, contours, woods and shores of a random land."""
    tints = np.array(_TINTS[int(rng.integers(len(_TINTS)))], np.float32)
    rise = textures.clouds(rng, w, h, rng.uniform(4, 6), 5)
    sea = rng.uniform(0.14, 0.24)
    level = np.clip((rise - np.float32(sea)) / np.float32(1 - sea) * 5 + 1, 0, 5)
    shade = np.ones_like(rise)
    shade[1:, 1:] += np.clip((rise[1:, 1:] - rise[:-1, :-1]) * 12, -0.2, 0.2)
    fine = (level * 4).astype(np.int16)
    contour = (fine[1:, 1:] != fine[:-1, 1:]) | (fine[1:, 1:] != fine[1:, :-1])
    shade[1:, 1:][contour & (level[1:, 1:] > 1)] *= 0.92
    land = tints[np.minimum(level.astype(np.int32), 5)] * shade[..., None]
    woods = textures.clouds(rng, w, h, 9, 3) > 0.62
    speckle = rng.random((h, w), dtype=np.float32)
    wooded = woods & (level > 1) & (speckle > 0.35)
    land[wooded] *= np.array((0.84, 0.94, 0.80), np.float32)
    shore = (level[1:, 1:] >= 1) != (level[:-1, :-1] >= 1)
    land[1:, 1:][shore] = (84, 120, 146)
    return np.asarray(land, np.float32)


def _river(
    draw: ImageDraw.ImageDraw, rng: np.random.Generator, w: int, h: int, unit: float
) -> None:
    for _ in range(2):
        y = h * rng.uniform(0.15, 0.85)
        swing = rng.uniform(0.03, 0.09) * h
        t = np.linspace(0, 1, 160)
        course = y + swing * wave(t * rng.uniform(9, 16)) + swing * 0.5 * wave(t * 31 + 1)
        points = [(float(a) * w, float(b)) for a, b in zip(t, course, strict=True)]
        draw.line(points, fill=(92, 136, 168), width=max(3, round(24 * unit)), joint="curve")
        draw.line(points, fill=(146, 186, 206), width=max(2, round(16 * unit)), joint="curve")


def _roads(
    draw: ImageDraw.ImageDraw, rng: np.random.Generator, dots: list[Point], unit: float
) -> None:
    """From every place to its nearest places; every third road is a main road."""
    done: set[tuple[int, int]] = set()
    paths: list[tuple[list[Point], bool]] = []
    for i, here in enumerate(dots):
        near = sorted(range(len(dots)), key=lambda j: math.dist(here, dots[j]))[1:3]
        for j in near:
            if (min(i, j), max(i, j)) not in done:
                done.add((min(i, j), max(i, j)))
                there = dots[j]
                bend = rng.normal(0, 0.12, 2) * math.dist(here, there)
                middle = ((here[0] + there[0]) / 2 + bend[0], (here[1] + there[1]) / 2 + bend[1])
                paths.append((bezier([here, middle, there], 14), len(paths) % 3 == 0))
    for path, main in paths:
        draw.line(
            path, fill=(120, 92, 78), width=max(2, round((17 if main else 9) * unit)), joint="curve"
        )
    for path, main in paths:
        colour = (240, 196, 96) if main else (252, 248, 238)
        draw.line(path, fill=colour, width=max(1, round((11 if main else 5) * unit)), joint="curve")


def _grid(draw: ImageDraw.ImageDraw, frame: Box, unit: float) -> None:
    left, top, right, bottom = frame
    thin = max(2, round(3 * unit))
    for k in range(1, _COLUMNS):
        x = left + (right - left) * k / _COLUMNS
        draw.line((x, top, x, bottom), fill=(150, 148, 150), width=thin)
    for k in range(1, _ROWS):
        y = top + (bottom - top) * k / _ROWS
        draw.line((left, y, right, y), fill=(150, 148, 150), width=thin)


def _dot(one: Spot) -> Point:
    dot = max(one.item.letter_height * 0.62, 6.0)
    (x, y), *_ = one.corners((dot, one.height / 2, 0, 0))
    return x, y


def _place(draw: ImageDraw.ImageDraw, one: Spot, at: Point) -> None:
    x, y = at
    r = max(one.item.letter_height * 0.62, 6.0)
    draw.ellipse((x - r - 3, y - r - 3, x + r + 3, y + r + 3), fill=(250, 248, 238))
    draw.ellipse((x - r, y - r, x + r, y + r), fill=NAMED[one.item.colour], outline=_INK, width=2)
    left, top, _, _ = one.item.box
    for line in one.lines:
        where = (round(left) + line.x, round(top) + line.y)
        draw.text(
            where,
            line.text,
            font=font(line.face, line.size),
            fill=_INK,
            anchor="ls",
            stroke_width=2,
            stroke_fill=(250, 246, 230),
        )


def _rim(draw: ImageDraw.ImageDraw, frame: Box, width: int, height: int, unit: float) -> None:
    """A white margin with the letters and numbers of the squares."""
    left, top, right, bottom = frame
    paper = (246, 241, 226)
    for box in (
        (0, 0, width, top),
        (0, bottom, width, height),
        (0, 0, left, height),
        (right, 0, width, height),
    ):
        draw.rectangle(box, fill=paper)
    draw.rectangle(frame, outline=_INK, width=max(3, round(9 * unit)))
    inset = 16 * unit
    draw.rectangle(
        (left - inset, top - inset, right + inset, bottom + inset),
        outline=_INK,
        width=max(2, round(3 * unit)),
    )
    type_face = font("serif_bold", size_of("serif_bold", max(10, round(44 * unit))))
    for k in range(_COLUMNS):
        x = left + (right - left) * (k + 0.5) / _COLUMNS
        for y in (top / 2 - inset / 2, (bottom + height) / 2 + inset / 2):
            draw.text((round(x), round(y)), "ABCDEFGH"[k], font=type_face, fill=_INK, anchor="mm")
    for k in range(_ROWS):
        y = top + (bottom - top) * (k + 0.5) / _ROWS
        for x in (left / 2 - inset / 2, (right + width) / 2 + inset / 2):
            draw.text((round(x), round(y)), str(k + 1), font=type_face, fill=_INK, anchor="mm")


def _rose(draw: ImageDraw.ImageDraw, x: float, y: float, r: float) -> None:
    draw.ellipse((x - r, y - r, x + r, y + r), outline=_INK, width=max(2, round(r * 0.03)))
    for k in range(8):
        turn = math.pi * k / 4
        reach = r * (1.25 if k % 2 == 0 else 0.75)
        a, b = math.sin(turn), -math.cos(turn)
        tip = (x + a * reach, y + b * reach)
        for side, colour in ((1, _INK), (-1, (244, 236, 214))):
            foot = (x + (a * 0.14 - b * side * 0.14) * r, y + (b * 0.14 + a * side * 0.14) * r)
            draw.polygon([(x, y), tip, foot], fill=colour, outline=_INK)


FAMILY = Family(
    "town_map",
    "map",
    Words(
        "place",
        colour="marked with {a} {} dot",
        row="in square {}",
        rows=_SQUARES,
        sideways=False,
    ),
    20,
    70,
    plan,
    paint,
)
