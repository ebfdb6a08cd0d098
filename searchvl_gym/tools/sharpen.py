"""`sharpen`: unsharp masking, `(1 + a) I - a G_s * I` with `s` = 3 pixels (PAPER section 2)."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext, next_image_name
from searchvl_gym.tools.fields import ImageName
from searchvl_gym.types import Image, ToolResult

SIGMA = 3.0
"""Standard deviation of the Gaussian blur, in pixels."""


class SharpenArguments(Arguments, frozen=True):
    """Arguments of `sharpen`."""

    image: ImageName
    amount: Annotated[
        float, Meta(ge=0, le=10, description="Strength; 0 changes nothing, 1.5 is usual.")
    ] = 1.5


class Sharpen:
    """Makes edges and letters crisper. Errors: `bad_arguments` for an unknown picture."""

    name: ClassVar[str] = "sharpen"
    description: ClassVar[str] = (
        "Sharpen a blurred picture with an unsharp mask, so that edges and text become clearer. "
        "Adds a picture of the same size."
    )
    arguments: ClassVar[type[Arguments]] = SharpenArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def run(self, arguments: SharpenArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        pixels = unsharp_mask(context.images.get(arguments.image), arguments.amount)
        return ToolResult(
            f"{next_image_name(context)}: {arguments.image} sharpened by {arguments.amount:g}, "
            f"{pixels.shape[1]}x{pixels.shape[0]} pixels.",
            image=pixels,
        )


def unsharp_mask(pixels: Image, amount: float) -> Image:
    """Sharpen `pixels`; rounded and saturated to 0…255.

    Args:
        pixels: RGB picture.
        amount: The factor `a` of the formula, at least 0.
    """
    import cv2

    blurred = cv2.GaussianBlur(pixels, (0, 0), SIGMA)
    return np.asarray(cv2.addWeighted(pixels, 1.0 + amount, blurred, -amount, 0.0), dtype=np.uint8)
