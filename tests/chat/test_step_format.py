import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.chat import is_well_formed

RELEASED = re.compile(
    r"^<think>.*?</think>\s*"
    r"(<tool_call>.*?</tool_call>|<response>.*?</response>|<answer>.*?</answer>)\s*$",
    re.DOTALL,
)
"""The format as one expression, of which the implementation must be a linear-time twin."""

PIECES = (
    "<think>", "</think>", "<tool_call>", "</tool_call>", "<response>", "</response>", "<answer>",
    "</answer>", "a", " ", "\n", "\u2003", '{"name": "crop"}',
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_agrees_with_the_format_as_an_expression(text: str) -> None:
    assert is_well_formed(text) is (RELEASED.match(text) is not None)


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_strict_is_a_subset(rest: str) -> None:
    text = f"<think>{rest}"
    assert is_well_formed(text) or not is_well_formed(text, strict=True)


@pytest.mark.parametrize(
    ("text", "released", "strict"),
    [
        ('<think>a</think>\n<tool_call>{"name": "crop"}</tool_call>\n', True, True),
        ("<think>a</think><response>b</response>", True, True),
        ("<think>a</think><answer>b</answer>", True, True),
        ("<think>a</think><tool_call>{bad</tool_call>", True, False),
        ("<think>a</think><response></response>", True, False),
        ("<think>a</think><think>b</think><response>c</response>", True, False),
        ("<think>a</think><tool_call>x</tool_call><tool_call>y</tool_call>", True, False),
        ("\n<think>a</think><response>b</response>", False, False),
        ("<think>a</think>so<response>b</response>", False, False),
        ("<think>a</think><response>b</answer>", False, False),
        ("", False, False),
    ],
)
def test_released_and_strict(text: str, released: bool, strict: bool) -> None:
    assert is_well_formed(text) is released
    assert is_well_formed(text, strict=True) is strict


@pytest.mark.parametrize("thing", [None, 3, b"<think></think><answer>x</answer>"])
def test_what_is_no_text_is_not_well_formed(thing: object) -> None:
    assert is_well_formed(thing) is False  # type: ignore[arg-type]
