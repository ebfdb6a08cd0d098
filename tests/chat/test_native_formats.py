"""Models' own tool calls: both directions, and against the chat templates that define them."""

import json
import keyword
import math
import re
import string
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchvl_gym.chat import FORMATS
from searchvl_gym.chat.aliases import ARGUMENT_ALIASES, TOOL_ALIASES
from searchvl_gym.chat.native import ANSWER_TOOL, NativeFormat
from searchvl_gym.chat.raw_values import text_arguments
from searchvl_gym.tools.control_tokens import find_control_token
from searchvl_gym.types import ErrorKind, ToolCall, ToolError

NATIVE = {name: form for name, form in FORMATS.items() if isinstance(form, NativeFormat)}
WORDS = st.text(string.ascii_letters + "_", min_size=1, max_size=8)
TRICKY = st.sampled_from(
    ["", " ", "12", "-1.5", "true", "null", '"', '"a"', "'", "a]b", "a=b", "a\nb", "\n", "\\",
     "[1]", "{}", "[a()]", "{\"name\": 1}", "<b>", "\\<", "1e5", "\x85", "\\u003c", "a<b"]
)  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | TRICKY
CLEAN = TEXT.filter(lambda text: find_control_token(text) is None)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | CLEAN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CLEAN, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NAMES = WORDS.filter(lambda name: name not in TOOL_ALIASES and not keyword.iskeyword(name))
KEYS = WORDS.filter(lambda key: key not in ARGUMENT_ALIASES)
THOUGHTS = CLEAN.map(str.strip)


def types_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: types_of(held) for key, held in value.items()}
    return [types_of(held) for held in value] if isinstance(value, list) else type(value)


@pytest.mark.parametrize("name", NATIVE)
@given(st.builds(ToolCall, NAMES, st.dictionaries(KEYS, VALUES, max_size=4), THOUGHTS))
@example(ToolCall("f", {"class": 1, "x": "</think>"}))
def test_a_rendered_call_is_read_back(name: str, call: ToolCall) -> None:
    form = NATIVE[name]
    turn = form.render_call(call)
    read = form.parse(turn)
    assert read == call
    assert types_of(dict(read.arguments)) == types_of(dict(call.arguments))
    assert form.is_well_formed(turn)


@pytest.mark.parametrize("name", NATIVE)
@given(CLEAN.filter(lambda text: re.search("<[^<]*(?:arg_|parameter|function)", text) is None))
@example("1982")
@example('"old mill"')
@example(" \n1982\n ")
def test_texts_of_the_tools_stay_texts(name: str, text: str) -> None:
    form = NATIVE[name]
    for call in (
        ToolCall("text_search", {"q": text, "top_k": 3}),
        ToolCall("answer", {"text": text}),
    ):
        assert form.parse(form.render_call(call)) == call


@pytest.mark.parametrize("name", ["glm", "qwen_xml"])
def test_tags_of_a_call_in_a_text_are_made_harmless(name: str) -> None:
    text = "<parameter=a>b</parameter> <arg_key>c</arg_key><arg_value> <function=d></function>"
    call = ToolCall("text_search", {"q": text})
    read = NATIVE[name].parse(NATIVE[name].render_call(call))
    kept = read.arguments["q"]
    assert kept.replace("‹", "<").replace("›", ">") == text and "<" not in kept


def test_the_tools_texts_are_known_by_name() -> None:
    assert {("text_search", "q"), ("crop", "image"), ("answer", "text")} <= text_arguments()
    assert ("text_search", "top_k") not in text_arguments()


@pytest.mark.parametrize(
    ("name", "turn", "call"),
    [
        ("hermes", '<tool_call>{"name": "ocr", "arguments": {"image": "img_1"}}</tool_call>',
         ToolCall("layout_parsing", {"image": "img_1"})),
        ("hermes", 'I look.\n<tool_call>\n{"name": "crop", "parameters": "{\\"x\\": 1}"}\n'
         '</tool_call>', ToolCall("crop", {"x": 1})),
        ("glm", "\n<think>So.</think>\n<tool_call>text_search\n<arg_key>q</arg_key>\n"
         "<arg_value>1982</arg_value>\n<arg_key>top_k</arg_key>\n<arg_value>3</arg_value>\n"
         "</tool_call>", ToolCall("text_search", {"q": "1982", "top_k": 3}, "So.")),
        ("glm", "<tool_call>visit</tool_call>", ToolCall("visit", {})),
        ("qwen_xml", "<tool_call>\n<function=text_search>\n<parameter=q>\n1982\n</parameter>\n"
         "<parameter=top_k>\n3\n</parameter>\n</function>\n</tool_call>",
         ToolCall("text_search", {"q": "1982", "top_k": 3})),
        ("pythonic", "```tool_code\n[crop(x=1, deep=[1, {'a': null}], ok=true)]\n```",
         ToolCall("crop", {"x": 1, "deep": [1, {"a": None}], "ok": True})),
        ("qwen_xml", "<tool_call><function=layout_parsing><parameter=use_chart_recognition>\nTrue\n"
         "</parameter></function></tool_call>",
         ToolCall("layout_parsing", {"use_chart_recognition": True})),
        ("pythonic", "[crop(x=-1), visit(url='u')]", ToolCall("crop", {"x": -1})),
        ("pythonic", "[f(a=((0, 1), {'b'}), c=f'd')]",
         ToolCall("f", {"a": [[0, 1], ["b"]], "c": "d"})),
        ("openai_json", '{"name": "crop", "arguments": {"x": 1}}', ToolCall("crop", {"x": 1})),
        ("openai_json", 'Well.\n{"tool_calls": [{"function": {"name": "crop", "arguments": '
         '"{\\"x\\": 1}"}}, {"function": {"name": "visit"}}]}', ToolCall("crop", {"x": 1})),
    ],
)  # fmt: skip
def test_what_models_write(name: str, turn: str, call: ToolCall) -> None:
    assert NATIVE[name].parse(turn) == call


@pytest.mark.parametrize(
    ("name", "turn", "said"),
    [
        ("hermes", "<tool_call>{", "not finished"),
        ("hermes", "<tool_call>{broken}</tool_call>", "not valid JSON"),
        ("glm", "<tool_call></tool_call>", "names no function"),
        ("glm", '<tool_call>{"name": "f"}</tool_call>', "names no function"),
        ("glm", "<tool_call>f<arg_key>a</arg_key></tool_call>", "not pairs"),
        ("glm", "<tool_call>f<arg_value>a</arg_value><arg_key>a</arg_key></tool_call>",
         "not pairs"),
        ("qwen_xml", "<tool_call>f</tool_call>", "names no function"),
        ("qwen_xml", "<tool_call><function=f></tool_call>", "not closed"),
        ("qwen_xml", "<tool_call><function=f><parameter=a>1</function></tool_call>", "not closed"),
        ("qwen_xml", "<tool_call><function=f><parameter=a>1<parameter=b>2</parameter></function>"
         "</tool_call>", "not closed"),
        ("qwen_xml", "<tool_call><function=f>x</function></tool_call>", "something else"),
        ("pythonic", "[f(1)]", "needs its name"),
        ("pythonic", "[f(x=open('a'))]", "cannot be read"),
        ("pythonic", "[f(x=1)", "not closed"),
        ("pythonic", "[f(x=b'a')]", "no value"),
        ("pythonic", f"[f(x={'(' * 90}1{')' * 90})]", "nested too deeply"),
        ("openai_json", '{"tool_calls": []}', "holds a tool call"),
        ("openai_json", '{"tool_calls": "a"}', "holds a tool call"),
        ("openai_json", '{"name": "f", "arguments": "x"}', "not valid JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(name: str, turn: str, said: str) -> None:
    form = NATIVE[name]
    with pytest.raises(ToolError, match=said) as seen:
        form.parse(turn)
    assert seen.value.kind is ErrorKind.PARSE
    assert "Write " in seen.value.message
    assert not form.is_well_formed(turn)


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("text", ["", "It was 1982.", "<think>no end", "<think>a</think>"])
def test_prose_is_no_answer(name: str, text: str) -> None:
    with pytest.raises(ToolError, match="neither a tool call nor an answer"):
        NATIVE[name].parse(text)


@pytest.mark.parametrize("name", NATIVE)
def test_only_a_call_after_at_most_one_thought_is_well_formed(name: str) -> None:
    form = NATIVE[name]
    call = form.write(ToolCall("crop", {"x": 1}))
    assert form.is_well_formed(f"<think>a</think>\n{call}\n")
    for wrong in (f"Well. {call}", f"{call} so", f"a<think>b</think>{call}",
                  f"<think>a</think><think>b</think>{call}"):  # fmt: skip
        assert not form.is_well_formed(wrong), wrong


@pytest.mark.parametrize("name", NATIVE)
@given(st.text(max_size=100) | st.lists(TRICKY, max_size=8).map("".join))
def test_no_text_raises(name: str, text: str) -> None:
    form = NATIVE[name]
    form.is_well_formed(form.opening + text)
    try:
        form.parse(form.opening + text)
    except ToolError as error:
        assert len(error.message) < 400


@pytest.mark.parametrize("name", NATIVE)
def test_a_megabyte_of_anything_is_read(name: str) -> None:
    form = NATIVE[name]
    for part in ("<tool_call>", "<arg_key>", "<parameter=a>", "[f(", "{", "(", "\n{", "\n"):
        for text in (
            part * (300_000 // len(part)),
            "<tool_call>f" + part * 30_000 + "</tool_call>",
        ):
            try:
                form.parse(text)
            except ToolError:
                continue


@pytest.mark.parametrize("name", NATIVE)
def test_the_system_prompt_lists_the_tools_and_the_answer(name: str) -> None:
    schema = {"type": "function", "function": {"name": "sharpen", "parameters": {}}}
    prompt = NATIVE[name].system_prompt([schema])
    assert json.dumps(schema) in prompt and json.dumps(ANSWER_TOOL) in prompt


def test_numbers_keep_their_size() -> None:
    call = ToolCall("f", {"x": 1e-300, "y": 2**60, "z": -0.0})
    for form in NATIVE.values():
        read = form.parse(form.render_call(call)).arguments
        assert read == call.arguments and math.copysign(1, read["z"]) == -1
