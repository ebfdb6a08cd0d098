"""Tests of `searchvl_gym.world.many.atlas_range`."""

import pytest

from searchvl_gym.world.many import AtlasRange, parse_seeds


@pytest.mark.parametrize(
    ("text", "range_"),
    [
        ("atlas:seeds=0-63", AtlasRange("mini", tuple(range(64)))),
        ("atlas:size=mini,seeds=5", AtlasRange("mini", (5,))),
        ("atlas:size=80,seeds=3-4+9,views=2", AtlasRange(80, (3, 4, 9), 2)),
    ],
)
def test_a_range_is_read_and_told_again(text: str, range_: AtlasRange) -> None:
    assert AtlasRange.parse(text) == range_
    assert AtlasRange.parse(str(range_)) == range_


@pytest.mark.parametrize(
    "text",
    [
        *("atlas:", "atlas:size=mini", "atlas:seeds=", "atlas:seeds=3-1", "atlas:seeds=a-b"),
        *("atlas:seeds=0,seeds=1", "atlas:seed=0", "earth:seeds=0", "atlas:seeds=0,views=-1"),
        "atlas:seeds=0-99999999",
    ],
)
def test_what_is_no_range_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match="seeds") as caught:
        AtlasRange.parse(text)
    assert "\n" not in str(caught.value)


def test_a_seed_comes_once() -> None:
    assert parse_seeds("0-2+1-3") == (0, 1, 2, 3)
