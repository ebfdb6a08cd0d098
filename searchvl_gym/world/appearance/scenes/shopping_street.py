"""A street of shops: striped awnings, lit windows, brass plates, things on the pavement."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchvl_gym.world.appearance.scenes.canvas import Canvas, daylight
from searchvl_gym.world.appearance.scenes.entries import Entry
from searchvl_gym.world.appearance.scenes.family import Family, Words
from searchvl_gym.world.appearance.scenes.landmarks import picture_of
from searchvl_gym.world.appearance.scenes.layout import Landmark, Plan, Spot, scaled, spot, unit_of
from searchvl_gym.world.appearance.scenes.lettering import lay_out
from searchvl_gym.world.appearance.scenes.palette import NAMED, shades
from searchvl_gym.world.appearance.scenes.shop_fronts import draw_house, shop_front
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.textures import Field

_COLOURS = ("red", "green", "blue", "yellow", "orange", "purple", "pink", "brown")
_PAVEMENT = ("street lamp", "tree", "post box", "bicycle", "bench")
_CARS = ("red car", "blue car", "yellow car")
_TRADES = (
    "BAKERY", "BOOKS", "SHOES", "FLOWERS", "TAILOR", "CAFÉ", "PHARMACY", "CLOCKS", "TEA", "TOYS",
    "MUSIC", "BARBER", "CHEESE", "WINE", "HATS", "LAMPS", "BICYCLES", "STATIONER",
)  # fmt: skip


def plan(
    entries: Sequence[Entry],
    rng: np.random.Generator,
    width: int,
    height: int,
    letters: tuple[int, int],
) -> Plan:
    """Houses side by side; with many shops there is an upper level of shops as well."""
    unit = unit_of(width, height)
    count = len(entries)
    levels = 1 if count <= 8 else 2
    ground = height * 0.80
    tall = height * (0.30 if levels == 1 else 0.285)
    colours = shades(rng, _COLOURS, count)
    order = rng.permutation(count).tolist()
    spots: list[Spot] = []
    done = 0
    for level in range(levels):
        number = count // levels + (level < count % levels)
        shares = rng.uniform(0.85, 1.15, number)
        edges = np.concatenate(([0.0], np.cumsum(shares))) / float(np.sum(shares)) * width
        bottom = ground - (levels - 1 - level) * tall * 1.10
        for column in range(number):
            left, right = float(edges[column]), float(edges[column + 1])
            size = (round(right - left), round(tall))
            index = order[done]
            capital = int(rng.integers(letters[0], letters[1] + 1))
            w, h = size
            box = (w * 0.12, h * 0.845, w * 0.66, h * 0.955)
            face = ("sans_semibold", "serif_semibold")[int(rng.integers(2))]
            lettering = lay_out(
                entries[index].name,
                box,
                face=face,
                tall=capital,
                max_lines=2,
                detail=entries[index].detail,
            )
            spots.append(
                spot(
                    index, entries[index], (0, level + 2 - levels, column), colours[done], size,
                    ((left + right) / 2, bottom - tall / 2), lettering, form=int(rng.integers(3)),
                )
            )  # fmt: skip
            done += 1
    spots.sort(key=lambda one: one.item.index)
    marks = _things(rng, width, height, unit, ground, spots)
    return Plan(
        tuple(spots),
        tuple(marks),
        unit,
        {"ground": ((0, ground, width, height),), "levels": ((0, 0, levels, tall),)},
    )


def _things(
    rng: np.random.Generator,
    width: int,
    height: int,
    unit: float,
    ground: float,
    spots: list[Spot],
) -> list[Landmark]:
    """Four things in four stretches of the street: three on the pavement, a car on the road.

    None stands before a plate with a name; of lamps and trees only the stem does so.
    """
    names = [_PAVEMENT[i] for i in rng.permutation(len(_PAVEMENT))[:3].tolist()]
    names.insert(int(rng.integers(4)), _CARS[int(rng.integers(3))])
    sizes = {
        "street lamp": (230, 1180), "tree": (560, 900), "post box": (150, 330),
        "bicycle": (440, 290), "bench": (480, 210),
    }  # fmt: skip
    marks = []
    for k, name in enumerate(names):
        w, h = scaled(sizes.get(name, (900, 330)), unit)
        stem = w * (0.40 if name in ("street lamp", "tree") else 0.0)
        first, last = (
            width * (0.01 + 0.245 * k),
            min(width * (0.01 + 0.245 * (k + 1)), width - w - 4),
        )
        for share in (rng.permutation(40) / 40).tolist():
            x = first + share * (last - first)
            free = all(
                one.item.name_box[0] > x + w - stem + 12
                or one.item.name_box[0] + one.item.name_box[2] < x + stem - 12
                for one in spots
                if one.item.row == 1
            )
            if free or "car" in name:
                break
        else:
            continue
        foot = ground + height * (0.155 if "car" in name else 0.045)
        marks.append(Landmark(name, (x, foot - h, w, h)))
    return marks


def paint(plan: Plan, canvas: Canvas, rng: np.random.Generator) -> Field:
    """Sky, house fronts, shops, pavement, kerb and road."""
    width, height, unit = canvas.width, canvas.height, plan.unit
    ground = plan.boxes["ground"][0][1]
    levels, tall = plan.boxes["levels"][0][2:]
    stops = [(98, 148, 196), (176, 208, 226), (236, 236, 224)]
    canvas.fill(
        (0, 0, width, ground),
        lambda w, h: (
            textures.gradient(w, h, stops) + 26 * textures.clouds(rng, w, h, 4, 4)[..., None]
        ),
    )
    canvas.fill(
        (0, ground, width, height), lambda w, h: textures.plaster(rng, w, h, (158, 154, 148))
    )
    road = ground + height * 0.075
    canvas.fill((0, road, width, height), lambda w, h: textures.plaster(rng, w, h, (92, 92, 96)))
    canvas.cast((0, ground - 10, width, ground + 46 * unit), 40 * unit, 0.5)
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        canvas.cast((x, y + h - 14 * unit, x + w * 1.1, y + h + 16 * unit), 14 * unit, 0.55)
    canvas.develop(rng)
    _paving(canvas, ground, road, unit)
    lower = [one for one in plan.spots if one.item.row == 1]
    for one in lower:
        x, y, w, _ = one.item.box
        draw_house(canvas, rng, (x, 0, x + w, y), y - (levels - 1) * tall * 1.1, unit)
    trades = rng.permutation(len(_TRADES)).tolist()
    for one, trade in zip(plan.spots, trades, strict=False):
        canvas.paste(shop_front(one, rng, _TRADES[trade]), one)
    if levels > 1:
        y = ground - tall * 1.10
        canvas.draw.rectangle((0, y, width, ground - tall), fill=(120, 116, 112))
        canvas.draw.rectangle((0, y, width, y + tall * 0.025), fill=(186, 182, 174))
        _flower_boxes(canvas, rng, y, tall, unit)
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        canvas.stick(picture_of(mark.name, rng, w, h), (x, y, x + w, y + h))
    return daylight(rng, 0.24, 0.05)


def _flower_boxes(
    canvas: Canvas, rng: np.random.Generator, floor: float, tall: float, unit: float
) -> None:
    """Along the edge of the upper level, low enough to hide no plate."""
    draw = canvas.draw
    for k in range(9):
        left = canvas.width * (k + 0.15) / 9
        right = canvas.width * (k + 0.85) / 9
        for _ in range(60):
            x, r = rng.uniform(left, right), rng.uniform(8, 17) * unit
            y = floor - tall * 0.018 - rng.uniform(0, 12) * unit
            tint = NAMED[("green", "green", "red", "pink", "yellow")[int(rng.integers(5))]]
            draw.ellipse((x - r, y - r, x + r, y + r), fill=tint)
        draw.rectangle((left, floor - tall * 0.016, right, floor + tall * 0.02), fill=(118, 76, 52))
        draw.rectangle(
            (left, floor - tall * 0.016, right, floor - tall * 0.010), fill=(160, 110, 78)
        )


def _paving(canvas: Canvas, ground: float, road: float, unit: float) -> None:
    draw, width = canvas.draw, canvas.width
    for k in range(1, 4):
        y = ground + (road - ground) * k / 4
        draw.line((0, y, width, y), fill=(134, 130, 124), width=max(2, round(4 * unit)))
    for k in range(-4, 30):
        x = width * k / 24
        draw.line(
            (x, ground, x * 1.12 - width * 0.06, road),
            fill=(138, 134, 128),
            width=max(2, round(4 * unit)),
        )
    draw.rectangle((0, road, width, road + 34 * unit), fill=(182, 178, 170))
    draw.rectangle((0, road + 34 * unit, width, road + 60 * unit), fill=(70, 70, 74))
    for k in range(-1, 9):
        x = width * k / 8
        y = road + (canvas.height - road) * 0.72
        draw.polygon(
            [
                (x, y),
                (x + width * 0.06, y),
                (x + width * 0.055, y + 22 * unit),
                (x - width * 0.006, y + 22 * unit),
            ],
            fill=(214, 212, 204),
        )


FAMILY = Family(
    "shopping_street",
    "photograph of a shopping street",
    Words(
        "shop",
        colour="with {a} {} awning",
        row="on the {} level",
        rows=("upper", "ground"),
    ),
    5,
    18,
    plan,
    paint,
)
