"""The pictures that a page shows, however its parser wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from searchvl_gym.world.sources.html.paths import resolve_path
from searchvl_gym.world.sources.html.walk import plain_text

_CAPTION_CLASSES = ("thumbcaption", "gallerytext", "infobox-caption")
_MAX_CAPTION = 300
_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-mw-src", "src")


@dataclass(frozen=True)
class PictureLink:
    """A picture that a page shows: its path inside the archive, and what stands under it."""

    path: str
    caption: str


def pictures_in(element: Any, path: str) -> list[PictureLink]:
    """The pictures in an element (or the element itself), with their captions.

    Pictures that a script would load later are known by the attribute in which their address
    waits; what stands in `noscript` beside them is the same picture.

    >>> from lxml import html
    >>> shown = html.fromstring("<figure typeof='mw:File/Thumb'><img src='data:image/gif,x'"
    ...     " data-src='../I/minster.webp'><figcaption>The choir</figcaption></figure>")
    >>> pictures_in(shown, "A/Ulm")
    [PictureLink(path='I/minster.webp', caption='The choir')]
    """
    captions = (part for part in element.iter() if _is_caption(part))
    caption = plain_text(found) if (found := next(captions, None)) is not None else ""
    pictures = []
    for image in element.iter():
        if image.tag != "img" and not is_placeholder(image):
            continue
        source = next(
            (found for each in _addresses(image) if (found := resolve_path(path, each))), None
        )
        if source is not None:
            said = caption or " ".join((image.get("alt") or "").split())
            pictures.append(PictureLink(source, said[:_MAX_CAPTION]))
    return pictures


def is_placeholder(element: Any) -> bool:
    """Whether an element stands where a script will put a picture."""
    return (
        element.tag == "span" and "lazy-image-placeholder" in (element.get("class") or "").split()
    )


def _addresses(image: Any) -> list[str]:
    """Where a picture may be, the surest first."""
    found = [image.get(name) or "" for name in _SOURCES]
    for candidate in (image.get("srcset") or image.get("data-srcset") or "").split(","):
        found.append(candidate.strip().split(" ")[0])
    return found


def _is_caption(element: Any) -> bool:
    name = element.get("class") or ""
    return element.tag == "figcaption" or any(mark in name for mark in _CAPTION_CLASSES)
