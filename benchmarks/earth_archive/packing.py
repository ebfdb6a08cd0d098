"""Writes a world as an archive with the format's own writer."""

from __future__ import annotations

import io
from itertools import islice
from pathlib import Path

from libzim.writer import Creator, Hint, Item, StringProvider
from PIL import Image

from benchmarks.earth_archive.pages import HOST, Names, page_html, path_of
from searchvl_gym.world import World

WIDTH = 250
"""Width of a picture in pixels: that of a thumbnail."""


class Entry(Item):
    """A page or a file of an archive, as the format's writer takes it."""

    def __init__(self, path: str, title: str, content: str | bytes, mimetype: str) -> None:
        super().__init__()
        self._path, self._title, self._content, self._mimetype = path, title, content, mimetype

    def get_path(self) -> str:
        """See `Item`."""
        return self._path

    def get_title(self) -> str:
        """See `Item`."""
        return self._title

    def get_mimetype(self) -> str:
        """See `Item`."""
        return self._mimetype

    def get_contentprovider(self) -> StringProvider:
        """See `Item`."""
        return StringProvider(self._content)

    def get_hints(self) -> dict[Hint, bool]:
        """See `Item`."""
        return {Hint.FRONT_ARTICLE: self._mimetype == "text/html"}


def pack(
    world: World, file: Path, *, pages: int | None = None, pictures: int | None = None
) -> dict[str, int]:
    """Write a world with typed facts as an archive.

    Args:
        world: The world.
        file: The archive to write.
        pages: Only the first so many pages, with links to the others that lead nowhere; None
            for all.
        pictures: Most pictures; None for all.

    Returns:
        How many pages, redirects and pictures went in.
    """
    taken = world.info.counts["images"] if pictures is None else pictures
    names = {path_of(page.title) for page in world.pages()}
    called, redirects = Names.of(world), 0
    shown = {image: f"_assets_/{image:08x}/{image}.webp" for image in range(taken)}
    with Creator(file).config_indexing(False, "eng") as creator:
        creator.set_mainpath("Main_Page")
        for image, path in shown.items():
            if image < world.info.counts["images"]:
                creator.add_item(Entry(path, "", thumbnail(world, image), "image/webp"))
        for page in islice(world.pages(), pages):
            html = page_html(world, page, called, shown)
            creator.add_item(Entry(path_of(page.title), page.title, html, "text/html"))
            for name in (*page.aliases, *page.redirects):
                if name.strip() and path_of(name) not in names:
                    names.add(path_of(name))
                    creator.add_redirection(path_of(name), name, path_of(page.title), {})
                    redirects += 1
        creator.add_item(Entry("Main_Page", "Main Page", "<p>Welcome.</p>", "text/html"))
        for key, value in {
            "Name": "earth_en_all", "Title": "Earth", "Language": "eng", "Date": "2026-08-01",
            "Creator": "Earth", "Publisher": "benchmarks", "Source": f"https://{HOST}",
        }.items():  # fmt: skip
            creator.add_metadata(key, value)
    return {"pages": pages or len(world), "redirects": redirects, "pictures": len(shown)}


def thumbnail(world: World, image: int) -> bytes:
    """A picture as the scraper stores it: at the width of the page, as WebP."""
    picture = Image.fromarray(world.pixels(image))
    height = max(1, round(picture.height * WIDTH / picture.width))
    stream = io.BytesIO()
    picture.resize((WIDTH, height), Image.Resampling.LANCZOS).save(stream, "WEBP", quality=80)
    return stream.getvalue()
