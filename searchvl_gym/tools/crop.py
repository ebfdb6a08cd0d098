"""`crop`: cut a box out of a picture."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext, next_image_name
from searchvl_gym.tools.fields import ImageName
from searchvl_gym.tools.limits import MAX_SIDE
from searchvl_gym.types import ErrorKind, ToolError, ToolResult

MIN_SIDE = 4
"""Shortest side of what is cut out, in pixels: less shows nothing."""

Offset = Annotated[int, Meta(ge=0, le=MAX_SIDE)]
Length = Annotated[int, Meta(ge=1, le=MAX_SIDE)]


class CropArguments(Arguments, frozen=True):
    """Arguments of `crop`; all in pixels from the picture's top left corner."""

    image: ImageName
    x: Annotated[Offset, Meta(description="Left edge of the box in pixels.")]
    y: Annotated[Offset, Meta(description="Top edge of the box in pixels.")]
    width: Annotated[Length, Meta(description="Width of the box in pixels.")]
    height: Annotated[Length, Meta(description="Height of the box in pixels.")]


class Crop:
    """Cuts out a box. A box that sticks out is clipped to the picture.

    Errors: `bad_arguments` when the box lies outside the picture or when less than `MIN_SIDE`
    pixels a side are left of it.
    """

    name: ClassVar[str] = "crop"
    description: ClassVar[str] = (
        "Cut a rectangle out of a picture to look at one part of it. Coordinates are pixels from "
        "the top left corner; a box that sticks out of the picture is clipped. Adds a picture."
    )
    arguments: ClassVar[type[Arguments]] = CropArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def run(self, arguments: CropArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        pixels = context.images.get(arguments.image)
        rows, columns = pixels.shape[:2]
        left, top = arguments.x, arguments.y
        right = min(left + arguments.width, columns)
        bottom = min(top + arguments.height, rows)
        if left >= columns or top >= rows:
            raise ToolError(
                ErrorKind.BAD_ARGUMENTS,
                f"crop: the box begins at ({left}, {top}), outside {arguments.image}, which is "
                f"{columns}x{rows} pixels; choose x below {columns} and y below {rows}.",
            )
        if right - left < MIN_SIDE or bottom - top < MIN_SIDE:
            raise ToolError(
                ErrorKind.BAD_ARGUMENTS,
                f"crop: only {right - left}x{bottom - top} pixels of the box lie inside "
                f"{arguments.image} ({columns}x{rows}); choose at least {MIN_SIDE}x{MIN_SIDE}.",
            )
        cut = pixels[top:bottom, left:right].copy()
        clipped = (right - left, bottom - top) != (arguments.width, arguments.height)
        return ToolResult(
            f"{next_image_name(context)}: {arguments.image} cropped to {right - left}x"
            f"{bottom - top} pixels at ({left}, {top})"
            f"{', clipped to the picture' if clipped else ''}.",
            image=cut,
        )
