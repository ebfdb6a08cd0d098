"""Calls as models write them. Kinds are those that users of inference servers and agents report."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.chat import FORMATS, OpenSearchVL, extract_tool_call
from searchvl_gym.chat.call_styles import TEXT_ARGUMENTS
from searchvl_gym.chat.near_json import read_near_json
from searchvl_gym.chat.repair import repair_call, without_thoughts
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.types import ToolCall, ToolError
from searchvl_gym.wrappers import read_text
from tests.chat.test_opensearch_vl import NAMES, TEXT, THOUGHTS, VALUES

SEARCH = ToolCall("text_search", {"q": "red bridge"})
VISIT = '{"name": "visit", "arguments": {"url": "u", "goal": "g"}}'


FILE = Path(__file__).with_name("malformed.jsonl")
REPORTED = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("reported", REPORTED, ids=lambda case: case["kind"])
def test_reported_turns(reported: dict[str, Any]) -> None:
    found = extract_tool_call(reported["text"], lenient=True)
    read = None if found is None else {"name": found.name, "arguments": dict(found.arguments)}
    assert read == reported["call"]


def call(content: str, close: str = "</tool_call>") -> str:
    return f"<think>a</think>\n<tool_call>{content}{close}"


MENDED = {
    "single quotes": call("{'name': 'text_search', 'arguments': {'q': 'red bridge'}}"),
    "typographic quotes": call("{“name”: “text_search”, “arguments”: {“q”: “red bridge”}}"),
    "bare keys": call('{name: "text_search", arguments: {q: "red bridge"}}'),
    "trailing commas": call('{"name": "text_search", "arguments": {"q": "red bridge",},}'),
    "no comma": call('{"name": "text_search" "arguments": {"q": "red bridge"}}'),
    "comment": call('{"name": "text_search", // look\n "arguments": {"q": "red bridge"}}'),
    "no last brace": call('{"name": "text_search", "arguments": {"q": "red bridge"}'),
    "no brace at all": call('{"name": "text_search", "arguments": {"q": "red bridge"'),
    "a brace too many": call('{"name": "text_search", "arguments": {"q": "red bridge"}}}'),
    "no brace, no tag": call('{"name": "text_search", "arguments": {"q": "red bridge"}', ""),
    "end of turn": call('{"name": "text_search", "arguments": {"q": "red bridge"}', "<|im_end|>"),
    "fence": call('```json\n{"name": "text_search", "arguments": {"q": "red bridge"}}\n```'),
    "language": call('json\n{"name": "text_search", "arguments": {"q": "red bridge"}}'),
    "template's braces": call('{{"name": "text_search", "arguments": {{"q": "red bridge"}}}}'),
    "JSON in JSON": call(json.dumps('{"name": "text_search", "arguments": {"q": "red bridge"}}')),
    "escaped": call(
        '{\\"name\\": \\"text_search\\", \\"arguments\\": {\\"q\\": \\"red bridge\\"}}'
    ),
    "list": call('[{"name": "text_search", "arguments": {"q": "red bridge"}}]'),
    "function": call('{"function": {"name": "text_search", "arguments": {"q": "red bridge"}}}'),
    "tool calls": call(
        '{"tool_calls": [{"id": "1", "type": "function", "function": {"name": "text_search", '
        '"arguments": "{\\"q\\": \\"red bridge\\"}"}}]}'
    ),
    "other names": call('{"tool": "text_search", "args": {"q": "red bridge"}}'),
    "flat": call('{"name": "text_search", "q": "red bridge"}'),
    "XML": call("<function=text_search>\n<parameter=q>\nred bridge\n</parameter>\n</function>"),
    "XML, not closed": call("<function=text_search>\n<parameter=q>\nred bridge\n"),
    "XML, no tag": "<think>a</think><function=text_search><parameter=q>red bridge</function>",
    "invoke": call(
        '<invoke name="text_search"><parameter name="q">red bridge</parameter></invoke>'
    ),
    "GLM": call("text_search\n<arg_key>q</arg_key>\n<arg_value>red bridge</arg_value>\n"),
    "GLM, no tag": call("text_search<arg_key>q</arg_key><arg_value>red bridge</arg_value>", ""),
    "name and object": call('text_search\n{"q": "red bridge"}'),
    "Python": call("text_search(q='red bridge')"),
    "Python list": call('[text_search(q="red bridge")]'),
    "Mistral": '[TOOL_CALLS][{"name": "text_search", "arguments": {"q": "red bridge"}}]',
    "tags eaten": '<think>a</think>{"name": "text_search", "arguments": {"q": "red bridge"}}',
    "fence for a tag": '```json\n{"name": "text_search", "arguments": {"q": "red bridge"}}\n```',
    "tag twice": call('<tool_call>{"name": "text_search", "arguments": {"q": "red bridge"}}'),
    "tag named": "I use the <tool_call> tag. "
    '<tool_call>{"name": "text_search", "arguments": {"q": "red bridge"}}',
    "two calls, one broken": call("{'name': 'text_search', 'arguments': {'q': 'red bridge'}}")
    + f"<tool_call>{VISIT}</tool_call>",
    "a second object": call('{"name": "text_search", "arguments": {"q": "red bridge"}} ' + VISIT),
    "older tag": "<text_search>{'q': 'red bridge'}</text_search>",
    "at the end of an open thought": '<think>So: <tool_call>{"name": "text_search", '
    '"arguments": {"q": "red bridge"}}</tool_call>\n',
}


@pytest.mark.parametrize("kind", MENDED)
def test_what_can_only_mean_one_thing_is_read(kind: str) -> None:
    text = MENDED[kind]
    assert extract_tool_call(text, lenient=True) == SEARCH
    attempt = read_text(text, OpenSearchVL(), lenient=True)
    assert attempt.call is not None and attempt.error is None
    assert (attempt.call.name, attempt.call.arguments) == (SEARCH.name, SEARCH.arguments)
    assert not attempt.well_formed


@pytest.mark.parametrize(
    "text",
    [
        call('{"name": "text_search", "arguments": {"q": "red bri', ""),
        call('{"name": "text_search", "arguments": {"q": "red bri'),
        call('{"name": "text_search", "arguments": {"q": "red bridge"', ""),
        call('{"name": "text_search", "arguments": {"q": "red bridge}}'),
        call('{"name": "python_interpreter", "arguments": {"code": "d = {"a": "b", "c": 1}"}}'),
        call('{"name": "crop", "arguments": {"x": 1, "x": 2,}}'),
        call('{"name": "crop", "arguments": {"x": ten}}'),
        call('{"name": "crop", "arguments": [1, 2]}'),
        call("<function=visit>\n<parameter=url>\nhttps://exam", ""),
        call("visit<arg_key>url</arg_key><arg_value>https://exam", ""),
        call("text_search('red bridge')"),
        call("text_search(q=what)"),
        call("text_search(q=b'red')"),
        call(""),
        call("I will search."),
        "<think>a</think>I will search for the bridge next.",
        f"<think>maybe <tool_call>{VISIT}</tool_call></think>",
        f"<think>maybe <tool_call>{VISIT}</tool_call> or not",
        f"maybe <tool_call>{VISIT}</tool_call></think>Paris",
        "<think>a</think>{'name': 'Ada', 'born': 1815}",
        "",
    ],
)
def test_what_is_cut_off_ambiguous_or_only_mentioned_is_no_call(text: str) -> None:
    assert extract_tool_call(text, lenient=True) is None


@pytest.mark.parametrize("code", ["print('</tool_call>')", "x = '</think>'", "'<tool_call>'"])
@pytest.mark.parametrize("quote", [json.dumps, repr])
def test_tags_within_arguments_are_text(code: str, quote: object) -> None:
    arguments = {"code": code}
    content = str({"name": "python_interpreter", "arguments": arguments})
    if quote is json.dumps:
        content = json.dumps({"name": "python_interpreter", "arguments": arguments})
    if "<tool_call>" in code and quote is repr:
        content = content.replace("<tool_call>", "<tool\\u005fcall>")
    assert extract_tool_call(call(content), lenient=True) == ToolCall(
        "python_interpreter", arguments
    )


def test_line_breaks_within_arguments_stay() -> None:
    code = "a = 1\nif a:\n\tprint('a')\n"
    for content in (
        f'{{"name": "python_interpreter", "arguments": {{"code": "{code}"}}}}',
        f"<function=python_interpreter><parameter=code>\n{code}\n</parameter></function>",
        f'{{"name": "python_interpreter", "arguments": {{"code": """{code}"""}},}}',
    ):
        found = extract_tool_call(call(content), lenient=True)
        assert found == ToolCall("python_interpreter", {"code": code})


def test_values_without_quotes_get_the_type_that_the_tool_wants() -> None:
    content = (
        "<function=text_search><parameter=q>1982</parameter><parameter=top_k>3</parameter>"
        "</function>"
    )
    assert repair_call(call(content)) == ToolCall("text_search", {"q": "1982", "top_k": 3})
    content = "layout_parsing<arg_key>image</arg_key><arg_value>img_1</arg_value>"
    content += "<arg_key>use_chart_recognition</arg_key><arg_value>True</arg_value>"
    assert repair_call(call(content)) == ToolCall(
        "layout_parsing", {"image": "img_1", "use_chart_recognition": True}
    )


def test_the_text_arguments_are_those_of_the_schemas() -> None:
    named = {
        name
        for schema in make_suite("perception").schemas()
        for name, field in schema["function"]["parameters"]["properties"].items()
        if field.get("type") == "string"
    }
    assert named | {"query", "lang"} == TEXT_ARGUMENTS


def test_a_mended_answer_is_boxed() -> None:
    form = OpenSearchVL()
    text = "<think>a</think><response>It is \\boxed{1982}"
    assert form.parse_leniently(text) == (ToolCall("answer", {"text": "1982"}, "a"), True)
    with pytest.raises(ToolError, match="<response> is not closed"):
        form.parse_leniently("<think>a</think><response>It is the")
    text = "<think><response>1</response>?</think><response>2</response>"
    assert form.parse_leniently(text) == (
        ToolCall("answer", {"text": "2"}, "<response>1</response>?"),
        False,
    )


@given(st.builds(ToolCall, NAMES, st.dictionaries(TEXT, VALUES, max_size=4), THOUGHTS))
def test_a_sound_turn_is_read_as_ever(made: ToolCall) -> None:
    form = FORMATS["opensearch_vl"]
    turn = form.render_call(made)
    assert form.parse_leniently(turn) == (form.parse(turn), False)
    assert extract_tool_call(turn, lenient=True) == extract_tool_call(turn, skip_thought=True)
    attempt = read_text(turn, form, lenient=True)
    assert attempt == read_text(turn, form) and attempt.well_formed


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
WHOLE = st.characters(exclude_categories=["Cs"])
OBJECTS = st.dictionaries(st.text(WHOLE, max_size=5), JSON_VALUES, max_size=4)


@given(OBJECTS, st.booleans(), st.sampled_from([None, 2]))
def test_near_json_holds_json(value: dict[str, object], plain: bool, indent: int | None) -> None:
    value = json.loads(json.dumps(value).replace("\\ud", "\\u0"))
    text = json.dumps(value, ensure_ascii=not plain, indent=indent)
    assert read_near_json(text) == (value, len(text))


WORDS = st.text(st.sampled_from("abc 'é\n{}[]:,"), min_size=1, max_size=12).map(str.strip)


@given(st.dictionaries(st.sampled_from("pqrs"), WORDS, min_size=1), st.integers(0, 2))
def test_python_is_near_json_and_so_is_a_missing_end(value: dict[str, str], missing: int) -> None:
    nested = {"name": "x", "arguments": value}
    assert read_near_json(repr(nested)) == (nested, len(repr(nested)))
    text = json.dumps(nested, ensure_ascii=False)
    text = text[: len(text) - missing]
    assert read_near_json(text, complete=True)[0] == nested


SIGNS = "{}[]()\"'“:,=>\\\n1 \ud800"
TAGS = ["tool_call", "/tool_call", "think", "/think", "response", "function=", "parameter="]
OTHERS = ["name", "arguments", "crop", "```", "/*", "//", "\\u00", "<arg_key>", "</arg_value>"]
PIECES = st.sampled_from([*SIGNS, *[f"<{tag}>" for tag in TAGS], *OTHERS])


@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_text_raises(text: str) -> None:
    found = extract_tool_call(text, lenient=True)
    assert found is None or (found.name and isinstance(found.arguments, dict))
    assert text.endswith(without_thoughts(text))
    assert read_text(text, OpenSearchVL(), lenient=True) is not None


NASTY = [
    *['{"a":"', "{'a", '"', "[[", '["', "{", "<tool_call>", "<tool_call>{'a':", "<think>"],
    *["</think>", "<think></think>", "<function=a>", "<parameter=a>", "a(", "((", '",]', '" /*'],
    *['" //', "\\", "```", "<crop>{'", "\n ", "[TOOL_CALLS]", "“", "</tool_call>"],
    "<arg_key>a</arg_key><arg_value>",
]


@pytest.mark.parametrize("piece", NASTY)
def test_a_megabyte_of_anything_is_read(piece: str) -> None:
    body = piece * (500_000 // len(piece))
    closed = f'<think>a</think><tool_call>{{"a":"{body}</tool_call>'
    for text in (body, f"<tool_call>{body}", closed):
        extract_tool_call(text, lenient=True)
