"""`view_image`: see a picture of the episode again."""

from __future__ import annotations

from typing import ClassVar

from searchvl_gym.tools.base import Arguments, ToolContext
from searchvl_gym.tools.fields import ImageName
from searchvl_gym.types import ToolResult


class ViewImageArguments(Arguments, frozen=True):
    """Arguments of `view_image`."""

    image: ImageName


class ViewImage:
    """Names a picture of the episode, which the context `references` then shows again.

    Ours, not the release's. It adds no picture: the episode has it already.

    Errors: `bad_arguments` when there is no such picture.
    """

    name: ClassVar[str] = "view_image"
    description: ClassVar[str] = (
        "See a picture of this conversation again, by its name (img_1), when it is no longer shown."
    )
    arguments: ClassVar[type[Arguments]] = ViewImageArguments
    argument_aliases: ClassVar[dict[str, str]] = {"img": "image"}
    bounded: ClassVar[bool] = True

    def run(self, arguments: ViewImageArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        height, width = context.images.get(arguments.image).shape[:2]
        return ToolResult(f"Here is {arguments.image} again, {width}x{height} pixels.")
