"""A group photograph: people in rows on steps, each with a badge on the chest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.world.appearance.scenes.canvas import Canvas, daylight
from searchvl_gym.world.appearance.scenes.entries import Entry
from searchvl_gym.world.appearance.scenes.family import Family, Words
from searchvl_gym.world.appearance.scenes.landmarks import picture_of
from searchvl_gym.world.appearance.scenes.layout import Landmark, Plan, Spot, spot, unit_of
from searchvl_gym.world.appearance.scenes.lettering import lay_out, write
from searchvl_gym.world.appearance.scenes.palette import INK, mixed, shades, varied
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.sheet import Colour
from searchvl_gym.world.pictures.textures import Field

_COLOURS = ("red", "green", "blue", "yellow", "purple", "orange", "pink", "grey", "white", "brown")
_BEHIND = ("window", "door", "clock", "plant")


def plan(
    entries: Sequence[Entry],
    rng: np.random.Generator,
    width: int,
    height: int,
    letters: tuple[int, int],
) -> Plan:
    """One to three rows, each between the heads of the one before it."""
    unit = unit_of(width, height)
    count = len(entries)
    rows = 1 if count <= 6 else 2 if count <= 14 else 3
    names = {1: (1,), 2: (0, 2), 3: (0, 1, 2)}[rows]
    across = min(width * 0.94 / (-(-count // rows) + 0.5), height * 0.30)
    person = (round(across * 0.98), round(across * 2.2))
    apart = min(across * 1.30, height * 0.27)
    first = height * 0.97 - across * 1.36 - apart * (rows - 1)
    colours = shades(rng, _COLOURS, count)
    order = rng.permutation(count).tolist()
    spots: list[Spot] = []
    done = 0
    for r in range(rows):
        number = count // rows + (r < count % rows)
        shift = across * (0.25 if r % 2 else -0.25) if rows > 1 else 0.0
        for column in range(number):
            index = order[done]
            x = width / 2 + (column - (number - 1) / 2) * across + shift
            top = first + r * apart + rng.uniform(-0.03, 0.03) * across
            w, h = person
            capital = int(rng.integers(letters[0], letters[1] + 1))
            # The badge hangs below the neck, a little to one side.
            middle = w * (0.5 + rng.uniform(-0.03, 0.03))
            box = (middle - w * 0.25, h * 0.452, middle + w * 0.25, h * 0.53)
            lettering = lay_out(
                entries[index].name,
                box,
                face="sans_semibold",
                tall=capital,
                max_lines=2,
                detail=entries[index].detail,
            )
            spots.append(
                spot(
                    index,
                    entries[index],
                    (0, names[r], column),
                    colours[done],
                    person,
                    (x, top + h / 2),
                    lettering,
                    form=int(rng.integers(6)),
                )
            )
            done += 1
    spots.sort(key=lambda one: one.item.index)
    return Plan(
        tuple(spots),
        tuple(_behind(rng, width, height, first)),
        unit,
        {"steps": ((0, first, 0, apart),)},
    )


def _behind(rng: np.random.Generator, width: int, height: int, top: float) -> list[Landmark]:
    """Things on and before the wall behind the group."""
    names = [_BEHIND[i] for i in rng.permutation(len(_BEHIND))[:3].tolist()]
    marks = []
    room = max(top, height * 0.16)
    for k, name in enumerate(names):
        share = {"window": 0.86, "door": 1.5, "clock": 0.5, "plant": 1.25}[name]
        tall = min(room * share, height * (0.11 if name == "clock" else 0.36))
        w = tall * {"window": 0.8, "door": 0.5, "clock": 1.0, "plant": 0.45}[name]
        x = width * (0.10 + 0.30 * k) + rng.uniform(0, 0.12) * width
        y = {"window": room * 0.05, "door": room * 0.12, "clock": room * 0.15, "plant": room * 0.3}[
            name
        ]
        marks.append(Landmark(name, (min(x, width - w - 5), y, w, tall)))
    return marks


def paint(plan: Plan, canvas: Canvas, rng: np.random.Generator) -> Field:
    """A hall with panelling and steps; then people, the back row first."""
    width, height, unit = canvas.width, canvas.height, plan.unit
    wall = ((196, 204, 196), (214, 200, 176), (182, 194, 206), (206, 190, 186))[
        int(rng.integers(4))
    ]
    canvas.fill((0, 0, width, height), lambda w, h: textures.plaster(rng, w, h, wall))
    first, apart = plan.boxes["steps"][0][1], plan.boxes["steps"][0][3]
    canvas.fill(
        (0, height * 0.86, width, height), lambda w, h: textures.wood(rng, w, h, (150, 112, 78))
    )
    for one in plan.spots:
        x, y, w, h = one.item.box
        canvas.cast((x + w * 0.15, y + h * 0.12, x + w * 1.05, height * 0.9), 60 * unit, 0.30)
    canvas.develop(rng)
    dado = mixed(wall, (92, 74, 60), 0.6)
    top = first + apart * 0.7
    canvas.draw.rectangle((0, top, width, top + 16 * unit), fill=mixed(dado, (255, 255, 255), 0.3))
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        canvas.stick(picture_of(mark.name, rng, w, h), (x, y, x + w, y + h))
    rows = sorted({one.item.row for one in plan.spots})
    for number, row in enumerate(rows):
        here = [one for one in plan.spots if one.item.row == row]
        for one in sorted(here, key=lambda one: one.item.column):
            canvas.paste(_person(one, rng), one)
        if number + 1 < len(rows):  # they stand behind a low partition
            y = max(one.item.box[1] + one.item.box[3] * 0.60 for one in here)
            _partition(canvas, y, mixed(dado, (255, 255, 255), 0.12 * number), unit)
    return daylight(rng, 0.26, 0.03)


def _partition(canvas: Canvas, top: float, colour: Colour, unit: float) -> None:
    draw, width, height = canvas.draw, canvas.width, canvas.height
    draw.rectangle((0, top, width, height * 0.93), fill=colour)
    draw.rectangle((0, top, width, top + 34 * unit), fill=mixed(colour, (255, 255, 255), 0.28))
    draw.rectangle((0, top + 34 * unit, width, top + 44 * unit), fill=mixed(colour, (0, 0, 0), 0.4))
    panels = 11
    for k in range(panels):
        left, right = width * (k + 0.12) / panels, width * (k + 0.88) / panels
        box = (left, top + 90 * unit, right, height * 0.90)
        draw.rectangle(box, fill=mixed(colour, (0, 0, 0), 0.10))
        draw.line(
            (box[0], box[3], box[0], box[1], box[2], box[1]),
            fill=mixed(colour, (0, 0, 0), 0.35),
            width=max(2, round(7 * unit)),
        )
        draw.line(
            (box[0], box[3], box[2], box[3], box[2], box[1]),
            fill=mixed(colour, (255, 255, 255), 0.2),
            width=max(2, round(7 * unit)),
        )


def _person(one: Spot, rng: np.random.Generator) -> PillowImage.Image:
    """Hair, face, neck, jumper, arms, and the badge on its ribbon."""
    w, h = one.width, one.height
    sheet = PillowImage.new("RGBA", (w, h))
    draw = ImageDraw.Draw(sheet)
    cloth = varied(rng, one.item.colour)
    dark, light = mixed(cloth, (0, 0, 0), 0.22), mixed(cloth, (255, 255, 255), 0.14)
    skin = mixed((244, 208, 178), (108, 70, 50), float(rng.uniform(0, 1)))
    hair = (
        (46, 32, 26),
        (22, 20, 22),
        (122, 78, 44),
        (206, 168, 100),
        (168, 168, 170),
        (150, 72, 40),
    )[int(rng.integers(6))]
    x, r = w / 2, w * 0.165
    y = h * 0.165
    if one.form in (1, 3):  # long hair falls behind the shoulders
        draw.rounded_rectangle(
            (x - r * 1.30, y - r * 1.1, x + r * 1.30, y + r * 2.3),
            r * 0.9,
            fill=mixed(hair, (0, 0, 0), 0.15),
        )
    shoulder = h * 0.325
    draw.polygon(
        [
            (x - w * 0.30, shoulder + h * 0.03),
            (x - w * 0.10, shoulder - h * 0.02),
            (x + w * 0.10, shoulder - h * 0.02),
            (x + w * 0.30, shoulder + h * 0.03),
            (x + w * 0.34, h),
            (x - w * 0.34, h),
        ],
        fill=cloth,
    )
    for side in (-1, 1):
        draw.rounded_rectangle(
            (
                x + side * w * 0.385 - w * 0.095,
                shoulder + h * 0.015,
                x + side * w * 0.385 + w * 0.095,
                h * 0.98,
            ),
            w * 0.09,
            fill=dark if side > 0 else light,
        )
        draw.ellipse(
            (
                x + side * w * 0.30 - w * 0.15,
                shoulder,
                x + side * w * 0.30 + w * 0.15,
                shoulder + h * 0.14,
            ),
            fill=dark if side > 0 else light,
        )
    draw.polygon(
        [
            (x - w * 0.30, shoulder + h * 0.04),
            (x + w * 0.30, shoulder + h * 0.04),
            (x + w * 0.30, h),
            (x - w * 0.30, h),
        ],
        fill=cloth,
    )
    for k in range(1, 5):  # folds
        a = x - w * 0.28 + k * w * 0.11
        draw.line((a, h * 0.60, a + w * 0.03, h), fill=dark, width=max(2, w // 110))
    draw.polygon(
        [
            (x - w * 0.10, shoulder - h * 0.025),
            (x + w * 0.10, shoulder - h * 0.025),
            (x, shoulder + h * 0.055),
        ],
        fill=mixed(skin, (0, 0, 0), 0.10),
    )
    draw.rectangle(
        (x - r * 0.42, y + r * 0.7, x + r * 0.42, shoulder), fill=mixed(skin, (0, 0, 0), 0.16)
    )
    draw.line(
        (
            x - w * 0.11,
            shoulder - h * 0.02,
            x,
            shoulder + h * 0.06,
            x + w * 0.11,
            shoulder - h * 0.02,
        ),
        fill=dark,
        width=max(3, w // 40),
    )
    draw.ellipse((x - r * 1.02, y - r * 1.25, x + r * 1.02, y + r * 0.5), fill=hair)
    for side in (-1, 1):
        draw.ellipse(
            (
                x + side * r * 0.92 - r * 0.16,
                y - r * 0.05,
                x + side * r * 0.92 + r * 0.16,
                y + r * 0.42,
            ),
            fill=mixed(skin, (120, 40, 30), 0.18),
        )
    draw.ellipse((x - r * 0.88, y - r * 0.95, x + r * 0.88, y + r * 1.22), fill=skin)
    draw.pieslice(
        (x - r * 0.96, y - r * 1.2, x + r * 0.96, y + r * 0.35), 180 + 4 * one.form, 360, fill=hair
    )
    _face(draw, rng, x, y, r, skin, hair, one.form)
    lines = [line.box() for line in one.lines]
    pad = max(6, w // 44)
    badge = (
        min(b[0] for b in lines) - pad,
        min(b[1] for b in lines) - pad,
        max(b[2] for b in lines) + pad,
        max(b[3] for b in lines) + pad,
    )
    ribbon = ((40, 74, 140), (160, 40, 44), (40, 110, 76))[int(rng.integers(3))]
    middle = (badge[0] + badge[2]) / 2
    for side in (-1, 1):
        draw.line(
            (x + side * w * 0.09, shoulder - h * 0.015, middle, badge[1] - pad),
            fill=ribbon,
            width=max(3, w // 55),
        )
    draw.rounded_rectangle(
        (badge[0] + 3, badge[1] - pad * 0.7 + 5, badge[2] + 4, badge[3] + 6),
        pad * 0.6,
        fill=mixed(dark, (0, 0, 0), 0.3),
    )
    draw.rounded_rectangle(
        (badge[0], badge[1] - pad, badge[2], badge[3]), pad * 0.6, fill=(250, 249, 244)
    )
    draw.rectangle(
        (badge[0] + 2, badge[1] - pad + 2, badge[2] - 2, badge[1] - pad * 0.35), fill=ribbon
    )
    write(draw, one.lines, INK)
    return sheet


def _face(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    x: float,
    y: float,
    r: float,
    skin: Colour,
    hair: Colour,
    form: int,
) -> None:
    line = max(2, round(r * 0.06))
    for side in (-1, 1):
        a = x + side * r * 0.36
        draw.ellipse((a - r * 0.15, y - r * 0.06, a + r * 0.15, y + r * 0.12), fill=(246, 244, 240))
        draw.ellipse((a - r * 0.075, y - r * 0.06, a + r * 0.075, y + r * 0.10), fill=(54, 42, 36))
        draw.arc(
            (a - r * 0.2, y - r * 0.32, a + r * 0.2, y - r * 0.02),
            200,
            340,
            fill=mixed(hair, (0, 0, 0), 0.2),
            width=line,
        )
    draw.line(
        (x, y + r * 0.08, x - r * 0.08, y + r * 0.38, x + r * 0.05, y + r * 0.40),
        fill=mixed(skin, (90, 30, 20), 0.35),
        width=line,
    )
    draw.chord(
        (x - r * 0.32, y + r * 0.42, x + r * 0.32, y + r * 0.82), 15, 165, fill=(168, 66, 62)
    )
    draw.chord(
        (x - r * 0.24, y + r * 0.50, x + r * 0.24, y + r * 0.74), 15, 165, fill=(250, 246, 240)
    )
    if form in (2, 5):
        for side in (-1, 1):
            a = x + side * r * 0.37
            draw.ellipse(
                (a - r * 0.25, y - r * 0.18, a + r * 0.25, y + r * 0.26),
                outline=(40, 36, 40),
                width=line,
            )
        draw.line((x - r * 0.12, y, x + r * 0.12, y), fill=(40, 36, 40), width=line)
    if form == 4 and rng.random() < 0.7:
        draw.chord((x - r * 0.66, y + r * 0.1, x + r * 0.66, y + r * 1.3), 20, 160, fill=hair)
        draw.chord(
            (x - r * 0.28, y + r * 0.50, x + r * 0.28, y + r * 0.80), 15, 165, fill=(168, 66, 62)
        )


FAMILY = Family(
    "name_badges",
    "group photograph",
    Words(
        "person",
        colour="in {a} {} jumper",
        row="in the {} row",
        rows=("back", "middle", "front"),
        near=False,
    ),
    4,
    30,
    plan,
    paint,
)
