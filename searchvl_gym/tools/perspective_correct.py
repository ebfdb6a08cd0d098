"""`perspective_correct`: set a page, sign or plaque that was seen at an angle straight."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext, next_image_name
from searchvl_gym.tools.fields import ImageName
from searchvl_gym.tools.limits import MAX_SIDE
from searchvl_gym.tools.quadrilaterals import Quad, area, order_corners, rectangle_size
from searchvl_gym.tools.sheet_detection import find_sheet
from searchvl_gym.types import ErrorKind, Image, ToolError, ToolResult

MIN_SIDE = 8
"""Shortest side of the straightened picture, in pixels."""

MIN_SHARE = 0.04
"""Least share of the picture that given corners span. A smaller thing is cut out first: its
surroundings decide how it is tilted, and corners that are off by a few pixels turn it over."""

Coordinate = Annotated[float, Meta(ge=-MAX_SIDE, le=MAX_SIDE)]


class PerspectiveCorrectArguments(Arguments, frozen=True):
    """Arguments of `perspective_correct`; the release has `image` only."""

    image: ImageName
    corners: Annotated[
        Annotated[list[tuple[Coordinate, Coordinate]], Meta(min_length=4, max_length=4)] | None,
        Meta(
            description="The four corners [[x, y], ...] in pixels of what is to be set straight, "
            "clockwise from the top left. Found automatically when left out."
        ),
    ] = None


class PerspectiveCorrect:
    """Warps a quadrilateral to a rectangle.

    Corners may come in any order; they are read clockwise from the one nearest to the
    picture's top left corner.

    Errors: `bad_arguments` for corners that span no convex quadrilateral inside the picture, or
    less than `MIN_SHARE` of it;
    `tool_failure` when no corners were given and none could be found with confidence. The
    original is never returned in place of a result.
    """

    name: ClassVar[str] = "perspective_correct"
    description: ClassVar[str] = (
        "Straighten a page, sign or plaque that was photographed at an angle, so that it can be "
        "read. Finds its four corners itself or takes them. Adds a picture."
    )
    arguments: ClassVar[type[Arguments]] = PerspectiveCorrectArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def run(self, arguments: PerspectiveCorrectArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        pixels = context.images.get(arguments.image)
        if arguments.corners is None:
            sheet = find_sheet(pixels)
            if sheet is None:
                raise ToolError(
                    ErrorKind.TOOL_FAILURE,
                    f"perspective_correct: no four-sided shape stands out in {arguments.image}; "
                    "pass its corners as [[x, y], ...].",
                )
            quad, how = sheet.corners, f"found with confidence {sheet.score:.2f}"
        else:
            quad, how = _check_corners(arguments.corners, pixels), "as given"
        straight = straighten(pixels, quad)
        listed = ", ".join(f"({x:.0f}, {y:.0f})" for x, y in quad)
        return ToolResult(
            f"{next_image_name(context)}: {arguments.image} straightened from the corners {listed} "
            f"({how}), {straight.shape[1]}x{straight.shape[0]} pixels.",
            image=straight,
        )


def straighten(pixels: Image, quad: Quad) -> Image:
    """Warp `quad` to an upright rectangle of its estimated aspect ratio.

    The result never has more pixels than the picture that it was seen in: there is no more
    to see, and a picture that is straightened again and again would grow without end.

    Args:
        pixels: RGB picture.
        quad: Corners in pixels, clockwise from the top left.
    """
    import cv2

    width, height = rectangle_size(quad, (pixels.shape[1], pixels.shape[0]))
    pixel_count = pixels.shape[0] * pixels.shape[1]
    shrink = min(1.0, (pixel_count / (width * height)) ** 0.5, MAX_SIDE / max(width, height))
    width, height = max(MIN_SIDE, int(width * shrink)), max(MIN_SIDE, int(height * shrink))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    warped = cv2.warpPerspective(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, dtype=np.uint8)


def _check_corners(corners: list[tuple[float, float]], pixels: Image) -> Quad:
    rows, columns = pixels.shape[:2]
    points = np.asarray(corners, dtype=np.float64)
    margin = 0.1 * max(rows, columns)
    limit = np.array([columns, rows]) + margin
    if np.any(points < -margin) or np.any(points > limit):
        raise ToolError(
            ErrorKind.BAD_ARGUMENTS,
            f"perspective_correct: the corners must lie in the picture, which is {columns}x{rows} "
            "pixels.",
        )
    quad = order_corners(points)
    if quad is None or area(quad) < MIN_SIDE * MIN_SIDE:
        raise ToolError(
            ErrorKind.BAD_ARGUMENTS,
            "perspective_correct: the corners must be four different points that span a convex "
            f"quadrilateral of at least {MIN_SIDE}x{MIN_SIDE} pixels.",
        )
    share = area(quad) / (rows * columns)
    if share < MIN_SHARE:
        raise ToolError(
            ErrorKind.BAD_ARGUMENTS,
            f"perspective_correct: the corners span {100 * share:.1f} % of the picture, at least "
            f"{100 * MIN_SHARE:.0f} % are needed; crop the picture to its surroundings first.",
        )
    return quad
