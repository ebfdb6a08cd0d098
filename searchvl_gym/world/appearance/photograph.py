"""A photograph of a subject: one place, hour, weather and lens, drawn from the recipe's seed."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageChops, ImageDraw, ImageFilter

from searchvl_gym.types import Image
from searchvl_gym.world.appearance.appearance import appearance_of
from searchvl_gym.world.appearance.scenery import (
    paint_in_front,
    paint_outdoors,
    paint_room,
    trees,
)
from searchvl_gym.world.appearance.solid import Camera, Colour, Model, View, circle
from searchvl_gym.world.appearance.weather import SNOW, Weather, indoors, outdoors
from searchvl_gym.world.pictures.recipe import ObjectBox, Picture

_OVERSAMPLED = 2
"""Side of the canvas by that of the picture: reducing it softens the edges."""

_HIDDEN = 0.4
"""Share of the photographs in which something stands before the subject."""

_SHADOW: Colour = (18, 22, 34)
_TILE = (151, 157)
"""Height and width of the tile of noise; primes, so that its repeats line up with nothing."""


def paint_photograph(
    fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int
) -> Picture:
    """Draw `fields["subject"]`; a `Painter`."""
    appearance = appearance_of(fields["subject"])
    family = appearance.family
    setting = family.build(appearance.genes, rng)
    inside = family.scenery in ("room", "wall")
    weather = indoors(rng) if inside else outdoors(rng)
    canvas = PillowImage.new("RGB", (width * _OVERSAMPLED, height * _OVERSAMPLED))
    camera = _camera(family.turn, family.rise, setting.centre, setting.size, rng)
    view = View(camera, *canvas.size)
    light = weather.light
    if inside:
        paint_room(canvas, view, weather, rng, floor=family.scenery == "room")
    else:
        paint_outdoors(canvas, view, weather, rng, water=family.scenery == "water")
        if family.scenery in ("field", "street"):
            around = trees(rng, weather, int(rng.integers(0, 5)), 0.6 * setting.size + 0.5)
            _cast(canvas, view, around, weather)
            view.paint(canvas, around, light)
    if family.scenery != "wall":
        _cast(canvas, view, setting.model, weather)
    view.paint(canvas, setting.model, light)
    box = _outline(view, setting.model)
    if rng.random() < _HIDDEN:
        paint_in_front(canvas, weather, rng, inside=inside)
    if weather.wet:
        _precipitation(canvas, weather, rng)
    pixels = _develop(canvas.reduce(_OVERSAMPLED), rng)
    left, top, wide, high = (round(edge / _OVERSAMPLED, 2) for edge in box)
    return Picture(pixels, (), (ObjectBox(family.shows, (left, top, wide, high)),))


def _camera(
    turn: float, rise: tuple[float, float], centre: float, size: float, rng: np.random.Generator
) -> Camera:
    """Somewhere before the subject, near or far, with a wide or a long lens."""
    around, up = rng.uniform(-turn, turn), rng.uniform(*rise)
    focal = rng.uniform(1.0, 2.4)
    filled = rng.uniform(0.5, 0.98)
    away = size * focal / filled + 0.35 * size
    c, s = circle(around)
    flat, high = circle(up)
    eye = (away * s * flat, max(centre + away * high, 0.12), -away * c * flat)
    shift = 0.14 * size
    target = (
        rng.uniform(-shift, shift) * c,
        centre + rng.uniform(-shift, shift) * 0.7,
        rng.uniform(-shift, shift) * s,
    )
    return Camera(eye, target, focal, rng.uniform(-0.012, 0.012))


def _cast(canvas: PillowImage.Image, view: View, model: Model, weather: Weather) -> None:
    """Darken the ground where a model keeps the light from it."""
    mask = PillowImage.new("L", (canvas.width // 4, canvas.height // 4))
    view.shadows(mask, model, weather.light)
    level = round(255 * weather.light.shadow)
    soft = mask.filter(ImageFilter.BoxBlur(1)).point([value * level // 255 for value in range(256)])
    canvas.paste(_SHADOW, (0, 0), soft.resize(canvas.size, PillowImage.Resampling.BILINEAR))


def _outline(view: View, model: Model) -> tuple[float, float, float, float]:
    """Left, top, width and height, on the canvas, of what is seen of a model."""
    points = np.array([p for face in model.faces for p in face.points], np.float64)
    across, down, _ = view.project(points)
    left, right = max(float(np.min(across)), 0.0), min(float(np.max(across)), view.width)
    top, bottom = max(float(np.min(down)), 0.0), min(float(np.max(down)), view.height)
    return left, top, right - left, bottom - top


def _precipitation(canvas: PillowImage.Image, weather: Weather, rng: np.random.Generator) -> None:
    """Streaks of rain or flakes of snow before everything."""
    draw = ImageDraw.Draw(canvas)
    slant = rng.uniform(-14, 14)
    for _ in range(420):
        x, y = rng.uniform(0, canvas.width), rng.uniform(0, canvas.height)
        if weather.wet == SNOW:
            r = rng.uniform(1.5, 5)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=(246, 248, 250))
        else:
            draw.line((x, y, x + slant, y + 30), fill=(176, 184, 194), width=2)


def _develop(picture: PillowImage.Image, rng: np.random.Generator) -> Image:
    """What lens, sensor and file do: colour cast, contrast, blur, shake, noise, JPEG.

    Pillow blurs, resizes and looks up bytes in whole numbers, and the rest are integer arrays.
    """
    exposure, contrast = rng.uniform(0.82, 1.18), rng.uniform(0.82, 1.2)
    casts = exposure * (1 + rng.uniform(-0.07, 0.07, 3))
    table: list[int] = []
    for cast in casts.tolist():
        table += [
            min(255, max(0, round(128 + (value * cast - 128) * contrast))) for value in range(256)
        ]
    picture = picture.point(table)
    if rng.random() < 0.5:
        picture = ImageChops.multiply(picture, _corners(picture.size, rng.uniform(0.1, 0.4)))
    if rng.random() < 0.35:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.6)))
    values = np.asarray(picture, np.int16)
    if rng.random() < 0.25:
        values = _shaken(values, int(rng.integers(2, 8)), rng.random() < 0.5)
    noise = int(rng.integers(1, 9))
    tile = rng.integers(-noise, noise + 1, (*_TILE, 3), dtype=np.int16)
    tile += rng.integers(-noise, noise + 1, (*_TILE, 1), dtype=np.int16)
    rows, columns = (-(-side // tiled) for side, tiled in zip(values.shape, _TILE, strict=False))
    noisy = values + np.tile(tile, (rows, columns, 1))[: values.shape[0], : values.shape[1]]
    pixels = np.clip(noisy, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    PillowImage.fromarray(pixels).save(file, "JPEG", quality=int(rng.integers(45, 93)))
    result = np.array(PillowImage.open(file).convert("RGB"))
    result.setflags(write=False)
    return result


def _corners(size: tuple[int, int], depth: float) -> PillowImage.Image:
    """A mask that darkens towards the corners."""
    small = PillowImage.new("L", (16, 12))
    for y in range(12):
        for x in range(16):
            away = ((x - 7.5) / 8) ** 2 + ((y - 5.5) / 6) ** 2
            small.putpixel((x, y), round(255 * (1 - depth * away / 2)))
    return PillowImage.merge("RGB", [small.resize(size, PillowImage.Resampling.BICUBIC)] * 3)


def _shaken(values: npt.NDArray[np.int16], length: int, upright: bool) -> npt.NDArray[np.int16]:
    """Mean of copies that are moved by up to `length` pixels."""
    total = np.zeros(values.shape, np.int32)
    for step in range(length):
        total += np.roll(values, step - length // 2, axis=0 if upright else 1)
    return (total // length).astype(np.int16)
