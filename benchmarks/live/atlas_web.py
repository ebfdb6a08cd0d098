"""Atlas as if it were the live web: a search service and a reader that are a world on disk.

So the same pages can be played offline, recorded, and replayed, and the three compared.
"""

from __future__ import annotations

import io

import numpy as np

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.results import ImageMatch, PageLink, WebHit, WebPage
from searchvl_gym.world import World


class AtlasWeb:
    """Searches a world, and reads its pages.

    Args:
        world: The world.
    """

    name = "atlas"
    billed = False

    def __init__(self, world: World) -> None:
        self._world = world

    def search(self, query: str, *, language: str) -> tuple[WebHit, ...]:
        """See `Provider.search`."""
        pages = [self._world.page(hit.page) for hit in self._world.text_index.search(query, 10)]
        return tuple(WebHit(page.title, page.url, page.text[:150]) for page in pages)

    def search_image(self, picture: bytes, *, language: str) -> tuple[ImageMatch, ...]:
        """See `Provider.search_image`."""
        from PIL import Image

        pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))
        pages = [self._world.page(hit.page) for hit in self._world.image_index.search(pixels, 10)]
        return tuple(ImageMatch(page.title, page.url) for page in pages)

    def read(self, url: str) -> WebPage:
        """See `Reader.read`."""
        number = self._world.by_url(url)
        if number is None:
            raise LiveError(Fault.NOT_FOUND, f"there is no page {url}")
        page = self._world.page(number)
        facts = "\n".join(f"{label}: {value}" for label, value in page.infobox)
        links = {self._world.page(link.target).url: link.anchor for link in page.links}
        return WebPage(
            page.url,
            page.title,
            f"{facts}\n\n{page.text}",
            tuple(PageLink(anchor, target) for target, anchor in links.items()),
        )
