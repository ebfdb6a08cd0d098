import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.chat import extract_final_answer
from searchvl_gym.chat.answers import extract_answer_block, first_box


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"\boxed{1982}", "1982"),
        (r"\boxed{ \text{the {old} mill} }", r"\text{the {old} mill}"),
        (r"\boxed{\mathrm{km}}", "km"),
        (r"\boxed{5\,\%}", r"5\,%"),
        (r"\boxed{\$5 \& \_a\_}", "$5 & _a_"),
        (r"\boxed{a\}b}", "a}b"),
        (r"\boxed{\boxed{x}}", r"\boxed{x}"),
        (r"\boxed{}", ""),
        (r"\boxed{never closed", r"\boxed{never closed"),
        ("<answer> Paris </answer>", "Paris"),
        ("<answer>Paris", "<answer>Paris"),
        ("<response>\nLyon\n</response>", "Lyon"),
        ("thought</think> Paris", "Paris"),
        ("<think>a</think><tool_call>{}</tool_call> Paris", "Paris"),
        ("<think>a</think>Paris <tool_call>{}</tool_call>", "Paris"),
        ("<think>a</think><tool_call>{}</tool_call>", "<think>a</think><tool_call>{}</tool_call>"),
        ("<think>a</think>b <tool_call>{", "<think>a</think>b <tool_call>{"),
        ("Paris <tool_call>{}</tool_call>", "Paris <tool_call>{}</tool_call>"),
        ("<think>a</think>b<think>c</think> d", "d"),
        ("", ""),
        ("  ", "  "),
    ],
)
def test_answers(text: str, answer: str) -> None:
    assert extract_final_answer(text) == answer


def test_thoughts_can_be_skipped() -> None:
    text = r"<think>\boxed{1}?</think><response>\boxed{2}</response>"
    assert extract_final_answer(text) == "1"
    assert extract_final_answer(text, skip_thought=True) == "2"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"<think>\boxed{1}</think><response>2</response>", "2"),
        ("<answer>1</answer><response>2</response>", "2"),
        ("<answer>1</answer>", "1"),
        ("<response></response>", ""),
        ("1", None),
        (r"\boxed{1}", None),
        ("<response>1", None),
    ],
)
def test_an_answer_that_ends_an_episode_stands_in_a_block(text: str, answer: str | None) -> None:
    assert extract_answer_block(text) == answer


@given(st.text(alphabet=r"\boxed{}text%# a", max_size=80))
def test_boxes_never_raise_and_never_grow(text: str) -> None:
    box = first_box(text)
    assert box is None or len(box) < len(text)
    assert isinstance(extract_final_answer(text), str)
