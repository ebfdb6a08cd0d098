import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.chat import extract_tool_call
from searchvl_gym.chat.aliases import LEGACY_TAGS
from searchvl_gym.chat.tool_calls import read_call
from searchvl_gym.types import ToolCall, ToolError


def written(**payload: object) -> str:
    return f"<tool_call>{json.dumps(payload)}</tool_call>"


@pytest.mark.parametrize(
    ("text", "call"),
    [
        (written(name="crop", arguments={"x": 1}), ToolCall("crop", {"x": 1})),
        (written(name="crop", parameters={"x": 1}), ToolCall("crop", {"x": 1})),
        (written(name="crop"), ToolCall("crop", {})),
        (written(name="crop", arguments=None), ToolCall("crop", {})),
        (written(name=" crop ", arguments='{"x": 1}'), ToolCall("crop", {"x": 1})),
        (written(name="ocr", arguments={}), ToolCall("layout_parsing", {})),
        (written(name="web_search", arguments={"query": "a"}), ToolCall("web_search", {"q": "a"})),
        (written(name="visit", arguments={"query": "a"}), ToolCall("visit", {"query": "a"})),
        (
            written(name="text_search", arguments={"q": "new", "query": "old"}),
            ToolCall("text_search", {"q": "new", "query": "old"}),
        ),
        ("<ocr>{}</ocr><crop>{}</crop>", ToolCall("layout_parsing", {})),
        ("<crop>{}</crop><ocr>{}</ocr>", ToolCall("crop", {})),
        ("<crop>{</crop><ocr>{}</ocr>", ToolCall("layout_parsing", {})),
        ("<crop>{}</crop>" + written(name="visit"), ToolCall("visit", {})),
        ("<tool_call>{</tool_call><crop>{}</crop>", ToolCall("crop", {})),
    ],
)
def test_calls(text: str, call: ToolCall) -> None:
    assert extract_tool_call(text) == call


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<tool_call>",
        '<tool_call>{"name": "crop"}',
        written(name=""),
        written(name="  "),
        written(name=3),
        written(arguments={}),
        written(name="crop", arguments=[1]),
        written(name="crop", arguments="x"),
        "<tool_call>[]</tool_call>",
        "<tool_call>1</tool_call>",
        "<crop>[]</crop>",
        "<visit>{}</visit>",
    ],
)
def test_no_call(text: str) -> None:
    assert extract_tool_call(text) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not valid JSON"),
        ("[]", "JSON object"),
        ("{}", '"name"'),
        ('{"name": "crop", "arguments": 3}', "'crop' must be a JSON object"),
        ('{"name": "crop", "arguments": "{"}', "'crop' are not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 10_000, "too many digits"),
    ],
)
def test_what_is_wrong_is_said(content: str, said: str) -> None:
    with pytest.raises(ToolError, match="<tool_call>") as caught:
        read_call(content)
    assert said in caught.value.message


def test_thoughts_can_be_skipped() -> None:
    text = f"<think>{written(name='crop')}?</think>{written(name='visit')}"
    assert extract_tool_call(text) == ToolCall("crop", {})
    assert extract_tool_call(text, skip_thought=True) == ToolCall("visit", {})


def test_half_characters_are_replaced() -> None:
    call = extract_tool_call(r'<crop>{"a\ud800": ["\udfff", {"x": "\ud83c\udf09"}]}</crop>')
    assert call is not None and call.arguments == {"a\ufffd": ["\ufffd", {"x": "🌉"}]}


TAGS = ("think", "tool_call", "response", *LEGACY_TAGS)
SIGNS = ('{"name":', '"crop"', "{", "}", '"', "\\boxed{", "\\", " ", "\n", "[", "\ud800")
PIECES = st.sampled_from([*SIGNS, *[f"<{tag}>" for tag in TAGS], *[f"</{tag}>" for tag in TAGS]])


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_no_text_raises(text: str) -> None:
    call = extract_tool_call(text)
    assert call is None or (call.name and isinstance(call.arguments, dict))
