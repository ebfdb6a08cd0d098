r"""How an episode becomes tokens, the same way in SFT, in rollouts and in training.

ChatML as the Qwen family has it:

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

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image as Pillow

from algos.models import Checkpoint
from algos.models.tokenizer import IMAGE_PAD, TURN_END, TURN_START, VISION_END, VISION_START
from searchvl_gym.types import Image


@dataclass(frozen=True)
class Patches:
    """A picture as the vision tower reads it.

    Attributes:
        values: Float32, shape (patches, channels × time × patch × patch).
        grid: Patches in time, height and width.
    """

    values: npt.NDArray[np.float32]
    grid: tuple[int, int, int]


@dataclass(frozen=True)
class Segment:
    """Tokens that come at once, and the pictures that their placeholders stand for."""

    tokens: tuple[int, ...]
    pictures: tuple[Patches, ...] = ()


class Conversation:
    """Turns prompts, observations and turns into tokens for one checkpoint.

    Args:
        checkpoint: Gives tokenizer and image processor.

    Raises:
        ValueError: When the tokenizer lacks one of Qwen's special tokens.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._tokenizer = checkpoint.tokenizer
        self._image_processor = checkpoint.image_processor
        known = self._tokenizer.get_vocab()
        names = (TURN_START, TURN_END, VISION_START, VISION_END, IMAGE_PAD)
        missing = [name for name in names if name not in known]
        if missing:
            raise ValueError(
                f"the tokenizer lacks {', '.join(missing)}; use one of the Qwen family"
            )
        start, self.turn_end, begin, end, self.image_token = (known[name] for name in names)
        self._vision = (begin, end)
        newline = self._encode("\n")
        self._roles = {
            role: (start, *self._encode(role), *newline) for role in ("system", "user", "assistant")
        }
        self._close = (self.turn_end, *newline)
        self._newline = newline
        self.padding = int(self._tokenizer.pad_token_id or 0)

    def prompt(self, system: str, question: str, images: Sequence[Image | Patches]) -> Segment:
        """Everything before the model's first turn."""
        pictures = tuple(map(self._as_patches, images))
        return Segment(
            (
                *self._roles["system"],
                *self._encode(system),
                *self._close,
                *self._roles["user"],
                *self._placeholders(pictures),
                *self._encode(question),
                *self._close,
                *self._roles["assistant"],
            ),
            pictures,
        )

    def observation(self, text: str, images: Sequence[Image | Patches] = ()) -> Segment:
        """What comes between two turns: a tool result and the pictures that it made."""
        pictures = tuple(map(self._as_patches, images))
        return Segment(
            (
                *self._newline,
                *self._roles["user"],
                *self._placeholders(pictures),
                *self._encode(text),
                *self._close,
                *self._roles["assistant"],
            ),
            pictures,
        )

    def turn(self, text: str) -> tuple[int, ...]:
        """A demonstrated turn with the token that ends it."""
        return (*self._encode(text), self.turn_end)

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of a sampled turn, without the token that ends it."""
        kept = [token for token in tokens if token != self.turn_end]
        text: str = self._tokenizer.decode(kept, skip_special_tokens=False)
        return text

    def patches(self, image: Image) -> Patches:
        """A picture, shrunk to the image processor's size and cut into patches."""
        made: Any = self._image_processor(images=[Pillow.fromarray(image)], return_tensors="np")
        time, height, width = (int(side) for side in made["image_grid_thw"][0])
        return Patches(np.asarray(made["pixel_values"], np.float32), (time, height, width))

    def _as_patches(self, image: Image | Patches) -> Patches:
        return image if isinstance(image, Patches) else self.patches(image)

    def _placeholders(self, pictures: Sequence[Patches]) -> list[int]:
        merge = self._image_processor.merge_size**2
        begin, end = self._vision
        tokens: list[int] = []
        for picture in pictures:
            count = int(np.prod(picture.grid)) // merge
            tokens += [begin, *[self.image_token] * count, end]
        return tokens

    def _encode(self, text: str) -> tuple[int, ...]:
        # A special token that is spelt out in a page or question must stay plain text.
        made = self._tokenizer(text, add_special_tokens=False, split_special_tokens=True)
        return tuple(made["input_ids"])


def rope_positions(
    tokens: Sequence[int],
    pictures: Sequence[Patches],
    *,
    image_token: int,
    merge: int,
    start: int = 0,
) -> tuple[npt.NDArray[np.int64], int]:
    """M-RoPE positions of consecutive tokens, as Qwen2.5-VL and Qwen3-VL define them for pictures.

    Text counts up in all three dimensions. A picture's tokens share one place in time and have
    their row and column in height and width; text goes on after the longer side.

    Args:
        tokens: The tokens; a picture's placeholders stand side by side.
        pictures: The pictures that they stand for, in order.
        image_token: The placeholder.
        merge: Patches a side that make one token.
        start: Position of the first token.

    Returns:
        Shape (3, T), and the position of the next token.
    """
    positions = np.empty((3, len(tokens)), np.int64)
    grids = [picture.grid for picture in pictures]
    ids = np.asarray(tokens, np.int64)
    here, at = start, 0
    for placeholder in np.flatnonzero(ids == image_token).tolist():
        if placeholder < at:
            continue
        text = placeholder - at
        positions[:, at:placeholder] = np.arange(here, here + text)
        here += text
        time, height, width = grids.pop(0)
        height, width = height // merge, width // merge
        cells = np.indices((time, height, width)).reshape(3, -1)
        at = placeholder + cells.shape[1]
        positions[:, placeholder:at] = cells + here
        here += max(height, width)
    rest = len(tokens) - at
    positions[:, at:] = np.arange(here, here + rest)
    return positions, here + rest


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


def stack_pictures(
    pictures: Sequence[Patches], device: torch.device | str
) -> dict[str, torch.Tensor]:
    """The model's arguments for pictures; none when there are none."""
    if not pictures:
        return {}
    values = np.concatenate([picture.values for picture in pictures])
    return {
        "pixel_values": torch.from_numpy(values).to(device),
        "image_grid_thw": torch.tensor([picture.grid for picture in pictures], device=device),
    }
