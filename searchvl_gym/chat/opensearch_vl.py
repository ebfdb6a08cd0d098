"""The released wire format: tags around a thought and around JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from searchvl_gym.chat.answers import ANSWER_TAGS, extract_answer_block, first_box
from searchvl_gym.chat.blocks import after_thought, first_block, thought_of
from searchvl_gym.chat.repair import repair_call, without_thoughts
from searchvl_gym.chat.step_format import is_well_formed
from searchvl_gym.chat.tool_calls import extract_legacy_call, read_call
from searchvl_gym.chat.wire_format import Schema
from searchvl_gym.tools.control_tokens import neutralise
from searchvl_gym.types import ANSWER, ErrorKind, ToolCall, ToolError

_PROMPT = """\
You answer a question about one or more pictures. The pictures are named img_1, img_2 and so on; \
the first ones come with the question, and each picture that a tool makes gets the next name. All \
of them can be used again at any time.

You work in turns. In each turn, think first and then do exactly one thing: call one tool, or \
give the final answer. After a call you get its result in <{tag}> tags, and the next turn begins.

To call a tool, write:
<think>what you know, what is missing, what you will do</think>
<tool_call>{{"name": "<tool>", "arguments": {{"<argument>": <value>}}}}</tool_call>

To answer, write:
<think>why you are sure</think>
<response>\\boxed{{<answer>}}</response>

Advice:
- Look at the picture before you search. If it is small, blurred, tilted or dark, repair it or \
crop to the part that matters, then read it.
- A search for the picture tells what it shows; text searches and visits tell the facts about it. \
Use both, and follow one link after the other until the facts reach the question.
- Search for something new each time. When a tool reports an error, change the call.
- Answer briefly: a name, a number with its unit, or a date. Never guess while a tool can tell.

The tools, one JSON schema a line:
{tools}
"""


@dataclass(frozen=True)
class OpenSearchVL:
    r"""The wire format of the release.

    A turn is `<think>…</think>`, then `<tool_call>{"name": …, "arguments": {…}}</tool_call>` or
    `<response>…\boxed{…}…</response>`. `<answer>` and the release's older tags are read as well.

    Args:
        result_tag: Tag around tool results: `tool_response` as in the release's training, or
            `observation` as in its inference code.
        strict: Whether `is_well_formed` asks for more than the release does (see there).
        skip_thought: Whether `parse` ignores what stands before the last `</think>`; the release
            carries out a call that the model merely thinks about.

    >>> form = OpenSearchVL()
    >>> form.parse('<think>Read it.</think><tool_call>{"name": "ocr", "arguments": {}}</tool_call>')
    ToolCall(name='layout_parsing', arguments={}, thought='Read it.')
    >>> form.parse("<think>Found.</think><response>\\boxed{1982}</response>").arguments
    {'text': '1982'}
    """

    result_tag: Literal["tool_response", "observation"] = "tool_response"
    strict: bool = False
    skip_thought: bool = False
    name: ClassVar[str] = "opensearch_vl"

    def system_prompt(self, schemas: Sequence[Schema]) -> str:
        """See `WireFormat.system_prompt`."""
        tools = "\n".join(json.dumps(dict(schema), ensure_ascii=False) for schema in schemas)
        tools = tools or "(there are none: answer from what you see and know)"
        return _PROMPT.format(tag=self.result_tag, tools=tools)

    def parse(self, text: str) -> ToolCall:
        """See `WireFormat.parse`. A `<tool_call>` block wins over an answer, as in the release."""
        thought = thought_of(text)
        body = after_thought(text) if self.skip_thought else text
        block = first_block(body, "tool_call")
        if block is not None:
            call = read_call(block.content)
            return ToolCall(call.name, call.arguments, thought)
        answer = extract_answer_block(body)
        if answer is not None:
            return _answer(answer, thought)
        legacy = extract_legacy_call(body)
        if legacy is not None:
            return ToolCall(legacy.name, legacy.arguments, thought)
        raise _nothing_found(body)

    def parse_leniently(self, text: str) -> tuple[ToolCall, bool]:
        """See `WireFormat.parse_leniently`: a call or answer after the thoughts, mended or not."""
        spoken = without_thoughts(text)
        thought = thought_of(text)
        action, failure = None, None
        try:
            action = self.parse(spoken)
        except ToolError as error:
            failure = error
        # A call without arguments may have them where the release does not look.
        call = None if action is not None and action.arguments else repair_call(spoken)
        if action is not None and (call is None or not call.arguments):
            return ToolCall(action.name, action.arguments, thought), False
        if call is not None:
            return ToolCall(call.name, call.arguments, thought), True
        answer = _unclosed_answer(spoken)
        if answer:
            return _answer(answer, thought), True
        assert failure is not None
        raise failure

    def render_call(self, call: ToolCall) -> str:
        """See `WireFormat.render_call`. Control tokens in thought and answer are neutralised."""
        thought = neutralise(call.thought).strip()
        text = call.arguments.get("text")
        if call.name == ANSWER and len(call.arguments) == 1 and isinstance(text, str):
            answer = neutralise(text)
            # Inside a box these would change when they are read back.
            if not any(sign in answer for sign in "\\{}"):
                answer = f"\\boxed{{{answer}}}"
            return f"<think>{thought}</think>\n<response>{answer}</response>"
        payload = {"name": call.name, "arguments": dict(call.arguments)}
        # Escaped, so that no argument can close the block.
        written = json.dumps(payload, ensure_ascii=False).replace("<", "\\u003c")
        return f"<think>{thought}</think>\n<tool_call>{written}</tool_call>"

    def render_result(self, text: str, image: str | None) -> str:
        """See `WireFormat.render_result`. The picture itself follows the text in the chat."""
        shown = neutralise(text)
        if image is not None and image not in shown:
            shown = f"{shown}\nNew picture: {image}"
        return f"<{self.result_tag}>\n{shown}\n</{self.result_tag}>"

    def is_well_formed(self, text: str) -> bool:
        """See `WireFormat.is_well_formed`."""
        return is_well_formed(text, strict=self.strict)


def _answer(answer: str, thought: str) -> ToolCall:
    if not answer:
        raise ToolError(
            ErrorKind.PARSE,
            "The final answer is empty. Write <response>\\boxed{…}</response> with the answer "
            "inside, or call a tool.",
        )
    return ToolCall(ANSWER, {"text": answer}, thought)


def _unclosed_answer(text: str) -> str | None:
    """What is boxed in an answer whose closing tag a server ate as the sign to stop."""
    starts = [at for tag in ANSWER_TAGS if (at := text.find(f"<{tag}>")) >= 0]
    return first_box(text[min(starts) :]) if starts else None


def _nothing_found(text: str) -> ToolError:
    for tag in ("tool_call", "response", "answer"):
        if f"<{tag}>" in text:
            return ToolError(ErrorKind.PARSE, f"<{tag}> is not closed. End it with </{tag}>.")
    return ToolError(
        ErrorKind.PARSE,
        "There is neither a tool call nor a final answer. After <think>…</think>, write either "
        '<tool_call>{"name": "…", "arguments": {…}}</tool_call> or '
        "<response>\\boxed{…}</response>.",
    )
