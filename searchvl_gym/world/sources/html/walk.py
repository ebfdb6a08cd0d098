"""A walk through HTML that leaves out what it is told to, and never recurses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from searchvl_gym.world.sources.html.rules import is_formula, is_furniture


def walk(
    root: Any,
    enter: Callable[[Any], bool],
    leave: Callable[[Any], None],
    text: Callable[[str], None],
) -> None:
    """Visit an element and all in it in the order of the document.

    Args:
        root: The element; its tail does not belong to it.
        enter: Called with every element; False leaves out its content.
        leave: Called after the content of an element that was entered.
        text: Called with every piece of text.
    """
    from lxml import etree

    events = etree.iterwalk(root, events=("start", "end"))
    skipped = None
    for event, element in events:
        if event == "start":
            if not enter(element):
                skipped = element
                events.skip_subtree()
            elif element.text:
                text(element.text)
            continue
        if skipped is element:
            skipped = None
        else:
            leave(element)
        if element is not root and element.tail:
            text(element.tail)


def plain_text(root: Any) -> str:
    """All text in an element on one line, without furniture.

    >>> from lxml import html
    >>> plain_text(html.fromstring("<h2>Early <i>life</i><sup class='reference'>[1]</sup></h2>"))
    'Early life'
    """
    texts: list[str] = []

    def enter(element: Any) -> bool:
        if is_formula(element):
            texts.append(f" {formula_text(element)} ")
            return False
        if element.tag in ("br", "p", "li", "div", "tr"):
            texts.append(" ")
        return element is root or not is_furniture(element)

    walk(root, enter, lambda element: None, texts.append)
    return " ".join("".join(texts).split())


def formula_text(element: Any) -> str:
    r"""The TeX source of a formula, or its letters where there is none.

    >>> from lxml import html
    >>> formula_text(html.fragment_fromstring(r"<math alttext='{\displaystyle x^{2}}'></math>"))
    'x^{2}'
    """
    for part in element.iter("math", "img"):
        if source := part.get("alttext") or part.get("alt"):
            bare = source.strip().removeprefix("{\\displaystyle").removesuffix("}")
            return " ".join((bare if bare != source.strip() else source).split())
    return " ".join("".join(element.itertext()).split())
