"""What a tool is: one typed argument class and one function.

The argument class is a frozen `msgspec.Struct`; its annotations give the JSON schema that the
model reads, the validation of what the model sends, and the action space. So the three can
never disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import msgspec

from searchvl_gym.tools.limits import MAX_PIXELS
from searchvl_gym.types import Image, ToolResult

if TYPE_CHECKING:
    from searchvl_gym.world import World


class Arguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every tool's argument class. Field docs go into `msgspec.Meta(description=…)`."""


class ImageSource(Protocol):
    """The pictures of one episode, addressed as the model addresses them."""

    def get(self, name: str) -> Image:
        """Pixels of `img_n`.

        Raises:
            ToolError: `bad_arguments` when there is no such picture; the message lists those
                there are.
        """

    def names(self) -> Sequence[str]:
        """`("img_1", …)` in the order in which they came."""


@dataclass(frozen=True)
class ToolContext:
    """What a tool may look at while it runs.

    Attributes:
        images: The episode's pictures.
        world: The world to search, or None where a tool needs none.
        max_pixels: Most pixels of a picture that a tool may make here; what would be larger is
            refused before it is made.
    """

    images: ImageSource
    world: World | None = None
    max_pixels: int = MAX_PIXELS


def next_image_name(context: ToolContext) -> str:
    """Name that the next picture of the episode will get, e.g. `img_2` after `img_1`."""
    return f"img_{len(context.images.names()) + 1}"


class Tool(Protocol):
    """One tool of the suite. Implementations are stateless apart from lazily loaded models.

    A tool whose cost is bounded by the caps on its input may declare `bounded = True`: it is then
    run in the caller's thread, without a time limit.

    Attributes:
        name: The released name, e.g. `text_search`.
        description: What the model reads about it.
        arguments: The argument class.
        argument_aliases: Other names that the model may use for an argument (`query` for `q`).
    """

    name: ClassVar[str]
    argument_aliases: ClassVar[dict[str, str]]

    @property
    def description(self) -> str:
        """What the model reads; a tool with settings says what they change."""

    @property
    def arguments(self) -> type[Arguments]:
        """The argument class."""

    def run(self, arguments: Any, context: ToolContext) -> ToolResult:
        """Do the work.

        Args:
            arguments: A validated instance of `self.arguments`.
            context: The episode's pictures and the world.

        Raises:
            ToolError: When the job cannot be done; never a silent fallback.
        """
