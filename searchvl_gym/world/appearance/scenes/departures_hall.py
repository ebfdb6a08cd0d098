"""The hall of a station: boards of departures under clocks and lamps, and people passing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.world.appearance.scenes.canvas import SHRINK, Canvas, daylight
from searchvl_gym.world.appearance.scenes.entries import Entry
from searchvl_gym.world.appearance.scenes.family import Family, Words
from searchvl_gym.world.appearance.scenes.landmarks import picture_of
from searchvl_gym.world.appearance.scenes.layout import Landmark, Plan, Spot, scaled, spot, unit_of
from searchvl_gym.world.appearance.scenes.lettering import one_line, size_of
from searchvl_gym.world.appearance.scenes.palette import NAMED, mixed, shades
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.fonts import font
from searchvl_gym.world.pictures.sheet import Box, Colour
from searchvl_gym.world.pictures.textures import Field

_COLOURS = ("red", "yellow", "green", "blue", "white", "orange", "pink")
_ABOVE = ("clock", "exit sign", "lamp")
_GROUNDS: tuple[tuple[Colour, Colour, Colour], ...] = (  # board, stripe, letters
    ((20, 26, 40), (30, 38, 56), (250, 226, 120)),
    ((18, 34, 74), (28, 48, 96), (246, 248, 252)),
    ((28, 28, 30), (42, 42, 46), (255, 176, 60)),
)
_FLOOR = 0.74


def plan(
    entries: Sequence[Entry],
    rng: np.random.Generator,
    width: int,
    height: int,
    letters: tuple[int, int],
) -> Plan:
    """One to three boards; every departure is a row."""
    unit = unit_of(width, height)
    count = len(entries)
    boards = 1 if count < 12 else 2 if count < 26 else 3
    per = -(-count // boards)
    capital = int(rng.integers(letters[0], letters[1] + 1))
    step = round(max(capital * 3.3, 46 * unit))
    wide = round(min(width * 0.86 / boards, max(980 * unit, capital * 52)))
    top = height * 0.20
    head = round(step * 1.8)
    above = [_ABOVE[i] for i in rng.permutation(len(_ABOVE))[:boards].tolist()]
    colours = shades(rng, _COLOURS, count)
    order = rng.permutation(count).tolist()
    face = ("sans_semibold", "grotesque_medium")[int(rng.integers(2))]
    spots: list[Spot] = []
    marks: list[Landmark] = []
    frames: list[Box] = []
    done = 0
    for b in range(boards):
        number = count // boards + (b < count % boards)
        centre = width * (b + 0.5) / boards
        left = round(centre - wide / 2)
        frames.append((left, top, left + wide, top + head + per * step + step * 0.4))
        w, h = scaled(
            {"clock": (300, 300), "exit sign": (440, 210), "lamp": (360, 430)}[above[b]], unit
        )
        y = 0.0 if above[b] == "lamp" else top - h - 90 * unit
        marks.append(Landmark(above[b], (centre - w / 2, y, w, h), b))
        for row in range(number):
            index = order[done]
            entry = entries[index]
            y = top + head + row * step
            base = step * 0.5 + capital / 2
            name, tall = one_line(
                entry.name, wide * 0.27, base, wide * 0.50, face=face, tall=capital
            )
            lines = [name]
            if entry.detail:
                time, _ = one_line(
                    entry.detail,
                    wide * 0.075,
                    base,
                    wide * 0.18,
                    face=face,
                    tall=capital,
                    detail=True,
                )
                lines.insert(0, time)
            size = (wide, step)
            where = (left + wide / 2, y + step / 2)
            spots.append(
                spot(
                    index,
                    entry,
                    (b, row, 0),
                    colours[done],
                    size,
                    where,
                    (tuple(lines), tall),
                    marks=(above[b],),
                )
            )
            done += 1
    spots.sort(key=lambda one: one.item.index)
    return Plan(tuple(spots), tuple(marks), unit, {"board": tuple(frames)})


def paint(plan: Plan, canvas: Canvas, rng: np.random.Generator) -> Field:
    """Walls with tall windows, a shining floor, the boards, and travellers before them."""
    width, height, unit = canvas.width, canvas.height, plan.unit
    floor = height * _FLOOR
    wall = ((206, 196, 176), (190, 198, 202), (212, 188, 160))[int(rng.integers(3))]
    canvas.fill((0, 0, width, floor), lambda w, h: textures.plaster(rng, w, h, wall))
    _windows(canvas, floor)
    mirrored = canvas.ground[: round(floor / SHRINK)][::-1]
    rows = canvas.small[1] - round(floor / SHRINK)
    tiles = textures.plaster(rng, canvas.small[0], rows, (150, 146, 142))
    canvas.ground[-rows:] = tiles * 0.62 + mirrored[:rows] * 0.34
    for left, top, right, bottom in plan.boxes["board"]:
        canvas.cast(
            (left - 10, top + 30 * unit, right + 40 * unit, bottom + 60 * unit), 34 * unit, 0.55
        )
    canvas.cast((0, floor - 8, width, floor + 40 * unit), 40 * unit, 0.3)
    canvas.develop(rng, 8)
    draw = canvas.draw
    for k in range(1, 7):  # joints of the floor, closer together further away
        y = floor + (height - floor) * (k / 7) * (k / 7)
        draw.line((0, y, width, y), fill=(120, 116, 112), width=max(2, round(3 * unit)))
    for k in range(-10, 31):
        x = width * k / 20
        draw.line(
            (x, floor, width / 2 + (x - width / 2) * 1.9, height),
            fill=(124, 120, 116),
            width=max(2, round(3 * unit)),
        )
    draw.rectangle((0, floor - 60 * unit, width, floor), fill=mixed(wall, (60, 56, 54), 0.55))
    ground, stripe, ink = _GROUNDS[int(rng.integers(len(_GROUNDS)))]
    for number, board in enumerate(plan.boxes["board"]):
        _board(canvas, board, plan, number, (ground, ink), unit)
    for one in plan.spots:
        _row(canvas.draw, one, rng, (stripe if one.item.row % 2 else ground, ink), unit)
    for mark in plan.landmarks:
        x, y, w, h = mark.box
        if mark.name != "lamp":
            bottom = plan.boxes["board"][mark.group or 0][1]
            draw.rectangle((x + w * 0.47, y + h * 0.5, x + w * 0.53, bottom), fill=(66, 68, 72))
        canvas.stick(picture_of(mark.name, rng, w, h), (x, y, x + w, y + h))
    lowest = max(board[3] for board in plan.boxes["board"])
    _crowd(canvas, rng, lowest, unit)
    return daylight(rng, 0.26, 0.04)


def _windows(canvas: Canvas, floor: float) -> None:
    """Arched windows between piers, with a bright sky behind."""
    bays = 7
    wide = canvas.width / bays
    sky = textures.gradient(60, 90, [(160, 196, 224), (206, 224, 232), (244, 238, 222)])
    for k in range(bays):
        left = wide * (k + 0.14)
        right = wide * (k + 0.86)
        box = [round(side / SHRINK) for side in (left, canvas.height * 0.05, right, floor * 0.86)]
        behind = canvas.ground[box[1] : box[3], box[0] : box[2]]
        behind[:] = _arch(behind, sky)


def _arch(wall: Field, sky: Field) -> Field:
    """A window in a piece of wall."""
    h, w = wall.shape[:2]
    pane = PillowImage.fromarray(textures.as_pixels(sky)).resize((w, h))
    frame = PillowImage.fromarray(textures.as_pixels(wall))
    mask = PillowImage.new("L", (w, h), 0)
    draw = ImageDraw.Draw(mask)
    draw.pieslice((0, 0, w - 1, w - 1), 180, 360, fill=255)
    draw.rectangle((0, w // 2, w, h), fill=255)
    bars = ImageDraw.Draw(pane)
    for k in range(1, 4):
        bars.line((w * k // 4, 0, w * k // 4, h), fill=(96, 100, 104), width=2)
    for k in range(1, 9):
        bars.line((0, h * k // 9, w, h * k // 9), fill=(96, 100, 104), width=2)
    frame.paste(pane, (0, 0), mask)
    edge = ImageDraw.Draw(frame)
    edge.arc((0, 0, w - 1, w - 1), 180, 360, fill=(110, 104, 96), width=3)
    edge.line((0, w // 2, 0, h), fill=(110, 104, 96), width=3)
    edge.line((w - 1, w // 2, w - 1, h), fill=(110, 104, 96), width=3)
    return np.asarray(frame, np.float32)


def _board(
    canvas: Canvas, board: Box, plan: Plan, number: int, colours: tuple[Colour, Colour], unit: float
) -> None:
    left, top, right, bottom = board
    draw = canvas.draw
    ground, ink = colours
    rim = 26 * unit
    for share in (0.2, 0.8):
        x = left + (right - left) * share
        draw.rectangle((x - 9 * unit, 0, x + 9 * unit, top), fill=(84, 86, 90))
        draw.rectangle((x - 9 * unit, 0, x - 3 * unit, top), fill=(140, 142, 146))
    draw.rectangle((left - rim, top - rim, right + rim, bottom + rim), fill=(70, 72, 78))
    draw.rectangle((left - rim, top - rim, right + rim, top - rim + 8 * unit), fill=(150, 152, 158))
    draw.rectangle(
        (left - rim, bottom + rim - 8 * unit, right + rim, bottom + rim), fill=(34, 36, 40)
    )
    draw.rectangle(board, fill=ground)
    head = min(one.item.box[1] for one in plan.spots if one.item.group == number) - top
    size = size_of("grotesque_bold", max(10, round(head * 0.36)))
    type_face = font("grotesque_bold", size)
    draw.text(
        (left + (right - left) * 0.03, top + head * 0.66),
        "DEPARTURES",
        font=type_face,
        fill=ink,
        anchor="ls",
    )
    draw.line(
        (left, top + head - 3, right, top + head - 3), fill=ink, width=max(2, round(4 * unit))
    )


def _row(
    draw: ImageDraw.ImageDraw,
    one: Spot,
    rng: np.random.Generator,
    colours: tuple[Colour, Colour],
    unit: float,
) -> None:
    """A row: square of the line's colour, time, destination, and a platform at the right."""
    x, y, w, h = one.item.box
    ground, ink = colours
    draw.rectangle((x, y, x + w - 1, y + h - 1), fill=ground)
    tone = NAMED[one.item.colour]
    draw.rectangle((x + w * 0.022, y + h * 0.24, x + w * 0.022 + h * 0.52, y + h * 0.76), fill=tone)
    for line in one.lines:
        where = (round(x) + line.x, round(y) + line.y)
        draw.text(where, line.text, font=font(line.face, line.size), fill=ink, anchor="ls")
    name = one.lines[-1]
    platform = str(int(rng.integers(1, 17)))
    where = (round(x + w * 0.93), round(y) + name.y)
    draw.text(where, platform, font=font(name.face, name.size), fill=ink, anchor="ms")


def _crowd(canvas: Canvas, rng: np.random.Generator, lowest: float, unit: float) -> None:
    """People from behind, far ones first, none of them before a board."""
    draw = canvas.draw
    top = max(lowest + 60 * unit, canvas.height * 0.60)
    people = sorted((float(rng.uniform(0.80, 1.02)), float(rng.uniform(0, 1))) for _ in range(26))
    for depth, across in people:
        foot = canvas.height * depth
        tall = min((depth - 0.60) * 2300 * unit, foot - top)
        if tall < 120 * unit:
            continue
        x, s = canvas.width * across, tall / 8
        coat = mixed(
            NAMED[list(NAMED)[int(rng.integers(len(NAMED)))]],
            (40, 42, 50),
            float(rng.uniform(0.25, 0.7)),
        )
        legs = mixed((40, 44, 60), (96, 86, 76), float(rng.uniform(0, 1)))
        skin = mixed((230, 192, 160), (120, 80, 58), float(rng.uniform(0, 1)))
        hair = mixed((34, 26, 24), (190, 150, 96), float(rng.uniform(0, 1)))
        draw.ellipse((x - s * 1.5, foot - s * 0.25, x + s * 1.5, foot + s * 0.3), fill=(92, 90, 88))
        stride = s * rng.uniform(0.1, 0.6)
        for side in (-1, 1):
            draw.polygon(
                [
                    (x + side * s * 0.15, foot - s * 3.9),
                    (x + side * s * 0.85, foot - s * 3.9),
                    (x + side * (s * 0.45 + stride), foot),
                    (x + side * (s * 0.02 + stride), foot),
                ],
                fill=legs,
            )
        draw.rounded_rectangle(
            (x - s * 0.85, foot - s * 6.6, x + s * 0.85, foot - s * 3.3), s * 0.5, fill=coat
        )
        draw.rectangle(
            (x - s * 0.03, foot - s * 6.4, x + s * 0.03, foot - s * 3.4),
            fill=mixed(coat, (0, 0, 0), 0.3),
        )
        draw.rounded_rectangle(
            (x - s * 1.12, foot - s * 6.45, x - s * 0.72, foot - s * 3.7),
            s * 0.2,
            fill=mixed(coat, (0, 0, 0), 0.2),
        )
        draw.rounded_rectangle(
            (x + s * 0.72, foot - s * 6.45, x + s * 1.12, foot - s * 3.7),
            s * 0.2,
            fill=mixed(coat, (0, 0, 0), 0.12),
        )
        draw.rectangle((x - s * 0.22, foot - s * 7.0, x + s * 0.22, foot - s * 6.4), fill=skin)
        draw.ellipse((x - s * 0.52, foot - s * 8.0, x + s * 0.52, foot - s * 6.75), fill=hair)
        if rng.random() < 0.4:
            case = NAMED[("red", "brown", "blue", "black", "green")[int(rng.integers(5))]]
            draw.rounded_rectangle(
                (x + s * 1.2, foot - s * 2.1, x + s * 2.5, foot - s * 0.1),
                s * 0.2,
                fill=mixed(case, (0, 0, 0), 0.25),
            )
            draw.line(
                (x + s * 1.5, foot - s * 3.6, x + s * 1.5, foot - s * 2.1),
                fill=(60, 60, 64),
                width=max(2, round(s * 0.1)),
            )


FAMILY = Family(
    "departures_hall",
    "photograph of a departures hall",
    Words(
        "departure",
        colour="marked with {a} {} square",
        row="in the {} row",
        groups={name: f"on the board below the {name}" for name in _ABOVE},
        sideways=False,
        upwards=True,
        near=False,
    ),
    6,
    48,
    plan,
    paint,
)
