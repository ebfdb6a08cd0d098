"""Recipes survive the trip through JSON, and nothing else gets through."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.world.pictures import PictureRecipe, recipe_from_json, recipe_to_json


@given(
    st.builds(
        PictureRecipe,
        style=st.text(),
        seed=st.integers(),
        fields=st.dictionaries(st.text(), st.text()),
        width=st.integers(),
        height=st.integers(),
    )
)
def test_round_trip(recipe: PictureRecipe) -> None:
    assert recipe_from_json(recipe_to_json(recipe)) == recipe


def test_equal_recipes_are_equal_text() -> None:
    one = PictureRecipe("map", 1, {"title": "a", "year": "1900"})
    two = PictureRecipe("map", 1, {"year": "1900", "title": "a"})
    assert recipe_to_json(one) == recipe_to_json(two)


GOOD = json.loads(recipe_to_json(PictureRecipe("map", 1, {"title": "a"})))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "exactly the keys"),
        (json.dumps(GOOD | {"colour": 1}), "exactly the keys"),
        (json.dumps({k: v for k, v in GOOD.items() if k != "seed"}), "exactly the keys"),
        (json.dumps(GOOD | {"seed": True}), "'seed' must be of type int"),
        (json.dumps(GOOD | {"width": "9"}), "'width' must be of type int"),
        (json.dumps(GOOD | {"fields": {"title": 3}}), "must all be text"),
    ],
)
def test_bad_text(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        recipe_from_json(text)
