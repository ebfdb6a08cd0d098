"""What searches and visits give: plain values that go into a cassette as JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WebHit:
    """A page that a search by words found.

    Attributes:
        title: As the service gives it.
        url: Of the page.
        snippet: What the service shows of it.
    """

    title: str
    url: str
    snippet: str = ""


@dataclass(frozen=True)
class ImageMatch:
    """A page that a search by picture found.

    Attributes:
        title: As the service gives it.
        url: Of the page.
        source: Name of the site.
        exact: Whether the service says that it is the same picture.
    """

    title: str
    url: str
    source: str = ""
    exact: bool = False


@dataclass(frozen=True)
class PagePicture:
    """A picture of a page.

    Attributes:
        url: Of the picture.
        caption: Its alternative text; may be empty.
    """

    url: str
    caption: str = ""


@dataclass(frozen=True)
class PageLink:
    """A link of a page: its words, and where it leads."""

    anchor: str
    url: str


@dataclass(frozen=True)
class WebPage:
    """A page as text.

    Attributes:
        url: After redirects.
        title: May be empty.
        text: Sections begin with a line `== Heading ==`, as in worlds on disk.
        links: In the order of the page, each address once.
        pictures: In the order of the page.
    """

    url: str
    title: str
    text: str
    links: tuple[PageLink, ...] = ()
    pictures: tuple[PagePicture, ...] = ()
