"""What is furniture in the HTML of a wiki, and what says something."""

from __future__ import annotations

import re
from typing import Any

_SKIPPED_TAGS_WORDS = """
script style noscript template nav footer button input select form iframe object audio video map
svg link meta head
"""
_SKIPPED_CLASSES_WORDS = """
reference references reflist mw-references-wrap mw-editsection navbox navbox-styles vertical-navbox
sidebar ambox tmbox ombox cmbox metadata hatnote dablink rellink toc noprint
sistersitebox side-box catlinks mw-empty-elt mw-cite-backlink mw-hidden-catlinks printfooter
authority-control mwe-math-fallback-image-inline mwe-math-fallback-image-display
external-link-footer zim-footer
"""
_SKIPPED_IDS_WORDS = """
toc catlinks mw-navigation footer coordinates siteSub jump-to-nav
"""
_DISAMBIGUATION_WORDS = """
disambigbox dmbox dmbox-disambig disambig disambiguation bandeau-homonymie homonymie
Vorlage_Begriffsklaerung bksicon
"""
_BLOCKS_WORDS = """
p div section article main ul ol dl dt dd li table caption thead tbody tr blockquote pre center
details summary figure figcaption hr address aside header
"""

_SKIPPED_TAGS = frozenset(_SKIPPED_TAGS_WORDS.split())
_SKIPPED_CLASSES = frozenset(_SKIPPED_CLASSES_WORDS.split())
_SKIPPED_IDS = frozenset(_SKIPPED_IDS_WORDS.split())
_DISAMBIGUATION = frozenset(_DISAMBIGUATION_WORDS.split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BACK_MATTER = frozenset(
    {
        "references", "external links", "notes", "footnotes", "citations", "further reading",
        "notes and references", "references and notes", "explanatory notes", "works cited",
    }
)  # fmt: skip

HEADINGS = {f"h{level}": level for level in range(1, 7)}
"""Tags of headings and their level."""

BLOCKS = frozenset(_BLOCKS_WORDS.split())
"""Tags whose content stands on lines of its own."""


def classes(element: Any) -> frozenset[str]:
    """The classes of an element."""
    return frozenset((element.get("class") or "").split())


def is_furniture(element: Any) -> bool:
    """Whether an element, with all in it, says nothing about the page's subject."""
    if element.tag in _SKIPPED_TAGS or element.get("id") in _SKIPPED_IDS:
        return True
    if element.get("role") == "navigation" or "hidden" in element.attrib:
        return True
    style = element.get("style")
    if style and _HIDDEN.search(style):
        return True
    return not _SKIPPED_CLASSES.isdisjoint(classes(element))


def is_infobox(element: Any) -> bool:
    """Whether an element is the table of facts beside an article."""
    return element.tag in ("table", "div", "aside") and any(
        name.startswith("infobox") or name == "portable-infobox" or name == "taxobox"
        for name in classes(element)
    )


def is_figure(element: Any) -> bool:
    """Whether an element is a picture with its caption."""
    if element.tag == "figure":
        return True
    return bool(classes(element) & {"thumb", "gallerybox", "thumbinner"})


def marks_disambiguation(element: Any) -> bool:
    """Whether an element is the box that says: this page lists meanings of a name."""
    return element.get("id") in _DISAMBIGUATION or not _DISAMBIGUATION.isdisjoint(classes(element))


def is_back_matter(heading: str) -> bool:
    """Whether a section holds references and the like only.

    >>> is_back_matter("External links"), is_back_matter("History")
    (True, False)
    """
    return heading.strip().casefold() in _BACK_MATTER
