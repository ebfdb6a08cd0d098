"""`open_image`: bring a page's picture into the episode."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext, next_image_name
from searchvl_gym.tools.fields import Url
from searchvl_gym.tools.page_pictures import IMAGE_NAME, find_page_picture
from searchvl_gym.tools.reduction import reduce_picture, reduced_size
from searchvl_gym.types import ErrorKind, Image, ToolError, ToolResult


class OpenImageArguments(Arguments, frozen=True):
    """Arguments of `open_image`."""

    url: Annotated[
        Url,
        Meta(
            description="URL of a page, for its lead picture, or an address from the page's list "
            "of pictures, such as URL#2 for its second."
        ),
    ]


class OpenImage:
    """Adds a page's picture to the episode, so that the other tools can work on it.

    Ours, not the release's: its agent can search by a page's picture but never look at it.
    Addresses are those of `image_search`. A picture with more pixels than the episode allows is
    reduced, and the result says so.

    Errors: `unavailable` without a world; `bad_arguments` for the name of a picture, which is
    there already; `tool_failure` for an unknown address or a page without that picture.
    """

    name: ClassVar[str] = "open_image"
    description: ClassVar[str] = (
        "Open a picture of a page to look at it. Takes the page's URL for its lead picture, or "
        "URL#2 for its second. Adds a picture."
    )
    arguments: ClassVar[type[Arguments]] = OpenImageArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def run(self, arguments: OpenImageArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        world = context.world
        if world is None:
            raise ToolError(
                ErrorKind.UNAVAILABLE,
                "open_image: there is no world to take pictures from; answer without.",
            )
        reference = address_of(arguments, context)
        try:
            found = find_page_picture(
                world,
                reference,
                unknown="is no page of the world; pass a URL from a search result, or an address "
                "from a page's list of pictures.",
                instead="visit lists the pictures that it has.",
            )
        except ToolError as error:
            raise ToolError(error.kind, f"open_image: {error.message}") from None
        pixels = world.pixels(found.image)
        page = found.page
        return opened(context, pixels, found.number, page.title, page.url, evidence=page.id)


def address_of(arguments: OpenImageArguments, context: ToolContext) -> str:
    """What is to be opened: an address.

    Raises:
        ToolError: `bad_arguments` for the name of a picture of the episode.
    """
    reference = arguments.url.strip()
    if IMAGE_NAME.fullmatch(reference):
        context.images.get(reference)  # a name that means nothing gets its own message
        raise ToolError(
            ErrorKind.BAD_ARGUMENTS,
            f"open_image: {reference} is open already; use it by its name, or pass the URL of "
            "a page.",
        )
    return reference


def opened(
    context: ToolContext, pixels: Image, number: int, title: str, url: str, *, evidence: int
) -> ToolResult:
    """A picture of a page as a result, reduced to what the episode allows.

    Args:
        context: Of the call.
        pixels: The picture.
        number: Which of the page's pictures it is, from 1.
        title: Of the page.
        url: Of the page.
        evidence: Number of the page.
    """
    height, width = pixels.shape[:2]
    size = reduced_size(width, height, context.max_pixels)
    reduced = ""
    if size != (width, height):
        pixels = reduce_picture(pixels, size)
        reduced = f", reduced from {width}x{height}"
    return ToolResult(
        f"{next_image_name(context)}: picture {number} of {title}, "
        f"{size[0]}x{size[1]} pixels{reduced}.\nSource: {url}#{number}",
        image=pixels,
        evidence=(evidence,),
    )
