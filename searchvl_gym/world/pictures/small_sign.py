"""The small sign in a wide scene: legible once it is cropped and enlarged."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures.recipe import Point
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.typesetting import LEADING, fit

_ENAMELS = (
    ((22, 62, 120), (255, 255, 250)),
    ((248, 246, 236), (30, 28, 34)),
    ((18, 88, 62), (255, 255, 244)),
    ((112, 30, 30), (255, 250, 238)),
)


def plant_sign(
    scene: Scene, fields: Mapping[str, str], rng: np.random.Generator, foot: Point
) -> None:
    """Put a sign on two posts into the foreground.

    The letters of the title are 17 to 20 pixels per em, so about 13 pixels high.

    Args:
        scene: Where to.
        fields: `title`, and `year`, which stands below it.
        rng: Source of randomness.
        foot: Where the middle of the sign's posts meets the ground, in pixels.
    """
    ground, letters = _ENAMELS[int(rng.integers(len(_ENAMELS)))]
    size, scale = float(rng.uniform(20, 23)), 3.0
    block = fit(
        fields["title"], "sans_bold", 250 * scale, 3 * size * LEADING * scale, size * scale, 2
    )
    under = [(role, fields[role]) for role in ("year",) if role in fields]
    from searchvl_gym.world.pictures.fonts import font

    widest = max(font(block.face, block.size).getlength(line) for line in block.lines) / scale
    across = widest + 30
    down = block.height / scale + 18 + (size * 0.95 if under else 0)
    sheet = Sheet(across * scale, down * scale, ground)
    w, h = sheet.width, sheet.height
    sheet.draw.rounded_rectangle((6, 6, w - 7, h - 7), 10, outline=letters, width=4)
    text_bottom = 9 * scale + block.height
    sheet.write(
        fields["title"],
        (4 * scale, 9 * scale - 2, w - 4 * scale, text_bottom + 2),
        face="sans_bold",
        size=block.size,
        colour=letters,
        role="title",
        max_lines=2,
    )
    for role, text in under:
        sheet.write(
            text,
            (15 * scale, text_bottom, w - 15 * scale, h - 7 * scale),
            face="sans_semibold",
            size=size * 0.8 * scale,
            colour=letters,
            role=role,
        )
    sheet.round_corners(14)
    x = float(np.clip(foot[0], across / 2 + 12, scene.width - across / 2 - 12))
    middle = foot[1] - 34 - down / 2
    for side in (-0.32, 0.32):
        post = Sheet(10, 60, (74, 66, 60))
        post.draw.rectangle((0, 0, 3, 60), fill=(120, 110, 100))
        a, b = x + side * across - 4, x + side * across + 4
        scene.place(
            post,
            ((a, middle), (b, middle), (b, foot[1]), (a, foot[1])),
            shadow=(3, 1, 2),
            darkness=0.4,
        )
    quad = leaning_quad(rng, (x, middle), across, down, turn=1.5, depth=0.02)
    scene.place(sheet, quad, label="sign", shadow=(3, 4, 3), darkness=0.5)
