"""A walk through HTML that leaves out what it is told to, and never recurses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from searchvl_gym.world.sources.zim.html_rules import is_furniture


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
        if element.tag == "br":
            texts.append(" ")
        return element is root or not is_furniture(element)

    walk(root, enter, lambda element: None, texts.append)
    return " ".join("".join(texts).split())
