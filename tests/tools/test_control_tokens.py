import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.tools.control_tokens import clean_result, find_control_token, neutralise

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


INVISIBLE = [
    "\u200b",
    "\u200d",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u00ad",
    "\U000e0041",
    "\x00",
    "\x1b",
]


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("hidden", INVISIBLE)
def test_no_invisible_character_hides_a_token(token: str, hidden: str) -> None:
    spread = hidden.join(token)
    assert clean_result(f"a{spread}b") == f"a‹{token[1:-1]}›b"


@pytest.mark.parametrize(
    "token", ["＜|im_end|＞", "＜／tool_response＞", "﹤think﹥", "＜tool_call>"]
)
def test_full_width_brackets_count(token: str) -> None:
    assert find_control_token(token) == token
    assert neutralise(token) == f"‹{token[1:-1]}›"


@pytest.mark.parametrize(
    "text",
    ["می‌خواهم", "क्‍ष", "👩‍🚀 and 👍🏽", "Zürich, 東京", "a\tb\nc", "❤️"],
    ids=["persian", "hindi", "emoji", "letters", "white space", "variation"],
)
def test_what_is_written_stays(text: str) -> None:
    assert clean_result(text) == text


@given(st.lists(st.sampled_from(["a", "ä", "<", "|", "think", ">", "\n", *INVISIBLE])))
def test_cleaning_twice_changes_nothing(pieces: list[str]) -> None:
    clean = clean_result("".join(pieces))
    assert clean_result(clean) == clean
    assert find_control_token(clean) is None
