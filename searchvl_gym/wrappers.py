"""Playing through text: a model's own words in, an observation in its wire format out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import gymnasium
from gymnasium.utils import RecordConstructorArgs

from searchvl_gym.episode import Attempt
from searchvl_gym.menu import MenuActions as MenuActions
from searchvl_gym.spaces import Unicode, is_encodable
from searchvl_gym.types import ErrorKind, ToolError

if TYPE_CHECKING:
    from searchvl_gym.chat import WireFormat

MAX_TEXT_CHARS = 200_000
"""Longest turn of a model, in characters."""


class TextActions(
    gymnasium.Wrapper[dict[str, Any], Any, dict[str, Any], Any], RecordConstructorArgs
):
    """Lets a language model act through text in a wire format.

    A turn that cannot be parsed is a step error that the model sees. The observation stays the
    `Dict` of `SearchEnv`; its `text` is the tool result as the wire format shows it. At the
    reset, `text` is what `SearchEnv` says of reduced pictures, mostly nothing: the question stands
    in `question` (`opening_text` joins the two), the tools in `system_prompt`.

    Args:
        env: A `SearchEnv`, wrapped or not.
        wire_format: One of `searchvl_gym.chat.FORMATS` by name, or a `WireFormat` of one's own.
        lenient: Whether calls that are not sound are mended where they can only mean one thing
            (`WireFormat.parse_leniently`); such a turn is not well-formed. False for the release's
            reading.

    Attributes:
        wire_format: The wire format.
        lenient: Whether calls are mended.

    Raises:
        ValueError: When the wire format is unknown.
    """

    def __init__(
        self,
        env: gymnasium.Env[dict[str, Any], Any],
        wire_format: str | WireFormat = "opensearch_vl",
        *,
        lenient: bool = True,
    ) -> None:
        RecordConstructorArgs.__init__(self, wire_format=wire_format, lenient=lenient)
        super().__init__(env)
        self.wire_format = find_wire_format(wire_format)
        self.lenient = lenient
        self.action_space = Unicode(max_length=MAX_TEXT_CHARS)

    @property
    def system_prompt(self) -> str:
        """What tells a model the rules, the tools and the wire format."""
        prompt: str = self.wire_format.system_prompt(self.get_wrapper_attr("suite").schemas())
        return prompt

    def step(self, action: Any) -> tuple[dict[str, Any], Any, bool, bool, dict[str, Any]]:
        """Play one turn of text; anything else than text is a step error too."""
        observation, reward, terminated, truncated, info = self.env.step(
            read_text(action, self.wire_format, lenient=self.lenient)
        )
        observation["text"] = render_text(observation["text"], info, self.wire_format)
        return observation, reward, terminated, truncated, info


def find_wire_format(wire_format: str | WireFormat) -> WireFormat:
    """A wire format by name.

    Raises:
        ValueError: When there is none of that name.
    """
    if not isinstance(wire_format, str):
        return wire_format
    from searchvl_gym.chat import FORMATS

    if wire_format not in FORMATS:
        raise ValueError(f"unknown wire format {wire_format!r}; known: {', '.join(FORMATS)}")
    return FORMATS[wire_format]


def read_text(text: Any, wire_format: WireFormat, *, lenient: bool = False) -> Attempt:
    """What a model wrote as an attempt; nothing that a model can write raises.

    Args:
        text: The model's turn.
        wire_format: How it is written.
        lenient: Whether to mend what can only mean one thing.
    """
    if not isinstance(text, str):
        error = ToolError(ErrorKind.PARSE, f"A turn must be text, got {type(text).__name__}.")
        return Attempt(None, error, text="", well_formed=False)
    if len(text) > MAX_TEXT_CHARS:
        error = ToolError(
            ErrorKind.PARSE, f"The turn is longer than {MAX_TEXT_CHARS} characters; be brief."
        )
        return Attempt(None, error, text=text[:MAX_TEXT_CHARS], well_formed=False)
    if not is_encodable(text):
        error = ToolError(ErrorKind.PARSE, "The turn holds half a character (a lone surrogate).")
        return Attempt(None, error, text=_without_surrogates(text), well_formed=False)
    well_formed = wire_format.is_well_formed(text)
    try:
        if lenient:
            call, mended = wire_format.parse_leniently(text)
            return Attempt(call, text=text, well_formed=well_formed and not mended)
        return Attempt(wire_format.parse(text), text=text, well_formed=well_formed)
    except ToolError as raised:
        return Attempt(None, raised, text=text, well_formed=well_formed)


def render_text(text: str, info: dict[str, Any], wire_format: WireFormat) -> str:
    """An observation's text as the wire format shows it; empty after an answer."""
    return wire_format.render_result(text, info["new_image"] or None) if text else ""


def opening_text(observation: Mapping[str, Any], label: str = "") -> str:
    """The question of a first observation, after what there is to say about its pictures.

    Args:
        observation: Of a reset.
        label: Written before the question.

    >>> opening_text({"question": "When?", "text": ""}, "Question: ")
    'Question: When?'
    """
    question = f"{label}{observation['question']}"
    said = str(observation["text"])
    return f"{said}\n{question}" if said else question


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
