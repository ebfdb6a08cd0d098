"""The live web in the place of a world on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from searchvl_gym.live.web import LiveWeb
from searchvl_gym.types import Image
from searchvl_gym.world import World, WorldError
from searchvl_gym.world.format import FORMAT, Manifest
from searchvl_gym.world.records import Fact, ImageRecord, Page, WorldInfo


class LiveWorld(World):
    """A world without a list of pages: they are found by searching and by visiting.

    Its fingerprint is that of the recording that is replayed, or names who is asked. It can show
    the pictures of a world on disk, so that tasks made from that world can be played on the web.

    Args:
        web: The live web; the live tools hold it as well.
        pictures: The world whose tasks are played, or None when tasks bring picture files.
    """

    def __init__(self, web: LiveWeb, pictures: World | None = None) -> None:
        counts = {"pages": 0, "links": 0, "facts": 0, "images": 0}
        if pictures is not None:
            counts["images"] = pictures.info.counts["images"]
        info = WorldInfo(
            name="live",
            source="live",
            seed=0,
            format_version=1,
            fingerprint=web.fingerprint,
            licence="what each page says",
            counts=counts,
        )
        super().__init__(Path("live"), Manifest(FORMAT, info, {}, {}))
        self.web = web
        self.pictures = pictures

    def __reduce__(self) -> Any:
        return LiveWorld, (self.web, self.pictures)

    remedy = "name that world (pictures=PATH)"
    """See `World.remedy`."""

    def made(self, fingerprint: str) -> bool:
        """See `World.made`."""
        return super().made(fingerprint) or (
            self.pictures is not None and self.pictures.made(fingerprint)
        )

    def find(self, name: str) -> int | None:
        """None: the live web has no list of titles."""
        return None

    def by_url(self, url: str) -> int | None:
        """None: a page of the live web has no number."""
        return None

    def page(self, page_id: int) -> Page:
        """Not possible.

        Raises:
            IndexError: Always.
        """
        raise IndexError("pages of the live web have addresses, not numbers")

    def pages(self) -> Iterator[Page]:
        """No pages."""
        return iter(())

    def facts(self, subject: int) -> tuple[Fact, ...]:
        """No facts."""
        return ()

    def all_facts(self) -> Iterator[Fact]:
        """No facts."""
        return iter(())

    def image(self, image_id: int) -> ImageRecord:
        """A picture of the world whose tasks are played.

        Raises:
            IndexError: When there is no such picture, or no such world.
        """
        return self._shown().image(image_id)

    def images(self) -> Iterator[ImageRecord]:
        """The pictures of the world whose tasks are played."""
        return iter(()) if self.pictures is None else self.pictures.images()

    def file_digest(self, image_id: int) -> str:
        """See `World.file_digest`."""
        return self._shown().file_digest(image_id)

    def pixels(self, image_id: int) -> Image:
        """Pixels of a picture of the world whose tasks are played.

        Raises:
            IndexError: When there is no such picture, or no such world.
        """
        return self._shown().pixels(image_id)

    @property
    def has_image_index(self) -> bool:
        """Whether it can be searched by picture: a service does that."""
        return True

    @property
    def text_index(self) -> Any:
        """Not possible.

        Raises:
            WorldError: Always; the live tools search.
        """
        raise WorldError("the live web is searched by its own tools; see searchvl_gym.live.tools")

    def _shown(self) -> World:
        if self.pictures is None:
            raise IndexError(
                "the task's picture is one of a world on disk: name that world (pictures=PATH)"
            )
        return self.pictures
