"""Wire formats of models' own tool calls, against the chat templates that define them."""

from pathlib import Path
from typing import Any

import pytest
import trl
from transformers import PreTrainedTokenizerFast

from algos.models import train_tokenizer
from algos.models.chat_scaffold import ChatScaffold, drops_thoughts, has_tool_role
from searchvl_gym.chat import FORMATS
from searchvl_gym.chat.native import ANSWER_TOOL, NativeFormat
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.types import ToolCall

CALL = ToolCall("text_search", {"q": 'old "mill" Zürich', "top_k": 3, "deep": [1, {"a": None}]})
TEMPLATES = {"hermes": "qwen3_vl", "qwen_xml": "qwen3_5_nothink", "glm": "glm4moe"}


def template_of(name: str) -> str:
    folder = Path(trl.__file__).parent / "chat_templates"
    return (folder / f"{name}.jinja").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return train_tokenizer(["a"], 300)


def render(tokenizer: PreTrainedTokenizerFast, name: str, **arguments: Any) -> str:
    function = {"name": CALL.name, "arguments": dict(CALL.arguments)}
    messages = [
        {"role": "system", "content": "rules"},
        {"role": "user", "content": "what?"},
        {"role": "assistant", "content": "", "tool_calls": [{"function": function}]},
        {"role": "tool", "content": "found"},
    ]
    return str(
        tokenizer.apply_chat_template(
            messages, chat_template=template_of(name), tokenize=False, **arguments
        )
    )


@pytest.mark.parametrize(("form", "template"), TEMPLATES.items())
def test_calls_tools_and_results_are_those_of_the_template(
    tokenizer: PreTrainedTokenizerFast, form: str, template: str
) -> None:
    native = FORMATS[form]
    assert isinstance(native, NativeFormat)
    schemas = [*make_suite().schemas(), ANSWER_TOOL]
    text = render(tokenizer, template, tools=schemas)
    assert native.tool_block(schemas) in text
    assert native.write(CALL) in text
    result = native.render_result("found", None)
    assert result in text
    if form != "glm":
        assert result.startswith("<tool_response>")


@pytest.mark.parametrize(
    ("template", "marker", "tools", "drops"),
    [
        ("qwen3_vl", "<|image_pad|>", True, False),
        ("qwen2_5_vl", "<|image_pad|>", False, False),
        ("qwen3_5_think", "<|image_pad|>", True, True),
        ("qwen3_5_nothink", "<|image_pad|>", True, True),
        ("smolvlm", "<image>", False, False),
        ("gemma3", "<start_of_image>", False, False),
    ],
)
def test_real_templates_can_be_used(
    tokenizer: PreTrainedTokenizerFast, template: str, marker: str, tools: bool, drops: bool
) -> None:
    source = template_of(template)
    scaffold = ChatScaffold(tokenizer, source, marker)
    before, between, after = scaffold.prompt(2)
    assert (before + between + after).count(marker) == 2
    assert "<think>" not in after and after.rstrip().lower().endswith(
        ("assistant", "assistant:", "model")
    )
    assert scaffold.result(1)[0].count(marker) == 1
    assert scaffold.opening == (" " if template == "smolvlm" else "")
    assert has_tool_role(tokenizer, source) is tools
    assert drops_thoughts(tokenizer, source) is drops


def test_qwens_template_is_what_is_written_without_one(tokenizer: PreTrainedTokenizerFast) -> None:
    from algos.models.families.qwen3_vl import CHATML

    own = ChatScaffold(tokenizer, CHATML, "<|image_pad|>")
    theirs = ChatScaffold(tokenizer, template_of("qwen3_vl"), "<|image_pad|>")
    for pictures in (0, 1, 3):
        assert own.prompt(pictures) == theirs.prompt(pictures)
        assert own.result(pictures) == theirs.result(pictures)
