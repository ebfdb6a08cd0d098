"""Every style: deterministic, distinct, true to its ground truth, graceful with odd fields."""

import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.world.pictures import MIN_SIDE, STYLES, Picture, PictureRecipe, draw

FULL = {
    "title": "Great Observatory of Żelazna Wólka",
    "subtitle": "Founded by Ilmari Tjäder",
    "year": "1874",
    "place": "Axenstad",
    "number": "No. 217",
    "note": "Restored with the help of the citizens",
    "rows": "Axenstad|412;Brymholt|286;Quenza|655;Öland|390",
}
REQUIRED = {
    "street_sign", "bronze_plaque", "museum_label", "poster", "book_cover", "product_label",
    "botanical_plate", "map", "coat_of_arms", "timetable", "chart", "skyline", "bridge_scene",
    "identity_card",
}  # fmt: skip
TITLED = [name for name, style in STYLES.items() if style.required == "title"]
KINDS = {"person", "building", "location", "organism", "artifact"}


def written(picture: Picture, role: str) -> str:
    return " ".join(line.text for line in picture.lines if line.role == role)


def check_truth(picture: Picture) -> None:
    height, width = picture.pixels.shape[:2]
    for line in picture.lines:
        quad = np.array(line.quad, np.float32)
        assert quad.min() >= 0, line
        assert (quad[:, 0] <= width).all(), line
        assert (quad[:, 1] <= height).all(), line
        assert cv2.contourArea(quad, oriented=True) > 12, line  # clockwise, and not degenerate
        assert cv2.isContourConvex(quad), line
        assert line.text
    for thing in picture.objects:
        left, top, wide, tall = thing.box
        assert wide > 2, thing
        assert tall > 2, thing
        assert left > -1, thing
        assert top > -1, thing
        assert left + wide < width + 1, thing
        assert top + tall < height + 1, thing


def test_the_styles_cover_every_kind_of_page() -> None:
    assert set(STYLES) >= REQUIRED
    assert {kind for style in STYLES.values() for kind in style.kinds} == KINDS
    for name, style in STYLES.items():
        assert style.name == name
        assert style.required in style.fields
        assert style.shows


@pytest.mark.parametrize("style", TITLED)
@pytest.mark.parametrize("seed", [0, 1, 5])
def test_full_fields(style: str, seed: int) -> None:
    picture = draw(PictureRecipe(style, seed, FULL))
    assert picture.pixels.shape == (576, 768, 3)
    assert picture.pixels.dtype == np.uint8
    check_truth(picture)
    for role in set(STYLES[style].fields) - {"rows", "note"}:
        assert written(picture, role) == FULL[role]
    if "rows" in STYLES[style].fields:
        for cell in ("Axenstad", "Brymholt", "Quenza", "Öland"):
            assert cell in written(picture, "rows").split()
    assert picture.objects


@pytest.mark.parametrize("style", TITLED)
def test_same_recipe_same_pixels_whatever_was_drawn_before(style: str) -> None:
    recipe = PictureRecipe(style, 11, FULL)
    first = draw(recipe)
    draw(PictureRecipe(style, 12, FULL))
    again = draw(PictureRecipe(style, 11, dict(reversed(FULL.items()))))
    assert np.array_equal(first.pixels, again.pixels)
    assert first.lines == again.lines
    assert first.objects == again.objects


@pytest.mark.parametrize("style", TITLED)
def test_seeds_differ(style: str) -> None:
    a, b = (draw(PictureRecipe(style, seed, FULL)).pixels.astype(int) for seed in (1, 2))
    assert np.abs(a - b).mean() > 8


def test_pixels_do_not_depend_on_threads_or_the_process() -> None:
    program = (
        "import cv2, hashlib, sys\n"
        "cv2.setNumThreads(int(sys.argv[1]))\n"
        "from searchvl_gym.world.pictures import *\n"
        "digest = hashlib.sha256()\n"
        "for style in (s for s in STYLES if STYLES[s].required == 'title'):\n"
        "    digest.update(draw(PictureRecipe(style, 7, {'title': 'Söderqvist Bridge'})).pixels)\n"
        "print(digest.hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, threads],
            env={**os.environ, "PYTHONHASHSEED": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("style", TITLED)
@pytest.mark.parametrize("size", [(512, 512), (640, 800), (896, 640)])
def test_a_title_alone_in_any_shape(style: str, size: tuple[int, int]) -> None:
    picture = draw(PictureRecipe(style, 4, {"title": "Tšernova"}, *size))
    assert picture.pixels.shape == (size[1], size[0], 3)
    assert written(picture, "title") == "Tšernova"
    check_truth(picture)


@pytest.mark.parametrize("style", TITLED)
def test_long_and_foreign_words(style: str) -> None:
    for title in (
        "The Most Venerable Company of Bookbinders and Papermakers of Żelazna Wólka",
        "Donaudampfschifffahrtselektrizitätenhaupt",
        "Площадь Свободы",
        "Ωκεανός Αθήνα",
        "A",
    ):
        fields = {role: 3 * f"{text} " for role, text in FULL.items()} | {"title": title}
        picture = draw(PictureRecipe(style, 2, fields))
        assert written(picture, "title") == title
        check_truth(picture)


@settings(max_examples=25)
@given(
    style=st.sampled_from(sorted(TITLED)),
    seed=st.integers(0, 2**31 - 1),
    words=st.dictionaries(st.sampled_from(sorted(FULL)), st.text(max_size=60), max_size=7),
)
def test_any_words_can_be_drawn(style: str, seed: int, words: dict[str, str]) -> None:
    picture = draw(PictureRecipe(style, seed, {**words, "title": "Íslavík Museum"}))
    assert written(picture, "title") == "Íslavík Museum"
    check_truth(picture)


@pytest.mark.parametrize(
    ("recipe", "says"),
    [
        (PictureRecipe("fresco", 1, FULL), "use one of street_sign"),
        (PictureRecipe("map", 1, FULL, MIN_SIDE - 1, 600), "at least 512"),
        (PictureRecipe("map", 1, {"year": "1900"}), "has no title"),
        (PictureRecipe("map", 1, {"title": " \n "}), "has no title"),
        (PictureRecipe("map", -1, FULL), "0 or more"),
    ],
)
def test_errors_say_what_to_do(recipe: PictureRecipe, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        draw(recipe)


def test_a_plate_shows_what_its_words_name() -> None:
    for subtitle, label in (("Moth", "moth"), ("Bird of the marshes", "bird"), ("Sedge", "plant")):
        picture = draw(
            PictureRecipe("botanical_plate", 3, {"title": "Grey Ælf", "subtitle": subtitle})
        )
        assert label in {thing.label for thing in picture.objects}
