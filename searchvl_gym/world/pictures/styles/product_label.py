"""Paper labels on glass jars."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.exact import fading
from searchvl_gym.world.pictures.ornament import border, divider, guilloche, pick, rosette
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.style import Style

_PAPERS = (  # paper, ink, accent, second accent
    ((246, 236, 210), (58, 30, 24), (178, 44, 40), (196, 150, 60)),
    ((236, 240, 224), (22, 54, 46), (54, 124, 84), (206, 160, 62)),
    ((250, 226, 204), (70, 30, 52), (204, 84, 92), (236, 160, 90)),
    ((226, 236, 242), (24, 40, 78), (42, 96, 156), (222, 172, 72)),
)
_CONTENTS = ((150, 74, 20), (112, 26, 40), (70, 96, 46), (196, 138, 36), (60, 40, 66))
_BACKS = ((214, 196, 168), (120, 140, 136), (96, 76, 72), (196, 150, 120))


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a jar on a shelf and the label on its belly."""
    shelf = int(height * 0.88)
    back = textures.plaster(rng, width, height, _BACKS[int(rng.integers(len(_BACKS)))])
    back[shelf:] = textures.wood(rng, width, height - shelf, (150, 108, 70))
    back[shelf : shelf + 3] *= 1.25
    scene = Scene(back)
    jar_wide = width * rng.uniform(0.78, 0.86)
    centre = width * rng.uniform(0.48, 0.52)
    top, tall = height * 0.03, shelf + height * 0.04 - height * 0.03
    jar = _jar(rng, jar_wide * 1.2, tall * 1.2, _CONTENTS[int(rng.integers(len(_CONTENTS)))])
    left, right = centre - jar_wide / 2, centre + jar_wide / 2
    scene.place(
        jar,
        ((left, top), (right, top), (right, top + tall), (left, top + tall)),
        label="jar",
        shadow=(14, 6, 14),
        darkness=0.5,
    )
    across, down = jar_wide * 0.84, height * 0.60
    sheet = _label(fields, rng, across * 1.25, down * 1.25)
    quad = leaning_quad(rng, (centre, height * 0.545), across, down, turn=1.0, depth=0.015)
    scene.place(sheet, quad, label="product label", shadow=(2, 3, 3), darkness=0.5)
    scene.light(rng, 0.22)
    return scene.finish(rng)


def _label(fields: Mapping[str, str], rng: np.random.Generator, wide: float, tall: float) -> Sheet:
    paper, ink, accent, second = pick(rng, _PAPERS)
    sheet = Sheet(wide, tall, paper)
    w, h = sheet.width, sheet.height
    border(sheet, rng, (w * 0.02, h * 0.03, w * 0.98, h * 0.97), h * 0.055, (accent, second))
    for x in (0.16, 0.84):
        guilloche(sheet, rng, (w * x, h * 0.24), h * 0.13, second, 2, 1)
    rosette(sheet, rng, (w / 2, h * 0.235), h * 0.125, (accent, second, ink))
    end = sheet.write(
        fields["title"],
        (w * 0.09, h * 0.39, w * 0.91, h * 0.65),
        face="serif_bold",
        size=h * 0.17,
        colour=ink,
        role="title",
        max_lines=2,
    )[3]
    divider(sheet, rng, min(end + h * 0.025, h * 0.675), w * 0.2, w * 0.8, accent)
    sheet.write(
        fields.get("subtitle", ""),
        (w * 0.1, h * 0.70, w * 0.9, h * 0.785),
        face="serif_italic",
        size=h * 0.072,
        colour=ink,
        role="subtitle",
    )
    band = any(fields.get(k) for k in ("place", "year", "number"))
    if band:
        sheet.draw.rectangle((w * 0.09, h * 0.79, w * 0.91, h * 0.885), fill=accent)
    for role, a, b, align in (
        ("place", 0.11, 0.45, "left"),
        ("year", 0.45, 0.60, "center"),
        ("number", 0.60, 0.89, "right"),
    ):
        sheet.write(
            fields.get(role, ""),
            (w * a, h * 0.79, w * b, h * 0.885),
            face="sans_semibold",
            size=h * 0.065,
            colour=(252, 250, 240),
            role=role,
            align="left" if align == "left" else "right" if align == "right" else "center",
        )
    across = np.linspace(-1, 1, w, dtype=np.float32)
    curve = (0.80 + 0.24 * np.sqrt(np.clip(1 - across**2 * 0.9, 0, 1)))[None, :]
    worn = textures.paper(rng, w, h, (255, 253, 248), 0.4, as_factor=True)
    sheet.shade(worn, curve)
    return sheet


def _jar(
    rng: np.random.Generator, wide: float, tall: float, content: tuple[int, int, int]
) -> Sheet:
    sheet = Sheet(wide, tall, None)
    w, h = sheet.width, sheet.height
    body = tuple(round(0.8 * c + 40) for c in content)
    sheet.draw.rounded_rectangle(
        (2, h * 0.14, w - 3, h - 2), w * 0.08, fill=(body[0], body[1], body[2])
    )
    lid = ((204, 168, 92), (150, 150, 156), (150, 46, 44))[int(rng.integers(3))]
    sheet.draw.rounded_rectangle((w * 0.10, 0, w * 0.90, h * 0.15), w * 0.02, fill=lid)
    for i in range(60):
        x = w * (0.10 + 0.80 * i / 60)
        sheet.draw.line((x, h * 0.04, x, h * 0.14), fill=tuple(int(c * 0.8) for c in lid), width=2)
    alpha = sheet.image.getchannel("A")
    across = np.linspace(-1, 1, w, dtype=np.float32)
    shade = (
        0.45
        + 0.55 * np.sqrt(np.clip(1 - across**2, 0, 1))
        + 0.9 * fading(((across + 0.86) / 0.025) ** 2)
    )
    shade += 0.25 * fading(((across - 0.8) / 0.05) ** 2)
    lumps = 0.82 + 0.34 * textures.clouds(rng, w, h, 22, 3)
    sheet.shade(shade[None, :], lumps)
    sheet.image.putalpha(alpha)
    return sheet


STYLE = Style(
    "product_label",
    ("artifact",),
    ("title", "subtitle", "place", "year", "number"),
    "product label",
    paint,
)
