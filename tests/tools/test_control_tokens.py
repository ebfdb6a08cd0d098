import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.tools.control_tokens import find_control_token, neutralise

TOKENS = [
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<|vision_start|>",
    "<|image_pad|>",
    "<|video_pad|>",
    "<｜end▁of▁sentence｜>",
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    "<TOOL_RESPONSE>",
    "< / tool_response >",
    "<observation>",
    "<answer>",
    "<response>",
    "<image>",
    "<lens_scan>",
]


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_are_found_and_neutralised(token: str) -> None:
    assert find_control_token(f"a{token}b") == token
    assert neutralise(f"a{token}b") == f"a‹{token[1:-1]}›b"


@pytest.mark.parametrize("text", ["a < b > c", "<b>bold</b>", "if a <thinker> b", "|x|", "<|a b|>"])
def test_other_text_stays(text: str) -> None:
    assert find_control_token(text) is None
    assert neutralise(text) == text


@given(st.lists(st.sampled_from([*TOKENS, "<", ">", "|", "/", "think", " ", "a", "<|", "|>"])))
def test_nothing_is_left_and_doing_it_twice_changes_nothing(pieces: list[str]) -> None:
    clean = neutralise("".join(pieces))
    assert find_control_token(clean) is None
    assert neutralise(clean) == clean
    assert clean.replace("‹", "<").replace("›", ">") == "".join(pieces)
