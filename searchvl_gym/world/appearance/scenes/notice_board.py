"""A corridor with notice boards: posters pinned on cork and felt."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.world.appearance.scenes import art
from searchvl_gym.world.appearance.scenes.canvas import Canvas, daylight
from searchvl_gym.world.appearance.scenes.entries import Entry
from searchvl_gym.world.appearance.scenes.family import Family, Words
from searchvl_gym.world.appearance.scenes.landmarks import picture_of
from searchvl_gym.world.appearance.scenes.layout import Landmark, Plan, Spot, scaled, spot, unit_of
from searchvl_gym.world.appearance.scenes.lettering import lay_out, size_of, write
from searchvl_gym.world.appearance.scenes.palette import ink_on, mixed, shades, varied
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.fonts import font
from searchvl_gym.world.pictures.sheet import Box, Colour
from searchvl_gym.world.pictures.textures import Field

_COLOURS = ("red", "yellow", "green", "blue", "pink", "white", "orange", "purple")
_ABOVE = ("clock", "lamp", "exit sign")
_ASIDE = ("fire extinguisher", "plant")
_HEADS = (
    "CONCERT", "LECTURE", "FAIR", "FILM NIGHT", "EXHIBITION", "CHOIR", "MARKET", "CHESS", "DANCE",
    "READING", "WORKSHOP", "REGATTA", "OPEN DAY", "THEATRE", "FOR SALE", "LOST", "FLAT TO LET",
)  # fmt: skip
_FACES = ("sans_semibold", "serif_semibold", "grotesque_medium")


def plan(
    entries: Sequence[Entry],
    rng: np.random.Generator,
    width: int,
    height: int,
    letters: tuple[int, int],
) -> Plan:
    """One to three boards side by side, each below something, with posters in rows."""
    unit = unit_of(width, height)
    count = len(entries)
    boards = 1 if count < 10 else 2 if count < 22 else 3
    tops = [_ABOVE[i] for i in rng.permutation(len(_ABOVE))[:boards].tolist()]
    left, right = width * 0.055, width * (0.945 if boards == 3 else 0.90)
    gap = width * 0.022
    across = (right - left - gap * (boards - 1)) / boards
    top, bottom = height * 0.20, height * 0.86
    frames: list[Box] = [
        (left + b * (across + gap), top, left + b * (across + gap) + across, bottom)
        for b in range(boards)
    ]
    share = [count // boards + (b < count % boards) for b in range(boards)]
    marks = []
    for b, name in enumerate(tops):
        w, h = scaled(
            {"clock": (250, 250), "lamp": (330, 420), "exit sign": (380, 190)}[name], unit
        )
        x = (frames[b][0] + frames[b][2]) / 2 - w / 2
        y = 0.0 if name == "lamp" else height * 0.095 - h / 2
        marks.append(Landmark(name, (x, y, w, h), b))
    marks += _beside(rng, frames, width, height, unit)
    colours = shades(rng, _COLOURS, count)
    order = rng.permutation(count).tolist()
    spots: list[Spot] = []
    done = 0
    for b, here in enumerate(share):
        for row, column, cell in _cells(frames[b], here, unit):
            index = order[done]
            place = (b, row, column)
            spots.append(
                _poster(index, entries[index], place, colours[done], cell, rng, letters, tops[b])
            )
            done += 1
    spots.sort(key=lambda one: one.item.index)
    return Plan(tuple(spots), tuple(marks), unit, {"board": tuple(frames)})


def _beside(
    rng: np.random.Generator, frames: list[Box], width: int, height: int, unit: float
) -> list[Landmark]:
    """Things at the right-hand edge, where there is room."""
    if frames[-1][2] > width * 0.92:
        return []
    name = _ASIDE[int(rng.integers(2))]
    w, h = {"fire extinguisher": (190, 520), "plant": (330, 980)}[name]
    x = (frames[-1][2] + width) / 2 - w * unit / 2
    return [Landmark(name, (x, height * 0.97 - h * unit, w * unit, h * unit))]


def _cells(frame: Box, count: int, unit: float) -> list[tuple[int, int, Box]]:
    """Rows and columns of one board, with room for each poster."""
    left, top, right, bottom = frame
    pad = 55 * unit
    left, top, right, bottom = left + pad, top + pad, right - pad, bottom - pad
    rows = max(range(1, count + 1), key=lambda r: _size(right - left, bottom - top, count, r))
    per_row = [count // rows + (r < count % rows) for r in range(rows)]
    cells = []
    down = (bottom - top) / rows
    for r, number in enumerate(per_row):
        across = (right - left) / number
        for c in range(number):
            box = (left + c * across, top + r * down, left + (c + 1) * across, top + (r + 1) * down)
            cells.append((r, c, box))
    return cells


def _size(across: float, down: float, count: int, rows: int) -> float:
    """How high posters get in so many rows."""
    return min(down / rows, across / -(-count // rows) / 0.8)


def _poster(
    index: int,
    entry: Entry,
    place: tuple[int, int, int],
    colour: str,
    cell: Box,
    rng: np.random.Generator,
    letters: tuple[int, int],
    mark: str,
) -> Spot:
    left, top, right, bottom = cell
    across, down = (right - left) * 0.90, (bottom - top) * 0.90
    form = int(rng.integers(3))
    ratio = (0.72, 0.80, 1.15)[form]
    h = min(down, across / ratio) * rng.uniform(0.90, 1.0)
    w = h * ratio
    x = (left + right) / 2 + rng.uniform(-0.5, 0.5) * max(0.0, across - w)
    y = (top + bottom) / 2 + rng.uniform(-0.5, 0.5) * max(0.0, down - h) * 0.6
    tall = int(rng.integers(letters[0], letters[1] + 1))
    box = (w * 0.06, h * 0.76, w * 0.94, h * 0.965)
    face = _FACES[int(rng.integers(len(_FACES)))]
    lettering = lay_out(entry.name, box, face=face, tall=tall, max_lines=3, detail=entry.detail)
    angle = float(rng.uniform(-2.2, 2.2))
    size = (round(w), round(h))
    return spot(
        index, entry, place, colour, size, (x, y), lettering, angle=angle, form=form, marks=(mark,)
    )


def paint(plan: Plan, canvas: Canvas, rng: np.random.Generator) -> Field:
    """A painted wall with a dado, framed boards, and what is pinned on them."""
    width, height, unit = canvas.width, canvas.height, plan.unit
    wall = ((206, 204, 190), (188, 200, 204), (214, 200, 178), (178, 194, 178))[
        int(rng.integers(4))
    ]
    canvas.fill((0, 0, width, height), lambda w, h: textures.plaster(rng, w, h, wall))
    dado = mixed(wall, (70, 74, 78), 0.55)
    canvas.fill((0, height * 0.90, width, height), lambda w, h: textures.plaster(rng, w, h, dado))
    for left, top, right, bottom in plan.boxes["board"]:
        fall = (left + 16 * unit, top + 22 * unit, right + 26 * unit, bottom + 40 * unit)
        canvas.cast(fall, 26 * unit, 0.5)
    canvas.settle()
    surfaces = ((196, 150, 100), (60, 84, 72), (72, 84, 116), (204, 160, 112))
    for board in plan.boxes["board"]:
        surface = surfaces[int(rng.integers(len(surfaces)))]
        canvas.fill(board, partial(_cork, rng, surface))
    for one in plan.spots:
        x, y, w, h = one.item.box
        canvas.cast(
            (x + 8 * unit, y + 12 * unit, x + w + 8 * unit, y + h + 14 * unit), 11 * unit, 0.5
        )
    canvas.develop(rng)
    wood = ((120, 84, 54), (172, 174, 178), (84, 62, 48))[int(rng.integers(3))]
    for board in plan.boxes["board"]:
        _frame(canvas, board, 30 * unit, wood)
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        canvas.stick(picture_of(mark.name, rng, w, h), (x, y, x + w, y + h))
    for one in plan.spots:
        sheet = _sheet(one, rng)
        canvas.paste(sheet, one)
    pin = max(4, round(11 * unit))
    for one in plan.spots:
        for share in (0.5,) if one.form == 0 else (0.08, 0.92):
            (x, y), *_ = one.corners((one.width * share, one.height * 0.03, 0, 0))
            _pin(canvas, x, y, pin, rng)
    return daylight(rng, 0.30)


def _cork(rng: np.random.Generator, colour: Colour, w: int, h: int) -> Field:
    speckle = rng.random((h, w), dtype=np.float32)
    shade = 0.84 + 0.16 * textures.clouds(rng, w, h, 7, 3) + 0.16 * (speckle - 0.5)
    return textures.tinted(np.asarray(shade, np.float32), colour)


def _frame(canvas: Canvas, board: Box, thick: float, colour: Colour) -> None:
    left, top, right, bottom = board
    t = round(thick)
    light, dark = mixed(colour, (255, 255, 255), 0.25), mixed(colour, (0, 0, 0), 0.35)
    draw = canvas.draw
    draw.rectangle((left - t, top - t, right + t, top), fill=light)
    draw.rectangle((left - t, bottom, right + t, bottom + t), fill=dark)
    draw.polygon(
        [(left - t, top - t), (left, top), (left, bottom), (left - t, bottom + t)], fill=colour
    )
    draw.polygon(
        [(right + t, top - t), (right, top), (right, bottom), (right + t, bottom + t)],
        fill=mixed(colour, (0, 0, 0), 0.15),
    )
    draw.rectangle((left - t, top - t, right + t, bottom + t), outline=dark, width=max(2, t // 9))
    draw.rectangle(
        (left, top, right, bottom), outline=mixed(colour, (0, 0, 0), 0.55), width=max(2, t // 6)
    )


def _sheet(one: Spot, rng: np.random.Generator) -> PillowImage.Image:
    """A poster: coloured head with a word, a picture, small print, and the name at its foot."""
    w, h = one.width, one.height
    colour = varied(rng, one.item.colour)
    paper = mixed(colour, (252, 250, 244), 0.0 if one.form == 1 else 0.88)
    sheet = PillowImage.new("RGB", (w, h), paper)
    draw = ImageDraw.Draw(sheet)
    foot = round(h * 0.745)
    head = round(h * 0.17)
    draw.rectangle((0, 0, w, head), fill=colour)
    rim = max(3, w // 36)
    picture = art.picture(one.entry, rng, w - 2 * rim, foot - head - rim)
    sheet.paste(picture, (rim, head + rim // 2))
    if one.form != 1:
        draw.rectangle((0, 0, w - 1, h - 1), outline=colour, width=rim)
    word = _HEADS[int(rng.integers(len(_HEADS)))]
    face = ("grotesque_bold", "sans_bold", "serif_bold", "hand")[int(rng.integers(4))]
    size = size_of(face, max(8, round(head * 0.42)))
    while font(face, size).getlength(word) > w * 0.9:
        size -= 2
    draw.text((w / 2, head * 0.70), word, font=font(face, size), fill=ink_on(colour), anchor="ms")
    write(draw, one.lines, ink_on(paper))
    gleam = PillowImage.new("L", (w, h), 0)
    ImageDraw.Draw(gleam).polygon([(0, 0), (w * 0.5, 0), (0, h * 0.8)], fill=14)
    sheet.paste((255, 255, 255), (0, 0), gleam)
    return sheet


def _pin(canvas: Canvas, x: float, y: float, r: int, rng: np.random.Generator) -> None:
    tone = varied(rng, ("red", "blue", "yellow", "white", "green")[int(rng.integers(5))])
    draw = canvas.draw
    draw.ellipse((x - r + 3, y - r + 6, x + r + 3, y + r + 6), fill=(60, 50, 44))
    draw.ellipse((x - r, y - r, x + r, y + r), fill=mixed(tone, (0, 0, 0), 0.2))
    draw.ellipse((x - r * 0.7, y - r * 0.8, x + r * 0.6, y + r * 0.5), fill=tone)
    draw.ellipse(
        (x - r * 0.5, y - r * 0.6, x - r * 0.05, y - r * 0.15),
        fill=mixed(tone, (255, 255, 255), 0.7),
    )


FAMILY = Family(
    "notice_board",
    "photograph of notice boards",
    Words(
        "poster",
        row="in the {} row",
        groups={name: f"below the {name}" for name in _ABOVE},
    ),
    6,
    48,
    plan,
    paint,
)
