"""A library wall: shelves of cloth and leather bindings with ornaments between them."""

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
from searchvl_gym.world.appearance.scenes.lettering import Written, lay_out, write
from searchvl_gym.world.appearance.scenes.palette import ink_on, mixed, shades, varied
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.sheet import Box, Colour
from searchvl_gym.world.pictures.textures import Field

_COLOURS = ("red", "green", "blue", "brown", "black", "white", "yellow", "purple")
_ORNAMENTS = ("globe", "vase of flowers", "clock", "plant")
_FACES = ("serif_semibold", "serif_bold", "sans_semibold")
_GOLD: Colour = (216, 176, 92)


def plan(
    entries: Sequence[Entry],
    rng: np.random.Generator,
    width: int,
    height: int,
    letters: tuple[int, int],
) -> Plan:
    """Shelves with upright books, grouped to the left and right of an ornament."""
    unit = unit_of(width, height)
    count = len(entries)
    rows = int(np.clip(-(-count // 14), 2, 5))
    full = width * 0.90
    wide = min(full, (-(-count // rows) * 232 + 560) * unit)
    left = width * 0.05 + (full - wide) * (0.0 if rng.random() < 0.5 else 1.0)
    frame = (left, height * 0.035, left + wide, height * 0.955)
    board = 46 * unit
    down = (frame[3] - frame[1]) / rows
    per_row = [count // rows + (r < count % rows) for r in range(rows)]
    ornaments = [_ORNAMENTS[i] for i in rng.permutation(len(_ORNAMENTS)).tolist()]
    colours = shades(rng, _COLOURS, count)
    order = rng.permutation(count).tolist()
    spots: list[Spot] = []
    marks = _beside(rng, frame, width, height)
    shelves: list[Box] = []
    done = 0
    for row, number in enumerate(per_row):
        floor = frame[1] + (row + 1) * down - board
        ceiling = frame[1] + row * down + 16 * unit
        shelves.append((frame[0], floor, frame[2], floor + board))
        name = ornaments[row] if row < len(ornaments) else ""
        space = frame[2] - frame[0] - 60 * unit
        tall_one = (floor - ceiling) * 0.62
        wide_one = {"globe": 0.8, "vase of flowers": 0.62, "clock": 1.0, "plant": 0.6}.get(name, 0)
        ornament = wide_one * tall_one * (0.62 if name == "clock" else 1)
        thick = min(216 * unit, (space - ornament * 1.3) / number * 0.97)
        widths = [max(thick * rng.uniform(0.82, 1.0), 58.0) for _ in range(number)]
        slack = max(0.0, space - ornament * 1.3 - sum(widths))
        before = int(rng.integers(1, number)) if number > 1 else number
        x = frame[0] + 30 * unit + slack * rng.uniform(0, 0.35)
        for column in range(number):
            if column == before and name:
                x += slack * 0.25 + ornament * 0.15
                w = ornament
                h = w if name == "clock" else tall_one
                marks.append(Landmark(name, (x, floor - h, w, h)))
                x += ornament * 1.15 + slack * 0.2
            index = order[done]
            size = (round(widths[column]), round((floor - ceiling) * rng.uniform(0.70, 0.93)))
            centre = (x + size[0] / 2, floor - size[1] / 2)
            lettering, form = _lettering(entries[index], size, rng, letters)
            spots.append(
                spot(
                    index,
                    entries[index],
                    (0, row, column),
                    colours[done],
                    size,
                    centre,
                    lettering,
                    form=form,
                )
            )
            x += size[0] + 2
            done += 1
    spots.sort(key=lambda one: one.item.index)
    return Plan(tuple(spots), tuple(marks), unit, {"shelf": tuple(shelves), "frame": (frame,)})


def _beside(rng: np.random.Generator, frame: Box, width: int, height: int) -> list[Landmark]:
    """What stands on the bare wall beside a narrow case."""
    left, right = (0.0, frame[0]) if frame[0] > width - frame[2] else (frame[2], float(width))
    room = right - left - width * 0.03
    if room < width * 0.14:
        return []
    name = ("door", "window")[int(rng.integers(2))]
    w = min(room * 0.7, width * 0.26)
    h = min(w * 2.1, height * 0.72) if name == "door" else w * 1.25
    y = height - h if name == "door" else height * 0.2
    return [Landmark(name, ((left + right) / 2 - w / 2, y, w, h))]


def _lettering(
    entry: Entry, size: tuple[int, int], rng: np.random.Generator, letters: tuple[int, int]
) -> tuple[tuple[tuple[Written, ...], int], int]:
    """A label across the spine; its place decides the form."""
    w, h = size
    form = int(rng.integers(3))
    top = (0.14, 0.22, 0.55)[form]
    tall = int(rng.integers(letters[0], letters[1] + 1))
    face = _FACES[int(rng.integers(len(_FACES)))]
    box = (w * 0.07, h * top, w * 0.93, h * (top + 0.24))
    return lay_out(entry.name, box, face=face, tall=tall, max_lines=5, detail=entry.detail), form


def paint(plan: Plan, canvas: Canvas, rng: np.random.Generator) -> Field:
    """The case, the shadows at the back of every shelf, then books and ornaments."""
    width, height, unit = canvas.width, canvas.height, plan.unit
    wood = ((118, 80, 52), (92, 62, 44), (168, 128, 88), (70, 60, 56))[int(rng.integers(4))]
    frame = plan.boxes["frame"][0]
    canvas.fill((0, 0, width, height), lambda w, h: textures.plaster(rng, w, h, (196, 186, 168)))
    back = mixed(wood, (0, 0, 0), 0.42)
    canvas.fill(frame, lambda w, h: _panels(rng, w, h, back))
    for left, top, right, _ in plan.boxes["shelf"]:
        canvas.cast((left, top - 60 * unit, right, top + 10), 26 * unit, 0.35)
    for left, _, right, bottom in (frame, *plan.boxes["shelf"][:-1]):
        edge = frame[1] if bottom == frame[3] else bottom
        canvas.cast((left, edge, right, edge + 90 * unit), 40 * unit, 0.55)
    for one in plan.spots:
        x, y, w, h = one.item.box
        canvas.cast((x + w * 0.3, y + 20 * unit, x + w + 40 * unit, y + h), 18 * unit, 0.45)
    canvas.develop(rng, 8)
    grain = textures.wood(rng, 700, 240, wood)
    for number, box in enumerate(plan.boxes["shelf"]):
        canvas.panel(box, grain[(number * 40) % 180 : (number * 40) % 180 + 26])
        left, top, right, bottom = box
        canvas.draw.rectangle(
            (left, top, right, top + 6 * unit), fill=mixed(wood, (255, 240, 210), 0.30)
        )
        canvas.draw.rectangle(
            (left, bottom - 5 * unit, right, bottom), fill=mixed(wood, (0, 0, 0), 0.5)
        )
    side = np.ascontiguousarray(grain[:60].transpose(1, 0, 2))
    thick = width * 0.028
    for left in (frame[0] - thick, frame[2]):
        canvas.panel((left, 0, left + thick, height), side)
        canvas.draw.rectangle(
            (left, 0, left + 6 * unit, height), fill=mixed(wood, (255, 240, 210), 0.22)
        )
        canvas.draw.rectangle(
            (left + thick - 6 * unit, 0, left + thick, height), fill=mixed(wood, (0, 0, 0), 0.45)
        )
    canvas.panel((frame[0] - thick, 0, frame[2] + thick, frame[1]), grain[120:160])
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        canvas.stick(picture_of(mark.name, rng, w, h), (x, y, x + w, y + h))
    for one in plan.spots:
        canvas.paste(_spine(one, rng), one)
    return daylight(rng, 0.34, 0.06)


def _panels(rng: np.random.Generator, w: int, h: int, colour: Colour) -> Field:
    field = textures.wood(rng, h, w, colour).transpose(1, 0, 2)
    return np.ascontiguousarray(field)


def _spine(one: Spot, rng: np.random.Generator) -> PillowImage.Image:
    """A rounded spine: cloth, raised bands, gilt lines, and a label with the name."""
    w, h = one.width, one.height
    cloth = varied(rng, one.item.colour, 14)
    turn = np.linspace(-1, 1, w, dtype=np.float32)
    round_ = (1.08 - 0.55 * turn * turn * turn * turn - 0.12 * turn)[None, :]
    weave = rng.random((h // 3 + 1, w // 3 + 1), dtype=np.float32)
    weave = np.repeat(np.repeat(weave, 3, 0), 3, 1)[:h, :w]
    shade = round_ * (0.93 + 0.10 * weave)
    sheet = PillowImage.fromarray(textures.as_pixels(textures.tinted(shade, cloth)))
    draw = ImageDraw.Draw(sheet)
    gilt = _GOLD if one.item.colour not in ("yellow", "white") else mixed(cloth, (60, 40, 30), 0.7)
    style = int(rng.integers(4))
    for share in (0.03, 0.965) if style == 3 else (0.03, 0.055, 0.94, 0.965):
        draw.rectangle((w * 0.04, h * share, w * 0.96, h * share + max(2, h // 220)), fill=gilt)
    top, bottom = ((0.14, 0.38), (0.22, 0.46), (0.55, 0.79))[one.form]
    label = (
        round(w * 0.04),
        round(h * (top - 0.012)),
        round(w * 0.96),
        round(h * (bottom + 0.012)),
    )
    if style in (0, 1):
        paper = ((244, 236, 214), (238, 232, 222))[style]
        draw.rectangle(label, fill=paper, outline=gilt, width=max(2, w // 60))
        ink = (48, 36, 30)
    elif style == 2:
        paper = mixed(cloth, (20, 14, 14), 0.75)
        draw.rectangle(label, fill=paper, outline=gilt, width=max(2, w // 60))
        ink = (244, 222, 164)
    else:
        draw.rectangle(label, outline=gilt, width=max(2, w // 80))
        ink = ink_on(cloth)
    for share in np.linspace(0.08, 0.92, int(rng.integers(4, 8))).tolist():
        if not top - 0.04 < share < bottom + 0.04:
            y = h * share
            draw.rectangle((0, y, w, y + h * 0.012), fill=mixed(cloth, (255, 255, 255), 0.18))
            draw.rectangle((0, y + h * 0.012, w, y + h * 0.018), fill=mixed(cloth, (0, 0, 0), 0.4))
    middle = h * (0.67 if one.form < 2 else 0.33)
    r = w * rng.uniform(0.12, 0.24)
    draw.polygon(
        [
            (w / 2, middle - r * 1.5),
            (w / 2 + r, middle),
            (w / 2, middle + r * 1.5),
            (w / 2 - r, middle),
        ],
        outline=gilt,
        width=max(2, w // 50),
    )
    draw.ellipse((w / 2 - r * 0.3, middle - r * 0.3, w / 2 + r * 0.3, middle + r * 0.3), fill=gilt)
    write(draw, one.lines, ink)
    draw.line((0, 0, 0, h), fill=mixed(cloth, (0, 0, 0), 0.6), width=3)
    draw.line((w - 1, 0, w - 1, h), fill=mixed(cloth, (0, 0, 0), 0.6), width=3)
    return sheet


FAMILY = Family(
    "book_shelf",
    "photograph of book shelves",
    Words("book", row="on the {} shelf"),
    8,
    60,
    plan,
    paint,
)
