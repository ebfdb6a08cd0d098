"""Museum labels beside an exhibit on a pedestal."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.exact import fading
from searchvl_gym.world.pictures.ornament import border, guilloche, pick, rosette
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Sheet, bezier
from searchvl_gym.world.pictures.style import Style

_WALLS = (
    (92, 44, 46),
    (44, 66, 84),
    (62, 82, 68),
    (222, 214, 200),
    (112, 104, 120),
    (184, 150, 96),
)
_GLAZES = (
    ((186, 96, 58), (40, 30, 30), (236, 200, 140)),
    ((40, 92, 128), (236, 232, 214), (214, 170, 70)),
    ((70, 118, 96), (236, 220, 170), (150, 60, 40)),
    ((226, 214, 190), (38, 66, 120), (170, 52, 44)),
    ((62, 48, 56), (214, 166, 96), (190, 92, 74)),
)


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a spot-lit vessel and, next to it, its label."""
    scene = Scene(textures.plaster(rng, width, height, _WALLS[int(rng.integers(len(_WALLS)))]))
    on_left = rng.random() < 0.5
    centre = width * (0.235 if on_left else 0.765)
    y, x = (np.arange(side, dtype=np.float32) for side in (height, width))
    spot = np.multiply(
        fading(((y - height * 0.42) / (height * 0.45)) ** 2)[:, None],
        fading(((x - centre) / (width * 0.28)) ** 2)[None, :],
    )
    scene.shade(0.72 + 0.55 * spot)
    scene.field[int(height * 0.90) :] *= 0.55
    wide, tall = width * 0.40, height * 0.86
    exhibit = Sheet(wide * 1.25, tall * 1.25, None)
    _vessel(exhibit, rng)
    left, top = centre - wide / 2, height * 0.08
    scene.place(
        exhibit,
        ((left, top), (left + wide, top), (left + wide, top + tall), (left, top + tall)),
        shadow=(-16 if not on_left else 16, 8, 14),
        darkness=0.5,
    )
    label = Sheet(width * 0.50 * 1.25, height * 0.62 * 1.25, (250, 248, 242))
    w, h = label.width, label.height
    ink = (32, 30, 34)
    accent = pick(rng, _GLAZES)[0]
    label.draw.rectangle((0, 0, w * 0.022, h), fill=accent)
    edge, right = w * 0.08, w * 0.94
    top_y = h * 0.07
    if fields.get("number"):
        top_y = label.write(
            fields["number"],
            (edge, top_y, right, top_y + h * 0.08),
            face="sans_semibold",
            size=h * 0.062,
            colour=accent,
            role="number",
            align="left",
            upright="top",
        )[3]
    y_now = (
        label.write(
            fields["title"],
            (edge, top_y, right, top_y + h * 0.36),
            face="serif_bold",
            size=h * 0.135,
            colour=ink,
            role="title",
            align="left",
            upright="top",
            max_lines=3,
        )[3]
        + h * 0.01
    )
    for role, face, size in (
        ("subtitle", "serif_italic", 0.080),
        ("year", "sans_semibold", 0.075),
        ("place", "sans", 0.072),
    ):
        y_now = label.write(
            fields.get(role, ""),
            (edge, y_now, right, min(y_now + h * 0.17, h * 0.95)),
            face=face,
            size=h * size,
            colour=ink,
            role=role,
            align="left",
            upright="top",
            max_lines=2,
        )[3]
    if fields.get("note") and y_now < h * 0.86:
        label.draw.line(
            (edge, y_now + h * 0.025, edge + w * 0.2, y_now + h * 0.025), fill=accent, width=3
        )
        label.write(
            fields["note"],
            (edge, y_now + h * 0.045, right, h * 0.95),
            face="sans",
            size=h * 0.062,
            colour=(70, 66, 66),
            role="note",
            align="left",
            upright="top",
            max_lines=4,
        )
    label.shade(textures.paper(rng, w, h, (255, 254, 250), 0.1, as_factor=True))
    middle = (width * (0.70 if on_left else 0.30), height * rng.uniform(0.44, 0.52))
    scene.place(
        label,
        leaning_quad(rng, middle, width * 0.50, height * 0.62, turn=1.2, depth=0.035),
        label="museum label",
        shadow=(5, 7, 6),
        darkness=0.5,
    )
    scene.light(rng, 0.14)
    scene.mark("vessel", ((left, top), (left + wide, top + tall)))
    return scene.finish(rng)


def _vessel(sheet: Sheet, rng: np.random.Generator) -> None:
    """A turned vessel with painted bands, shaded as a solid of revolution."""
    w, h = sheet.width, sheet.height
    base, second, third = pick(rng, _GLAZES)
    foot, belly, neck, lip = rng.uniform((0.12, 0.34, 0.07, 0.10), (0.22, 0.47, 0.20, 0.28)) * w
    top, bottom = h * rng.uniform(0.06, 0.20), h * 0.72
    body = Sheet(w, h, base)
    rise = bottom - top
    for share in np.sort(rng.uniform(0.12, 0.9, 4)):
        at = top + rise * share
        border(body, rng, (-20, at, w + 20, at + rise * 0.09), rise * 0.045, (second, third))
    for i in range(-1, 4):
        rosette(
            body, rng, (w * (0.12 + 0.25 * i), top + rise * 0.52), w * 0.11, (second, third, base)
        )
    guilloche(body, rng, (w / 2, top + rise * 0.52), w * 0.16, third, 3, 3)
    right = bezier(
        [
            (lip, top),
            (neck * 0.4, top + rise * 0.16),
            (belly * 1.7, top + rise * 0.30),
            (belly * 1.2, top + rise * 0.85),
            (foot, bottom),
        ],
        60,
    )
    outline = [(w / 2 + dx, y) for dx, y in right] + [(w / 2 - dx, y) for dx, y in reversed(right)]
    plinth = [(w * 0.14, bottom), (w * 0.86, bottom), (w * 0.86, h), (w * 0.14, h)]
    mask = Sheet(w, h, (0, 0, 0))
    mask.polygon(outline, (255, 255, 255))
    mask.draw.ellipse(
        (w / 2 - foot, bottom - h * 0.012, w / 2 + foot, bottom + h * 0.012), fill=(255, 255, 255)
    )
    sheet.polygon(plinth, (226, 222, 214))
    sheet.polygon(
        [
            (w * 0.14, bottom),
            (w * 0.86, bottom),
            (w * 0.83, bottom - h * 0.02),
            (w * 0.17, bottom - h * 0.02),
        ],
        (244, 242, 236),
    )
    sheet.image.paste(body.image, (0, 0), mask.image.convert("L"))
    alpha = sheet.image.getchannel("A")
    across = np.linspace(-1, 1, w, dtype=np.float32)
    round_shade = (
        0.50
        + 0.62 * fading(((across + 0.22) / 0.42) ** 2)
        + 0.3 * fading(((across + 0.3) / 0.06) ** 2)
    )
    on_vessel = np.asarray(mask.image.convert("L"), np.float32) / 255
    shade = on_vessel * round_shade + (1 - on_vessel) * (0.96 - 0.12 * across)
    sheet.shade(shade, 0.95 + 0.1 * textures.clouds(rng, w, h, 60, 1))
    sheet.image.putalpha(alpha)
    sheet.draw.ellipse(
        (w / 2 - lip, top - h * 0.018, w / 2 + lip, top + h * 0.018),
        fill=(28, 22, 22),
        outline=third,
        width=4,
    )


STYLE = Style(
    "museum_label",
    ("artifact", "organism"),
    ("title", "subtitle", "place", "year", "number", "note"),
    "museum label",
    paint,
)
