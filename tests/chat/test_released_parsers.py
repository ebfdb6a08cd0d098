"""The parsers against recorded pairs of the released code."""

import json
from pathlib import Path
from typing import Any

import pytest

from searchvl_gym.chat import FORMATS, extract_final_answer, extract_tool_call, is_well_formed
from searchvl_gym.types import ToolError

PARITY = Path(__file__).parent.parent / "parity"


def pairs(name: str) -> list[dict[str, Any]]:
    return json.loads((PARITY / f"{name}.open.json").read_text(encoding="utf-8"))


def test_tool_calls() -> None:
    for pair in pairs("tool_call"):
        call = extract_tool_call(pair["text"])
        read = None if call is None else {"name": call.name, "parameters": dict(call.arguments)}
        assert read == pair["call"], pair["text"]


def test_what_the_release_takes_for_a_turn_is_an_action() -> None:
    for pair in pairs("tool_call"):
        acts = pair["call"] is not None or pair["has_response"]
        if not acts:
            with pytest.raises(ToolError):
                FORMATS["opensearch_vl"].parse(pair["text"])
            continue
        call = FORMATS["opensearch_vl"].parse(pair["text"])
        assert (call.name == "answer") == pair["has_response"], pair["text"]


def test_final_answers() -> None:
    for pair in pairs("final_answer"):
        assert extract_final_answer(pair["text"]) == pair["answer"], pair["text"]


def test_step_format() -> None:
    for pair in pairs("step_format"):
        assert is_well_formed(pair["content"]) is pair["valid"], pair["content"]
