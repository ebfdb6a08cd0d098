"""Addresses of pages."""

from __future__ import annotations

from searchvl_gym.world.folding import words


def page_address(title: str, page: int) -> str:
    """The address of a page: legible, ASCII, and unique through the page's number.

    >>> page_address("Söderqvist Bridge", 12)
    'https://atlas.example/wiki/soderqvist-bridge-12'
    """
    legible = "-".join(word for word in words(title) if word.isascii())
    return f"https://atlas.example/wiki/{legible or 'page'}-{page}"
