"""`crop`: cut a box out of a picture."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext, next_image_name
from searchvl_gym.tools.fields import ImageName
from searchvl_gym.tools.limits import MAX_SIDE
from searchvl_gym.types import ErrorKind, ToolError, ToolResult

MIN_SIDE = 4
"""Shortest side of what is cut out, in pixels: less shows nothing."""

Coordinates = Literal["pixels", "thousandths"]
"""In what a box is given: pixels of the full picture, or thousandths of its sides."""

Offset = Annotated[int, Meta(ge=0, le=MAX_SIDE)]
Length = Annotated[int, Meta(ge=1, le=MAX_SIDE)]


class CropArguments(Arguments, frozen=True):
    """Arguments of `crop`; all in pixels from the picture's top left corner."""

    image: ImageName
    x: Annotated[Offset, Meta(description="Left edge of the box in pixels.")]
    y: Annotated[Offset, Meta(description="Top edge of the box in pixels.")]
    width: Annotated[Length, Meta(description="Width of the box in pixels.")]
    height: Annotated[Length, Meta(description="Height of the box in pixels.")]


Start = Annotated[int, Meta(ge=0, le=1000)]
Share = Annotated[int, Meta(ge=1, le=1000)]


class ThousandthsArguments(Arguments, frozen=True):
    """Arguments of `crop` in thousandths of the picture's width and height."""

    image: ImageName
    x: Annotated[Start, Meta(description="Left edge of the box, 0 to 1000 across the picture.")]
    y: Annotated[Start, Meta(description="Top edge of the box, 0 to 1000 down the picture.")]
    width: Annotated[
        Share, Meta(description="Width of the box in thousandths of the picture's width.")
    ]
    height: Annotated[
        Share, Meta(description="Height of the box in thousandths of the picture's height.")
    ]


_UNITS = {
    "pixels": "Coordinates are pixels from the top left corner",
    "thousandths": "Coordinates run from 0 to 1000 across and down the picture, whatever its size, "
    "from the top left corner",
}


class Crop:
    """Cuts out a box. A box that sticks out is clipped to the picture.

    Errors: `bad_arguments` when the box lies outside the picture or when less than `MIN_SIDE`
    pixels a side are left of it.

    Args:
        coordinates: `pixels` of the full picture, as in the release, or `thousandths` of its
            sides, in which models point that never see the full size.

    Raises:
        ValueError: When the coordinates are neither.
    """

    name: ClassVar[str] = "crop"
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def __init__(self, coordinates: Coordinates = "pixels") -> None:
        if coordinates not in _UNITS:
            raise ValueError(
                f"crop coordinates must be one of {', '.join(_UNITS)}, got {coordinates!r}"
            )
        self.coordinates = coordinates
        self.arguments: type[Arguments] = (
            CropArguments if coordinates == "pixels" else ThousandthsArguments
        )
        self.description = (
            f"Cut a rectangle out of a picture to look at one part of it. {_UNITS[coordinates]}; "
            "a box that sticks out of the picture is clipped. Adds a picture."
        )

    def run(
        self, arguments: CropArguments | ThousandthsArguments, context: ToolContext
    ) -> ToolResult:
        """See `Tool.run`."""
        pixels = context.images.get(arguments.image)
        rows, columns = pixels.shape[:2]
        across, down = (columns, rows) if self.coordinates == "pixels" else (1000, 1000)
        if arguments.x >= across or arguments.y >= down:
            size = "" if self.coordinates == "pixels" else ", in thousandths"
            raise ToolError(
                ErrorKind.BAD_ARGUMENTS,
                f"crop: the box begins at ({arguments.x}, {arguments.y}){size}, outside "
                f"{arguments.image}, which is {columns}x{rows} pixels; choose x below {across} and "
                f"y below {down}.",
            )
        # In pixels these are the numbers themselves; pixels that a box touches belong to it.
        left, top = arguments.x * columns // across, arguments.y * rows // down
        end, foot = arguments.x + arguments.width, arguments.y + arguments.height
        right = -(-min(end, across) * columns // across)
        bottom = -(-min(foot, down) * rows // down)
        if right - left < MIN_SIDE or bottom - top < MIN_SIDE:
            raise ToolError(
                ErrorKind.BAD_ARGUMENTS,
                f"crop: only {right - left}x{bottom - top} pixels of the box lie inside "
                f"{arguments.image} ({columns}x{rows}); choose at least {MIN_SIDE}x{MIN_SIDE}.",
            )
        cut = pixels[top:bottom, left:right].copy()
        return ToolResult(
            f"{next_image_name(context)}: {arguments.image} cropped to {right - left}x"
            f"{bottom - top} pixels at ({arguments.x}, {arguments.y})"
            f"{'' if self.coordinates == 'pixels' else ' of 1000'}"
            f"{', clipped to the picture' if end > across or foot > down else ''}.",
            image=cut,
        )
