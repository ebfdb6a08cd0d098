"""`image_search`: find the pages that show the same picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext
from searchvl_gym.tools.fields import TopK, Url
from searchvl_gym.tools.page_pictures import IMAGE_NAME, find_page_picture
from searchvl_gym.types import ErrorKind, Image, ToolError, ToolResult
from searchvl_gym.world.format import WorldError

if TYPE_CHECKING:
    from searchvl_gym.world import World
    from searchvl_gym.world.image_index import ImageHit


class ImageSearchArguments(Arguments, frozen=True):
    """Arguments of `image_search`."""

    url: Annotated[
        Url,
        Meta(
            description="A picture of this conversation (img_1), or the URL of a page whose lead "
            "picture to search for."
        ),
    ]
    top_k: TopK = 5


class ImageSearch:
    """Reverse image search over the world's pictures.

    `url` names a picture of the episode, or a page of the world, whose lead picture is taken;
    `URL#2` takes the page's second picture. Other addresses are refused: nothing is fetched.
    A search that verifies no match is a normal result that says so.

    Errors: `unavailable` without a world or without an image index; `bad_arguments` for an
    unknown picture; `tool_failure` for an unknown address or a page without that picture.
    """

    name: ClassVar[str] = "image_search"
    description: ClassVar[str] = (
        "Search by picture: find pages that show the same thing as a picture. Returns titles, "
        "source URLs and match scores, or says that there is no match."
    )
    arguments: ClassVar[type[Arguments]] = ImageSearchArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def run(self, arguments: ImageSearchArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        world = context.world
        if world is None:
            raise ToolError(
                ErrorKind.UNAVAILABLE, "image_search: there is no world to search; answer without."
            )
        reference = arguments.url.strip()
        if IMAGE_NAME.fullmatch(reference):
            pixels = context.images.get(reference)
        else:
            pixels = _page_picture(world, reference)
        try:
            index = world.image_index
        except WorldError:
            raise ToolError(
                ErrorKind.UNAVAILABLE,
                "image_search: this world has no image index; use text_search.",
            ) from None
        hits = index.search(pixels, arguments.top_k)
        if not hits:
            return ToolResult(
                "No match: no picture in the index shows the same thing. Try a crop, or repair "
                "the picture first."
            )
        matches = []
        for number, hit in enumerate(hits, 1):
            page = world.page(hit.page)
            matches.append(
                f"[Match {number}] {page.title}\nSource: {page.url}\nMatch score: {hit.score:.2f}"
                f"{_kind(hit)}"
            )
        return ToolResult(
            "\n\n".join(matches), evidence=tuple(dict.fromkeys(hit.page for hit in hits))
        )


def _kind(hit: ImageHit) -> str:
    if hit.same_picture:
        return ""
    return " (another view)" if hit.sure else " (looks alike, not sure)"


def _page_picture(world: World, reference: str) -> Image:
    try:
        found = find_page_picture(
            world,
            reference,
            unknown="is neither a picture of this conversation nor a page of the world; pass a "
            "name such as img_1 or a URL from a search result.",
            instead="pass a name such as img_1.",
        )
    except ToolError as error:
        raise ToolError(error.kind, f"image_search: {error.message}") from None
    return world.pixels(found.image)
