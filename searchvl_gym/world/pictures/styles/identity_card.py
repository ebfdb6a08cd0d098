"""Identity cards with a portrait."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.bands import bands, rounded, spread
from searchvl_gym.world.pictures.exact import fading, wave
from searchvl_gym.world.pictures.ornament import guilloche, pick, rosette
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Colour, Sheet, bezier
from searchvl_gym.world.pictures.style import Style

_CARDS = (  # ground, pale pattern, strong, ink
    ((226, 236, 240), (178, 206, 220), (30, 84, 128), (24, 34, 48)),
    ((240, 230, 218), (220, 194, 170), (150, 54, 46), (44, 30, 28)),
    ((226, 238, 226), (182, 212, 184), (32, 104, 76), (24, 42, 36)),
    ((234, 228, 240), (204, 190, 220), (88, 58, 132), (38, 28, 52)),
)
_SKINS: tuple[Colour, ...] = ((238, 202, 174), (206, 156, 120), (150, 104, 76), (104, 70, 54))
_HAIR: tuple[Colour, ...] = (
    (44, 34, 30),
    (108, 70, 40),
    (196, 154, 84),
    (150, 146, 144),
    (132, 56, 34),
)
_COATS: tuple[Colour, ...] = (
    (46, 58, 84),
    (112, 44, 52),
    (58, 88, 70),
    (70, 66, 72),
    (150, 108, 62),
    (96, 74, 120),
)
_DESKS = ((120, 84, 58), (66, 72, 80), (156, 118, 84))


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a laminated card with a portrait, security pattern and the person's data."""
    scene = Scene(textures.wood(rng, width, height, _DESKS[int(rng.integers(len(_DESKS)))]))
    across = width * rng.uniform(0.88, 0.93)
    down = across * 0.63
    ground, pale, strong, ink = pick(rng, _CARDS)
    sheet = Sheet(across * 1.25, down * 1.25, ground)
    w, h = sheet.width, sheet.height
    for x, y, r in ((0.80, 0.62, 0.42), (0.30, 0.86, 0.30), (0.55, 0.3, 0.26)):
        guilloche(sheet, rng, (w * x, h * y), h * r, pale, 3, 2)
    sheet.draw.rectangle((0, 0, w, h * 0.15), fill=strong)
    rosette(
        sheet, rng, (w * 0.065, h * 0.075), h * 0.055, ((255, 255, 250), strong, (240, 214, 130))
    )
    sheet.write(
        fields.get("place", ""),
        (w * 0.13, h * 0.02, w * 0.66, h * 0.13),
        face="sans_bold",
        size=h * 0.075,
        colour=(255, 255, 250),
        role="place",
        align="left",
    )
    sheet.write(
        fields.get("number", ""),
        (w * 0.68, h * 0.02, w * 0.96, h * 0.13),
        face="grotesque_medium",
        size=h * 0.065,
        colour=(255, 255, 250),
        role="number",
        align="right",
    )
    photo = (w * 0.045, h * 0.20, w * 0.325, h * 0.78)
    _portrait(sheet, rng, photo, pale)
    sheet.mark("portrait", photo)
    left, right = w * 0.36, w * 0.95
    y = (
        sheet.write(
            fields["title"],
            (left, h * 0.20, right, h * 0.46),
            face="grotesque_bold",
            size=h * 0.125,
            colour=ink,
            role="title",
            align="left",
            upright="top",
            max_lines=2,
        )[3]
        + h * 0.02
    )
    sheet.draw.line((left, y, right, y), fill=strong, width=4)
    y += h * 0.02
    for role, face, size in (
        ("subtitle", "sans_semibold", 0.078),
        ("year", "grotesque_medium", 0.078),
        ("note", "sans", 0.062),
    ):
        if y < h * 0.74:
            y = (
                sheet.write(
                    fields.get(role, ""),
                    (left, y, right, min(y + h * 0.12, h * 0.82)),
                    face=face,
                    size=h * size,
                    colour=ink,
                    role=role,
                    align="left",
                    upright="top",
                )[3]
                + h * 0.012
            )
    _signature(sheet, rng, (w * 0.06, h * 0.82, w * 0.34, h * 0.95), ink)
    for i in range(46):  # bar code
        x = w * (0.62 + 0.33 * i / 46)
        sheet.draw.rectangle((x, h * 0.85, x + int(rng.integers(2, 7)), h * 0.94), fill=ink)
    sheet.round_corners(h * 0.05)
    _laminate(sheet, rng.uniform(0.5, 1.3))
    where = leaning_quad(
        rng, (width / 2, height * rng.uniform(0.46, 0.54)), across, down, turn=2.5, depth=0.02
    )
    scene.place(sheet, where, label="identity card", shadow=(6, 8, 7), darkness=0.6)
    scene.light(rng, 0.22)
    return scene.finish(rng)


def _laminate(sheet: Sheet, place: float) -> None:
    """A slanted reflection in rainbow colours."""
    w, h = sheet.width, sheet.height
    x, y = (np.linspace(0, 1, side, dtype=np.float32) for side in (w, h))
    rainbow = wave(6 * x[:, None] + np.array((0.0, 2.1, 4.2), np.float32)) * 12
    card = np.array(sheet.image)[..., :3]
    for rows in bands(0, h):
        sweep = fading((x + 0.5 * y[rows, None] - place) ** 2 / 0.02)
        lit = card[rows] * spread(0.97 + 0.05 * sweep)
        lit += rainbow * spread(sweep)
        rounded(lit, card[rows])
    sheet.set_pixels(card)


def _portrait(
    sheet: Sheet, rng: np.random.Generator, box: tuple[float, float, float, float], back: Colour
) -> None:
    left, top, right, bottom = box
    w, h = round(right - left), round(bottom - top)
    photo = Sheet(w, h, back)
    skin, hair = _SKINS[int(rng.integers(4))], _HAIR[int(rng.integers(5))]
    coat = _COATS[int(rng.integers(len(_COATS)))]
    dark: Colour = tuple(int(c * 0.8) for c in skin)  # type: ignore[assignment]
    x, y, r = w / 2, h * 0.43, w * rng.uniform(0.20, 0.24)
    tall = r * rng.uniform(1.2, 1.4)
    long_hair = rng.random() < 0.5
    if long_hair:
        photo.draw.rounded_rectangle(
            (x - r * 1.32, y - tall * 1.1, x + r * 1.32, y + tall * rng.uniform(1.1, 1.7)),
            r,
            fill=hair,
        )
    photo.polygon(
        bezier([(0, h), (w * 0.02, h * 0.72), (x, h * 0.72), (w * 0.98, h * 0.72), (w, h)], 30),
        coat,
    )
    photo.draw.rectangle((x - r * 0.42, y + tall * 0.6, x + r * 0.42, h * 0.80), fill=dark)
    photo.polygon(
        [(x - r * 0.7, h * 0.78), (x, h * 0.92), (x + r * 0.7, h * 0.78)], (244, 242, 236)
    )
    photo.draw.ellipse((x - r, y - tall, x + r, y + tall), fill=skin)
    photo.draw.chord(
        (x - r * 1.08, y - tall * 1.14, x + r * 1.08, y + tall * 0.5),
        180 + rng.uniform(0, 20),
        360 - rng.uniform(0, 20),
        fill=hair,
    )
    for side in (-1, 1):
        ex = x + side * r * 0.42
        photo.draw.ellipse(
            (ex - r * 0.15, y - r * 0.10, ex + r * 0.15, y + r * 0.10), fill=(250, 248, 244)
        )
        photo.disc(ex, y, r * 0.085, (48, 40, 40))
        photo.draw.arc(
            (ex - r * 0.24, y - r * 0.42, ex + r * 0.24, y), 205, 335, fill=hair, width=5
        )
    photo.draw.line(
        [(x, y + r * 0.1), (x - r * 0.08, y + r * 0.42), (x + r * 0.08, y + r * 0.45)],
        fill=dark,
        width=4,
    )
    photo.draw.arc(
        (x - r * 0.32, y + r * 0.45, x + r * 0.32, y + r * 0.85),
        20,
        160,
        fill=(150, 70, 66),
        width=6,
    )
    extra = int(rng.integers(4))
    if extra == 0:
        for side in (-1, 1):
            ex = x + side * r * 0.42
            photo.draw.ellipse(
                (ex - r * 0.3, y - r * 0.26, ex + r * 0.3, y + r * 0.3),
                outline=(40, 36, 40),
                width=5,
            )
    elif extra == 1 and not long_hair:
        photo.draw.chord((x - r, y - tall * 0.5, x + r, y + tall * 1.08), 15, 165, fill=hair)
        photo.draw.arc(
            (x - r * 0.3, y + r * 0.5, x + r * 0.3, y + r * 0.95),
            190,
            350,
            fill=(240, 220, 210),
            width=4,
        )
    across = np.linspace(0, 1, w, dtype=np.float32)[None]
    photo.shade(1.08 - 0.22 * across, 0.94 + 0.1 * textures.clouds(rng, w, h, 5, 2))
    sheet.image.paste(photo.image, (round(left), round(top)))
    sheet.draw.rectangle(box, outline=(255, 255, 250), width=4)


def _signature(
    sheet: Sheet, rng: np.random.Generator, box: tuple[float, float, float, float], ink: Colour
) -> None:
    left, top, right, bottom = box
    points = [(left + (right - left) * t, rng.uniform(top, bottom)) for t in np.linspace(0, 1, 12)]
    for i in range(0, 9, 3):
        sheet.curve(points[i : i + 4], ink, 4)


STYLE = Style(
    "identity_card",
    ("person",),
    ("title", "subtitle", "place", "year", "number", "note"),
    "identity card",
    paint,
)
