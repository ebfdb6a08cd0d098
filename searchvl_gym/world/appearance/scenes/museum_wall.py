"""A gallery: framed pictures on a dark wall, each with a label below it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.world.appearance.scenes import art
from searchvl_gym.world.appearance.scenes.canvas import Canvas, daylight
from searchvl_gym.world.appearance.scenes.entries import Entry
from searchvl_gym.world.appearance.scenes.family import Family, Words
from searchvl_gym.world.appearance.scenes.landmarks import picture_of
from searchvl_gym.world.appearance.scenes.layout import Landmark, Plan, Spot, scaled, spot, unit_of
from searchvl_gym.world.appearance.scenes.lettering import lay_out
from searchvl_gym.world.appearance.scenes.palette import INK, mixed, shades
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.fonts import font
from searchvl_gym.world.pictures.sheet import Box, Colour
from searchvl_gym.world.pictures.textures import Field

_FRAMES: dict[str, Colour] = {
    "gold": (206, 162, 78),
    "black": (40, 38, 40),
    "white": (238, 234, 226),
    "brown": (104, 66, 42),
    "silver": (178, 182, 188),
}
_BELOW = ("bench", "plant", "vase of flowers")
_FLOOR = 0.80


def plan(
    entries: Sequence[Entry],
    rng: np.random.Generator,
    width: int,
    height: int,
    letters: tuple[int, int],
) -> Plan:
    """Bays between pilasters, each above something that stands on the floor."""
    unit = unit_of(width, height)
    count = len(entries)
    bays = 1 if count < 7 else 2 if count < 14 else 3
    below = [_BELOW[i] for i in rng.permutation(len(_BELOW))[:bays].tolist()]
    across = width / bays
    floor = height * _FLOOR
    marks = []
    for b, name in enumerate(below):
        w, h = scaled(
            {"bench": (900, 380), "plant": (420, 760), "vase of flowers": (330, 620)}[name], unit
        )
        foot = height * 0.955
        marks.append(Landmark(name, (across * (b + 0.5) - w / 2, foot - h, w, h), b))
    colours = shades(rng, tuple(_FRAMES), count)
    order = rng.permutation(count).tolist()
    spots: list[Spot] = []
    done = 0
    for b in range(bays):
        number = count // bays + (b < count % bays)
        frame = (
            across * b + 110 * unit,
            height * 0.075,
            across * (b + 1) - 110 * unit,
            floor * 0.93,
        )
        for row, column, cell in _cells(frame, number):
            index = order[done]
            capital = int(rng.integers(letters[0], letters[1] + 1))
            spots.append(
                _hung(
                    index,
                    entries[index],
                    (b, row, column),
                    colours[done],
                    cell,
                    rng,
                    capital,
                    below[b],
                )
            )
            done += 1
    spots.sort(key=lambda one: one.item.index)
    return Plan(
        tuple(spots),
        tuple(marks),
        unit,
        {"bays": tuple((across * b, 0, across * (b + 1), floor) for b in range(bays))},
    )


def _cells(frame: Box, count: int) -> list[tuple[int, int, Box]]:
    left, top, right, bottom = frame
    rows = max(
        range(1, count + 1),
        key=lambda r: min((bottom - top) / r * 0.75, (right - left) / -(-count // r)),
    )
    cells = []
    down = (bottom - top) / rows
    for r in range(rows):
        number = count // rows + (r < count % rows)
        across = (right - left) / number
        for c in range(number):
            box = (left + c * across, top + r * down, left + (c + 1) * across, top + (r + 1) * down)
            cells.append((r, c, box))
    return cells


def _hung(
    index: int,
    entry: Entry,
    place: tuple[int, int, int],
    colour: str,
    cell: Box,
    rng: np.random.Generator,
    capital: int,
    mark: str,
) -> Spot:
    left, top, right, bottom = cell
    plate = max(64.0, 84 * (right - left) / 700, capital * 5.2)
    across, down = (right - left) * 0.88, (bottom - top) * 0.94 - plate
    ratio = (0.78, 1.0, 1.3)[int(rng.integers(3))]
    h = min(down, across / ratio) * rng.uniform(0.86, 1.0)
    w = h * ratio
    x = (left + right) / 2
    y = top + down / 2
    box = (w / 2 - across * 0.48, h + plate * 0.22, w / 2 + across * 0.48, h + plate)
    face = ("serif_semibold", "sans_semibold")[int(rng.integers(2))]
    lettering = lay_out(entry.name, box, face=face, tall=capital, max_lines=2, detail=entry.detail)
    size = (round(w), round(h))
    return spot(index, entry, place, colour, size, (x, y), lettering, marks=(mark,))


def paint(plan: Plan, canvas: Canvas, rng: np.random.Generator) -> Field:
    """Wall, pilasters, skirting, parquet, pools of light; then the frames and labels."""
    width, height, unit = canvas.width, canvas.height, plan.unit
    wall = ((112, 38, 42), (40, 74, 70), (52, 64, 96), (150, 146, 136), (92, 82, 70))[
        int(rng.integers(5))
    ]
    floor = height * _FLOOR
    canvas.fill((0, 0, width, floor), lambda w, h: _damask(rng, w, h, wall))
    canvas.fill((0, floor, width, height), lambda w, h: textures.wood(rng, w, h, (146, 102, 66)))
    for one in plan.spots:
        x, y, w, h = one.item.box
        canvas.cast(
            (x + 10 * unit, y + 26 * unit, x + w + 20 * unit, y + h + 44 * unit), 24 * unit, 0.6
        )
    canvas.cast((0, floor - 6, width, floor + 70 * unit), 50 * unit, 0.5)
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        canvas.cast((x, y + h - 20 * unit, x + w * 1.05, y + h + 20 * unit), 20 * unit, 0.6)
    canvas.develop(rng)
    cream = mixed(wall, (246, 240, 226), 0.82)
    draw = canvas.draw
    for y, tall in ((floor - 130 * unit, 130 * unit), (height * 0.025, 34 * unit)):
        draw.rectangle((0, y, width, y + tall), fill=cream)
        draw.rectangle((0, y, width, y + 8 * unit), fill=mixed(cream, (255, 255, 255), 0.6))
        draw.rectangle(
            (0, y + tall - 7 * unit, width, y + tall), fill=mixed(cream, (0, 0, 0), 0.35)
        )
    for left, _, _, bottom in plan.boxes["bays"]:
        _pilaster(canvas, left, bottom, unit, cream)
    _pilaster(canvas, width, floor, unit, cream)
    for one in plan.spots:
        canvas.paste(_framed(one, rng), one)
        _label(canvas, one, unit)
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        canvas.stick(picture_of(mark.name, rng, w, h), (x, y, x + w, y + h))
    return _spotlights(rng, plan, width, height)


def _damask(rng: np.random.Generator, w: int, h: int, colour: Colour) -> Field:
    y, x = np.mgrid[0:h, 0:w]
    figure = ((np.abs(x % 26 - 13) + np.abs((y + 20 * ((x // 26) % 2)) % 40 - 20)) < 12).astype(
        np.float32
    )
    shade = 0.90 + 0.10 * textures.clouds(rng, w, h, 5, 3) + 0.07 * figure
    return textures.tinted(np.asarray(shade, np.float32), colour)


def _pilaster(canvas: Canvas, x: float, bottom: float, unit: float, colour: Colour) -> None:
    half = 62 * unit
    steps = 12
    for k in range(steps):
        a = x - half + 2 * half * k / steps
        tone = mixed(colour, (0, 0, 0), 0.05 + 0.22 * abs(k - 4) / steps + 0.06 * (k % 2))
        canvas.draw.rectangle((a, 0, a + 2 * half / steps, bottom), fill=tone)
    for y, tall in ((0.0, 110 * unit), (bottom - 150 * unit, 150 * unit)):
        canvas.draw.rectangle(
            (x - half * 1.3, y, x + half * 1.3, y + tall), fill=mixed(colour, (0, 0, 0), 0.06)
        )
        canvas.draw.rectangle(
            (x - half * 1.3, y + tall - 9 * unit, x + half * 1.3, y + tall),
            fill=mixed(colour, (0, 0, 0), 0.35),
        )


def _framed(one: Spot, rng: np.random.Generator) -> PillowImage.Image:
    """A picture in a moulded frame, with a mount in pale ones."""
    w, h = one.width, one.height
    colour = _FRAMES[one.item.colour]
    sheet = PillowImage.new("RGB", (w, h), colour)
    draw = ImageDraw.Draw(sheet)
    thick = max(8, round(min(w, h) * rng.uniform(0.055, 0.095)))
    for k in range(thick):
        wave = (0.0, 0.35, 0.5, 0.25, -0.1, -0.3, -0.15, 0.15, 0.3, -0.05, -0.35, -0.5)[
            12 * k // thick
        ]
        for side, lift in (("top", 0.12), ("left", 0.05), ("right", -0.08), ("bottom", -0.14)):
            share = wave * 0.7 + lift
            tone = (
                mixed(colour, (255, 250, 235), share)
                if share > 0
                else mixed(colour, (0, 0, 0), -share)
            )
            line = {
                "top": (k, k, w - 1 - k, k),
                "left": (k, k, k, h - 1 - k),
                "right": (w - 1 - k, k, w - 1 - k, h - 1 - k),
                "bottom": (k, h - 1 - k, w - 1 - k, h - 1 - k),
            }[side]
            draw.line(line, fill=tone)
    inner = thick
    if one.item.colour in ("white", "black", "silver"):
        inner += round(thick * 0.9)
        draw.rectangle((thick, thick, w - 1 - thick, h - 1 - thick), fill=(240, 236, 226))
    picture = art.picture(one.entry, rng, w - 2 * inner, h - 2 * inner)
    sheet.paste(picture, (inner, inner))
    draw.line(
        (inner, h - inner, inner, inner, w - inner, inner),
        fill=mixed(colour, (0, 0, 0), 0.65),
        width=max(2, thick // 9),
    )
    return sheet


def _label(canvas: Canvas, one: Spot, unit: float) -> None:
    dx, dy = one.corners((0, 0, 1, 1))[0]
    boxes = [line.box() for line in one.lines]
    pad = 14 * max(unit, 0.6)
    plate = (
        dx + min(b[0] for b in boxes) - pad, dy + min(b[1] for b in boxes) - pad * 0.8,
        dx + max(b[2] for b in boxes) + pad, dy + max(b[3] for b in boxes) + pad * 0.8,
    )  # fmt: skip
    draw = canvas.draw
    draw.rectangle((plate[0] + 3, plate[1] + 5, plate[2] + 4, plate[3] + 6), fill=(30, 26, 26))
    draw.rectangle(plate, fill=(244, 240, 230), outline=(196, 188, 170), width=2)
    for line in one.lines:
        where = (round(dx) + line.x, round(dy) + line.y)
        draw.text(where, line.text, font=font(line.face, line.size), fill=INK, anchor="ls")


def _spotlights(rng: np.random.Generator, plan: Plan, width: int, height: int) -> Field:
    """The light of a room, brighter on the pictures."""
    light = daylight(rng, 0.42, 0.05)
    rows, columns = light.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    for one in plan.spots:
        cx, cy = one.item.centre
        a, b = (
            (x + 0.5) - np.float32(cx / width * columns),
            (y + 0.5) - np.float32(cy / height * rows),
        )
        away = (a * a + b * b) * np.float32(0.22)
        light = light + (np.float32(0.16) / (1 + away * away))[..., None]
    return np.asarray(np.clip(light, 0, 1), np.float32)


FAMILY = Family(
    "museum_wall",
    "photograph of a museum wall",
    Words(
        "picture",
        colour="in {a} {} frame",
        row="in the {} row",
        groups={name: f"above the {name}" for name in _BELOW},
    ),
    4,
    30,
    plan,
    paint,
)
