"""An episode so far, as a context sees it."""

from __future__ import annotations

from dataclasses import dataclass

from searchvl_gym.types import ToolCall


@dataclass(frozen=True)
class Turn:
    """What the environment said, and what the model answered.

    Attributes:
        text: The observation's text; of the first turn, what opens the episode.
        sizes: Width and height of the pictures that came with it.
        first: Number of the first of these pictures, 1-based.
        said: The words of the model's answer; "" while it is awaited.
        call: The action in the answer, when one could be read.
    """

    text: str
    sizes: tuple[tuple[int, int], ...] = ()
    first: int = 1
    said: str = ""
    call: ToolCall | None = None

    @property
    def pictures(self) -> tuple[int, ...]:
        """Numbers of the pictures that came with it."""
        return tuple(range(self.first, self.first + len(self.sizes)))


@dataclass(frozen=True)
class Shown:
    """What a model is shown of a turn: a text, and pictures by number."""

    text: str
    pictures: tuple[int, ...] = ()
