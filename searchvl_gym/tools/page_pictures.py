"""The pictures of the world's pages as a model addresses them: `URL` or `URL#2`.

One address language for every tool that takes a page's picture: a page's URL means its lead
picture, `URL#2` its second.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from searchvl_gym.types import ErrorKind, ToolError

if TYPE_CHECKING:
    from searchvl_gym.world import World
    from searchvl_gym.world.records import Page

MAX_LISTED = 20
"""How many of a page's pictures are listed."""

MAX_CAPTION_CHARS = 200
"""Longest caption that is shown."""

IMAGE_NAME = re.compile(r"img_[0-9]+", re.ASCII)
"""A name that means a picture of the episode rather than an address."""

_SEPARATORS = re.compile(r"[|;\n]")


class PagePicture(NamedTuple):
    """A picture of a page.

    Attributes:
        page: The page.
        number: 1-based position among its pictures.
        image: Id of the world's picture.
    """

    page: Page
    number: int
    image: int


def find_page_picture(world: World, reference: str, *, unknown: str, instead: str) -> PagePicture:
    """The picture that an address means.

    Args:
        world: Whose pages are meant.
        reference: A page's URL, with `#n` for its n-th picture.
        unknown: What to say after an address that the world does not have.
        instead: What to pass instead of a picture that the page does not have.

    Raises:
        ToolError: `tool_failure` when there is no such page or picture. The message does not
            name the tool.
    """
    address, _, ordinal = reference.partition("#")
    page_id = world.by_url(address)
    if page_id is None:
        raise ToolError(ErrorKind.TOOL_FAILURE, f"{reference[:200]} {unknown}")
    page = world.page(page_id)
    number = int(ordinal) if ordinal.isascii() and ordinal.isdigit() and len(ordinal) < 7 else 1
    if not 1 <= number <= len(page.images):
        raise ToolError(
            ErrorKind.TOOL_FAILURE,
            f"the page {address[:200]} has {len(page.images)} pictures, there is no "
            f"number {number}; {instead}",
        )
    return PagePicture(page, number, page.images[number - 1])


def list_page_pictures(world: World, page: Page) -> list[str]:
    """One line a picture of a page: the address that opens it, and its caption.

    A caption that holds words which are written in a drawn picture is left out: whoever wants to
    know them is to look at the picture.
    """
    lines = []
    for number, image in enumerate(page.images[:MAX_LISTED], 1):
        caption = _caption(world, page, image)
        lines.append(f"- {page.url}#{number}{f': {caption}' if caption else ''}")
    if len(page.images) > MAX_LISTED:
        lines.append(
            f"[{len(page.images) - MAX_LISTED} more pictures left out; {page.url}#n opens the n-th]"
        )
    return lines


def _caption(world: World, page: Page, image: int) -> str:
    record = world.image(image)
    caption = " ".join(record.caption.split())
    if len(caption) > MAX_CAPTION_CHARS:
        caption = caption[:MAX_CAPTION_CHARS] + "…"
    if record.recipe is None:
        return caption
    # The title is the page's own heading, so it gives nothing away.
    rest = caption.replace(page.title, " ").casefold()
    for words in record.recipe.fields.values():
        for part in _SEPARATORS.split(words.casefold()):
            word = part.strip()
            if word and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", rest):
                return ""
    return caption
