import numpy as np
import pytest
from episode_pictures import context_of, noise
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.crop import Crop
from searchvl_gym.types import ErrorKind, ToolCall, ToolError

PIXELS = noise(100, 160)
SUITE = ToolSuite()
IN_THOUSANDTHS = ToolSuite([Crop(coordinates="thousandths")])


def crop(x: int, y: int, width: int, height: int, suite: ToolSuite = SUITE):
    arguments = {"image": "img_1", "x": x, "y": y, "width": width, "height": height}
    return suite.run(ToolCall("crop", arguments), context_of(PIXELS))


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


@pytest.mark.parametrize(
    ("box", "rows", "columns"),
    [
        ((0, 0, 1000, 1000), slice(0, 100), slice(0, 160)),
        ((500, 250, 250, 500), slice(25, 75), slice(80, 120)),
        ((501, 255, 240, 490), slice(25, 75), slice(80, 119)),
        ((900, 900, 1000, 1000), slice(90, 100), slice(144, 160)),
    ],
)
def test_thousandths_are_shares_of_the_sides(
    box: tuple[int, ...], rows: slice, columns: slice
) -> None:
    result = crop(*box, suite=IN_THOUSANDTHS)
    assert np.array_equal(result.image, PIXELS[rows, columns])
    assert f"at ({box[0]}, {box[1]}) of 1000" in result.text
    assert ("clipped" in result.text) == (box[0] + box[2] > 1000)


@given(st.integers(0, 999), st.integers(0, 999), st.integers(1, 1000), st.integers(1, 1000))
def test_any_box_in_thousandths_is_cut_or_refused(x: int, y: int, width: int, height: int) -> None:
    try:
        result = crop(x, y, width, height, suite=IN_THOUSANDTHS)
    except ToolError as error:
        assert error.kind is ErrorKind.BAD_ARGUMENTS and "lie inside" in error.message
    else:
        assert min(result.image.shape[:2]) >= 4


@pytest.mark.parametrize(
    ("box", "problem"),
    [
        ((1000, 0, 10, 10), "choose x below 1000"),
        ((1001, 0, 10, 10), "from 0 to 1000"),
        ((0, 0, 10, 1001), "from 1 to 1000"),
        ((0, 0, 10, 500), "only 2x50 pixels"),
    ],
)
def test_wrong_boxes_in_thousandths(box: tuple[int, ...], problem: str) -> None:
    with pytest.raises(ToolError, match=problem) as caught:
        crop(*box, suite=IN_THOUSANDTHS)
    assert caught.value.kind is ErrorKind.BAD_ARGUMENTS


def test_the_schema_says_what_the_numbers_mean() -> None:
    function = IN_THOUSANDTHS.schemas()[0]["function"]
    assert "0 to 1000" in function["description"]
    assert function["parameters"]["properties"]["x"]["maximum"] == 1000
    with pytest.raises(ValueError, match="percent"):
        Crop(coordinates="percent")
