"""A country road with posts of direction signs; brown ones show what there is to see."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.world.appearance.scenes import art
from searchvl_gym.world.appearance.scenes.canvas import SHRINK, Canvas, daylight
from searchvl_gym.world.appearance.scenes.entries import Entry
from searchvl_gym.world.appearance.scenes.family import Family, Words
from searchvl_gym.world.appearance.scenes.landmarks import picture_of
from searchvl_gym.world.appearance.scenes.layout import Landmark, Plan, Spot, scaled, spot, unit_of
from searchvl_gym.world.appearance.scenes.lettering import Written, capital, one_line, write
from searchvl_gym.world.appearance.scenes.palette import NAMED, ink_on, mixed
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.fonts import font
from searchvl_gym.world.pictures.recipe import Point
from searchvl_gym.world.pictures.sheet import Colour
from searchvl_gym.world.pictures.sky import sky
from searchvl_gym.world.pictures.textures import Field

_COLOURS = ("blue", "green", "white", "yellow")
_BESIDE = ("red car", "tree", "red barn", "windmill", "street lamp")
_HORIZON = 0.56
_POSTS = (0.13, 0.37, 0.63, 0.87)
_BROWN: Colour = (112, 62, 34)


def plan(
    entries: Sequence[Entry],
    rng: np.random.Generator,
    width: int,
    height: int,
    letters: tuple[int, int],
) -> Plan:
    """Posts along both sides of the road, each beside something, with a stack of signs."""
    unit = unit_of(width, height)
    count = len(entries)
    posts = 2 if count <= 6 else 4
    beside = [_BESIDE[i] for i in rng.permutation(len(_BESIDE))[:posts].tolist()]
    order = rng.permutation(count).tolist()
    spots: list[Spot] = []
    marks: list[Landmark] = []
    stakes = []
    done = 0
    for p in range(posts):
        number = count // posts + (p < count % posts)
        x = width * (_POSTS[p] if posts == 4 else (0.30, 0.70)[p])
        foot = height * (0.70 + 0.03 * rng.uniform(-1, 1) + 0.05 * abs(2 * (p + 0.5) / posts - 1))
        capitals = int(rng.integers(letters[0], letters[1] + 1))
        panels = [
            _panel(entries[index], capitals, rng, unit) for index in order[done : done + number]
        ]
        gap = max(6, round(capitals * 0.7))
        tall = sum(size[1] for size, *_ in panels) + gap * len(panels)
        y = foot - max(420 * unit, tall + 190 * unit)
        stakes.append((x, y - 14 * unit, x, foot))
        for row, (size, lettering, colour, form) in enumerate(panels):
            index = order[done]
            where = (x + (0.0 if form else rng.uniform(-0.06, 0.06) * size[0]), y + size[1] / 2)
            spots.append(
                spot(
                    index,
                    entries[index],
                    (p, row, 0),
                    colour,
                    size,
                    where,
                    lettering,
                    form=form,
                    marks=(beside[p],),
                )
            )
            y += size[1] + gap
            done += 1
        widest = max(size[0] for size, *_ in panels)
        marks.append(_companion(beside[p], p, (x, foot), widest, width, unit))
    spots.sort(key=lambda one: one.item.index)
    return Plan(tuple(spots), tuple(marks), unit, {"stake": tuple(stakes)})


def _panel(
    entry: Entry, tall: int, rng: np.random.Generator, unit: float
) -> tuple[tuple[int, int], tuple[tuple[Written, ...], int], str, int]:
    """Size, lettering, colour and form (0 plain, 1 arrow, 2 brown with a picture) of a sign."""
    face = "grotesque_medium"
    name, size = one_line(entry.name, 0, 0, 10_000, face=face, tall=tall)
    long = font(name.face, name.size).getlength(name.text)
    picture = entry.picture is not None
    high = round(max(tall * 3.4, 40 * unit)) if not picture else round(max(tall * 9, 220 * unit))
    start = high * 1.32 + tall * 1.2 if picture else tall * 1.8
    base = high / 2 + size / 2
    lines = [one_line(entry.name, start, base, 10_000, face=face, tall=tall)[0]]
    end = start + long
    if entry.detail:
        if picture:
            lines = [
                one_line(entry.name, start, base - tall * 1.1, 10_000, face=face, tall=tall)[0]
            ]
            lines.append(
                one_line(
                    entry.detail,
                    start,
                    base + tall * 1.1,
                    10_000,
                    face=face,
                    tall=tall,
                    detail=True,
                )[0]
            )
            end = max(end, start + font(face, lines[1].size).getlength(entry.detail))
        else:
            lines.append(
                one_line(
                    entry.detail, end + tall * 2.4, base, 10_000, face=face, tall=tall, detail=True
                )[0]
            )
            end += tall * 2.4 + font(face, lines[1].size).getlength(entry.detail)
    if picture:
        form, colour = 2, "brown"
    else:
        form = int(rng.random() < 0.7)
        colour = _COLOURS[int(rng.integers(len(_COLOURS)))]
    width = round(end + tall * (3.6 if form == 1 else 1.8))
    return (width, high), (tuple(lines), capital(lines[0].face, lines[0].size)), colour, form


def _companion(
    name: str, group: int, foot: Point, widest: float, width: int, unit: float
) -> Landmark:
    """A thing beside a post, on its far side from the road.

    It stands clear of the signs as far as may be, and much nearer to its post than to the next.
    """
    w, h = scaled({
        "red car": (460, 170), "tree": (420, 640), "red barn": (430, 300), "windmill": (330, 430),
        "street lamp": (130, 700),
    }[name], unit)  # fmt: skip
    x, ground = foot
    gap = min(max(110 * unit, widest / 2 + 30 * unit), 0.095 * width - w / 2)
    left = x + gap if x > width / 2 else x - gap - w
    left = min(max(left, 8.0), width - w - 8)
    return Landmark(name, (left, ground - h + 16 * unit, w, h), group)


def paint(plan: Plan, canvas: Canvas, rng: np.random.Generator) -> Field:
    """Sky, hills, fields, the road; then posts, companions and signs."""
    height, unit = canvas.height, plan.unit
    small_w, small_h = canvas.small
    horizon = round(height * _HORIZON / SHRINK)
    field, stops = sky(rng, small_w, small_h, horizon)
    canvas.ground = field
    _country(canvas, rng, horizon, stops[-1])
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        canvas.cast((x, y + h - 16 * unit, x + w * 1.15, y + h + 14 * unit), 16 * unit, 0.5)
    for x, _, _, foot in plan.boxes["stake"]:
        canvas.cast(
            (x - 20 * unit, foot - 10 * unit, x + 190 * unit, foot + 12 * unit), 12 * unit, 0.45
        )
    canvas.develop(rng, 12)
    _road(canvas, unit)
    _verge(canvas, rng, unit)
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        canvas.stick(picture_of(mark.name, rng, w, h), (x, y, x + w, y + h))
    draw = canvas.draw
    for x, top, _, foot in plan.boxes["stake"]:
        for k, tone in enumerate(((96, 98, 102), (168, 170, 174), (128, 130, 134))):
            a = x - 13 * unit + 9 * unit * k
            draw.rectangle((a, top, a + 9 * unit, foot), fill=tone)
        draw.ellipse(
            (x - 15 * unit, top - 12 * unit, x + 15 * unit, top + 12 * unit), fill=(112, 114, 118)
        )
        for _ in range(16):
            a, b = x + rng.uniform(-40, 40) * unit, rng.uniform(14, 52) * unit
            draw.line(
                (a, foot + 8 * unit, a + rng.uniform(-12, 12) * unit, foot - b),
                fill=mixed((60, 104, 48), (140, 164, 80), float(rng.uniform(0, 1))),
                width=max(2, round(5 * unit)),
            )
    for one in plan.spots:
        canvas.paste(_sign(one, rng), one)
    return daylight(rng, 0.16, 0.04)


def _country(canvas: Canvas, rng: np.random.Generator, horizon: int, haze: Colour) -> None:
    """Hills one behind the other, then meadows that grow warmer towards the viewer."""
    w, h = canvas.small
    field = canvas.ground
    down = np.arange(h, dtype=np.float32)[:, None]
    for k in range(4):
        edge = textures.clouds(rng, w, 40, 3 + 2 * k, 3)[20]
        crest = horizon - (0.20 - 0.055 * k) * h * edge + 0.02 * h * k
        green = mixed((70, 116, 70), (150, 168, 96), float(rng.uniform(0, 1)))
        tone = np.array(mixed(haze, green, 0.30 + 0.2 * k), np.float32)
        under = np.clip(down - crest[None, :], 0, 1)[..., None]
        shade = (1 - np.clip((down - crest[None, :]) / h, 0, 0.3) * 0.5)[..., None]
        field += under * (tone * shade - field)
    meadow = textures.gradient(w, h - horizon, [(150, 172, 104), (126, 156, 82), (92, 128, 62)])
    patches = textures.clouds(rng, w, h - horizon, 6, 4)[..., None]
    field[horizon:] = meadow * (0.82 + 0.3 * patches)
    for k in range(3):
        y = horizon + round((h - horizon) * (0.04 + 0.09 * k))
        field[y : y + 2] *= 0.78


def _road(canvas: Canvas, unit: float) -> None:
    width, height = canvas.width, canvas.height
    top = height * (_HORIZON + 0.005)
    middle = width * 0.5
    draw = canvas.draw
    for share, colour in ((1.16, (168, 160, 138)), (1.0, (96, 96, 100))):
        near, far = width * 0.30 * share, width * 0.008 * share
        draw.polygon(
            [
                (middle - far, top),
                (middle + far, top),
                (middle + near, height),
                (middle - near, height),
            ],
            fill=colour,
        )
    for side in (-1, 1):
        draw.polygon(
            [
                (middle + side * width * 0.0072, top),
                (middle + side * width * 0.0068, top),
                (middle + side * width * 0.268, height),
                (middle + side * width * 0.282, height),
            ],
            fill=(226, 224, 214),
        )
    for k in range(9):
        a, b = (k / 9) ** 2, ((k + 0.5) / 9) ** 2
        y1, y2 = top + (height - top) * a, top + (height - top) * b
        w1, w2 = width * (0.0006 + 0.008 * a), width * (0.0006 + 0.008 * b)
        draw.polygon(
            [(middle - w1, y1), (middle + w1, y1), (middle + w2, y2), (middle - w2, y2)],
            fill=(232, 230, 220),
        )


def _verge(canvas: Canvas, rng: np.random.Generator, unit: float) -> None:
    """Grass and flowers, denser and larger towards the viewer, off the road."""
    width, height = canvas.width, canvas.height
    draw = canvas.draw
    for _ in range(2600):
        depth = math.sqrt(float(rng.random()))
        y = height * (_HORIZON + 0.03 + (0.97 - _HORIZON) * depth)
        x = width * float(rng.random())
        half = width * (0.01 + 0.35 * (y / height - _HORIZON) / (1 - _HORIZON))
        if abs(x - width / 2) < half:
            continue
        size = (6 + 34 * depth) * unit
        tone = mixed((58, 96, 44), (170, 184, 96), float(rng.random()))
        lean = float(rng.uniform(-0.5, 0.5)) * size
        draw.line((x, y, x + lean, y - size), fill=tone, width=max(1, round(size * 0.14)))
        if rng.random() < 0.08:
            r = size * 0.16
            bloom = NAMED[("red", "yellow", "white", "purple")[int(rng.integers(4))]]
            draw.ellipse((x + lean - r, y - size - r, x + lean + r, y - size + r), fill=bloom)


def _sign(one: Spot, rng: np.random.Generator) -> PillowImage.Image:
    """A plain sign, an arrow, or a brown sign with a picture."""
    w, h = one.width, one.height
    colour = _BROWN if one.form == 2 else NAMED[one.item.colour]
    ink = ink_on(colour)
    sheet = PillowImage.new("RGBA", (w, h))
    draw = ImageDraw.Draw(sheet)
    rim = max(2, round(one.item.letter_height * 0.22))
    if one.form == 1:
        point = one.item.letter_height * 1.6
        for inset, tone in ((0, colour), (rim, ink), (2 * rim, colour)):
            draw.polygon(
                [
                    (inset, inset),
                    (w - point - inset * 0.6, inset),
                    (w - 1 - inset * 1.4, h / 2),
                    (w - point - inset * 0.6, h - 1 - inset),
                    (inset, h - 1 - inset),
                ],
                fill=tone,
            )
    else:
        for inset, tone in ((0, colour), (rim, ink), (2 * rim, colour)):
            draw.rounded_rectangle(
                (inset, inset, w - 1 - inset, h - 1 - inset), max(3, 4 * rim - inset), fill=tone
            )
    if one.form == 2:
        size = (round(h * 1.24), h - 8 * rim)
        sheet.paste(art.picture(one.entry, rng, *size), (4 * rim, 4 * rim))
        draw.rectangle(
            (4 * rim - 1, 4 * rim - 1, 4 * rim + size[0], h - 4 * rim),
            outline=ink,
            width=max(1, rim // 2),
        )
    write(draw, one.lines, ink)
    return sheet


FAMILY = Family(
    "roadside",
    "photograph of a road",
    Words(
        "sign",
        row="",
        groups={name: f"on the post beside the {name}" for name in _BESIDE},
        sideways=False,
        upwards=True,
        near=False,
    ),
    4,
    20,
    plan,
    paint,
)
