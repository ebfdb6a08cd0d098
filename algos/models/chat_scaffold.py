"""What a checkpoint's chat template writes around texts and pictures.

A template renders whole conversations. Rollouts grow piece by piece, and what was read or sampled
is never rendered again. So a short conversation is rendered once with stand-ins for its texts, and
what stands between them is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

SYSTEM, QUESTION, TURN, RESULT = "SYSTEM-TEXT", "QUESTION-TEXT", "TURN-TEXT", "RESULT-TEXT"
"""Stand-ins, which no template treats otherwise than any text."""

THOUGHT = "THOUGHT-TEXT"

ResultRole = Literal["user", "tool"]
"""The role in which a model gets to read what a tool brought."""


class ChatTemplateError(ValueError):
    """A chat template cannot be used; the message says why."""


class ChatScaffold:
    """The text between the texts, for any number of pictures.

    Args:
        tokenizer: Renders the template.
        template: Jinja source.
        marker: What it writes for one picture.
        result_role: Role of tool results.

    Attributes:
        opening: Blanks that stand between the model's header and its turn.

    Raises:
        ChatTemplateError: When the template does not write what it is given, where it is given.
    """

    def __init__(
        self, tokenizer: Any, template: str, marker: str, result_role: ResultRole = "user"
    ) -> None:
        self._tokenizer = tokenizer
        self._template = template
        self._marker = marker
        self._result_role = result_role
        *_, before_turn, _, _ = self._split(
            self._whole(0, 0), SYSTEM, QUESTION, TURN, RESULT, "the result of a tool"
        )
        *_, asked = self._split(self._begun(0), SYSTEM, QUESTION, "a system message")
        header = _common_beginning(before_turn, asked)
        if not asked[len(header) :].strip():
            # What asks for a turn is what a model knows, even if it is rendered otherwise later.
            header = asked
        # Otherwise the template opens a thought for the model; it opens its own.
        self._opened = asked[len(header) :]
        rest = before_turn.removeprefix(header) if before_turn.startswith(header) else ""
        self.opening = rest[: len(rest) - len(rest.lstrip())]
        # Bound to the object: a cache of the class would keep every one that was ever made.
        self.prompt = lru_cache(maxsize=None)(self._prompt)
        self.result = lru_cache(maxsize=None)(self._result)

    def _prompt(self, pictures: int) -> tuple[str, str, str]:
        """What stands before the system text, between it and the question, and after that."""
        before, between, after = self._split(
            self._begun(pictures), SYSTEM, QUESTION, "a system message"
        )
        self._check_markers(before + between + after, pictures, "a question")
        return before, between, after.removesuffix(self._opened)

    def _result(self, pictures: int) -> tuple[str, str]:
        """What ends a turn and begins a result, and what stands between that and the next turn."""
        *_, before, after = self._split(
            self._whole(0, pictures), SYSTEM, QUESTION, TURN, RESULT, "the result of a tool"
        )
        self._check_markers(before + after, pictures, "the result of a tool")
        return before, after.removesuffix(self._opened)

    def _begun(self, pictures: int) -> str:
        return self._render([_message("system", SYSTEM), _message("user", QUESTION, pictures)])

    def _whole(self, pictures: int, new: int) -> str:
        return self._render(
            [
                _message("system", SYSTEM),
                _message("user", QUESTION, pictures),
                _message("assistant", TURN),
                _message(self._result_role, RESULT, new),
            ]
        )

    def _render(self, messages: Sequence[Mapping[str, Any]]) -> str:
        return render(self._tokenizer, self._template, messages)

    def _split(self, text: str, *stands: str) -> list[str]:
        """The parts between stand-ins; the last argument says what is missing without them."""
        pieces = []
        for stand in stands[:-1]:
            piece, found, text = text.partition(stand)
            if not found or stand in text:
                raise ChatTemplateError(
                    f"the chat template does not write {stands[-1]} as it is given"
                )
            pieces.append(piece)
        return [*pieces, text]

    def _check_markers(self, text: str, pictures: int, where: str) -> None:
        if text.count(self._marker) != pictures:
            raise ChatTemplateError(
                f"the chat template does not write {self._marker} for each picture of {where}"
            )


def render(tokenizer: Any, template: str, messages: Sequence[Mapping[str, Any]]) -> str:
    """A conversation as a template writes it, up to the model's next turn.

    Raises:
        ChatTemplateError: When the template fails.
    """
    try:
        return str(
            tokenizer.apply_chat_template(
                list(messages), chat_template=template, tokenize=False, add_generation_prompt=True
            )
        )
    # A template is a program: it can raise whatever it likes.
    except Exception as error:
        line = str(error).strip().split("\n", 1)[0] or type(error).__name__
        raise ChatTemplateError(f"the chat template fails: {line}") from error


def has_tool_role(tokenizer: Any, template: str) -> bool:
    """Whether a template treats what tools bring otherwise than words of an unknown role."""
    begun = [_message("system", SYSTEM), _message("user", QUESTION), _message("assistant", TURN)]
    made = []
    for role in ("tool", "nobody"):
        try:
            shown = render(tokenizer, template, [*begun, {"role": role, "content": RESULT}])
        except ChatTemplateError:
            shown = ""
        made.append(shown.replace(role, "").replace(role.capitalize(), ""))
    return RESULT in made[0] and made[0] != made[1]


def drops_thoughts(tokenizer: Any, template: str) -> bool:
    """Whether a template leaves the thoughts of earlier turns out."""
    turn = f"<think>\n{THOUGHT}\n</think>\n\n{TURN}"
    messages = [
        _message("system", SYSTEM),
        _message("user", QUESTION),
        _message("assistant", turn),
        _message("user", RESULT),
    ]
    return THOUGHT not in render(tokenizer, template, messages)


def _message(role: str, text: str, pictures: int = 0) -> dict[str, Any]:
    if role == "tool" and not pictures:
        return {"role": role, "content": text}
    parts = [{"type": "image"} for _ in range(pictures)]
    return {"role": role, "content": [*parts, {"type": "text", "text": text}]}


def _common_beginning(first: str, second: str) -> str:
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return first[:length]
