"""Our readers against vLLM's own parsers, as `record_vllm_parsers` recorded them.

Where the two differ it is on purpose and stands in `DIFFERENCES`: by reason, the cases with what
our strict reader reads in them and what the lenient one does.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchvl_gym.chat import FORMATS
from searchvl_gym.chat.native import NativeFormat
from searchvl_gym.types import ToolCall, ToolError
from tests.chat.vllm_cases import CALLS, PARSERS, TURNS, Case, cases

GOLDEN = json.loads(Path(__file__).with_name("vllm_parsers.json").read_text(encoding="utf-8"))
RECORDED = {each["case"]: each for each in GOLDEN["cases"]}

SAME = "what vLLM reads"
NONE = "no call"
SEARCH = ToolCall("text_search", {"q": "old mill"})
SHORT = ToolCall("text_search", {"q": "a"})
MEMO = ToolCall("memo", {})

DIFFERENCES: dict[str, dict[str, tuple[str | ToolCall, str | ToolCall]]] = {
    "A call that is merely thought about is none: vLLM ends the thought at the first call. (The "
    "text before it is then a thought there, with or without a tag; here a thought has its tag.)": {
        "hermes: call in the thought": (SEARCH, SEARCH),
        "hermes: call only in the thought": (NONE, NONE),
        "qwen_xml: call in the thought": (SEARCH, SEARCH),
        "qwen_xml: call only in the thought": (NONE, NONE),
        "glm: call in the thought": (SEARCH, SEARCH),
        "glm: call only in the thought": (NONE, NONE),
    },
    "A turn that was cut off is no call, since a part may be missing; vLLM carries out what is "
    "there, without the arguments that were not finished. Where only closing tags are missing and "
    "nothing else can, the lenient reader reads it.": {
        "hermes: not closed": (NONE, SAME),
        "hermes: cut off in the tag": (SAME, SEARCH),
        "qwen_xml: not closed": (NONE, SAME),
        "qwen_xml: function not closed": (NONE, SAME),
        "qwen_xml: neither closed": (NONE, NONE),
        "qwen_xml: cut off in a text": (NONE, NONE),
        "qwen_xml: cut off in the name": (NONE, NONE),
        "glm: not closed": (NONE, SAME),
        "glm: cut off in a text": (NONE, NONE),
    },
    "A broken argument makes the call an error that the model reads; vLLM leaves the argument out. "
    "What can only mean one thing is mended by the lenient reader.": {
        "qwen_xml: parameter not closed": (NONE, SEARCH),
        "qwen_xml: first of two not closed": (NONE, SAME),
        "qwen_xml: prose within": (NONE, SAME),
        "glm: a value missing": (NONE, NONE),
        "glm: a value not closed": (NONE, NONE),
        "glm: a key not closed": (NONE, NONE),
        "openai_json: arguments as a list": (NONE, NONE),
    },
    "The lenient reader mends what vLLM gives up (docs/wire_formats.md).": {
        "hermes: a list of calls": (SAME, SEARCH),
        "hermes: closing tag in a text": (SAME, ToolCall("text_search", {"q": "</tool_call>"})),
        "hermes: line break in a text": (SAME, ToolCall("text_search", {"q": "a\nb"})),
        "hermes: single quotes": (SAME, SHORT),
        "hermes: comma at the end": (SAME, SHORT),
        "hermes: bracket missing": (SAME, SHORT),
        "hermes: bracket too many": (SAME, SHORT),
        "hermes: fence": (SAME, SEARCH),
        "qwen_xml: no outer tag": (SAME, SEARCH),
        "qwen_xml: JSON instead": (SAME, SEARCH),
        "glm: JSON instead": (SAME, SEARCH),
        "openai_json: line break in a text": (SAME, ToolCall("text_search", {"q": "a\nb"})),
        "openai_json: single quotes": (SAME, SHORT),
    },
    "`parameters` and arguments that are JSON in a text are read, and none at all are an empty "
    "object, as the release does; vLLM wants `arguments`, and hands a text on.": {
        "hermes: parameters": (SHORT, SHORT),
        "hermes: arguments as text": (SHORT, SHORT),
        "hermes: name only": (MEMO, MEMO),
        "openai_json: arguments as text": (SHORT, SHORT),
        "openai_json: name only": (MEMO, MEMO),
    },
    "Half characters become U+FFFD, so that every text can be encoded.": {
        "hermes: half characters": (ToolCall("text_search", {"q": "\ufffd 🌉"}),) * 2,
    },
    "The reader knows our tools' arguments by name and no other schema: a text of another tool "
    "that looks like JSON, or has outer blanks, is written in quotes; an argument that no schema "
    "knows is JSON where it can be. A tool that is unknown is the environment's error, not the "
    "reader's.": {
        "qwen_xml: another tool's number, as written": (CALLS["another tool's number"],) * 2,
        "qwen_xml: another tool's blanks, as written": (CALLS["another tool's blanks"],) * 2,
        "qwen_xml: an argument that is unknown": (ToolCall("text_search", {"size": 3}),) * 2,
        "qwen_xml: a tool that is unknown": (ToolCall("fly", {"size": 3}),) * 2,
        "glm: another tool's number, as written": (CALLS["another tool's number"],) * 2,
        "glm: another tool's blanks, as written": (CALLS["another tool's blanks"],) * 2,
        "glm: an argument that is unknown": (ToolCall("text_search", {"size": 3}),) * 2,
        "glm: a tool that is unknown": (ToolCall("fly", {"size": 3}),) * 2,
    },
    "vLLM's pythonic parser wants the list alone in the turn, in a narrow spelling, with no "
    "reasoning parser before it; ours reads over thoughts, prose, fences and layout.": {
        "pythonic: a thought, as written": (CALLS["a thought"],) * 2,
        "pythonic: tags of calls in a thought, as written": (MEMO, MEMO),
        "pythonic: call in the thought": (SEARCH, SEARCH),
        "pythonic: prose before": (SEARCH, SEARCH),
        "pythonic: prose after": (SEARCH, SEARCH),
        "pythonic: fence": (SEARCH, SEARCH),
        "pythonic: fence of Python": (SEARCH, SEARCH),
        "pythonic: blanks": (ToolCall("text_search", {"q": "old mill", "top_k": 3}),) * 2,
        "pythonic: several lines": (ToolCall("text_search", {"q": "old mill", "top_k": 3}),) * 2,
        "pythonic: a name that begins with _": (ToolCall("_memo", {}),) * 2,
    },
    "Keys of an object are texts; vLLM makes a text of a number.": {
        "pythonic: a key that is no text": (NONE, NONE),
    },
    "What `openai_json` writes is the interface's own object, which vLLM makes and no parser of a "
    "model's reads; ours begins a line, so that a brace in prose is none, and `</think>` ends a "
    "thought wherever it stands (our writers escape it).": {
        "openai_json: our own writing": (SEARCH, SEARCH),
        "openai_json: prose before on the line": (NONE, NONE),
        "openai_json: a brace in prose first": (SEARCH, SEARCH),
        "openai_json: blanks before": (NONE, SAME),
        "openai_json: python tag": (NONE, NONE),
        "openai_json: a list of calls": (NONE, NONE),
        "openai_json: tags of calls in a text, as written": (NONE, NONE),
    },
}
EXPECTED = {case: found for group in DIFFERENCES.values() for case, found in group.items()}
UNTAGGED = ("prose around", "thought not closed")
"""Turns in which vLLM takes for a thought what has no closed tag."""


def theirs(case: Case) -> ToolCall | None:
    """The first call that vLLM reads."""
    calls = RECORDED[case.id]["calls"]
    if not calls:
        return None
    arguments = json.loads(calls[0]["arguments"])
    return ToolCall(calls[0]["name"], arguments, RECORDED[case.id]["thought"])


def read(reader: Callable[[], ToolCall]) -> ToolCall | None:
    try:
        return reader()
    except ToolError:
        return None


def plain(call: ToolCall | None) -> tuple[str, Any] | None:
    return None if call is None else (call.name, call.arguments)


def test_the_recording_is_of_these_turns() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", GOLDEN["vllm"])
    turns = {case.id: case.text for case in cases()}
    assert turns == {name: each["text"] for name, each in RECORDED.items()}, (
        "record anew: python -m tests.chat.record_vllm_parsers"
    )
    native = {name for name, form in FORMATS.items() if isinstance(form, NativeFormat)}
    assert set(PARSERS) == native | {"opensearch_vl"} and set(TURNS) == native
    assert set(EXPECTED) <= set(turns)
    assert len(EXPECTED) == sum(map(len, DIFFERENCES.values()))


@pytest.mark.parametrize("name", PARSERS)
def test_ours_read_what_theirs_do(name: str) -> None:
    form = FORMATS[name]
    for case in (case for case in cases() if case.form == name):
        reference = theirs(case)
        strict = read(lambda text=case.text: form.parse(text))
        lenient = read(lambda text=case.text: form.parse_leniently(text)[0])
        meant = EXPECTED.get(case.id, (SAME, SAME))
        for found, expected in zip((strict, lenient), meant, strict=True):
            if expected == SAME:
                assert plain(found) == plain(reference), case
            elif expected == NONE:
                assert found is None and reference is not None, case
            else:
                assert isinstance(expected, ToolCall)
                assert plain(found) == plain(expected) != plain(reference), case
        if strict is not None and reference is not None and case.id not in EXPECTED:
            thought = "" if case.kind in UNTAGGED else reference.thought
            assert strict.thought == thought, case


def test_vllm_reads_the_call_that_we_wrote() -> None:
    for case in cases():
        # Tags in texts are made harmless, and a bare object has no thought.
        kept = not case.kind.startswith("tags of calls") and case.form != "openai_json"
        if case.call and kept and case.id not in EXPECTED:
            assert theirs(case) == case.call, case
