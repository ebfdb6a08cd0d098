import numpy as np
import pytest
from episode_pictures import context_of, noise
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import ErrorKind, ToolCall, ToolError

PIXELS = noise(100, 160)
SUITE = ToolSuite()


def crop(x: int, y: int, width: int, height: int):
    arguments = {"image": "img_1", "x": x, "y": y, "width": width, "height": height}
    return SUITE.run(ToolCall("crop", arguments), context_of(PIXELS))


@given(st.integers(0, 156), st.integers(0, 96), st.integers(4, 16_384), st.integers(4, 16_384))
def test_it_is_the_slice_clipped_to_the_picture(x: int, y: int, width: int, height: int) -> None:
    result = crop(x, y, width, height)
    assert np.array_equal(result.image, PIXELS[y : y + height, x : x + width])
    assert ("clipped" in result.text) == (x + width > 160 or y + height > 100)
    assert result.text.startswith("img_2: img_1 cropped")


def test_the_result_shares_no_memory_with_the_picture() -> None:
    assert not np.shares_memory(crop(0, 0, 50, 50).image, PIXELS)


@pytest.mark.parametrize(
    ("box", "problem"),
    [
        ((160, 0, 10, 10), "outside img_1, which is 160x100"),
        ((0, 100, 10, 10), "outside"),
        ((158, 0, 10, 10), "only 2x10 pixels"),
        ((0, 0, 3, 10), "only 3x10 pixels"),
    ],
)
def test_boxes_outside_or_without_content(box: tuple[int, ...], problem: str) -> None:
    with pytest.raises(ToolError, match=problem) as caught:
        crop(*box)
    assert caught.value.kind is ErrorKind.BAD_ARGUMENTS


def test_an_unknown_picture() -> None:
    with pytest.raises(ToolError, match="img_7"):
        arguments = {"image": "img_7", "x": 0, "y": 0, "width": 9, "height": 9}
        SUITE.run(ToolCall("crop", arguments), context_of(PIXELS))
