"""Reads HTML pages, of wikis above all, into text, links, tables of facts and pictures."""

from __future__ import annotations

from searchvl_gym.world.sources.html.page import ParsedPage, PictureLink, parse_page

__all__ = ["ParsedPage", "PictureLink", "parse_page"]
