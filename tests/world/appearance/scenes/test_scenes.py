"""Scenes: the layout is what is drawn, at any size, and names can be read once they are cut out."""

import json

import numpy as np
import pytest
from scene_recipes import FAMILIES, MINI, scene

from searchvl_gym.tools.text_recognition import recognise
from searchvl_gym.world.appearance.scenes import (
    Entry,
    items_field,
    scene_family,
    scene_layout,
)
from searchvl_gym.world.pictures import PictureRecipe, all_styles, draw


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_drawn_is_what_the_layout_says(family: str, seed: int) -> None:
    recipe = scene(family, seed)
    layout, picture = scene_layout(recipe), draw(recipe)
    assert picture.pixels.shape == (MINI[1], MINI[0], 3)
    assert not picture.pixels.flags.writeable
    noun = scene_family(family).words.noun
    items = [thing for thing in picture.objects if thing.label == noun]
    assert [thing.box for thing in items] == [item.box for item in layout.items]
    marks = {thing.label: thing.box for thing in picture.objects if thing.label != noun}
    assert marks == {mark.name: mark.box for mark in layout.landmarks}
    for item in layout.items:
        lines = [line for line in picture.lines if line.role == f"item:{item.index}"]
        assert " ".join(line.text for line in lines) == item.name
        corners = np.array([corner for line in lines for corner in line.quad])
        left, top, wide, tall = item.name_box
        assert np.allclose(corners.min(axis=0), (left, top), atol=1.5)
        assert np.allclose(corners.max(axis=0), (left + wide, top + tall), atol=1.5)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("letters", ["tiny", "small", "medium"])
def test_names_are_small_and_inside_the_picture(family: str, letters: str) -> None:
    for seed in range(6):
        layout = scene_layout(scene(family, seed, size=(4000, 3000), letters=letters))
        assert [item.index for item in layout.items] == list(range(len(layout.items)))
        most = {"tiny": 7, "small": 10, "medium": 24}[letters]
        for item in layout.items:
            left, top, wide, tall = item.name_box
            assert 6 <= item.letter_height <= most
            assert left >= 0, (item, seed)
            assert top >= 0, (item, seed)
            assert left + wide <= 4000, (item, seed)
            assert top + tall <= 3000, (item, seed)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("size", [MINI, (4000, 3000), (5700, 4200)])
def test_no_name_stands_on_another_or_behind_a_thing(family: str, size: tuple[int, int]) -> None:
    for seed in range(8):
        layout = scene_layout(scene(family, seed, size=size))
        boxes = [item.name_box for item in layout.items]
        hiding = [mark.box for mark in layout.landmarks if mark.name in ("bicycle", "bench")]
        for number, one in enumerate(boxes):
            for other in boxes[:number] + (hiding if family == "shopping_street" else []):
                assert not overlap(one, other), (seed, one, other)


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_names_are_read_once_they_are_cut_out(family: str) -> None:
    recipe = scene(family, 4, size=(4000, 3000))
    picture, layout = draw(recipe), scene_layout(recipe)
    found = 0
    for item in layout.items[:4]:
        x, y, wide, tall = (round(side) for side in item.name_box)
        cut = picture.pixels[max(0, y - 50) : y + tall + 50, max(0, x - 60) : x + wide + 60]
        text = "".join(line.text for line in recognise(np.ascontiguousarray(cut)))
        found += item.name.casefold() in "".join(text.casefold().split())
    assert found >= 3


@pytest.mark.parametrize("family", FAMILIES)
def test_same_recipe_same_pixels_other_seed_other_pixels(family: str) -> None:
    recipe = scene(family, 5, count=20 if family == "town_map" else 8)
    first = draw(recipe).pixels
    assert np.array_equal(first, draw(recipe).pixels)
    other = PictureRecipe(family, 6, recipe.fields, *MINI)
    assert np.abs(first.astype(int) - draw(other).pixels).mean() > 8


def test_pictures_are_drawn_in_the_scene() -> None:
    nested = PictureRecipe("poster", 3, {"title": "Axenberg"}, 512, 640)
    for family in ("museum_wall", "notice_board", "roadside"):
        plain = [Entry(f"Place {number}") for number in range(7)]
        shown = [Entry(one.name, "of old", nested) for one in plain]
        one, other = (
            draw(PictureRecipe(family, 2, {"items": items_field(entries)}, *MINI))
            for entries in (plain, shown)
        )
        assert not np.array_equal(one.pixels, other.pixels)
        assert "of old" in {line.text for line in other.lines}
    layout = scene_layout(PictureRecipe("roadside", 2, {"items": items_field(shown)}, *MINI))
    assert {item.colour for item in layout.items} == {"brown"}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "has no items"),
        ({"items": "{"}, "not JSON"),
        ({"items": "[]"}, "a list of 6 to 48"),
        ({"items": json.dumps([{"name": "a"}] * 60)}, "a list of 6 to 48"),
        ({"items": json.dumps([{"name": ""}] * 8)}, "needs a name"),
        ({"items": json.dumps([{"name": "a", "size": 3}] * 8)}, "an object with name"),
        ({"items": json.dumps([{"name": "a", "picture": {}}] * 8)}, "exactly the keys"),
        ({"items": json.dumps([{"name": "a"}] * 8), "letters": "huge"}, "use one of tiny"),
    ],
)
def test_errors_say_what_to_do(fields: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        draw(PictureRecipe("notice_board", 1, fields, *MINI))


def test_no_page_gets_a_scene_by_itself() -> None:
    assert all(not all_styles()[family].kinds for family in FAMILIES)
    with pytest.raises(ValueError, match="no family of scenes 'map'"):
        scene_layout(PictureRecipe("map", 1, {"title": "a"}))
