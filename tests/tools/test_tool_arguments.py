import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import ErrorKind, ToolCall, ToolError

SUITE = ToolSuite()
BOX: dict[str, Any] = {"image": "img_1", "x": 1, "y": 2, "width": 30, "height": 40}


def refuse(name: str, arguments: Any) -> str:
    with pytest.raises(ToolError) as caught:
        SUITE.validate(ToolCall(name, arguments))
    assert caught.value.kind is ErrorKind.BAD_ARGUMENTS
    assert not caught.value.infrastructure
    assert len(caught.value.message) < 600
    return caught.value.message


def test_defaults_and_aliases() -> None:
    search = SUITE.validate(ToolCall("text_search", {"query": "Kessock", "lang": "de"}))
    assert msgspec.to_builtins(search) == {"q": "Kessock", "hl": "de", "top_k": 5}
    assert SUITE.validate(ToolCall("sharpen", {"image": "img_1"})).amount == 1.5
    assert SUITE.validate(ToolCall("super_resolution", {"image": "img_1"})).scale == 4


@pytest.mark.parametrize("width", [30.0, np.int64(30), np.float32(30)])
def test_whole_numbers_may_come_as_floats_or_numpy_scalars(width: Any) -> None:
    assert SUITE.validate(ToolCall("crop", {**BOX, "width": width})).width == 30


def test_corners_may_come_as_an_array() -> None:
    corners = np.array([[0, 0], [9, 0], [9, 9], [0, 9]])
    call = ToolCall("perspective_correct", {"image": "img_1", "corners": corners})
    assert SUITE.validate(call).corners == [tuple(map(float, corner)) for corner in corners]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-5, "-5"),
        (0, "0"),
        (10**400, "digits"),
        (1e300, "digits"),
        (10.5, "10.5"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (True, "true"),
        ("30", "'30'"),
        (None, "null"),
        ([30], "[30]"),
        ({"a": 1}, "dict"),
        (object(), "object"),
        (np.zeros(3), "[0, 0, 0]"),
        (np.zeros((2000, 2000)), "width"),
    ],
)
def test_a_wrong_number_is_named_with_what_is_expected(value: Any, shown: str) -> None:
    message = refuse("crop", {**BOX, "width": value})
    assert "'width'" in message
    assert shown in message


@pytest.mark.parametrize("image", ["img_0", "img_01", "img_-1", "img_1\n", "photo.jpg", "IMG_1", 1])
def test_picture_names(image: Any) -> None:
    assert "'image'" in refuse("sharpen", {"image": image})


@pytest.mark.parametrize("arguments", [None, [1], "q", 5, b"q"])
def test_arguments_must_be_an_object(arguments: Any) -> None:
    assert "object" in refuse("text_search", arguments)


def test_missing_unknown_and_doubled_arguments() -> None:
    assert "'x' is missing" in refuse("crop", {key: BOX[key] for key in BOX if key != "x"})
    assert "no argument 'colour'" in refuse("crop", {**BOX, "colour": 1})
    assert "twice" in refuse("text_search", {"q": "a", "query": "b"})
    assert "strings" in refuse("text_search", {"q": "a", 3: "b"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x" * 1_000_000, "2000 characters"),
        ("", "1 to 2000"),
        (5, "got 5"),
        (b"bytes", "bytes"),
        ("a\x00b", "U+0000"),
        ("a\x1b[2Jb", "U+001B"),
        ("a\ud800", "U+D800"),
        ("go <|im_start|>", "control tokens"),
        ("<|image_pad|>", "control tokens"),
        ("</tool_call>", "control tokens"),
        ("<think>", "control tokens"),
    ],
)
def test_bad_queries(text: Any, problem: str) -> None:
    message = refuse("text_search", {"q": text})
    assert problem in message
    assert "<|" not in message
    assert "<t" not in message and "</t" not in message


def test_line_breaks_and_any_script_are_fine_in_queries() -> None:
    query = "Zürich\n橋 \t a < b 🙂"
    assert SUITE.validate(ToolCall("text_search", {"q": query})).q == query


@pytest.mark.parametrize("top_k", [0, 21, -1, "5", 2.5])
def test_top_k_is_bounded(top_k: Any) -> None:
    assert "from 1 to 20" in refuse("text_search", {"q": "a", "top_k": top_k})


@pytest.mark.parametrize(
    "corners",
    [
        [[0, 0], [1, 0], [1, 1]],
        [[0, 0], [1, 0], [1, 1], [0, 1], [2, 2]],
        [[0, 0], [1, 0], [1, 1], [0]],
        [[0, 0], [1, 0], [1, 1], [0, math.nan]],
        [[0, 0], [1, 0], [1, 1], [0, 1e12]],
        [[0, 0], [1, 0], [1, 1], [0, "1"]],
        "corners",
        [[[[[[[[[[[[1]]]]]]]]]]]],
    ],
)
def test_bad_corners(corners: Any) -> None:
    assert "'corners'" in refuse("perspective_correct", {"image": "img_1", "corners": corners})


def test_a_list_that_holds_itself_ends_in_an_error() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert "'corners'" in refuse("perspective_correct", {"image": "img_1", "corners": endless})


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.sampled_from(["img_1", "img_2", "<|im_end|>", "1", "en", 10**30, -(10**30)]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ARGUMENT_NAMES = st.sampled_from(["query", "lang"]) | st.sampled_from(
    [name for schema in SUITE.schemas() for name in schema["function"]["parameters"]["properties"]]
)


@settings(max_examples=400)
@given(
    st.sampled_from(SUITE.names) | st.text(),
    st.dictionaries(ARGUMENT_NAMES | st.text() | st.integers(), VALUES, max_size=7) | VALUES,
)
def test_whatever_comes_is_valid_or_a_tool_error(name: str, arguments: Any) -> None:
    try:
        valid = SUITE.validate(ToolCall(name, arguments))
    except ToolError as error:
        assert error.kind in (ErrorKind.BAD_ARGUMENTS, ErrorKind.UNKNOWN_TOOL)
        assert error.message.endswith(".")
        error.message.encode()
    else:
        builtins = msgspec.to_builtins(valid)
        assert SUITE.validate(ToolCall(name, builtins)) == valid
