"""What is furniture in the HTML of a wiki, and what says something."""

from __future__ import annotations

import re
from typing import Any

from searchvl_gym.world.sources.html.notes import is_note

_SKIPPED_TAGS_WORDS = """
script style noscript template nav footer button input select form iframe object audio video map
svg link meta head
"""
_SKIPPED_CLASSES_WORDS = """
reflist mw-references-wrap mw-editsection mw-jump-link mw-empty-elt
mw-collapsible-toggle mw-hidden-catlinks mw-kartographer-container
navbox navbox-styles navbox-container vertical-navbox navbar infobox-navbar NavFrame sidebar
navigation-not-searchable succession-box catlinks printfooter authority-control toc
ambox tmbox ombox cmbox fmbox imbox metadata messagebox mbox-small mbox-text boilerplate
sistersitebox side-box side-box-right portalbox noprint noexcerpt nomobile
hatnote dablink rellink mainarticle relarticle hauptartikel
bandeau-container bandeau-article bandeau-portail bandeau-niveau-grave
sortkey geo-nondefault geo-multi-punct shortdescription noteTA ilh-comment ext-phonos
error scribunto-error brokenref listen audiolink
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
_INFOBOX = re.compile(
    r"infobox(?![_-]?(?:above|below|caption|data|full-data|header|image|label|navbar|subheader|title))"
    r".*|portable-infobox|taxobox|sinottico|infocaseta"
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_INLINE = re.compile(r"display\s*:\s*inline(?!-)", re.IGNORECASE)
_BACK_MATTER = frozenset(
    {
        "references", "external links", "notes", "footnotes", "citations", "further reading",
        "notes and references", "references and notes", "explanatory notes", "works cited",
        "einzelnachweise", "weblinks", "anmerkungen", "literatur",
        "notes et références", "références", "liens externes", "bibliographie", "annexes",
        "referencias", "enlaces externos", "notas", "bibliografía", "véase también",
        "脚注", "外部リンク", "参考文献", "出典",
        "参考资料", "參考資料", "参考來源", "外部链接", "外部連結",
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
    """Whether an element, with all in it, says nothing about the page's subject.

    Marks of notes, boxes of navigation and maintenance, and what no reader sees are furniture;
    formulas are not, though their source is hidden.
    """
    if element.tag in _SKIPPED_TAGS or element.get("id") in _SKIPPED_IDS:
        return True
    if element.get("role") == "navigation" or "hidden" in element.attrib:
        return True
    style = element.get("style")
    if style and _HIDDEN.search(style):
        return True
    return not _SKIPPED_CLASSES.isdisjoint(classes(element)) or is_note(element)


def is_block(element: Any) -> bool:
    """Whether an element's content stands on lines of its own."""
    return element.tag in BLOCKS and not _INLINE.search(element.get("style") or "")


def is_infobox(element: Any) -> bool:
    """Whether an element is the table of facts beside an article, in any wiki's class."""
    return element.tag in ("table", "div", "aside") and any(
        _INFOBOX.fullmatch(name) for name in classes(element)
    )


def is_formula(element: Any) -> bool:
    """Whether an element is a formula, whose TeX source stands in an attribute."""
    return element.tag == "math" or "mwe-math-element" in classes(element)


def is_figure(element: Any) -> bool:
    """Whether an element is a picture with its caption."""
    if element.tag in ("figure", "figure-inline"):
        return True
    if (element.get("typeof") or "").startswith(("mw:File", "mw:Image")):
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
