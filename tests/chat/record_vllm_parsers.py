"""Record what vLLM's own parsers read in the turns of `vllm_cases`.

    python -m tests.chat.record_vllm_parsers

Run it where vLLM 0.33 or later can be imported: `pip install vllm`, and what this project needs.
The parsers need neither a GPU nor vLLM's compiled part: the wheel's Python files, with PyTorch for
the CPU and the packages that they import, will do; nothing is put in the place of vLLM's modules.
Each turn goes through what `vllm serve --enable-auto-tool-choice` composes of a tool parser and a
reasoning parser, with the tools' schemas and a tokenizer that is made here. It writes
`vllm_parsers.json` beside itself, with the release's number.
"""

from __future__ import annotations

import json
import logging
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.chat.vllm_cases import ALIASES, PARSERS, Case, cases, tool_schemas

GOLDEN = Path(__file__).with_name("vllm_parsers.json")
SPECIAL = (
    *("<think>", "</think>", "<tool_call>", "</tool_call>"),
    *("<|im_start|>", "<|im_end|>", "<|python_tag|>"),
    *("<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"),
)
"""Tokens by which the parsers know their place."""


def make_tokenizer() -> Any:
    """A tokenizer of bytes with the special tokens of the families."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    core = Tokenizer(models.BPE({letter: at for at, letter in enumerate(letters)}, []))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=core)
    made.add_special_tokens({"additional_special_tokens": list(SPECIAL)})
    return made


def read(case: Case, tokenizer: Any, tools: list[Any]) -> dict[str, Any]:
    """What vLLM reads in a turn: thought and calls."""
    from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
    from vllm.parser.parser_manager import ParserManager

    tool_parser, reasoning_parser = PARSERS[case.form]
    composed = ParserManager.get_parser(tool_parser, reasoning_parser, enable_auto_tools=True)
    request = ChatCompletionRequest(
        model="any", messages=[{"role": "user", "content": "?"}], tools=tools
    )
    parser = composed(tokenizer, request.tools)
    thought, _, calls = parser.parse(case.text, request, enable_auto_tools=True)
    return {
        "thought": (thought or "").strip(),
        "calls": [{"name": each.name, "arguments": each.arguments} for each in calls or ()],
    }


def main() -> None:
    """Write the golden file."""
    from vllm.tool_parsers import ToolParserManager

    # A turn that cannot be read is logged with a traceback.
    logging.disable(logging.CRITICAL)
    for name, same in ALIASES.items():
        found = [ToolParserManager.get_tool_parser(each) for each in (name, same)]
        if found[0] is not found[1]:
            raise SystemExit(f"vLLM's parsers {name} and {same} differ now: record both")
    tokenizer, tools = make_tokenizer(), tool_schemas()
    recorded = [
        {"case": case.id, "text": case.text, **read(case, tokenizer, tools)} for case in cases()
    ]
    golden = {"vllm": version("vllm"), "cases": recorded}
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
    print(f"{len(recorded)} turns read by vLLM {golden['vllm']}: {GOLDEN}")


if __name__ == "__main__":
    main()
