"""Photographs: the same everywhere, each with another view, and where the subject is in them."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from searchvl_gym.world.appearance import FAMILIES
from searchvl_gym.world.pictures import PictureRecipe, draw

WIDTH, HEIGHT = 688, 516


def recipe(family: str, seed: int = 0, member: int = 0) -> PictureRecipe:
    return PictureRecipe("photograph", seed, {"subject": f"{family} 1 {member}"}, WIDTH, HEIGHT)


def digest(pixels: np.ndarray) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_photograph_shows_its_subject_and_another_seed_another_view(family: str) -> None:
    picture, other = draw(recipe(family)), draw(recipe(family, 1))
    assert picture.pixels.shape == (HEIGHT, WIDTH, 3)
    assert picture.pixels.dtype == np.uint8
    assert not picture.pixels.flags.writeable
    assert picture.pixels.std() > 5
    assert picture.lines == ()
    (shown,) = picture.objects
    assert shown.label == FAMILIES[family].shows
    x, y, width, height = shown.box
    assert x >= 0 and y >= 0
    assert x + width <= WIDTH + 0.01 and y + height <= HEIGHT + 0.01
    assert width * height > 0.05 * WIDTH * HEIGHT
    assert other.objects != picture.objects
    assert np.mean(picture.pixels != other.pixels) > 0.5


def test_the_same_recipe_gives_the_same_pixels_in_another_process() -> None:
    names = ("portrait", "bridge", "flask")
    code = (
        "import hashlib; from searchvl_gym.world.pictures import PictureRecipe, draw\n"
        f"for family in {names}:\n"
        "    fields = {'subject': f'{family} 1 0'}\n"
        f"    made = draw(PictureRecipe('photograph', 0, fields, {WIDTH}, {HEIGHT}))\n"
        "    print(hashlib.sha256(made.pixels.tobytes()).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [digest(draw(recipe(family)).pixels) for family in names]


def test_two_members_are_seen_from_the_same_place_and_differ() -> None:
    one, other = draw(recipe("flask", 4, 1)), draw(recipe("flask", 4, 2))
    assert digest(one.pixels) != digest(other.pixels)


def test_a_photograph_needs_a_subject() -> None:
    with pytest.raises(ValueError, match="no subject"):
        draw(PictureRecipe("photograph", 0, {"title": "A bridge"}))
    with pytest.raises(ValueError, match="a family"):
        draw(PictureRecipe("photograph", 0, {"subject": "weed 1 2"}))
