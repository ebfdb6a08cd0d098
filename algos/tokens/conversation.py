r"""How an episode becomes tokens, the same way in SFT, in rollouts and in training.

The chat template of the checkpoint says what stands around the texts; in ChatML, as the Qwen
family has it:

    <|im_start|>system\n{system prompt}<|im_end|>\n
    <|im_start|>user\n{pictures}{question}<|im_end|>\n
    <|im_start|>assistant\n{the model's turn}<|im_end|>
    \n<|im_start|>user\n{pictures}{tool result}<|im_end|>\n<|im_start|>assistant\n …

The text between is rendered by a wire format. Every piece is tokenised once, when it comes up:
what a model wrote is kept as the tokens that it sampled and is never tokenised again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from algos.models import Checkpoint
from algos.models.chat_scaffold import ChatScaffold, ChatTemplateError, ResultRole
from algos.models.pictures import Patches, Picture, Tiles
from searchvl_gym.types import Image

__all__ = [
    "Conversation",
    "Patches",
    "Picture",
    "Segment",
    "Tiles",
    "result_role_of",
    "without_placeholders",
]


@dataclass(frozen=True)
class Segment:
    """Tokens that come at once, and the pictures that their placeholders stand for."""

    tokens: tuple[int, ...]
    pictures: tuple[Picture, ...] = ()


class Conversation:
    """Turns prompts, observations and turns into tokens for one checkpoint.

    Args:
        checkpoint: Gives family, tokenizer, image processor and chat template.
        result_role: Role of tool results; a wire format says which it wants.

    Attributes:
        turn_end: The token that ends a turn of the model.
        image_token: Placeholder of pictures.
        padding: What fills gaps.

    Raises:
        ValueError: When the tokenizer lacks one of the family's special tokens, or the chat
            template cannot be used.
    """

    def __init__(self, checkpoint: Checkpoint, result_role: ResultRole = "user") -> None:
        self._tokenizer = checkpoint.tokenizer
        self._image_processor = checkpoint.image_processor
        self._config = checkpoint.model.config
        self._family = checkpoint.family
        known = self._tokenizer.get_vocab()
        missing = [name for name in self._family.special if name not in known]
        if missing:
            raise ValueError(
                f"the tokenizer lacks {', '.join(missing)}; use one of {self._family.title}"
            )
        self.image_token = self._family.image_token(self._config)
        self.padding = int(self._tokenizer.pad_token_id or 0)
        self._scaffold = ChatScaffold(
            self._tokenizer, checkpoint.chat_template, self._family.marker, result_role
        )
        self.turn_end = self._special(self._scaffold.result(0)[0])[0]
        if self.turn_end not in self._tokenizer.added_tokens_decoder:
            raise ChatTemplateError("the chat template ends a turn by no token of its own")

    def prompt(self, system: str, question: str, images: Sequence[Image | Picture]) -> Segment:
        """Everything before the model's first turn."""
        pictures = tuple(map(self._seen, images))
        before, between, after = self._scaffold.prompt(len(pictures))
        before, between, after = self._shown((before, between, after), pictures)
        return Segment(
            (
                *self._around(before, system),
                *self._around(between, question),
                *self._special(after),
            ),
            pictures,
        )

    def observation(self, text: str, images: Sequence[Image | Picture] = ()) -> Segment:
        """What comes between two turns: a tool result and the pictures that it made."""
        pictures = tuple(map(self._seen, images))
        before, after = self._shown(self._scaffold.result(len(pictures)), pictures)
        # The first token ends the turn: it belongs to the model.
        return Segment((*self._around(before, text)[1:], *self._special(after)), pictures)

    def turn(self, text: str) -> tuple[int, ...]:
        """A demonstrated turn with the token that ends it."""
        return (*self._encode(self._scaffold.opening + text), self.turn_end)

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of a sampled turn, without the token that ends it."""
        kept = [token for token in tokens if token != self.turn_end]
        text: str = self._tokenizer.decode(kept, skip_special_tokens=False)
        return text.removeprefix(self._scaffold.opening)

    def patches(self, image: Image) -> Picture:
        """A picture as the vision tower reads it."""
        return self._family.see(image, self._image_processor, self._config)

    def _seen(self, image: Image | Picture) -> Picture:
        return image if isinstance(image, Patches | Tiles) else self.patches(image)

    def _shown(self, pieces: Sequence[str], pictures: Sequence[Picture]) -> list[str]:
        """Pieces of the scaffold with every marker replaced by what its picture is written as."""
        written = [
            self._family.written(picture, self._image_processor, self._config)
            for picture in pictures
        ]
        shown = []
        for piece in pieces:
            first, *rest = piece.split(self._family.marker)
            for text in rest:
                first += written.pop(0) + text
            shown.append(first)
        return shown

    def _around(self, before: str, text: str) -> tuple[int, ...]:
        """A piece of the template and the text after it; a blank belongs to the word after it."""
        ended = before.rstrip(" ")
        return (*self._special(ended), *self._encode(before[len(ended) :] + text))

    def _special(self, text: str) -> tuple[int, ...]:
        """Text of the template, in which special tokens are what they are."""
        made = self._tokenizer(text, add_special_tokens=False, split_special_tokens=False)
        return tuple(made["input_ids"])

    def _encode(self, text: str) -> tuple[int, ...]:
        # A special token that is spelt out in a page or question must stay plain text.
        made = self._tokenizer(text, add_special_tokens=False, split_special_tokens=True)
        return tuple(made["input_ids"])


def result_role_of(wire_format: Any) -> ResultRole:
    """The role in which a wire format wants tool results: the user's, if it does not say."""
    return "tool" if getattr(wire_format, "result_role", "user") == "tool" else "user"


def without_placeholders(
    tokens: Sequence[int], image_token: int, padding: int, sampled: bool | Sequence[bool]
) -> list[int]:
    """Tokens as a model reads them: a placeholder that it sampled itself stands for no picture.

    A model may draw the placeholder's id like any other. Read as such it would ask for a picture
    that is not there, so padding is read in its place; what was drawn stays on record.

    Args:
        tokens: Token ids.
        image_token: The placeholder.
        padding: What is read instead.
        sampled: Whether the model drew the tokens: for all of them, or for each.

    >>> without_placeholders([5, 9, 9], 9, 0, [False, False, True])
    [5, 9, 0]
    """
    each = [sampled] * len(tokens) if isinstance(sampled, bool) else sampled
    return [
        padding if token == image_token and drawn else token
        for token, drawn in zip(tokens, each, strict=True)
    ]
