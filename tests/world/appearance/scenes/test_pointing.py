"""What a phrase says is true of one item of the scene and of no other."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scene_recipes import FAMILIES, scene

from searchvl_gym.world.appearance.scenes import pointing, scene_family, scene_layout
from searchvl_gym.world.appearance.scenes.pointing import ORDINALS, choose, pointers


@settings(max_examples=60, deadline=None)
@given(
    family=st.sampled_from(FAMILIES),
    seed=st.integers(0, 10_000),
    size=st.sampled_from([(1800, 1400), (4000, 3000)]),
)
def test_every_description_is_true_of_one_item_only(
    family: str, seed: int, size: tuple[int, int]
) -> None:
    layout = scene_layout(scene(family, seed, size=size))
    words = scene_family(family).words
    meant: dict[str, int] = {}
    for item in layout.items:
        for pointer in pointers(words, layout, item.index):
            assert pointer.matches(layout) == [item]
            phrase = pointer.say(words, layout)
            assert meant.setdefault(phrase, item.index) == item.index, phrase
            assert words.noun in phrase
            assert "  " not in phrase
            assert "None" not in phrase


@pytest.mark.parametrize("family", FAMILIES)
def test_nearly_every_item_can_be_pointed_at(family: str) -> None:
    rng = np.random.default_rng(0)
    pointed = total = 0
    for seed in range(5):
        layout = scene_layout(scene(family, seed, size=(4000, 3000)))
        words = scene_family(family).words
        chosen = [choose(words, layout, item.index, rng) for item in layout.items]
        pointed += sum(pointer is not None for pointer in chosen)
        total += len(chosen)
    assert pointed / total > 0.75


def test_counting_in_a_row_is_right() -> None:
    recipe = scene("book_shelf", 3, count=30)
    layout = scene_layout(recipe)
    counted = 0
    for index in range(0, 30, 3):
        for attempt in range(20):
            phrase = pointing(recipe, index, np.random.default_rng(attempt)) or ""
            found = re.fullmatch(
                r"the (\w+) book from the (left|right) on the (top|bottom) shelf", phrase
            )
            if found is None:
                continue
            ordinal, side, shelf = found.groups()
            lowest = max(item.row for item in layout.items)
            row = [i for i in layout.items if i.row == (0 if shelf == "top" else lowest)]
            row.sort(key=lambda item: item.box[0], reverse=side == "right")
            assert row[ORDINALS.index(ordinal)].index == index
            counted += 1
    assert counted > 5


def test_phrases_vary_with_the_generator_only() -> None:
    recipe = scene("notice_board", 8, count=24, size=(4000, 3000))
    said = {pointing(recipe, 2, np.random.default_rng(seed)) for seed in range(12)}
    assert len(said) > 1
    assert pointing(recipe, 2, np.random.default_rng(1)) == pointing(
        recipe, 2, np.random.default_rng(1)
    )
